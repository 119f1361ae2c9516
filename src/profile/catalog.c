/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door: profiles found in their directories, services in their sources. Knows the search path of profiles; leaves what
 * they contain to the parsers, and where services come from to the table of sources.
 */
#include "fwport/catalog.h"

#include "names.h"
#include "profile.h"
#include "sources.h"
#include "fwport/files.h"
#include "fwport/privilege.h"
#include "fwport/utf8.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The first that has a profile wins entirely. */
static const enum directory places[] = {DIRECTORY_CONFIG, DIRECTORY_DATA};
enum { PLACE_COUNT = sizeof(places) / sizeof(places[0]) };

int catalog_service(const char *name, struct place at, struct pool *pool, struct service *out,
		    struct error *err)
{
	CLEANUP(privilege_return) struct privilege_taken more = privilege_take(PRIVILEGE_FILES);
	const struct service *found;
	struct sources sources;

	sources_open(&sources, pool);
	if (sources_service(&sources, name, at, &found, err) < 0)
		return -1;
	*out = *found;
	return 0;
}

int catalog_service_all(const char *name, struct pool *pool, struct service_list *out, struct error *err)
{
	CLEANUP(privilege_return) struct privilege_taken more = privilege_take(PRIVILEGE_FILES);
	struct sources sources;

	sources_open(&sources, pool);
	return sources_service_all(&sources, name, out, err);
}

int catalog_services(bool everything, struct pool *pool, struct service_list *out, struct error *err)
{
	CLEANUP(privilege_return) struct privilege_taken more = privilege_take(PRIVILEGE_FILES);
	struct sources sources;

	sources_open(&sources, pool);
	return sources_services(&sources, everything, out, err);
}

static int file_parse(const char *path, struct sources *sources, struct profile *out, struct error *err)
{
	CLEANUP(text_free) struct text bytes = {0};

	if (file_read(path, PROFILE_SIZE_LIMIT, &bytes, err) < 0)
		return error_in(err, "cannot read profile");
	return profile_read(text_string(&bytes), bytes.length, path, sources, out, err);
}

/* The profiles that can be named, while their directories are read. */
struct listing {
	struct pool *pool;
	struct names seen;
	const char **names;
	size_t count;
};

static char *name_from_file(const char *file, struct pool *pool)
{
	size_t length = strlen(file), suffix = strlen(PROFILE_SUFFIX);

	if (length <= suffix || strcmp(file + length - suffix, PROFILE_SUFFIX) != 0)
		return NULL;
	return pool_format(pool, "%.*s", (int)(length - suffix), file);
}

static int name_add(struct listing *listing, const char *file, struct error *err)
{
	const char *name = name_from_file(file, listing->pool);

	if (!name || !name_is_valid(name) || names_find(&listing->seen, name))
		return 0;
	listing->names = pool_grow(listing->pool, listing->names, listing->count, sizeof(*listing->names));
	if (!listing->names)
		return error_memory(err);
	listing->names[listing->count++] = name;
	return names_add(&listing->seen, name, listing->count, listing->pool, err);
}

static void directory_close(DIR **directory)
{
	if (*directory)
		closedir(*directory);
	*directory = NULL;
}

static int directory_list(struct listing *listing, enum directory which, struct error *err)
{
	const char *path = pool_format(listing->pool, "%s/profiles", directory_path(which));
	CLEANUP(directory_close) DIR *directory = path ? opendir(path) : NULL;
	const struct dirent *entry;

	if (!path)
		return error_memory(err);
	if (!directory && path_is_vacant(path))
		return 0;
	if (!directory)
		return error_set(err, ERROR_FILE, "cannot list profiles: %s: %s", path, strerror(errno));
	while ((errno = 0, entry = readdir(directory)))
		if (name_add(listing, entry->d_name, err) < 0)
			return -1;
	if (errno)
		return error_set(err, ERROR_FILE, "cannot list profiles: %s: %s", path, strerror(errno));
	return 0;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int names_list(struct pool *pool, struct listing *out, struct error *err)
{
	struct listing listing = {.pool = pool};

	for (size_t i = 0; i < PLACE_COUNT; i++)
		if (directory_list(&listing, places[i], err) < 0)
			return -1;
	if (listing.count)
		qsort(listing.names, listing.count, sizeof(*listing.names), by_text);
	*out = listing;
	return 0;
}

static int unknown(const char *name, struct pool *pool, struct error *err)
{
	CLEANUP(text_free) struct text quoted = {0};
	const char *nearest = NULL;
	struct listing listing;
	struct error ignored;

	if (names_list(pool, &listing, &ignored) == 0)
		nearest = text_nearest(name, listing.names, listing.count);
	text_add_quoted(&quoted, name);
	error_set(err, ERROR_USAGE, "no profile is called %.*s (looked in %s/profiles and %s/profiles)",
		  utf8_shown(text_string(&quoted)), text_string(&quoted), directory_path(places[0]),
		  directory_path(places[1]));
	if (nearest)
		return error_hint(err, "did you mean %s?", nearest);
	return error_hint(err, "fwport profiles lists the names; a path has a \"/\" in it");
}

static int path_find(const char *name, struct pool *pool, const char **out, struct error *err)
{
	for (size_t i = 0; i < PLACE_COUNT && name_is_valid(name); i++) {
		*out = pool_format(pool, "%s/profiles/%s" PROFILE_SUFFIX, directory_path(places[i]), name);
		if (!*out)
			return error_memory(err);
		if (!path_is_vacant(*out))
			return 0;
	}
	return unknown(name, pool, err);
}

int catalog_profile(const char *name_or_path, struct pool *pool, struct profile *out, struct error *err)
{
	CLEANUP(privilege_return) struct privilege_taken more = privilege_take(PRIVILEGE_FILES);
	const char *path = name_or_path;
	struct sources sources;

	if (!strchr(name_or_path, '/') && path_find(name_or_path, pool, &path, err) < 0)
		return -1;
	sources_open(&sources, pool);
	return file_parse(path, &sources, out, err);
}

/* A profile that cannot be used is listed with what is wrong with it. */
static int listed(const char *name, struct sources *sources, struct profile *out, struct error *err)
{
	const char *path;

	if (path_find(name, sources->pool, &path, err) < 0)
		return -1;
	if (file_parse(path, sources, out, err) == 0)
		return 0;
	if (err->kind != ERROR_FILE)
		return -1;
	*out = (struct profile){.name = name, .path = path};
	out->error = pool_text(sources->pool, err->text);
	return out->error ? 0 : error_memory(err);
}

int catalog_profiles(struct pool *pool, struct profile **out, size_t *count, struct error *err)
{
	CLEANUP(privilege_return) struct privilege_taken more = privilege_take(PRIVILEGE_FILES);
	struct listing listing;
	struct sources sources;
	struct profile *list;

	sources_open(&sources, pool);
	if (names_list(pool, &listing, err) < 0)
		return -1;
	list = pool_alloc(pool, (listing.count + 1) * sizeof(*list));
	if (!list)
		return error_memory(err);
	for (size_t i = 0; i < listing.count; i++)
		if (listed(listing.names[i], &sources, &list[i], err) < 0)
			return -1;
	*out = list;
	*count = listing.count;
	return 0;
}
