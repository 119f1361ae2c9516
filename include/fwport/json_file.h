/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole file of JSON: one value and nothing behind it, no member twice, and a lack of memory that is told as such.
 */
#ifndef FWPORT_JSON_FILE_H
#define FWPORT_JSON_FILE_H

#include "fwport/error.h"

#include <jansson.h>

/* NULL and ERROR_FILE with the place when it is not JSON; `what` says what that means. For json_decref. */
json_t *json_file_parse(const char *bytes, size_t length, const char *path, const char *what,
			struct error *err);
/* Whether it can be written: ERROR_USAGE about the `what` when it is not UTF-8. */
int json_string_check(const char *string, const char *what, struct error *err);

#endif
