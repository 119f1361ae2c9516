/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a services file of fwport's own: bare `name = ports` lines, ports by number. Knows nothing of where such files are
 * and which one wins.
 */
#include "services.h"

#include "ini.h"
#include "names.h"
#include "words.h"

#include "fwport/utf8.h"

struct reader {
	struct pool *pool;
	struct names seen;
	const char *origin;
	struct service_list list;
};

static int ports_read(struct reader *reader, struct words *words, struct service *service, struct error *err)
{
	struct word word;

	do {
		struct port_spec *ports =
			pool_grow(reader->pool, service->ports, service->port_count, sizeof(*ports));
		if (!ports)
			return error_memory(err);
		service->ports = ports;
		if (word_member(words, "a port", &word, err) < 0 ||
		    port_parse(word.text, word.at, &ports[service->port_count], err) < 0)
			return -1;
		service->port_count++;
	} while (word.end == ',');
	return 0;
}

static int rest_refuse(struct words *words, struct error *err)
{
	struct word word;

	if (!words_left(words))
		return 0;
	if (word_next(words, &word, err) < 0)
		return -1;
	if (word.end == '=')
		return error_at(err, word.at, "\"%s=\" behind a service; only a profile says who may use it",
				word.text);
	return error_at(err, word.at, "\"%s\" follows without a comma; ports are separated by commas",
			word.text);
}

static int service_read(struct reader *reader, const struct ini_line *line, struct error *err)
{
	struct service *list = pool_grow(reader->pool, reader->list.list, reader->list.count, sizeof(*list));
	struct service service = {.name = line->name,
				  .origin = reader->origin,
				  .line = line->at.line,
				  .comment = line->comment};
	struct words words;

	if (!list)
		return error_memory(err);
	reader->list.list = list;
	if (port_looks_like(line->name))
		return error_at(err, line->at,
				"\"%s\" would be read as a port; a service's name has a letter", line->name);
	if (names_add_once(&reader->seen, line->name, line->at, reader->pool, err) < 0)
		return -1;
	words_open(&words, line);
	if (ports_read(reader, &words, &service, err) < 0 || rest_refuse(&words, err) < 0)
		return -1;
	list[reader->list.count++] = service;
	return 0;
}

int services_parse(const char *bytes, size_t length, const char *path, struct pool *pool,
		   struct service_list *out, struct error *err)
{
	struct reader reader = {.pool = pool, .origin = pool_text(pool, path)};
	struct ini_line line;
	struct ini ini;

	if (!reader.origin)
		return error_memory(err);
	if (ini_open(&ini, bytes, length, path, pool, err) < 0)
		return -1;
	for (;;) {
		if (ini_next(&ini, &line, err) < 0)
			return -1;
		if (line.kind == INI_END)
			break;
		if (line.kind == INI_SECTION)
			return error_at(err, line.at, "\"[%.*s]\" in a services file; it has no sections",
					utf8_shown(line.name), line.name);
		if (service_read(&reader, &line, err) < 0)
			return -1;
	}
	*out = reader.list;
	return 0;
}
