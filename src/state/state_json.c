/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state's root: numbers, and two lists of openings, one opening a line.
 */
#include "state_json.h"

#include "opening_json.h"

#include <jansson.h>
#include <string.h>

enum { STATE_FORMAT = 2, STATE_FORMAT_OLDEST = 1 };

/* To text */

static int list_check(const struct openings *openings, struct error *err)
{
	for (size_t i = 0; i < openings->count; i++)
		if (opening_check(&openings->list[i], i ? &openings->list[i - 1] : NULL, err) < 0)
			return -1;
	return 0;
}

int state_check(const struct state *state, struct error *err)
{
	return list_check(&state->openings, err) < 0 ? -1 : list_check(&state->dormant, err);
}

static void add_list(struct text *out, const char *field, const struct openings *openings)
{
	text_add(out, ",\"%s\":[", field);
	for (size_t i = 0; i < openings->count; i++) {
		text_add_bytes(out, i ? ",\n" : "\n", i ? 2 : 1);
		opening_encode(&openings->list[i], out);
	}
	text_add_bytes(out, "\n]", 2);
}

static void add_policy(struct text *out, const char *field, const struct policy *policy)
{
	if (policy->drop[DIRECTION_IN] || policy->drop[DIRECTION_OUT])
		text_add(out, ",\"%s\":{\"in\":%s,\"out\":%s}", field,
			 policy->drop[DIRECTION_IN] ? "true" : "false",
			 policy->drop[DIRECTION_OUT] ? "true" : "false");
}

static void add_pending(struct text *out, const struct pending *pending)
{
	text_add(out, ",\"pending\":{\"generation\":%u,\"deadline\":%lld", pending->generation,
		 (long long)pending->deadline);
	if (pending->backend)
		json_add_string(out, "backend", pending->backend);
	text_add(out, "}");
}

void state_write(const struct state *state, struct text *out)
{
	text_add(out, "{\"format\":%d,\"generation\":%u,\"next_id\":%u", STATE_FORMAT, state->generation,
		 state->next_id);
	if (*state->boot)
		json_add_string(out, "boot", state->boot);
	if (state->backend)
		json_add_string(out, "backend", state->backend);
	if (state->home)
		json_add_string(out, "home", state->home);
	if (state->pending.generation)
		add_pending(out, &state->pending);
	add_policy(out, "drop", &state->policy);
	add_policy(out, "drop_at_boot", &state->boot_policy);
	if (state->dormant.count)
		add_list(out, "dormant", &state->dormant);
	add_list(out, "openings", &state->openings);
	text_add_bytes(out, "}", 1);
}

int state_encode(const struct state *state, struct text *out, struct error *err)
{
	if (state_check(state, err) < 0)
		return -1;
	state_write(state, out);
	text_add_bytes(out, "\n", 1);
	return out->failed ? error_memory(err) : 0;
}

/* From text */

static const char *const root_fields[] = {
	"format",  "generation", "next_id",      "boot",    "backend",  "home",
	"pending", "drop",       "drop_at_boot", "dormant", "openings", NULL,
};
static const char *const pending_fields[] = {"generation", "deadline", "backend", NULL};
static const char *const policy_fields[] = {"in", "out", NULL};

static int openings_decode(const struct reading *root, const char *field, json_t *object,
			   struct openings *out, struct error *err)
{
	struct reading reading = *root;
	const json_t *array = json_object_get(object, field);
	size_t count = json_array_size(array);
	struct opening *list = pool_alloc(reading.pool, count * sizeof(*list));

	if (!list)
		return error_memory(err);
	if (array && !json_is_array(array))
		return field_wrong(&reading, field, "a list of openings", err);
	for (size_t i = 0; i < count; i++) {
		reading.number = i + 1;
		if (opening_decode(&reading, json_array_get(array, i), &list[i], err) < 0)
			return -1;
	}
	*out = (struct openings){.list = list, .count = count};
	return 0;
}

