/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a services file, of fwport's own and of the system's: the first may refuse, the second never does, and
 * what either reads has a name and ports.
 */
#include "fwport/catalog.h"

#include "../../src/profile/services.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void require(bool promise)
{
	if (!promise)
		abort();
}

static void require_sound(const struct service_list *services)
{
	for (size_t i = 0; i < services->count; i++) {
		const struct service *service = &services->list[i];

		require(service->name[0] && !port_looks_like(service->name) && service->port_count &&
			service->line);
		for (size_t k = 0; k < service->port_count; k++)
			require(service->ports[k].ports.first &&
				service->ports[k].ports.first <= service->ports[k].ports.last);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct service_list own = {0}, system = {0};
	struct error err = {0};

	if (services_parse((const char *)bytes, length, "services", &pool, &own, &err) < 0)
		require(err.kind == ERROR_FILE && err.text[0]);
	require_sound(&own);
	require(etc_services_parse((const char *)bytes, length, "/etc/services", &pool, &system, &err) == 0);
	require_sound(&system);
	return 0;
}
