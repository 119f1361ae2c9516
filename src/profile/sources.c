/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of sources. Knows where each is, who goes first, and what to say about a name that none of them has; a further
 * catalogue joins as one more row.
 */
#include "sources.h"

#include "directories.h"
#include "words.h"
#include "fwport/files.h"
#include "fwport/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ETC_SERVICES "/etc/services"

struct source {
	/* What it is called in sentences; of a source that is one file, the path. NULL when memory is short. */
	const char *(*name)(const struct sources *sources);
	bool own; /* fwport's own: listed without being asked for everything */
	/* NULL in *out when the name is not known there. */
	int (*find)(struct sources *sources, size_t which, const char *name, const struct service **out,
		    struct error *err);
	int (*list)(struct sources *sources, size_t which, struct service_list *out, struct error *err);
	/* For sources that are one file; NULL: a directory. */
	int (*parse)(const char *bytes, size_t length, const char *path, struct pool *pool,
		     struct service_list *out, struct error *err);
	size_t limit;
};

static const char *config_path(const struct sources *sources)
{
	return pool_format(sources->pool, "%s/services", directory_path(DIRECTORY_CONFIG));
}

static const char *data_path(const struct sources *sources)
{
	return pool_format(sources->pool, "%s/services", directory_path(DIRECTORY_DATA));
}

static const char *etc_path(const struct sources *sources)
{
	return sources->etc_services;
}

static const char *ufw_path(const struct sources *sources)
{
	(void)sources;
	return directory_path(DIRECTORY_UFW);
}

static const char *firewalld_path(const struct sources *sources)
{
	(void)sources;
	return directory_path(DIRECTORY_FIREWALLD);
}

static const char *firewalld_data_path(const struct sources *sources)
{
	(void)sources;
	return directory_path(DIRECTORY_FIREWALLD_DATA);
}

static int file_find(struct sources *sources, size_t which, const char *name, const struct service **out,
		     struct error *err);
static int file_list(struct sources *sources, size_t which, struct service_list *out, struct error *err);

static const struct source table[SOURCE_COUNT] = {
	[SOURCE_CONFIG] = {config_path, true, file_find, file_list, services_parse, SERVICES_SIZE_LIMIT},
	[SOURCE_DATA] = {data_path, true, file_find, file_list, services_parse, SERVICES_SIZE_LIMIT},
	[SOURCE_UFW] = {ufw_path, false, ufw_find, ufw_list, NULL, 0},
	[SOURCE_FIREWALLD] = {firewalld_path, false, firewalld_find, firewalld_list, NULL, 0},
	[SOURCE_FIREWALLD_DATA] = {firewalld_data_path, false, firewalld_find, firewalld_list, NULL, 0},
	[SOURCE_ETC] = {etc_path, false, file_find, file_list, etc_services_parse, ETC_SERVICES_SIZE_LIMIT},
};

bool path_is_vacant(const char *path)
{
	struct stat status;

	return lstat(path, &status) < 0 && errno == ENOENT;
}

static int file_load(const struct source *source, const char *path, struct pool *pool,
		     struct service_list *out, struct error *err)
{
	CLEANUP(text_free) struct text bytes = {0};

	if (path_is_vacant(path))
		return 0;
	if (file_read(path, source->limit, &bytes, err) < 0)
		return error_in(err, "cannot read services");
	return source->parse(text_string(&bytes), bytes.length, path, pool, out, err);
}

static int file_fill(struct sources *sources, size_t which, struct error *err)
{
	struct shelf *shelf = &sources->shelves[which], filled = {.filled = true};
	const char *path;

	if (shelf->filled)
		return 0;
	path = table[which].name(sources);
	if (!path)
		return error_memory(err);
	if (file_load(&table[which], path, sources->pool, &filled.services, err) < 0)
		return -1;
	for (size_t i = 0; i < filled.services.count; i++)
		if (names_add(&filled.index, filled.services.list[i].name, i, sources->pool, err) < 0)
			return -1;
	*shelf = filled;
	return 0;
}

static int file_find(struct sources *sources, size_t which, const char *name, const struct service **out,
		     struct error *err)
{
	const struct shelf *shelf = &sources->shelves[which];
	const size_t *found;

	if (file_fill(sources, which, err) < 0)
		return -1;
	found = names_find(&shelf->index, name);
	*out = found ? &shelf->services.list[*found] : NULL;
	return 0;
}

static int file_list(struct sources *sources, size_t which, struct service_list *out, struct error *err)
{
	if (file_fill(sources, which, err) < 0)
		return -1;
	*out = sources->shelves[which].services;
	return 0;
}

void sources_open(struct sources *sources, struct pool *pool)
{
	*sources = (struct sources){.pool = pool, .etc_services = ETC_SERVICES};
}

static int service_append(struct service_list *list, const struct service *service, struct pool *pool,
			  struct error *err)
{
	struct service *grown = pool_grow(pool, list->list, list->count, sizeof(*grown));

	if (!grown)
		return error_memory(err);
	list->list = grown;
	grown[list->count++] = *service;
	return 0;
}

