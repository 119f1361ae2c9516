/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads /etc/services: `name port/protocol alias... # comment`. Knows that the file is somebody else's: what cannot be used
 * is passed over, never an error.
 */
#include "services.h"

#include "names.h"

#include "fwport/utf8.h"

#include <string.h>

#define BLANKS " \t\r"

struct reader {
	struct pool *pool;
	struct names index; /* name to its place in the list */
	const char *origin;
	struct service_list list;
};

/* The lower the more wanted. */
static unsigned rank(enum protocol protocol)
{
	switch (protocol) {
	case PROTOCOL_TCP:
		return 0;
	case PROTOCOL_UDP:
		return 1;
	case PROTOCOL_SCTP:
		return 2;
	}
	return 3;
}

static int service_append(struct reader *reader, const struct service *service, struct error *err)
{
	struct service *list = pool_grow(reader->pool, reader->list.list, reader->list.count, sizeof(*list));

	if (!list || names_add(&reader->index, service->name, reader->list.count, reader->pool, err) < 0)
		return error_memory(err);
	reader->list.list = list;
	list[reader->list.count++] = *service;
	return 0;
}

/* The first line with the most wanted protocol defines the name. */
static int service_offer(struct reader *reader, const struct service *service, struct error *err)
{
	const size_t *known = names_find(&reader->index, service->name);

	if (!name_is_valid(service->name) || port_looks_like(service->name))
		return 0;
	if (!known)
		return service_append(reader, service, err);
	if (rank(service->ports->protocol) < rank(reader->list.list[*known].ports->protocol))
		reader->list.list[*known] = *service;
	return 0;
}

/* Cuts off the comment, and gives it when it can be shown. */
static const char *comment_cut(char *line)
{
	char *mark = strchr(line, '#'), *end;

	if (!mark)
		return NULL;
	*mark = '\0';
	mark += 1 + strspn(mark + 1, BLANKS);
	for (end = mark + strlen(mark); end > mark && strchr(BLANKS, end[-1]); end--)
		end[-1] = '\0';
	return *mark && utf8_clean_length(mark, strlen(mark)) == strlen(mark) ? mark : NULL;
}

static int line_read(struct reader *reader, char *line, unsigned number, struct error *err)
{
	struct service service = {.origin = reader->origin, .line = number, .port_count = 1};
	const struct place at = {.file = reader->origin, .line = number};
	struct error ignored;
	struct port_spec port;
	char *rest, *words;

	service.comment = comment_cut(line);
	service.name = strtok_r(line, BLANKS, &rest);
	words = service.name ? strtok_r(NULL, BLANKS, &rest) : NULL;
	if (!words || !strchr(words, '/') || port_parse(words, at, &port, &ignored) < 0)
		return 0;
	service.ports = pool_copy(reader->pool, &port, sizeof(port));
	if (!service.ports)
		return error_memory(err);
	for (; service.name; service.name = strtok_r(NULL, BLANKS, &rest))
		if (service_offer(reader, &service, err) < 0)
			return -1;
	return 0;
}

int etc_services_parse(const char *bytes, size_t length, const char *path, struct pool *pool,
		       struct service_list *out, struct error *err)
{
	struct reader reader = {.pool = pool, .origin = pool_text(pool, path)};
	char *next = pool_alloc(pool, length + 1), *line;
	unsigned number = 0;

	if (!reader.origin || !next)
		return error_memory(err);
	if (length)
		memcpy(next, bytes, length);
	while ((line = strsep(&next, "\n")))
		if (line_read(&reader, line, ++number, err) < 0)
			return -1;
	*out = reader.list;
	return 0;
}
