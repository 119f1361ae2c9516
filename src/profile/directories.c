/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists the directories, reads their files and follows what services of firewalld include. What cannot be used is there under its
 * name, with what is wrong with it.
 */
#include "directories.h"

#include "applications.h"
#include "fwport/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { INCLUDE_LIMIT = 8, FILE_LIMIT = 4096 /* in one directory */ };
#define XML_SUFFIX ".xml"

struct file_names {
	const char **list;
	size_t count;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length > tail && strcmp(text + length - tail, end) == 0;
}

static void directory_close(DIR **directory)
{
	if (*directory)
		closedir(*directory);
	*directory = NULL;
}

/* Sorted. A directory that is not there, or cannot be read, has none. */
static int names_read(const char *path, struct pool *pool, struct file_names *out, struct error *err)
{
	CLEANUP(directory_close) DIR *directory = opendir(path);
	const struct dirent *entry;

	while (directory && out->count < FILE_LIMIT && (entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		out->list = pool_grow(pool, out->list, out->count, sizeof(*out->list));
		if (!out->list || !(out->list[out->count++] = pool_text(pool, entry->d_name)))
			return error_memory(err);
	}
	if (out->list)
		qsort(out->list, out->count, sizeof(*out->list), by_text);
	return 0;
}

/* The last definition of a name counts, as with ufw. */
static int shelf_put(struct shelf *shelf, const struct service *service, struct pool *pool, struct error *err)
{
	const size_t *known = names_find(&shelf->index, service->name);
	struct service *grown;

	if (known) {
		shelf->services.list[*known] = *service;
		return 0;
	}
	grown = pool_grow(pool, shelf->services.list, shelf->services.count, sizeof(*grown));
	if (!grown)
		return error_memory(err);
	shelf->services.list = grown;
	grown[shelf->services.count] = *service;
	return names_add(&shelf->index, service->name, shelf->services.count++, pool, err);
}

/* For a file that says nothing: it stands under its own name, with the reason. */
static int unusable(const char *name, const char *path, struct pool *pool, struct service *out,
		    struct error *err)
{
	if (err->kind != ERROR_FILE)
		return -1;
	*out = (struct service){.name = pool_text(pool, name),
				.origin = pool_text(pool, path),
				.line = 1,
				.refused = pool_text(pool, err->text)};
	return out->name && out->origin && out->refused ? 0 : error_memory(err);
}

/* What package managers and editors leave there is no profile, says ufw. */
static bool is_profile_of_ufw(const char *file)
{
	static const char *const leftovers[] = {".dpkg-new", ".dpkg-old", ".dpkg-dist",
						".rpmnew",   ".rpmsave",  "~"};

	for (size_t i = 0; i < sizeof(leftovers) / sizeof(leftovers[0]); i++)
		if (ends_with(file, leftovers[i]))
			return false;
	return true;
}

static int ufw_file_put(struct shelf *shelf, const char *file, struct pool *pool, struct error *err)
{
	const char *path = pool_format(pool, "%s/%s", directory_path(DIRECTORY_UFW), file);
	CLEANUP(text_free) struct text bytes = {0};
	struct service_list found = {0};
	struct service bad;

	if (!path)
		return error_memory(err);
	if (file_read(path, APPLICATIONS_SIZE_LIMIT, &bytes, err) < 0 ||
	    ufw_parse(text_string(&bytes), bytes.length, path, pool, &found, err) < 0) {
		if (unusable(file, path, pool, &bad, err) < 0)
			return -1;
		return names_find(&shelf->index, file) || !name_is_valid(file)
			       ? 0
			       : shelf_put(shelf, &bad, pool, err);
	}
	for (size_t i = 0; i < found.count; i++)
		if (shelf_put(shelf, &found.list[i], pool, err) < 0)
			return -1;
	return 0;
}

static int ufw_fill(struct sources *sources, size_t which, struct error *err)
{
	struct shelf filled = {.filled = true};
	struct file_names files = {0};

	if (sources->shelves[which].filled)
		return 0;
	if (names_read(directory_path(DIRECTORY_UFW), sources->pool, &files, err) < 0)
		return -1;
	for (size_t i = 0; i < files.count; i++)
		if (is_profile_of_ufw(files.list[i]) &&
		    ufw_file_put(&filled, files.list[i], sources->pool, err) < 0)
			return -1;
	sources->shelves[which] = filled;
	return 0;
}

int ufw_find(struct sources *sources, size_t which, const char *name, const struct service **out,
	     struct error *err)
{
	const struct shelf *shelf = &sources->shelves[which];
	const size_t *found;

	if (ufw_fill(sources, which, err) < 0)
		return -1;
	found = names_find(&shelf->index, name);
	*out = found ? &shelf->services.list[*found] : NULL;
	return 0;
}

int ufw_list(struct sources *sources, size_t which, struct service_list *out, struct error *err)
{
	if (ufw_fill(sources, which, err) < 0)
		return -1;
	*out = sources->shelves[which].services;
	return 0;
}

/* The services that are being read, each included by the one above it. */
struct reading {
	const char *name;
	const struct reading *above;
	unsigned depth;
};

static bool is_being_read(const struct reading *reading, const char *name)
{
	for (; reading; reading = reading->above)
		if (strcmp(reading->name, name) == 0)
			return true;
	return false;
}

static bool has_port(const struct service *service, struct port_spec port)
{
	for (size_t i = 0; i < service->port_count; i++)
		if (service->ports[i].protocol == port.protocol &&
		    service->ports[i].ports.first == port.ports.first &&
		    service->ports[i].ports.last == port.ports.last)
			return true;
	return false;
}

static int ports_join(struct service *service, const struct service *more, struct pool *pool,
		      struct error *err)
{
	for (size_t i = 0; i < more->port_count; i++) {
		struct port_spec *ports;

		if (has_port(service, more->ports[i]))
			continue;
		ports = pool_grow(pool, service->ports, service->port_count, sizeof(*ports));
		if (!ports)
			return error_memory(err);
		service->ports = ports;
		ports[service->port_count++] = more->ports[i];
	}
	return 0;
}

static int helpers_join(struct service *service, const char *more, struct pool *pool, struct error *err)
{
	service->helpers = service->helpers ? pool_format(pool, "%s, %s", service->helpers, more) : more;
	return service->helpers ? 0 : error_memory(err);
}

/* The first reason stays. */
static int refuse(struct service *service, const char *reason, struct error *err)
{
	if (!reason)
		return error_memory(err);
	if (!service->refused)
		service->refused = reason;
	return 0;
}

static int file_of(const char *name, struct pool *pool, const char **path, struct error *err);
static int service_read(const char *name, const char *path, const struct reading *above, struct pool *pool,
			struct service *out, struct error *err);

static int include(struct service *service, const char *name, const struct reading *reading,
		   struct pool *pool, struct error *err)
{
	struct service included;
	const char *path = NULL;

	if (is_being_read(reading, name))
		return refuse(service, pool_format(pool, "%s: \"%s\" includes itself", service->origin, name),
			      err);
	if (reading->depth == INCLUDE_LIMIT)
		return refuse(service,
			      pool_format(pool, "%s: more than %d services include each other",
					  service->origin, INCLUDE_LIMIT),
			      err);
	if (name_is_valid(name) && file_of(name, pool, &path, err) < 0)
		return -1;
	if (!path)
		return refuse(service,
			      pool_format(pool, "%s: includes %.80s, which no file of firewalld describes",
					  service->origin, name),
			      err);
	if (service_read(name, path, reading, pool, &included, err) < 0)
		return -1;
	if (included.helpers && helpers_join(service, included.helpers, pool, err) < 0)
		return -1;
	if (included.refused && refuse(service, included.refused, err) < 0)
		return -1;
	return ports_join(service, &included, pool, err);
}

static int service_judge(const struct firewalld_service *file, struct service *service, struct pool *pool,
			 struct error *err)
{
	if (file->more)
		return refuse(service,
			      pool_format(pool, "%s: \"%s\" of firewalld is more than ports: %s",
					  service->origin, service->name, file->more),
			      err);
	if (!service->port_count && !file->include_count)
		return refuse(service, pool_format(pool, "%s: no port is in it", service->origin), err);
	return 0;
}

static int service_read(const char *name, const char *path, const struct reading *above, struct pool *pool,
			struct service *out, struct error *err)
{
	const struct reading reading = {name, above, above ? above->depth + 1 : 1};
	CLEANUP(text_free) struct text bytes = {0};
	struct firewalld_service file;

	if (file_read(path, FIREWALLD_SIZE_LIMIT, &bytes, err) < 0 ||
	    firewalld_parse(text_string(&bytes), bytes.length, path, name, pool, &file, err) < 0)
		return unusable(name, path, pool, out, err);
	*out = file.service;
	if (service_judge(&file, out, pool, err) < 0)
		return -1;
	for (size_t i = 0; i < file.include_count; i++)
		if (include(out, file.includes[i], &reading, pool, err) < 0)
			return -1;
	return 0;
}

static int path_in(enum directory directory, const char *name, struct pool *pool, const char **path,
		   struct error *err)
{
	*path = pool_format(pool, "%s/%s" XML_SUFFIX, directory_path(directory), name);
	return *path ? 0 : error_memory(err);
}

/* An admin's file hides the one that came with firewalld; NULL where there is neither. */
static int file_of(const char *name, struct pool *pool, const char **path, struct error *err)
{
	static const enum directory directories[] = {DIRECTORY_FIREWALLD, DIRECTORY_FIREWALLD_DATA};

	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++) {
		if (path_in(directories[i], name, pool, path, err) < 0)
			return -1;
		if (!path_is_vacant(*path))
			return 0;
	}
	*path = NULL;
	return 0;
}

