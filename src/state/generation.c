/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of generations, and how many of them there are.
 */
#include "fwport/generation.h"

#include "fwport/files.h"
#include "generation_json.h"
#include "state_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIRECTORY "generations"

enum {
	GENERATION_SIZE_LIMIT = 128 << 20,
	KEPT_COUNT = 200,
	KEPT_BYTES = 64 << 20,
};

static int generation_path(uint32_t id, const char *ending, char path[PATH_MAX], struct error *err)
{
	char name[64];

	snprintf(name, sizeof(name), DIRECTORY "/%u.%s", id, ending);
	return state_path(name, path, err);
}

/* Who can write to the directory can put one generation in another's place, though each is root's. */
static int generation_trust(uint32_t id, char path[PATH_MAX], struct error *err)
{
	if (state_path(DIRECTORY, path, err) < 0 || state_trust(path, err) < 0 ||
	    generation_path(id, "json", path, err) < 0)
		return -1;
	return state_trust(path, err);
}

int generation_write(const struct generation *generation, struct error *err)
{
	CLEANUP(text_free) struct text bytes = {0};
	char path[PATH_MAX];

	if (state_path(DIRECTORY, path, err) < 0 || directory_make(path, 0700, err) < 0 ||
	    generation_trust(generation->id, path, err) < 0 ||
	    generation_encode(generation, &bytes, err) < 0 ||
	    file_replace(path, bytes.bytes, bytes.length, 0600, err) < 0)
		return error_in(err, "cannot record the generation");
	return 0;
}

int generation_read(uint32_t id, struct pool *pool, struct generation *out, struct error *err)
{
	CLEANUP(text_free) struct text bytes = {0};
	char path[PATH_MAX];

	if (generation_trust(id, path, err) < 0)
		return -1;
	if (file_read(path, GENERATION_SIZE_LIMIT, &bytes, err) == 0)
		return generation_decode(text_string(&bytes), bytes.length, path, pool, out, err);
	if (err->sys != ENOENT)
		return -1;
	error_set(err, ERROR_USAGE, "there is no generation %u", id);
	return error_hint(err, "\"fwport history\" lists those that are kept");
}

/* The next one was made in its window: only one that takes it back is. */
static bool was_taken_back(uint32_t id)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct generation next;
	struct error unreadable;

	return generation_read(id + 1, &pool, &next, &unreadable) == 0 &&
	       next.before.pending.generation == id;
}

enum approval generation_approval(const struct generation *generation, const struct state *now)
{
	if (!generation->deadline)
		return APPROVAL_GIVEN;
	if (now && now->pending.generation == generation->id)
		return APPROVAL_AWAITED;
	if (was_taken_back(generation->id))
		return APPROVAL_REFUSED;
	if (generation->confirmed)
		return APPROVAL_GIVEN;
	return now ? APPROVAL_DROPPED : APPROVAL_UNKNOWN;
}

static int id_order(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* 0: not the name of a generation. */
static uint32_t id_of(const char *name)
{
	char *end;
	unsigned long id = strtoul(name, &end, 10);

	return end != name && id <= UINT32_MAX && !strcmp(end, ".json") ? (uint32_t)id : 0;
}

static int ids_collect(DIR *directory, struct pool *pool, uint32_t **ids, size_t *count, struct error *err)
{
	const struct dirent *entry;

	while ((entry = readdir(directory))) {
		uint32_t id = id_of(entry->d_name);

		if (!id)
			continue;
		*ids = pool_grow(pool, *ids, *count, sizeof(**ids));
		if (!*ids)
			return error_memory(err);
		(*ids)[(*count)++] = id;
	}
	return 0;
}

int generation_list(struct pool *pool, uint32_t **ids, size_t *count, struct error *err)
{
	char path[PATH_MAX];
	DIR *directory;
	int done;

	*ids = NULL;
	*count = 0;
	if (state_path(DIRECTORY, path, err) < 0 || state_trust(path, err) < 0)
		return -1;
	directory = opendir(path);
	if (!directory)
		return errno == ENOENT ? 0 : error_system(err, errno, "cannot read %s", path);
	done = ids_collect(directory, pool, ids, count, err);
	closedir(directory);
	if (done == 0 && *count)
		qsort(*ids, *count, sizeof(**ids), id_order);
	return done;
}

static void file_remove(uint32_t id, const char *ending)
{
	char path[PATH_MAX];
	struct error ignored;

	if (generation_path(id, ending, path, &ignored) == 0)
		(void)!unlink(path);
}

void generation_remove(uint32_t id)
{
	file_remove(id, "json");
	file_remove(id, "json.new");
	file_remove(id, "ruleset");
}

void generation_sweep(uint32_t id)
{
	file_remove(id, "json.new");
}

void generation_keep_ruleset(uint32_t id, const struct text *dump)
{
	char path[PATH_MAX];
	struct error ignored;

	if (!dump->failed && generation_path(id, "ruleset", path, &ignored) == 0)
		file_write(path, dump->bytes, dump->length, 0600, &ignored);
}

static uintmax_t bytes_of(uint32_t id)
{
	uintmax_t bytes = 0;
	char path[PATH_MAX];
	struct stat status;
	struct error ignored;

	for (int i = 0; i < 2; i++)
		if (generation_path(id, i ? "json" : "ruleset", path, &ignored) == 0 &&
		    stat(path, &status) == 0)
			bytes += (uintmax_t)status.st_size;
	return bytes;
}

void generation_prune(uint32_t newest)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct error ignored;
	uintmax_t bytes = 0;
	uint32_t *ids;
	size_t count;

	if (generation_list(&pool, &ids, &count, &ignored) < 0)
		return;
	for (size_t i = count; i-- > 0;) {
		bytes += bytes_of(ids[i]);
		if (ids[i] + 1 < newest && (count - i > KEPT_COUNT || bytes > KEPT_BYTES))
			generation_remove(ids[i]);
	}
}
