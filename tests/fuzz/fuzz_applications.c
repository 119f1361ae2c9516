/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a file of ufw's application profiles and as a service of firewalld: either is refused with a sentence, or what is read
 * can be named and shown.
 */
#include "../../src/profile/applications.h"

#include "../../src/profile/names.h"
#include "fwport/utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void require(bool promise)
{
	if (!promise)
		abort();
}

static void require_sound(const struct service *service)
{
	require(application_name_is_valid(service->name) && service->line);
	require(!service->comment ||
		utf8_clean_length(service->comment, strlen(service->comment)) == strlen(service->comment));
	for (size_t i = 0; i < service->port_count; i++)
		require(service->ports[i].ports.first &&
			service->ports[i].ports.first <= service->ports[i].ports.last);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct service_list services = {0};
	struct firewalld_service service;
	struct error err = {0};

	if (ufw_parse((const char *)bytes, length, "web", &pool, &services, &err) < 0)
		require(err.kind == ERROR_FILE && err.text[0]);
	for (size_t i = 0; i < services.count; i++) {
		require_sound(&services.list[i]);
		require(services.list[i].port_count || services.list[i].refused);
	}
	if (firewalld_parse((const char *)bytes, length, "web.xml", "web", &pool, &service, &err) < 0)
		require(err.kind == ERROR_FILE && err.text[0]);
	else
		require_sound(&service.service);
	return 0;
}
