/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a profile: read or refused with a place, and what is read keeps its promises.
 */
#include "fwport/catalog.h"

#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Nothing of this host but /etc/services is looked into. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return setenv("FWPORT_CONFIG_DIR", "/nonexistent", 1) | setenv("FWPORT_DATA_DIR", "/nonexistent", 1);
}

static bool opening_is_sound(const struct opening *opening)
{
	const struct scope *scope = &opening->scope;

	return opening->service && opening->profile && opening->port.ports.first &&
	       opening->port.ports.first <= opening->port.ports.last && scope->families &&
	       !(scope->families & ~FAMILIES_BOTH) && !scope->from == !scope->from_count &&
	       !scope->to == !scope->to_count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct profile profile = {0};
	struct error err = {0};

	if (profile_parse((const char *)bytes, length, "fuzz.profile", &pool, &profile, &err) < 0) {
		if (err.kind != ERROR_FILE || !err.text[0])
			abort();
		return 0;
	}
	for (size_t i = 0; i < profile.openings.count; i++)
		if (!opening_is_sound(&profile.openings.list[i]))
			abort();
	return 0;
}
