/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state as JSON text and back; on bytes, so that tests and fuzzers need no files.
 */
#ifndef FWPORT_STATE_JSON_H
#define FWPORT_STATE_JSON_H

#include "fwport/store.h"
#include "fwport/text.h"

int state_encode(const struct state *state, struct text *out, struct error *err);
/* ERROR_FILE naming path, and line and column or the opening's number and field. */
int state_decode(const char *bytes, size_t length, const char *path, struct pool *pool, struct state *out,
		 struct error *err);

#endif
