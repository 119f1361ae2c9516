/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An opening as JSON, as it stands in the state and in generations.
 */
#ifndef FWPORT_OPENING_JSON_H
#define FWPORT_OPENING_JSON_H

#include "fwport/opening.h"
#include "fwport/text.h"
#include "json_fields.h"

/*
 * Written directly: building a tree first took half the time of applying a profile of 10,000 ports. Strings have to be UTF-8, which
 * opening_check asks; the reader takes nothing else.
 */
void opening_encode(const struct opening *opening, struct text *out);
/* The string between quotes, escaped. */
void json_add_value(struct text *out, const char *value);
/* `,"field":"value"`. */
void json_add_string(struct text *out, const char *field, const char *value);
/* ERROR_USAGE for a string that is not UTF-8. Those that it shares with `like` (may be NULL), which is sound, are not looked at. */
int opening_check(const struct opening *opening, const struct opening *like, struct error *err);
int opening_decode(const struct reading *reading, json_t *object, struct opening *opening, struct error *err);

#endif
