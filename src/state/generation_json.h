/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A generation as JSON text and back.
 */
#ifndef FWPORT_GENERATION_JSON_H
#define FWPORT_GENERATION_JSON_H

#include "fwport/generation.h"

int generation_encode(const struct generation *generation, struct text *out, struct error *err);
int generation_decode(const char *bytes, size_t length, const char *path, struct pool *pool,
		      struct generation *out, struct error *err);

#endif
