/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a list of wishes: read or refused with a sentence, and what is read keeps its promises.
 */
#include "../../src/cli/wish_list.h"

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

	return opening->port.ports.first && opening->port.ports.first <= opening->port.ports.last &&
	       scope->families && !(scope->families & ~FAMILIES_BOTH) && !scope->from == !scope->from_count &&
	       !scope->to == !scope->to_count;
}

static void check(const struct openings *openings)
{
	for (size_t i = 0; i < openings->count; i++)
		if (!opening_is_sound(&openings->list[i]))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct change_request request = {.now = 1};
	struct error err = {0};

	if (wish_list_parse((const char *)bytes, length, "fuzz.json", &pool, &request, &err) < 0) {
		if (err.kind != ERROR_FILE || !err.text[0])
			abort();
		return 0;
	}
	check(&request.openings);
	check(&request.closings);
	return 0;
}
