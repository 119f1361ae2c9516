/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A list of wishes, as `apply -f` takes it: JSON that says what shall be open, and what shall not.
 */
#ifndef FWPORT_CLI_WISH_LIST_H
#define FWPORT_CLI_WISH_LIST_H

#include "fwport/change.h"

enum { WISH_LIST_LIMIT = 8 << 20 }; /* bytes */

/* Fills in what is wanted of `out`, whose time is known. ERROR_FILE for whatever is wrong with the list. `path` is for messages. */
int wish_list_parse(const char *bytes, size_t length, const char *path, struct pool *pool,
		    struct change_request *out, struct error *err);
/* Likewise from a file; "-" is the standard input. */
int wish_list_read(const char *path, struct pool *pool, struct change_request *out, struct error *err);

#endif