/* Adds the services whose names are not among the winners yet. */
static int winners_add(struct service_list *winners, struct names *seen, const struct service_list *more,
		       struct pool *pool, struct error *err)
{
	for (size_t i = 0; i < more->count; i++) {
		if (names_find(seen, more->list[i].name))
			continue;
		if (names_add(seen, more->list[i].name, i, pool, err) < 0 ||
		    service_append(winners, &more->list[i], pool, err) < 0)
			return -1;
	}
	return 0;
}

/* In the order of the sources and of their files. */
static int winners_list(struct sources *sources, bool everything, struct service_list *out, struct error *err)
{
	struct service_list winners = {0}, more;
	struct names seen = {0};

	for (size_t i = 0; i < SOURCE_COUNT; i++) {
		if (!table[i].own && !everything)
			continue;
		if (table[i].list(sources, i, &more, err) < 0 ||
		    winners_add(&winners, &seen, &more, sources->pool, err) < 0)
			return -1;
	}
	*out = winners;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct service *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int sources_services(struct sources *sources, bool everything, struct service_list *out, struct error *err)
{
	if (winners_list(sources, everything, out, err) < 0)
		return -1;
	if (out->count)
		qsort(out->list, out->count, sizeof(*out->list), by_name);
	return 0;
}

int sources_service_all(struct sources *sources, const char *name, struct service_list *out,
			struct error *err)
{
	struct service_list all = {0};
	const struct service *found;

	for (size_t i = 0; i < SOURCE_COUNT; i++) {
		if (table[i].find(sources, i, name, &found, err) < 0)
			return -1;
		if (found && service_append(&all, found, sources->pool, err) < 0)
			return -1;
	}
	*out = all;
	return 0;
}

/* Of two names that are as near, the one that its file tells first: https rather than ftps. */
static const char *nearest_name(struct sources *sources, const char *name)
{
	struct service_list all;
	struct error ignored;
	const char **names;

	if (winners_list(sources, true, &all, &ignored) < 0)
		return NULL;
	names = pool_alloc(sources->pool, (all.count + 1) * sizeof(*names));
	for (size_t i = 0; names && i < all.count; i++)
		names[i] = all.list[i].name;
	return names ? text_nearest(name, names, all.count) : NULL;
}

/* Directories of firewalls that are not installed are not named. */
static void places_add(const struct sources *sources, struct text *out)
{
	const char *places[SOURCE_COUNT];
	size_t count = 0;

	for (size_t i = 0; i < SOURCE_COUNT; i++) {
		places[count] = table[i].name(sources);
		if (places[count] && (table[i].parse || !path_is_vacant(places[count])))
			count++;
	}
	for (size_t i = 0; i < count; i++)
		text_add(out, "%s%s", words_joint(i, count), places[i]);
}

static int unknown(struct sources *sources, const char *name, struct place at, struct error *err)
{
	const char *nearest = nearest_name(sources, name);
	CLEANUP(text_free) struct text where = {0};

	places_add(sources, &where);
	error_at(err, at, "no service is called \"%s\" (looked in %s)", name, text_string(&where));
	if (nearest)
		return error_hint(err, "did you mean %s?", nearest);
	return error_hint(err, "fwport services lists the names; a port is written 443 or 443/udp");
}

/* Text from the command line may hold anything, so it is quoted before it is shown. */
static int not_a_name(const char *name, struct place at, struct error *err)
{
	CLEANUP(text_free) struct text quoted = {0};

	text_add_quoted(&quoted, name);
	if (strchr(name, '/'))
		return error_at(err, at,
				"%.*s is neither a port (443, 443/udp) nor a service; a service brings its "
				"own protocol",
				utf8_shown(text_string(&quoted)), text_string(&quoted));
	error_at(err, at, "%.*s is neither a port nor the name of a service; allowed are " NAME_RULE,
		 utf8_shown(text_string(&quoted)), text_string(&quoted));
	if (strchr(name, ',') && !at.file)
		return error_hint(err, "several are words of their own, with spaces between them");
	return -1;
}

/* What it is can be opened all the same, by number. */
static int refused(const struct service *service, struct place at, struct error *err)
{
	CLEANUP(text_free) struct text ports = {0};
	char port[PORT_TEXT];

	for (size_t i = 0; i < service->port_count; i++)
		text_add(&ports, " %s", port_text(service->ports[i], port));
	if (at.file)
		error_at(err, at, "%s", service->refused);
	else
		error_set(err, ERROR_FILE, "%s", service->refused);
	if (service->port_count)
		return error_hint(err, "its ports by number:%s", text_string(&ports));
	return -1;
}

int sources_service(struct sources *sources, const char *name, struct place at, const struct service **out,
		    struct error *err)
{
	const struct service *found = NULL;

	if (!application_name_is_valid(name))
		return not_a_name(name, at, err);
	for (size_t i = 0; i < SOURCE_COUNT && !found; i++)
		if (table[i].find(sources, i, name, &found, err) < 0)
			return -1;
	if (!found)
		return unknown(sources, name, at, err);
	if (found->refused)
		return refused(found, at, err);
	*out = found;
	return 0;
}
