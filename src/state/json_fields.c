/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every reader says which field of which thing is wrong, and what it has to be.
 */
#include "json_fields.h"

#include <string.h>

int field_wrong(const struct reading *reading, const char *field, const char *wants, struct error *err)
{
	struct place place = {.file = reading->path};

	if (!reading->number)
		return error_at(err, place, "\"%s\" is not %s", field, wants);
	return error_at(err, place, "%s %zu: \"%s\" is not %s", reading->thing, reading->number, field,
			wants);
}

int string_field(const struct reading *reading, const json_t *object, const char *field, const char **out,
		 struct error *err)
{
	const json_t *value = json_object_get(object, field);

	if (!value)
		return 0;
	if (!json_is_string(value))
		return field_wrong(reading, field, "a string", err);
	*out = pool_text(reading->pool, json_string_value(value));
	return *out ? 1 : error_memory(err);
}

int number_field(const struct reading *reading, const json_t *object, const char *field, json_int_t most,
		 json_int_t *out, struct error *err)
{
	const json_t *value = json_object_get(object, field);

	if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > most)
		return field_wrong(reading, field, "a number in range", err);
	*out = json_integer_value(value);
	return 0;
}

int flag_field(const struct reading *reading, const json_t *object, const char *field, bool *out,
	       struct error *err)
{
	const json_t *value = json_object_get(object, field);

	if (value && !json_is_boolean(value))
		return field_wrong(reading, field, "true or false", err);
	*out = json_is_true(value);
	return 0;
}

int word_field(const struct reading *reading, const json_t *object, const char *field,
	       const char *const *words, size_t count, unsigned *out, struct error *err)
{
	const char *word = json_string_value(json_object_get(object, field));

	for (unsigned i = 0; word && i < count; i++)
		if (words[i] && !strcmp(words[i], word)) {
			*out = i;
			return 0;
		}
	return field_wrong(reading, field, "a known word", err);
}

int prefixes_field(const struct reading *reading, const json_t *object, const char *field,
		   const struct prefix **out, size_t *count, struct error *err)
{
	const json_t *array = json_object_get(object, field);
	struct prefix *list;

	if (!array)
		return 0;
	if (!json_array_size(array))
		return field_wrong(reading, field, "a list of prefixes", err);
	list = pool_alloc(reading->pool, json_array_size(array) * sizeof(*list));
	if (!list)
		return error_memory(err);
	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *text = json_string_value(json_array_get(array, i));

		if (!text)
			return field_wrong(reading, field, "a list of prefixes", err);
		if (prefix_parse(text, (struct place){.file = reading->path}, &list[i], err) < 0)
			return -1;
	}
	*out = list;
	*count = json_array_size(array);
	return 0;
}

int fields_check(const struct reading *reading, json_t *object, const char *const *known, struct error *err)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		size_t i = 0;

		while (known[i] && strcmp(known[i], key) != 0)
			i++;
		if (!known[i])
			return field_wrong(reading, key, "a field that this fwport knows", err);
	}
	return 0;
}
