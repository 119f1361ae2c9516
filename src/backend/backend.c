/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of engines and the choice among them.
 */
#include "fwport/backend.h"

#include "engines.h"

#include <string.h>

const struct backend *const backends[] = {&backend_nft};
const size_t backend_count = sizeof(backends) / sizeof(backends[0]);

static int unknown_backend(const char *name, struct error *err)
{
	CLEANUP(text_free) struct text quoted = {0}, names = {0};

	text_add_quoted(&quoted, name);
	for (size_t i = 0; i < backend_count; i++)
		text_add(&names, " or %s", backends[i]->name);
	return error_set(err, ERROR_USAGE, "backend %s is not auto%s", text_string(&quoted),
			 text_string(&names));
}

static int use(const struct backend *backend, const struct backend **out, struct error *err)
{
	const char *missing = backend->missing();

	if (missing)
		return error_set(err, ERROR_SYSTEM, "backend %s cannot be used: %s", backend->name, missing);
	*out = backend;
	return 0;
}

int backend_choose(const char *name, const struct backend **out, struct error *err)
{
	bool any = !name || !strcmp(name, "auto");

	for (size_t i = 0; i < backend_count; i++) {
		if (!any && strcmp(name, backends[i]->name) != 0)
			continue;
		if (use(backends[i], out, err) == 0)
			return 0;
		if (!any)
			return -1;
	}
	return any ? -1 : unknown_backend(name, err);
}
