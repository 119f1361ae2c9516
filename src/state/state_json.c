/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encodes and decodes the state. Fields that have their default value are left out, so that the file can be read by people.
 */
#include "state_json.h"

#include <jansson.h>
#include <string.h>

enum { STATE_FORMAT = 1 };

static const char *const families_words[] = {
	[FAMILY_BIT(FAMILY_IPV4)] = "ipv4",
	[FAMILY_BIT(FAMILY_IPV6)] = "ipv6",
	[FAMILIES_BOTH] = "both",
};

/*
 * ---- to text ----
 *
 * Written directly: building a tree first took half the time of applying a profile of 10,000 ports. One opening a line.
 */

/* Strings are UTF-8, state_check has seen to it; json_loadb, which reads them back, takes nothing else. */
static void add_string(struct text *out, const char *field, const char *value)
{
	text_add_bytes(out, ",\"", 2);
	text_add_bytes(out, field, strlen(field));
	text_add_bytes(out, "\":\"", 3);
	for (size_t plain; *value; value += plain ? plain : 1) {
		plain = 0;
		while ((unsigned char)value[plain] >= 0x20 && value[plain] != '"' && value[plain] != '\\')
			plain++;
		if (plain)
			text_add_bytes(out, value, plain);
		else
			text_add(out, "\\u%04x", (unsigned char)*value);
	}
	text_add_bytes(out, "\"", 1);
}

static void add_optional(struct text *out, const char *field, const char *value)
{
	if (value)
		add_string(out, field, value);
}

static void add_prefixes(struct text *out, const char *field, const struct prefix *list, size_t count)
{
	char text[ADDRESS_TEXT];

	if (!count)
		return;
	text_add(out, ",\"%s\":[", field);
	for (size_t i = 0; i < count; i++)
		text_add(out, "%s\"%s\"", i ? "," : "", prefix_text(&list[i], text));
	text_add(out, "]");
}

static void add_opening(struct text *out, const struct opening *opening)
{
	const struct scope *scope = &opening->scope;
	char port[PORT_TEXT];

	text_add(out, "{\"id\":%u,\"created\":%lld", opening->id, (long long)opening->created);
	add_optional(out, "service", opening->service);
	add_string(out, "port", port_text(opening->port, port));
	add_string(out, "direction", direction_word(scope->direction));
	add_string(out, "families", families_words[scope->families & FAMILIES_BOTH]);
	if (scope->families_named)
		text_add(out, ",\"named\":true");
	add_prefixes(out, "from", scope->from, scope->from_count);
	add_prefixes(out, "to", scope->to, scope->to_count);
	add_optional(out, "iface", scope->iface);
	add_optional(out, "profile", opening->profile);
	add_optional(out, "reason", opening->reason);
	if (opening->override)
		text_add(out, ",\"override\":true");
	text_add_bytes(out, "}", 1);
}

static int string_check(const char *what, const char *string, struct error *err)
{
	json_t *value = string ? json_string(string) : NULL;

	if (string && !value)
		return error_set(err, ERROR_USAGE, "the %s is not UTF-8 text", what);
	json_decref(value);
	return 0;
}

int state_check(const struct state *state, struct error *err)
{
	const char *profile = NULL; /* thousands of openings share it */

	for (size_t i = 0; i < state->openings.count; i++) {
		const struct opening *opening = &state->openings.list[i];

		if (string_check("reason", opening->reason, err) < 0 ||
		    string_check("interface name", opening->scope.iface, err) < 0 ||
		    (opening->profile != profile &&
		     string_check("profile's name", opening->profile, err) < 0))
			return -1;
		profile = opening->profile;
	}
	return 0;
}

int state_encode(const struct state *state, struct text *out, struct error *err)
{
	if (state_check(state, err) < 0)
		return -1;
	text_add(out, "{\"format\":%d,\"generation\":%u,\"next_id\":%u,\"openings\":[", STATE_FORMAT,
		 state->generation, state->next_id);
	for (size_t i = 0; i < state->openings.count; i++) {
		text_add_bytes(out, i ? ",\n" : "\n", i ? 2 : 1);
		add_opening(out, &state->openings.list[i]);
	}
	text_add(out, "\n]}\n");
	return out->failed ? error_memory(err) : 0;
}

