/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state as JSON text and back; on bytes, so that tests and fuzzers need no files.
 */
#ifndef FWPORT_STATE_JSON_H
#define FWPORT_STATE_JSON_H

#include "fwport/store.h"
#include "fwport/text.h"
#include "json_fields.h"

int state_encode(const struct state *state, struct text *out, struct error *err);
/* ERROR_FILE naming path, and line and column or the opening's number and field. */
int state_decode(const char *bytes, size_t length, const char *path, struct pool *pool, struct state *out,
		 struct error *err);

/* As a part of another file: the object, of a state that state_check takes; and from it. */
void state_write(const struct state *state, struct text *out);
int state_read(const struct reading *reading, json_t *root, struct state *state, struct error *err);

#endif
