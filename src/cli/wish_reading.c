/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is in a value is no concern of this file.
 */
#include "wish_reading.h"

#include "fwport/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_SHOWN = 80, NAMES_LIMIT = 32 };

/* As it stands in the list, but on one line, and no longer than one reads. */
static void value_text(const json_t *value, struct text *out)
{
	char *dump = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_ENSURE_ASCII);

	if (dump)
		text_add(out, "%.*s%s", VALUE_SHOWN, dump, strlen(dump) > VALUE_SHOWN ? "..." : "");
	out->failed |= !dump;
	free(dump);
}

static const char *place_colon(const struct wish_value *value)
{
	return *value->at ? ": " : "";
}

int wish_wrong(const struct wish_reading *reading, const struct wish_value *value, const char *allowed)
{
	CLEANUP(text_free) struct text text = {0};

	value_text(value->json, &text);
	if (text.failed)
		return error_memory(reading->err);
	return error_set(reading->err, ERROR_FILE, "%s: %s%s%s is not %s", reading->path, value->at,
			 place_colon(value), text_string(&text), allowed);
}

int wish_in(const struct wish_reading *reading, const struct wish_value *value)
{
	if (reading->err->kind == ERROR_USAGE)
		reading->err->kind = ERROR_FILE;
	return error_in(reading->err, "%s%s%s", reading->path, place_colon(value), value->at);
}

static int unknown_member(const struct wish_reading *reading, const struct wish_value *object,
			  const char *name, const struct wish_member *members)
{
	CLEANUP(text_free) struct text quoted = {0}, allowed = {0};
	const char *names[NAMES_LIMIT], *nearest;
	size_t count = 0;

	text_add_quoted(&quoted, name);
	for (; members->name && count < NAMES_LIMIT; members++) {
		names[count++] = members->name;
		text_add(&allowed, "%s%s", allowed.length ? ", " : "", members->name);
	}
	nearest = text_nearest(name, names, count);
	error_set(reading->err, ERROR_FILE, "%s: %s%sunknown member %s, known are %s", reading->path,
		  object->at, place_colon(object), text_string(&quoted), text_string(&allowed));
	return nearest ? error_hint(reading->err, "did you mean \"%s\"?", nearest) : -1;
}

static const struct wish_member *find(const struct wish_member *members, const char *name)
{
	for (; members->name; members++)
		if (strcmp(members->name, name) == 0)
			return members;
	return NULL;
}

static struct wish_value member_of(const struct wish_value *object, const char *name, json_t *json)
{
	struct wish_value value = {.json = json};

	snprintf(value.at, sizeof(value.at), "%.40s%s%s", object->at, *object->at ? "." : "", name);
	return value;
}

int wish_members(const struct wish_reading *reading, const struct wish_value *object,
		 const struct wish_member *members, void *into)
{
	const char *name;
	json_t *json;

	if (!json_is_object(object->json))
		return wish_wrong(reading, object, "an object");
	json_object_foreach(object->json, name, json)
	{
		const struct wish_member *member = find(members, name);
		struct wish_value value;

		if (!member)
			return unknown_member(reading, object, name, members);
		value = member_of(object, member->name, json);
		if (member->read(reading, &value, into) < 0)
			return -1;
	}
	return 0;
}

struct wish_value wish_element(const struct wish_value *array, size_t i)
{
	struct wish_value value = {.json = json_array_get(array->json, i)};

	snprintf(value.at, sizeof(value.at), "%.40s[%zu]", array->at, i);
	return value;
}

int wish_words(const struct wish_reading *reading, const struct wish_value *value, wish_word_reader *read,
	       void *into)
{
	if (json_is_string(value->json))
		return read(reading, value, json_string_value(value->json), into);
	if (!json_array_size(value->json))
		return wish_wrong(reading, value, "a string, or an array of strings");
	for (size_t i = 0; i < json_array_size(value->json); i++) {
		const struct wish_value element = wish_element(value, i);

		if (!json_is_string(element.json))
			return wish_wrong(reading, &element, "a string");
		if (read(reading, &element, json_string_value(element.json), into) < 0)
			return -1;
	}
	return 0;
}

int wish_text(const struct wish_reading *reading, const struct wish_value *value, const char **out)
{
	if (!json_is_string(value->json))
		return wish_wrong(reading, value, "a string");
	*out = pool_text(reading->pool, json_string_value(value->json));
	return *out ? 0 : error_memory(reading->err);
}

int wish_flag(const struct wish_reading *reading, const struct wish_value *value, bool *out)
{
	if (!json_is_boolean(value->json))
		return wish_wrong(reading, value, "true or false");
	*out = json_is_true(value->json);
	return 0;
}

int wish_choice(const struct wish_reading *reading, const struct wish_value *value, const char *const *words,
		unsigned *out)
{
	CLEANUP(text_free) struct text allowed = {0};
	const char *word = json_string_value(value->json);

	for (unsigned i = 0; words[i]; i++) {
		if (word && strcmp(words[i], word) == 0) {
			*out = i;
			return 0;
		}
		text_add(&allowed, "%s\"%s\"", i ? " or " : "", words[i]);
	}
	return wish_wrong(reading, value, text_string(&allowed));
}