/* ---- from text ---- */

/* What is being read, for the sentences and the memory. */
struct reading {
	const char *path;
	size_t number; /* of the opening, 1-based; 0: what stands before them */
	struct pool *pool;
};

static int wrong(const struct reading *reading, const char *field, const char *wants, struct error *err)
{
	struct place place = {.file = reading->path};

	if (!reading->number)
		return error_at(err, place, "\"%s\" is not %s", field, wants);
	return error_at(err, place, "opening %zu: \"%s\" is not %s", reading->number, field, wants);
}

/* 1 read, 0 not there, -1 error. */
static int string_field(const struct reading *reading, const json_t *object, const char *field,
			const char **out, struct error *err)
{
	const json_t *value = json_object_get(object, field);

	if (!value)
		return 0;
	if (!json_is_string(value))
		return wrong(reading, field, "a string", err);
	*out = pool_text(reading->pool, json_string_value(value));
	return *out ? 1 : error_memory(err);
}

static int number_field(const struct reading *reading, const json_t *object, const char *field,
			json_int_t most, json_int_t *out, struct error *err)
{
	const json_t *value = json_object_get(object, field);

	if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > most)
		return wrong(reading, field, "a number in range", err);
	*out = json_integer_value(value);
	return 0;
}

static int flag_field(const struct reading *reading, const json_t *object, const char *field, bool *out,
		      struct error *err)
{
	const json_t *value = json_object_get(object, field);

	if (value && !json_is_boolean(value))
		return wrong(reading, field, "true or false", err);
	*out = json_is_true(value);
	return 0;
}

static int word_field(const struct reading *reading, const json_t *object, const char *field,
		      const char *const *words, size_t count, unsigned *out, struct error *err)
{
	const char *word = json_string_value(json_object_get(object, field));

	for (unsigned i = 0; word && i < count; i++)
		if (words[i] && !strcmp(words[i], word)) {
			*out = i;
			return 0;
		}
	return wrong(reading, field, "a known word", err);
}

static int prefixes_field(const struct reading *reading, const json_t *object, const char *field,
			  const struct prefix **out, size_t *count, struct error *err)
{
	const json_t *array = json_object_get(object, field);
	struct prefix *list;

	if (!array)
		return 0;
	if (!json_array_size(array))
		return wrong(reading, field, "a list of prefixes", err);
	list = pool_alloc(reading->pool, json_array_size(array) * sizeof(*list));
	if (!list)
		return error_memory(err);
	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *text = json_string_value(json_array_get(array, i));

		if (!text)
			return wrong(reading, field, "a list of prefixes", err);
		if (prefix_parse(text, (struct place){.file = reading->path}, &list[i], err) < 0)
			return -1;
	}
	*out = list;
	*count = json_array_size(array);
	return 0;
}

static int scope_decode(const struct reading *reading, const json_t *object, struct scope *scope,
			struct error *err)
{
	static const char *const directions[] = {[DIRECTION_IN] = "in", [DIRECTION_OUT] = "out"};
	unsigned direction;

	if (word_field(reading, object, "direction", directions, 2, &direction, err) < 0 ||
	    word_field(reading, object, "families", families_words, FAMILIES_BOTH + 1, &scope->families,
		       err) < 0 ||
	    prefixes_field(reading, object, "from", &scope->from, &scope->from_count, err) < 0 ||
	    prefixes_field(reading, object, "to", &scope->to, &scope->to_count, err) < 0 ||
	    string_field(reading, object, "iface", &scope->iface, err) < 0 ||
	    flag_field(reading, object, "named", &scope->families_named, err) < 0)
		return -1;
	scope->direction = (enum direction)direction;
	return 0;
}

