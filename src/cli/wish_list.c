/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list as a whole: its openings, the profiles it names, and that it does not want a thing and its contrary. Nothing of a list that
 * has a mistake is done.
 */
#include "wish_list.h"

#include "scope.h"
#include "wish_opening.h"

#include "fwport/catalog.h"
#include "fwport/files.h"
#include "fwport/json_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STDIN_NAME "standard input"

/* As far as it is read. */
struct list {
	struct openings present, absent;
	struct wish_value *present_at, *absent_at; /* where they come from, one for each */
	bool any, profiles_named, exclusive;
};

static int add_all(const struct wish_reading *reading, const struct openings *openings,
		   const struct wish_value *at, struct openings *out, struct wish_value **places)
{
	for (size_t i = 0; i < openings->count; i++) {
		struct wish_value *grown = pool_grow(reading->pool, *places, out->count, sizeof(*grown));

		if (!grown)
			return error_memory(reading->err);
		*places = grown;
		grown[out->count] = *at;
		if (openings_add(out, &openings->list[i], reading->pool, reading->err) < 0)
			return -1;
	}
	return 0;
}

static int read_openings(const struct wish_reading *reading, const struct wish_value *value, void *into)
{
	struct list *list = into;

	list->any = true;
	if (!json_is_array(value->json))
		return wish_wrong(reading, value, "an array of openings");
	for (size_t i = 0; i < json_array_size(value->json); i++) {
		const struct wish_value element = wish_element(value, i);
		struct wish_opening wish;

		if (wish_opening_read(reading, &element, &wish) < 0 ||
		    add_all(reading, &wish.openings, &element, wish.absent ? &list->absent : &list->present,
			    wish.absent ? &list->absent_at : &list->present_at) < 0)
			return -1;
	}
	return 0;
}

static int take_profile(const struct wish_reading *reading, const struct wish_value *at, const char *word,
			void *into)
{
	struct list *list = into;
	struct profile profile;

	if (catalog_profile(word, reading->pool, &profile, reading->err) < 0)
		return wish_in(reading, at);
	for (size_t i = 0; i < profile.openings.count; i++) {
		profile.openings.list[i].profile = profile.name;
		profile.openings.list[i].created = reading->now;
	}
	return add_all(reading, &profile.openings, at, &list->present, &list->present_at);
}

/* None of them is a wish, too: that nothing of a profile be open. */
static int read_profiles(const struct wish_reading *reading, const struct wish_value *value, void *into)
{
	struct list *list = into;

	list->any = list->profiles_named = true;
	if (json_is_array(value->json) && json_array_size(value->json) == 0)
		return 0;
	return wish_words(reading, value, take_profile, list);
}

static int read_exclusive(const struct wish_reading *reading, const struct wish_value *value, void *into)
{
	struct list *list = into;

	list->any = true;
	return wish_flag(reading, value, &list->exclusive);
}

static int read_schema(const struct wish_reading *reading, const struct wish_value *value, void *into)
{
	(void)into;
	if (json_is_integer(value->json) && json_integer_value(value->json) == 1)
		return 0;
	return wish_wrong(reading, value, "1, the one schema that there is");
}

static const struct wish_member members[] = {
	{"schema", read_schema},
	{"openings", read_openings},
	{"profiles", read_profiles},
	{"exclusive", read_exclusive},
	{0},
};

/* Of equal openings the same: prefixes are a set, in whatever order and however often they are said. */
struct keyed {
	uint64_t key;
	size_t index;
};

static uint64_t mix(uint64_t key, uint64_t value)
{
	return (key ^ value) * 0x9e3779b97f4a7c15u;
}

static uint64_t prefixes_key(const struct prefix *list, size_t count)
{
	uint64_t key = 0;

	for (size_t i = 0; i < count; i++) {
		uint64_t one = list[i].length;

		for (size_t j = 0; j < sizeof(list[i].address.bytes); j++)
			one = mix(one, list[i].address.bytes[j]);
		key |= one;
	}
	return key;
}

static uint64_t key_of(const struct opening *opening)
{
	const struct scope *scope = &opening->scope;
	uint64_t key = mix((uint64_t)opening->port.ports.first << 16 | opening->port.ports.last,
			   (uint64_t)opening->port.protocol << 1 | scope->direction);

	key = mix(key, prefixes_key(scope->from, scope->from_count));
	return mix(key, prefixes_key(scope->to, scope->to_count));
}

