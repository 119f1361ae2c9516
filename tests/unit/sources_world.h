/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Directories below /tmp, made for each test and removed behind it, in which all sources of services and profiles are looked for.
 */
#ifndef FWPORT_TEST_SOURCES_WORLD_H
#define FWPORT_TEST_SOURCES_WORLD_H

#include "../../src/profile/sources.h"

struct world {
	char root[64];
	struct pool pool;
	struct sources sources; /* with etc/services below the root */
	struct error err;
};

int world_make(void **state);
int world_remove(void **state);
const char *path(struct world *w, const char *name);
void put(struct world *w, const char *name, const char *bytes);
/* The text with the root of this world cut out. */
const char *without_root(struct world *w, const char *text);

#endif
