/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading objects of JSON strictly: what fwport wrote it can read, and anything else is an error that names file and field, since
 * what these files say is done to the kernel.
 */
#ifndef FWPORT_JSON_FIELDS_H
#define FWPORT_JSON_FIELDS_H

#include "fwport/address.h"
#include "fwport/json_file.h"
#include "fwport/pool.h"

/* What is being read, for the sentences and the memory. */
struct reading {
	const char *path;
	const char *thing; /* "opening" */
	size_t number;     /* of the thing, 1-based; 0: the file itself */
	struct pool *pool;
};

int field_wrong(const struct reading *reading, const char *field, const char *wants, struct error *err);
/* 1 read, 0 not there, -1 error. */
int string_field(const struct reading *reading, const json_t *object, const char *field, const char **out,
		 struct error *err);
/* It has to be there, from 0 to `most`. */
int number_field(const struct reading *reading, const json_t *object, const char *field, json_int_t most,
		 json_int_t *out, struct error *err);
int flag_field(const struct reading *reading, const json_t *object, const char *field, bool *out,
	       struct error *err);
int word_field(const struct reading *reading, const json_t *object, const char *field,
	       const char *const *words, size_t count, unsigned *out, struct error *err);
int prefixes_field(const struct reading *reading, const json_t *object, const char *field,
		   const struct prefix **out, size_t *count, struct error *err);
/* What is not understood must not be lost at the next save. `known` ends with NULL. */
int fields_check(const struct reading *reading, json_t *object, const char *const *known, struct error *err);

#endif