static int key_order(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

/* The first of the sorted list that has the key, or the place where it would stand. */
static size_t first_with(const struct keyed *sorted, size_t count, uint64_t key)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (sorted[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int contrary(const struct wish_reading *reading, const struct wish_value *absent,
		    const struct wish_value *present, const struct opening *opening)
{
	char port[PORT_TEXT];

	return error_set(reading->err, ERROR_FILE, "%s: %s wants %s %s absent, and %s wants it present",
			 reading->path, absent->at, port_text(opening->port, port),
			 direction_word(opening->scope.direction), present->at);
}

static int check_contraries(const struct wish_reading *reading, const struct list *list)
{
	const size_t count = list->present.count;
	struct keyed *sorted;

	if (!list->absent.count || !count)
		return 0;
	sorted = pool_alloc(reading->pool, count * sizeof(*sorted));
	if (!sorted)
		return error_memory(reading->err);
	for (size_t i = 0; i < count; i++)
		sorted[i] = (struct keyed){key_of(&list->present.list[i]), i};
	qsort(sorted, count, sizeof(*sorted), key_order);
	for (size_t i = 0; i < list->absent.count; i++) {
		const struct opening *absent = &list->absent.list[i];
		const uint64_t key = key_of(absent);

		for (size_t j = first_with(sorted, count, key); j < count && sorted[j].key == key; j++)
			if (opening_equal(absent, &list->present.list[sorted[j].index]))
				return contrary(reading, &list->absent_at[i],
						&list->present_at[sorted[j].index], absent);
	}
	return 0;
}

static void want(const struct list *list, struct change_request *out)
{
	out->openings = list->present;
	out->closings = list->absent;
	out->sweep = SWEEP_NOTHING;
	if (list->profiles_named)
		out->sweep = SWEEP_PROFILES;
	if (list->exclusive)
		out->sweep = SWEEP_ALL;
}

static int read_root(const struct wish_reading *reading, json_t *root, struct change_request *out)
{
	const struct wish_value whole = {.json = root};
	struct list list = {0};

	if (wish_members(reading, &whole, members, &list) < 0)
		return -1;
	if (!list.any)
		return wish_wrong(reading, &whole,
				  "a list: it has neither \"openings\" nor \"profiles\" nor \"exclusive\"");
	if (check_contraries(reading, &list) < 0)
		return -1;
	want(&list, out);
	return 0;
}

int wish_list_parse(const char *bytes, size_t length, const char *path, struct pool *pool,
		    struct change_request *out, struct error *err)
{
	const struct wish_reading reading = {.path = path, .pool = pool, .now = out->now, .err = err};
	json_t *root = json_file_parse(bytes, length, path, "this is not JSON", err);
	int done;

	if (!root)
		return -1;
	done = read_root(&reading, root, out);
	json_decref(root);
	return done;
}

/* One byte more than is allowed tells that there are too many. */
static int stdin_read(struct text *out, struct error *err)
{
	char bytes[1 << 14];
	ssize_t got;

	while (out->length <= WISH_LIST_LIMIT && (got = read(STDIN_FILENO, bytes, sizeof(bytes))) != 0) {
		if (got < 0 && errno != EINTR)
			return error_set(err, ERROR_FILE, STDIN_NAME ": %s", strerror(errno));
		if (got > 0)
			text_add_bytes(out, bytes, (size_t)got);
		if (out->failed)
			return error_memory(err);
	}
	if (out->length > WISH_LIST_LIMIT)
		return error_set(err, ERROR_FILE, STDIN_NAME ": more than %d bytes are too many",
				 WISH_LIST_LIMIT);
	return 0;
}

int wish_list_read(const char *path, struct pool *pool, struct change_request *out, struct error *err)
{
	CLEANUP(text_free) struct text bytes = {0};
	const bool is_stdin = strcmp(path, "-") == 0;

	if ((is_stdin ? stdin_read(&bytes, err) : file_read(path, WISH_LIST_LIMIT, &bytes, err)) < 0)
		return -1;
	return wish_list_parse(text_string(&bytes), bytes.length, is_stdin ? STDIN_NAME : path, pool, out,
			       err);
}
