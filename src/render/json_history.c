/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A generation as JSON: who and why, and what became of which opening.
 */
#include "fwport/json.h"

#include "json_policy.h"

static json_t *part_actor(const struct actor *actor)
{
	return json_pack("{so, so, si, so, so, so, so, so, so}", "loginuid",
			 actor->has_loginuid ? part_number(actor->loginuid) : json_null(), "uid",
			 part_number(actor->uid), "pid", actor->pid, "login", part_text(actor->login),
			 "sudo_user", part_text(actor->sudo_user), "tty", part_text(actor->tty), "ssh_peer",
			 part_text(actor->ssh_peer), "ssh_client", part_text(actor->ssh_client), "command",
			 part_text(actor->command));
}

static json_t *part_change(const struct opening_change *change)
{
	static const char *const words[] = {
		[RECORD_OPENED] = "opened", [RECORD_CLOSED] = "closed", [RECORD_ALTERED] = "altered"};
	json_t *entry = part_recorded(change->opening);

	if (json_object_set_new(entry, "change", part_text(words[change->change])) == 0)
		return entry;
	json_decref(entry);
	return NULL;
}

static json_t *part_changes(const struct opening_change *changes, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < count; i++)
		if (part_append(list, part_change(&changes[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *part_lines(const char *const *lines, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < count; i++)
		if (part_append(list, part_text(lines[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

int json_generation(FILE *out, const struct generation *generation, enum approval approval, struct error *err)
{
	static const char *const approvals[] = {
		[APPROVAL_UNKNOWN] = "unknown", [APPROVAL_GIVEN] = NULL,
		[APPROVAL_AWAITED] = "awaited", [APPROVAL_REFUSED] = "taken-back",
		[APPROVAL_DROPPED] = "dropped",
	};
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening_change *changes;
	size_t count;

	if (generation_changes(generation, &pool, &changes, &count, err) < 0)
		return -1;
	return parts_print(out,
			   json_pack("{si, ss, so, so, ss, so, so, so, so, so, so, so, so}", "schema", 1,
				     "command", "history", "generation", json_integer(generation->id), "time",
				     part_moment(generation->time), "action", generation->action, "reason",
				     part_text(generation->reason), "forced", part_text(generation->forced),
				     "unconfirmed", part_text(approvals[approval]), "actor",
				     part_actor(&generation->actor), "policy",
				     part_policy(generation->after.policy), "policy_before",
				     part_policy(generation->before.policy), "openings",
				     part_changes(changes, count), "steps",
				     part_lines(generation->steps, generation->step_count)),
			   err);
}