static int pending_decode(const struct reading *reading, json_t *root, struct pending *out, struct error *err)
{
	json_t *object = json_object_get(root, "pending");
	json_int_t generation, deadline;

	if (!object)
		return 0;
	if (fields_check(reading, object, pending_fields, err) < 0 ||
	    number_field(reading, object, "generation", UINT32_MAX, &generation, err) < 0 ||
	    number_field(reading, object, "deadline", INT64_MAX, &deadline, err) < 0 ||
	    string_field(reading, object, "backend", &out->backend, err) < 0)
		return -1;
	out->generation = (uint32_t)generation;
	out->deadline = deadline;
	return 0;
}

static int policy_decode(const struct reading *reading, json_t *root, const char *field, struct policy *out,
			 struct error *err)
{
	json_t *object = json_object_get(root, field);

	if (!object)
		return 0;
	if (fields_check(reading, object, policy_fields, err) < 0 ||
	    flag_field(reading, object, "in", &out->drop[DIRECTION_IN], err) < 0)
		return -1;
	return flag_field(reading, object, "out", &out->drop[DIRECTION_OUT], err);
}

static int boot_decode(const struct reading *reading, json_t *root, struct state *state, struct error *err)
{
	const char *boot = NULL;

	if (string_field(reading, root, "boot", &boot, err) < 0)
		return -1;
	if (boot && strlen(boot) >= sizeof(state->boot))
		return field_wrong(reading, "boot", "the id of a boot", err);
	if (boot)
		memcpy(state->boot, boot, strlen(boot) + 1);
	return 0;
}

static int numbers_decode(const struct reading *reading, json_t *root, struct state *state, struct error *err)
{
	json_int_t generation, next_id;

	if (number_field(reading, root, "generation", UINT32_MAX, &generation, err) < 0 ||
	    number_field(reading, root, "next_id", UINT32_MAX, &next_id, err) < 0)
		return -1;
	if (next_id == 0)
		return field_wrong(reading, "next_id", "a number from 1 on", err);
	state->generation = (uint32_t)generation;
	state->next_id = (uint32_t)next_id;
	return 0;
}

int state_read(const struct reading *reading, json_t *root, struct state *state, struct error *err)
{
	struct place place = {.file = reading->path};
	json_int_t format = json_integer_value(json_object_get(root, "format"));

	*state = (struct state){0};
	if (format < STATE_FORMAT_OLDEST || format > STATE_FORMAT)
		return error_at(err, place, "format %lld is not %d to %d, which this fwport reads",
				(long long)format, STATE_FORMAT_OLDEST, STATE_FORMAT);
	if (!json_is_array(json_object_get(root, "openings")))
		return error_at(err, place, "there is no list of openings in it");
	if (fields_check(reading, root, root_fields, err) < 0 ||
	    numbers_decode(reading, root, state, err) < 0 || boot_decode(reading, root, state, err) < 0 ||
	    string_field(reading, root, "backend", &state->backend, err) < 0 ||
	    string_field(reading, root, "home", &state->home, err) < 0 ||
	    pending_decode(reading, root, &state->pending, err) < 0 ||
	    policy_decode(reading, root, "drop", &state->policy, err) < 0 ||
	    policy_decode(reading, root, "drop_at_boot", &state->boot_policy, err) < 0 ||
	    openings_decode(reading, "dormant", root, &state->dormant, err) < 0)
		return -1;
	return openings_decode(reading, "openings", root, &state->openings, err);
}

int state_decode(const char *bytes, size_t length, const char *path, struct pool *pool, struct state *out,
		 struct error *err)
{
	struct reading reading = {.path = path, .thing = "opening", .pool = pool};
	struct state state;
	json_t *root = json_file_parse(bytes, length, path, "the state file is damaged", err);
	int result;

	if (!root)
		return -1;
	result = state_read(&reading, root, &state, err);
	json_decref(root);
	if (result == 0)
		*out = state;
	return result;
}