static const char *const root_fields[] = {"format", "generation", "next_id", "openings", NULL};
static const char *const opening_fields[] = {
	"id",   "created", "service", "port",    "direction", "families", "named",
	"from", "to",      "iface",   "profile", "reason",    "override", NULL,
};

/* What is not understood must not be lost at the next save. */
static int fields_check(const struct reading *reading, json_t *object, const char *const *known,
			struct error *err)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		size_t i = 0;

		while (known[i] && strcmp(known[i], key) != 0)
			i++;
		if (!known[i])
			return wrong(reading, key, "a field that this fwport knows", err);
	}
	return 0;
}

static int opening_decode(const struct reading *reading, const json_t *object, struct opening *opening,
			  struct error *err)
{
	struct place place = {.file = reading->path};
	json_int_t id, created;
	const char *port = NULL;

	if (number_field(reading, object, "id", UINT32_MAX, &id, err) < 0 ||
	    number_field(reading, object, "created", INT64_MAX, &created, err) < 0 ||
	    string_field(reading, object, "service", &opening->service, err) < 0 ||
	    string_field(reading, object, "profile", &opening->profile, err) < 0 ||
	    string_field(reading, object, "reason", &opening->reason, err) < 0 ||
	    string_field(reading, object, "port", &port, err) < 0 ||
	    flag_field(reading, object, "override", &opening->override, err) < 0 ||
	    scope_decode(reading, object, &opening->scope, err) < 0)
		return -1;
	if (!port)
		return wrong(reading, "port", "there", err);
	if (id == 0)
		return wrong(reading, "id", "a number from 1 on", err);
	opening->id = (uint32_t)id;
	opening->created = created;
	return port_parse(port, place, &opening->port, err);
}

static int openings_decode(struct reading *reading, const json_t *array, struct openings *out,
			   struct error *err)
{
	size_t count = json_array_size(array);
	struct opening *list = pool_alloc(reading->pool, count * sizeof(*list));

	if (!list)
		return error_memory(err);
	for (size_t i = 0; i < count; i++) {
		reading->number = i + 1;
		if (fields_check(reading, json_array_get(array, i), opening_fields, err) < 0 ||
		    opening_decode(reading, json_array_get(array, i), &list[i], err) < 0)
			return -1;
	}
	*out = (struct openings){.list = list, .count = count};
	return 0;
}

static int root_decode(json_t *root, struct reading *reading, struct state *state, struct error *err)
{
	struct place place = {.file = reading->path};
	json_int_t format = json_integer_value(json_object_get(root, "format"));
	const json_t *openings = json_object_get(root, "openings");
	json_int_t generation, next_id;

	if (format != STATE_FORMAT)
		return error_at(err, place, "format %lld is not %d, the only one this fwport reads",
				(long long)format, STATE_FORMAT);
	if (!json_is_array(openings))
		return error_at(err, place, "there is no list of openings in it");
	if (fields_check(reading, root, root_fields, err) < 0 ||
	    number_field(reading, root, "generation", UINT32_MAX, &generation, err) < 0 ||
	    number_field(reading, root, "next_id", UINT32_MAX, &next_id, err) < 0)
		return -1;
	if (next_id == 0)
		return wrong(reading, "next_id", "a number from 1 on", err);
	state->generation = (uint32_t)generation;
	state->next_id = (uint32_t)next_id;
	return openings_decode(reading, openings, &state->openings, err);
}

int state_decode(const char *bytes, size_t length, const char *path, struct pool *pool, struct state *out,
		 struct error *err)
{
	struct reading reading = {.path = path, .pool = pool};
	struct state state = {0};
	json_error_t problem;
	json_t *root = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &problem);
	int result;

	if (!root) {
		struct place place = {path, problem.line > 0 ? (unsigned)problem.line : 0,
				      problem.column > 0 ? (unsigned)problem.column : 0};

		return error_at(err, place, "the state file is damaged: %s", problem.text);
	}
	result = root_decode(root, &reading, &state, err);
	json_decref(root);
	if (result == 0)
		*out = state;
	return result;
}
