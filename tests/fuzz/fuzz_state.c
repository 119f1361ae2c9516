/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a generation, which holds two records: read or refused with a place, and what is read is written as it will be read.
 */
#include "generation_json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static int read_it(const char *bytes, size_t length, struct pool *pool, struct generation *out)
{
	struct error err = {0};
	int done = generation_decode(bytes, length, "fuzz.json", pool, out, &err);

	if (done < 0 && (err.kind != ERROR_FILE || !err.text[0]))
		abort();
	return done;
}

static void write_it(const struct generation *generation, struct text *out)
{
	struct error err = {0};

	if (generation_encode(generation, out, &err) < 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	CLEANUP(pool_free) struct pool pool = {0};
	CLEANUP(text_free) struct text once = {0}, twice = {0};
	struct generation generation;

	if (read_it((const char *)bytes, length, &pool, &generation) < 0)
		return 0;
	write_it(&generation, &once);
	if (read_it(text_string(&once), once.length, &pool, &generation) < 0)
		abort();
	write_it(&generation, &twice);
	if (strcmp(text_string(&once), text_string(&twice)) != 0)
		abort();
	return 0;
}
