/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes to JSON, and strings that can be written as such.
 */
#include "fwport/json_file.h"

#include <stdlib.h>

/* Of an allocation that failed jansson tells as of a mistake in what it reads, if at all; so it is asked here. */
static bool is_out_of_memory;

static void *noting_malloc(size_t size)
{
	void *memory = malloc(size);

	is_out_of_memory |= !memory;
	return memory;
}

static void note_memory(void)
{
	is_out_of_memory = false;
	json_set_alloc_funcs(noting_malloc, free);
}

int json_string_check(const char *string, const char *what, struct error *err)
{
	json_t *value;

	note_memory();
	value = json_string(string);
	if (!value && is_out_of_memory)
		return error_memory(err);
	if (!value)
		return error_set(err, ERROR_USAGE, "the %s is not UTF-8 text", what);
	json_decref(value);
	return 0;
}

json_t *json_file_parse(const char *bytes, size_t length, const char *path, const char *what,
			struct error *err)
{
	struct place place = {.file = path};
	json_error_t problem;
	json_t *root;

	note_memory();
	root = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &problem);
	if (is_out_of_memory) {
		json_decref(root); /* a letter of a word may be missing */
		error_memory(err);
		return NULL;
	}
	if (root)
		return root;
	place.line = problem.line > 0 ? (unsigned)problem.line : 0;
	place.column = problem.column > 0 ? (unsigned)problem.column : 0;
	error_at(err, place, "%s: %s", what, problem.text);
	return NULL;
}
