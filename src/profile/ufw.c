/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a file of ufw's application profiles: `[Name]` with title=, description= and ports=80,443/tcp|53/udp. Knows what ufw makes of
 * ports: without a protocol one is tcp and udp.
 */
#include "applications.h"

#include "ini.h"
#include "names.h"

#include "fwport/utf8.h"

#include <string.h>
#include <strings.h>

struct reader {
	struct pool *pool;
	struct names seen;
	const char *path;
	struct service_list list;
	struct service *open; /* the application whose lines come */
};

static int section_begin(struct reader *reader, const struct ini_line *line, struct error *err)
{
	struct service *list = pool_grow(reader->pool, reader->list.list, reader->list.count, sizeof(*list));
	const size_t *before = names_find(&reader->seen, line->name);

	if (!list)
		return error_memory(err);
	reader->list.list = list;
	if (!application_name_is_valid(line->name) || port_looks_like(line->name))
		return error_at(err, line->at,
				"\"%.*s\" is not the name of an application; allowed are " APPLICATION_RULE,
				utf8_shown(line->name), line->name);
	if (before)
		return error_at(err, line->at, "[%s] was already given in line %zu", line->name, *before);
	reader->open = &list[reader->list.count++];
	*reader->open = (struct service){.name = line->name, .origin = reader->path, .line = line->at.line};
	return names_add(&reader->seen, line->name, line->at.line, reader->pool, err);
}

static int port_add(struct reader *reader, struct port_spec port, struct error *err)
{
	struct service *service = reader->open;
	struct port_spec *ports =
		pool_grow(reader->pool, service->ports, service->port_count, sizeof(*ports));

	if (!ports)
		return error_memory(err);
	service->ports = ports;
	ports[service->port_count++] = port;
	return 0;
}

/* One of a list; ufw writes a range 6891:6900. `protocol` is NULL where none is given. */
static int port_read(struct reader *reader, char *word, const char *protocol, struct place at,
		     struct error *err)
{
	const char *const both[] = {"tcp", "udp"};
	char *colon = strchr(word, ':');

	if (colon)
		*colon = '-';
	for (size_t i = 0; i < (protocol ? 1 : 2); i++) {
		const char *text = pool_format(reader->pool, "%s/%s", word, protocol ? protocol : both[i]);
		struct port_spec port;

		if (!text)
			return error_memory(err);
		if (port_parse(text, at, &port, err) < 0 || port_add(reader, port, err) < 0)
			return -1;
	}
	return 0;
}

/* "80,443/tcp" */
static int group_read(struct reader *reader, char *group, struct place at, struct error *err)
{
	char *protocol = strchr(group, '/'), *rest, *word;

	if (protocol)
		*protocol++ = '\0';
	else if (group[strcspn(group, ",:")])
		return error_at(err, at,
				"\"%.*s\" has no protocol; behind several ports ufw wants /tcp or /udp",
				utf8_shown(group), group);
	if (!*group)
		return error_at(err, at, "no port between two \"|\", or before \"/\"");
	for (word = strtok_r(group, ",", &rest); word; word = strtok_r(NULL, ",", &rest))
		if (port_read(reader, word, protocol, at, err) < 0)
			return -1;
	return 0;
}

static int ports_read(struct reader *reader, const struct ini_line *line, struct error *err)
{
	char *next = line->value, *group;

	while ((group = strsep(&next, "|"))) {
		struct place at = line->value_at;

		at.column += (unsigned)(group - line->value);
		if (group_read(reader, group, at, err) < 0)
			return -1;
	}
	return 0;
}

/* What is wrong with one application keeps none of the others from being used, as with ufw. */
static int entry_read(struct reader *reader, const struct ini_line *line, struct error *err)
{
	struct service *service = reader->open;

	if (!service)
		return error_at(err, line->at, "\"%.*s\" before the first [NAME]", utf8_shown(line->name),
				line->name);
	if (strcasecmp(line->name, "title") == 0)
		service->comment = line->value;
	if (strcasecmp(line->name, "ports") != 0)
		return 0;
	if (service->port_count || service->refused)
		return error_at(err, line->at, "\"ports\" is given twice for [%s]", service->name);
	if (ports_read(reader, line, err) == 0)
		return 0;
	if (err->kind != ERROR_FILE)
		return -1;
	service->port_count = 0;
	service->refused = pool_text(reader->pool, err->text);
	return service->refused ? 0 : error_memory(err);
}

static int without_ports_refuse(struct reader *reader, struct error *err)
{
	for (size_t i = 0; i < reader->list.count; i++) {
		struct service *service = &reader->list.list[i];

		if (service->port_count || service->refused)
			continue;
		service->refused = pool_format(reader->pool, "%s:%u: [%s] has no ports=", service->origin,
					       service->line, service->name);
		if (!service->refused)
			return error_memory(err);
	}
	return 0;
}

int ufw_parse(const char *bytes, size_t length, const char *path, struct pool *pool, struct service_list *out,
	      struct error *err)
{
	struct reader reader = {.pool = pool, .path = pool_text(pool, path)};
	struct ini_line line;
	struct ini ini;

	if (!reader.path)
		return error_memory(err);
	if (ini_open(&ini, bytes, length, reader.path, pool, err) < 0)
		return -1;
	do {
		if (ini_next(&ini, &line, err) < 0)
			return -1;
		if ((line.kind == INI_SECTION && section_begin(&reader, &line, err) < 0) ||
		    (line.kind == INI_ENTRY && entry_read(&reader, &line, err) < 0))
			return -1;
	} while (line.kind != INI_END);
	if (without_ports_refuse(&reader, err) < 0)
		return -1;
	*out = reader.list;
	return 0;
}
