/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An open-addressing hash table that is never more than half full. Knows what a name may look like; does not know what
 * the numbers stand for.
 */
#include "names.h"

#include "fwport/utf8.h"

#include <stdint.h>
#include <string.h>

enum { FIRST_SIZE = 64 }; /* a power of two */

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_made_of(const char *name, const char *others)
{
	size_t length = 0;

	for (; name[length]; length++)
		if (length == NAME_LIMIT ||
		    (!is_letter_or_digit(name[length]) && !strchr(others, name[length])))
			return false;
	return is_letter_or_digit(name[0]);
}

bool name_is_valid(const char *name)
{
	return is_made_of(name, "-_.+");
}

bool application_name_is_valid(const char *name)
{
	return is_made_of(name, "-_.+ ");
}

/* FNV-1a */
static size_t hash(const char *name)
{
	uint64_t h = 0xcbf29ce484222325;

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 0x100000001b3;
	return (size_t)(h ^ h >> 32);
}

static struct name_slot *slot_of(const struct names *names, const char *name)
{
	size_t i = hash(name) & (names->size - 1);

	while (names->slots[i].name && strcmp(names->slots[i].name, name) != 0)
		i = (i + 1) & (names->size - 1);
	return &names->slots[i];
}

const size_t *names_find(const struct names *names, const char *name)
{
	const struct name_slot *slot = names->size ? slot_of(names, name) : NULL;

	return slot && slot->name ? &slot->number : NULL;
}

static int table_double(struct names *names, struct pool *pool, struct error *err)
{
	struct names larger = {.size = names->size ? names->size * 2 : FIRST_SIZE, .count = names->count};

	larger.slots = pool_alloc(pool, larger.size * sizeof(*larger.slots));
	if (!larger.slots)
		return error_memory(err);
	for (size_t i = 0; i < names->size; i++)
		if (names->slots[i].name)
			*slot_of(&larger, names->slots[i].name) = names->slots[i];
	*names = larger;
	return 0;
}

int names_add(struct names *names, const char *name, size_t number, struct pool *pool, struct error *err)
{
	if (names->count * 2 >= names->size && table_double(names, pool, err) < 0)
		return -1;
	*slot_of(names, name) = (struct name_slot){.name = name, .number = number};
	names->count++;
	return 0;
}

int names_add_once(struct names *names, const char *name, struct place at, struct pool *pool,
		   struct error *err)
{
	const size_t *line = names_find(names, name);

	if (!name_is_valid(name))
		return error_at(err, at, "\"%.*s\" is not a name; allowed are " NAME_RULE, utf8_shown(name),
				name);
	if (line)
		return error_at(err, at, "\"%s\" was already given in line %zu; a name is given once", name,
				*line);
	return names_add(names, name, at.line, pool, err);
}