static enum directory directory_of(size_t which)
{
	return which == SOURCE_FIREWALLD ? DIRECTORY_FIREWALLD : DIRECTORY_FIREWALLD_DATA;
}

int firewalld_find(struct sources *sources, size_t which, const char *name, const struct service **out,
		   struct error *err)
{
	struct shelf *shelf = &sources->shelves[which];
	const size_t *found = names_find(&shelf->index, name);
	struct service service;
	const char *path;

	*out = NULL;
	if (!found && name_is_valid(name)) {
		if (path_in(directory_of(which), name, sources->pool, &path, err) < 0)
			return -1;
		if (path_is_vacant(path))
			return 0;
		if (service_read(name, path, NULL, sources->pool, &service, err) < 0 ||
		    shelf_put(shelf, &service, sources->pool, err) < 0)
			return -1;
		found = names_find(&shelf->index, name);
	}
	if (found)
		*out = &shelf->services.list[*found];
	return 0;
}

/* Its name without the suffix, when it can be asked for. */
static const char *service_name(const char *file, struct pool *pool)
{
	char *name = ends_with(file, XML_SUFFIX) ? pool_text(pool, file) : NULL;

	if (!name)
		return NULL;
	name[strlen(name) - strlen(XML_SUFFIX)] = '\0';
	return name_is_valid(name) && !port_looks_like(name) ? name : NULL;
}

int firewalld_list(struct sources *sources, size_t which, struct service_list *out, struct error *err)
{
	struct file_names files = {0};
	const struct service *found;

	if (names_read(directory_path(directory_of(which)), sources->pool, &files, err) < 0)
		return -1;
	for (size_t i = 0; i < files.count; i++) {
		const char *name = service_name(files.list[i], sources->pool);

		if (name && firewalld_find(sources, which, name, &found, err) < 0)
			return -1;
	}
	*out = sources->shelves[which].services;
	return 0;
}
