/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the values of a list of wishes strictly: each mistake is told with the place in the list, the value, and what is allowed.
 */
#ifndef FWPORT_CLI_WISH_READING_H
#define FWPORT_CLI_WISH_READING_H

#include "fwport/error.h"
#include "fwport/pool.h"

#include <jansson.h>
#include <stdint.h>

struct wish_reading {
	const char *path; /* of the list, for the sentences */
	struct pool *pool;
	int64_t now;
	struct error *err;
};

enum { WISH_PLACE = 64 };

/* A value in the list. */
struct wish_value {
	char at[WISH_PLACE]; /* "openings[3].from[0]", "" the list itself */
	json_t *json;
};

/* A member of an object, and who reads it. `into` is what the object is read into. */
struct wish_member {
	const char *name;
	int (*read)(const struct wish_reading *reading, const struct wish_value *value, void *into);
};

typedef int wish_word_reader(const struct wish_reading *reading, const struct wish_value *at,
			     const char *word, void *into);

/* ERROR_FILE: "openings[3].state: \"gone\" is not ...". */
int wish_wrong(const struct wish_reading *reading, const struct wish_value *value, const char *allowed);
/* Prepends the place to an error of somebody below. */
int wish_in(const struct wish_reading *reading, const struct wish_value *value);

/* Each member by its reader, in the order of the list; one that nobody reads is an error. */
int wish_members(const struct wish_reading *reading, const struct wish_value *object,
		 const struct wish_member *members, void *into);
/* Element `i` of an array. */
struct wish_value wish_element(const struct wish_value *array, size_t i);
/* A string, or each of an array of strings. */
int wish_words(const struct wish_reading *reading, const struct wish_value *value, wish_word_reader *read,
	       void *into);
int wish_text(const struct wish_reading *reading, const struct wish_value *value, const char **out);
int wish_flag(const struct wish_reading *reading, const struct wish_value *value, bool *out);
/* The number of one of these words, which end with NULL. */
int wish_choice(const struct wish_reading *reading, const struct wish_value *value, const char *const *words,
		unsigned *out);

#endif
