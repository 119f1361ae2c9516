/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands first is what people look for: when, who, why, and the steps; the two records follow.
 */
#include "generation_json.h"

#include "opening_json.h"
#include "state_json.h"

enum { GENERATION_FORMAT = 1 };

/* To text */

static void add_optional(struct text *out, const char *field, const char *value)
{
	if (value)
		json_add_string(out, field, value);
}

static void add_actor(struct text *out, const struct actor *actor)
{
	text_add(out, ",\n\"actor\":{\"uid\":%u,\"pid\":%d", actor->uid, actor->pid);
	if (actor->has_loginuid)
		text_add(out, ",\"loginuid\":%u", actor->loginuid);
	add_optional(out, "login", actor->login);
	add_optional(out, "sudo_user", actor->sudo_user);
	add_optional(out, "tty", actor->tty);
	add_optional(out, "ssh_peer", actor->ssh_peer);
	add_optional(out, "ssh_client", actor->ssh_client);
	add_optional(out, "command", actor->command);
	text_add_bytes(out, "}", 1);
}

static void add_steps(struct text *out, const char *const *steps, size_t count)
{
	text_add(out, ",\n\"steps\":[");
	for (size_t i = 0; i < count; i++) {
		text_add_bytes(out, i ? ",\n" : "\n", i ? 2 : 1);
		json_add_value(out, steps[i]);
	}
	text_add(out, "]");
}

int generation_encode(const struct generation *generation, struct text *out, struct error *err)
{
	if (state_check(&generation->before, err) < 0 || state_check(&generation->after, err) < 0)
		return -1;
	text_add(out, "{\"format\":%d,\"id\":%u,\"time\":%lld", GENERATION_FORMAT, generation->id,
		 (long long)generation->time);
	json_add_string(out, "action", generation->action);
	add_optional(out, "reason", generation->reason);
	add_optional(out, "forced", generation->forced);
	if (generation->deadline)
		text_add(out, ",\"deadline\":%lld,\"confirmed\":%s", (long long)generation->deadline,
			 generation->confirmed ? "true" : "false");
	add_actor(out, &generation->actor);
	add_steps(out, generation->steps, generation->step_count);
	text_add(out, ",\n\"before\":");
	state_write(&generation->before, out);
	text_add(out, ",\n\"after\":");
	state_write(&generation->after, out);
	text_add(out, "}\n");
	return out->failed ? error_memory(err) : 0;
}

/* From text */

static const char *const generation_fields[] = {
	"format",    "id",    "time",  "action", "reason", "forced", "deadline",
	"confirmed", "actor", "steps", "before", "after",  NULL,
};
static const char *const actor_fields[] = {
	"uid", "pid", "loginuid", "login", "sudo_user", "tty", "ssh_peer", "ssh_client", "command", NULL,
};

static int actor_strings(const struct reading *reading, json_t *object, struct actor *out, struct error *err)
{
	if (string_field(reading, object, "login", &out->login, err) < 0 ||
	    string_field(reading, object, "sudo_user", &out->sudo_user, err) < 0 ||
	    string_field(reading, object, "tty", &out->tty, err) < 0 ||
	    string_field(reading, object, "ssh_peer", &out->ssh_peer, err) < 0 ||
	    string_field(reading, object, "ssh_client", &out->ssh_client, err) < 0)
		return -1;
	return string_field(reading, object, "command", &out->command, err) < 0 ? -1 : 0;
}

static int actor_decode(const struct reading *reading, json_t *root, struct actor *out, struct error *err)
{
	json_t *object = json_object_get(root, "actor");
	json_int_t uid, pid, loginuid = 0;

	if (!json_is_object(object))
		return field_wrong(reading, "actor", "an object", err);
	out->has_loginuid = json_object_get(object, "loginuid") != NULL;
	if (fields_check(reading, object, actor_fields, err) < 0 ||
	    number_field(reading, object, "uid", UINT32_MAX, &uid, err) < 0 ||
	    number_field(reading, object, "pid", INT32_MAX, &pid, err) < 0 ||
	    (out->has_loginuid && number_field(reading, object, "loginuid", UINT32_MAX, &loginuid, err) < 0))
		return -1;
	out->uid = (uint32_t)uid;
	out->pid = (int)pid;
	out->loginuid = (uint32_t)loginuid;
	return actor_strings(reading, object, out, err);
}

static int steps_decode(const struct reading *reading, json_t *root, struct generation *out,
			struct error *err)
{
	const json_t *array = json_object_get(root, "steps");
	const char **steps = pool_alloc(reading->pool, json_array_size(array) * sizeof(const char *) + 1);

	if (!steps)
		return error_memory(err);
	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *line = json_string_value(json_array_get(array, i));

		if (!line)
			return field_wrong(reading, "steps", "a list of strings", err);
		steps[i] = pool_text(reading->pool, line);
		if (!steps[i])
			return error_memory(err);
	}
	out->steps = steps;
	out->step_count = json_array_size(array);
	return 0;
}

static int states_decode(const struct reading *reading, json_t *root, struct generation *out,
			 struct error *err)
{
	json_t *before = json_object_get(root, "before"), *after = json_object_get(root, "after");

	if (!json_is_object(before) || !json_is_object(after))
		return field_wrong(reading, before ? "after" : "before", "a record of openings", err);
	return state_read(reading, before, &out->before, err) < 0
		       ? -1
		       : state_read(reading, after, &out->after, err);
}

static int generation_object(const struct reading *reading, json_t *root, struct generation *out,
			     struct error *err)
{
	struct place place = {.file = reading->path};
	json_int_t format = json_integer_value(json_object_get(root, "format")), id, time, deadline = 0;

	*out = (struct generation){0};
	if (format != GENERATION_FORMAT)
		return error_at(err, place, "format %lld is not %d, the only one this fwport reads",
				(long long)format, GENERATION_FORMAT);
	if (fields_check(reading, root, generation_fields, err) < 0 ||
	    number_field(reading, root, "id", UINT32_MAX, &id, err) < 0 ||
	    number_field(reading, root, "time", INT64_MAX, &time, err) < 0 ||
	    string_field(reading, root, "action", &out->action, err) < 0 ||
	    string_field(reading, root, "reason", &out->reason, err) < 0 ||
	    (json_object_get(root, "deadline") &&
	     number_field(reading, root, "deadline", INT64_MAX, &deadline, err) < 0) ||
	    flag_field(reading, root, "confirmed", &out->confirmed, err) < 0 ||
	    string_field(reading, root, "forced", &out->forced, err) < 0 ||
	    actor_decode(reading, root, &out->actor, err) < 0 || steps_decode(reading, root, out, err) < 0)
		return -1;
	if (!out->action)
		return field_wrong(reading, "action", "there", err);
	out->id = (uint32_t)id;
	out->time = time;
	out->deadline = deadline;
	if (!json_object_get(root, "confirmed")) /* by an earlier fwport, which did not say */
		out->confirmed = true;
	return states_decode(reading, root, out, err);
}

int generation_decode(const char *bytes, size_t length, const char *path, struct pool *pool,
		      struct generation *out, struct error *err)
{
	struct reading reading = {.path = path, .thing = "opening", .pool = pool};
	json_t *root = json_file_parse(bytes, length, path, "the generation is damaged", err);
	int result;

	if (!root)
		return -1;
	result = generation_object(&reading, root, out, err);
	json_decref(root);
	return result;
}
