/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A profile read with sources that are at hand: for those who read many profiles, or look elsewhere for services.
 * profile_parse is in the catalogue's header.
 */
#ifndef PROFILE_PROFILE_H
#define PROFILE_PROFILE_H

#include "sources.h"

#define PROFILE_SUFFIX ".profile"

/* Memory is that of the sources. */
int profile_read(const char *bytes, size_t length, const char *path, struct sources *sources,
		 struct profile *out, struct error *err);

#endif
