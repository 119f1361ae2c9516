/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads one value of a profile. Knows ports, services, from=, to= and iface=; does not know the line's name or its section.
 */
#include "value.h"

#include "words.h"

#include <string.h>

enum { IFACE_LIMIT = 15 }; /* IFNAMSIZ without the NUL */

struct reader {
	struct words words;
	struct sources *sources;
	struct value value;
};

static int port_add(struct reader *reader, struct port_spec port, struct error *err)
{
	struct value *value = &reader->value;
	struct port_spec *ports =
		pool_grow(reader->sources->pool, value->ports, value->port_count, sizeof(*ports));

	if (!ports)
		return error_memory(err);
	value->ports = ports;
	ports[value->port_count++] = port;
	return 0;
}

static int service_add(struct reader *reader, const struct word *word, struct error *err)
{
	const struct service *service;

	if (sources_service(reader->sources, word->text, word->at, &service, err) < 0)
		return -1;
	for (size_t i = 0; i < service->port_count; i++)
		if (port_add(reader, service->ports[i], err) < 0)
			return -1;
	return 0;
}

static int ports_read(struct reader *reader, struct error *err)
{
	struct port_spec port;
	struct word word;

	do {
		if (word_member(&reader->words, "a port or a service", &word, err) < 0)
			return -1;
		if (!port_looks_like(word.text)) {
			if (service_add(reader, &word, err) < 0)
				return -1;
			continue;
		}
		if (port_parse(word.text, word.at, &port, err) < 0 || port_add(reader, port, err) < 0)
			return -1;
	} while (word.end == ',');
	return 0;
}

static int prefixes_read(struct reader *reader, const struct prefix **out, size_t *count, struct error *err)
{
	struct prefix *prefixes = NULL;
	struct word word;
	size_t n = 0;

	do {
		prefixes = pool_grow(reader->sources->pool, prefixes, n, sizeof(*prefixes));
		if (!prefixes)
			return error_memory(err);
		if (word_member(&reader->words, "an address or a prefix", &word, err) < 0 ||
		    prefix_parse(word.text, word.at, &prefixes[n++], err) < 0)
			return -1;
	} while (word.end == ',');
	*out = prefixes;
	*count = n;
	return 0;
}

static int from_read(struct reader *reader, struct error *err)
{
	return prefixes_read(reader, &reader->value.scope.from, &reader->value.scope.from_count, err);
}

static int to_read(struct reader *reader, struct error *err)
{
	return prefixes_read(reader, &reader->value.scope.to, &reader->value.scope.to_count, err);
}

/* The kernel's rule: dev_valid_name(), net/core/dev.c. White space cannot be in a word. */
static bool iface_is_valid(const char *name)
{
	return strlen(name) <= IFACE_LIMIT && !strpbrk(name, "/:") && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0;
}

static int iface_read(struct reader *reader, struct error *err)
{
	struct word word;

	if (word_member(&reader->words, "an interface", &word, err) < 0)
		return -1;
	if (!iface_is_valid(word.text))
		return error_at(
			err, word.at,
			"\"%s\" is not an interface name; it has 1-15 characters, no / : or white space",
			word.text);
	if (iface_is_pattern(word.text))
		return error_at(err, word.at,
				"\"%s\" stands for many interfaces in a rule, and an opening is for one",
				word.text);
	if (word.end == ',')
		return error_at(err, word.at, "more than one interface behind iface=; write a line for each");
	reader->value.scope.iface = word.text;
	return 0;
}

static const struct option {
	const char *name;
	int (*read)(struct reader *reader, struct error *err);
} options[] = {
	{"from", from_read},
	{"to", to_read},
	{"iface", iface_read},
};
enum { OPTION_COUNT = sizeof(options) / sizeof(options[0]) };

static int option_unknown(const struct word *word, struct error *err)
{
	const char *allowed[OPTION_COUNT];

	for (size_t i = 0; i < OPTION_COUNT; i++)
		allowed[i] = options[i].name;
	return word_unknown(word, "an option of a line", allowed, OPTION_COUNT, err);
}

static int option_read(struct reader *reader, unsigned *seen, struct error *err)
{
	struct word word;

	if (word_next(&reader->words, &word, err) < 0)
		return -1;
	if (word.end != '=')
		return error_at(
			err, word.at,
			"\"%s\" follows without a comma, and is not an option such as from=", word.text);
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (strcmp(options[i].name, word.text) != 0)
			continue;
		if (*seen & 1u << i)
			return error_at(err, word.at, "\"%s=\" is given twice in this line", word.text);
		*seen |= 1u << i;
		return options[i].read(reader, err);
	}
	return option_unknown(&word, err);
}

static unsigned families_of(const struct prefix *prefixes, size_t count)
{
	unsigned families = count ? 0 : FAMILIES_BOTH;

	for (size_t i = 0; i < count; i++)
		families |= FAMILY_BIT(prefixes[i].address.family);
	return families;
}

static int families_set(struct scope *scope, struct place at, struct error *err)
{
	scope->families =
		families_of(scope->from, scope->from_count) & families_of(scope->to, scope->to_count);
	if (!scope->families)
		return error_at(err, at,
				"from= and to= have no family in common; no packet is both IPv4 and IPv6");
	return 0;
}

int value_parse(const struct ini_line *line, enum direction direction, struct sources *sources,
		struct value *out, struct error *err)
{
	struct reader reader = {.sources = sources, .value.scope.direction = direction};
	unsigned seen = 0;

	words_open(&reader.words, line);
	if (ports_read(&reader, err) < 0)
		return -1;
	while (words_left(&reader.words))
		if (option_read(&reader, &seen, err) < 0)
			return -1;
	if (families_set(&reader.value.scope, line->value_at, err) < 0)
		return -1;
	*out = reader.value;
	return 0;
}
