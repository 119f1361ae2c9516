/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of `[section]` and `name = value`, each with its place. Blank lines and comments (# or ;, at the start of a
 * line or behind white space) are skipped; a comment behind an entry is kept with it.
 */
#ifndef PROFILE_INI_H
#define PROFILE_INI_H

#include "fwport/error.h"
#include "fwport/pool.h"

enum ini_kind { INI_END, INI_SECTION, INI_ENTRY };

/* Strings live in the reader's pool, are free of control characters, and may be cut up by their reader. */
struct ini_line {
	enum ini_kind kind;
	char *name;          /* of the section, or left of the '='; not empty */
	char *value;         /* INI_ENTRY: right of it, not empty */
	const char *comment; /* INI_ENTRY: behind it, or NULL */
	struct place at, value_at;
};

struct ini {
	char *next; /* the next line, NULL at the end */
	const char *line;
	struct place at;
};

/* Copies the bytes into the pool. ERROR_FILE when they are not plain text. */
int ini_open(struct ini *ini, const char *bytes, size_t length, const char *path, struct pool *pool,
	     struct error *err);
/* kind is INI_END, and nothing else is set, behind the last line. */
int ini_next(struct ini *ini, struct ini_line *out, struct error *err);

#endif
