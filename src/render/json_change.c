/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The JSON of what a change did and of what is open: one entry per opening and family.
 */
#include "fwport/json.h"
#include "fwport/pool.h"

#include "json_neighbours.h"
#include "json_policy.h"

static const struct errands no_errands;

static const char *const outcomes[] = {
	[OUTCOME_DONE] = "done",       [OUTCOME_NOTHING] = "nothing",   [OUTCOME_PLANNED] = "planned",
	[OUTCOME_BLOCKED] = "blocked", [OUTCOME_DEPENDS] = "depends",   [OUTCOME_UNKNOWN] = "unknown",
	[OUTCOME_LOCKOUT] = "lockout", [OUTCOME_NOT_OURS] = "not-ours", [OUTCOME_HARMS] = "harms",
};

static bool in_array(const json_t *array, const json_t *item)
{
	size_t i;
	json_t *other;

	json_array_foreach(array, i, other) if (json_equal(other, item)) return true;
	return false;
}

/* The rules that decided in a chain for this packet, each once. */
static int add_rules(json_t *list, const struct packet_answer *packet)
{
	for (size_t i = 0; i < packet->path_count; i++) {
		json_t *rule = part_rule(packet->path[i].decision.rule);
		bool skip = json_is_null(rule) || in_array(list, rule);

		if (!rule || (!skip && part_append(list, json_incref(rule)) < 0)) {
			json_decref(rule);
			return -1;
		}
		json_decref(rule);
	}
	return 0;
}

static int add_rules_of(json_t *list, const struct family_answer *answer)
{
	for (size_t i = 0; i < answer->packet_count; i++)
		if (add_rules(list, &answer->packets[i]) < 0)
			return -1;
	return 0;
}

/* Those of the worst answer first; the other parts of the opening may pass by others. */
static json_t *part_rules(const struct opening_answer *result)
{
	json_t *list = json_array();
	int failed = !list || add_rules_of(list, result->answer) < 0;

	for (size_t i = 0; !failed && i < result->part_count; i++)
		if (result->parts[i].answer != result->answer)
			failed = add_rules_of(list, result->parts[i].answer) < 0;
	if (!failed)
		return list;
	json_decref(list);
	return NULL;
}

/* What one answer says. Thousands of openings may share it, so it is made once and shared by reference. */
struct shared_answers {
	struct {
		struct opening_answer result;
		json_t *fields;
	} recent[8];
	size_t next;
};

static bool is_shared(const struct opening_answer *a, const struct opening_answer *b)
{
	if (a->answer != b->answer || a->part_count != b->part_count)
		return false;
	for (size_t i = 0; i < a->part_count; i++)
		if (a->parts[i].answer != b->parts[i].answer)
			return false;
	return true;
}

static json_t *part_answer(const struct opening_answer *result)
{
	const struct family_answer *answer = result->answer;

	return json_pack("{so, so, so, so, so, so, so, so}", "family", part_text(family_word(answer->family)),
			 "applicable", part_bool(answer->applicable), "verdict",
			 part_text(answer->applicable ? verdict_word(answer->verdict) : NULL), "rules",
			 part_rules(result), "blockers", part_blockers(answer), "conditions",
			 part_conditions(answer, false), "exceptions", part_conditions(answer, true),
			 "unknown", part_text(answer->unknown));
}

/* Borrowed: the cache keeps it. */
static json_t *shared_fields(struct shared_answers *shared, const struct opening_answer *result)
{
	const size_t places = sizeof(shared->recent) / sizeof(shared->recent[0]);
	size_t place = shared->next % places;

	for (size_t i = 0; i < places; i++)
		if (is_shared(&shared->recent[i].result, result))
			return shared->recent[i].fields;
	json_decref(shared->recent[place].fields);
	shared->recent[place].result = *result;
	shared->recent[place].fields = part_answer(result);
	shared->next++;
	return shared->recent[place].fields;
}

static void shared_free(struct shared_answers *shared)
{
	for (size_t i = 0; i < sizeof(shared->recent) / sizeof(shared->recent[0]); i++)
		json_decref(shared->recent[i].fields);
}

/* Adds to the fields of an opening what it is answered. */
static json_t *with_result(json_t *item, const struct opening_answer *result, struct shared_answers *shared)
{
	if (json_object_update(item, shared_fields(shared, result)) < 0 ||
	    json_object_set_new(item, "refused", part_text(result->refused)) < 0 ||
	    json_object_set_new(item, "hint", part_text(result->hint)) < 0) {
		json_decref(item);
		return NULL;
	}
	return item;
}

static json_t *part_reach(const struct opening_part *part)
{
	const struct opening_answer alone = {.answer = part->answer};
	char ports[PORT_TEXT], address[ADDRESS_TEXT];

	return json_pack("{so, so, so, so}", "ports", part_text(port_range_text(part->ports, ports)),
			 "address", part_text(address_text(&part->answer->local, address)), "verdict",
			 part_text(verdict_word(part->answer->verdict)), "rules", part_rules(&alone));
}

static bool is_reachable(const struct family_answer *answer)
{
	return answer->counted && (answer->verdict == ANSWER_OPEN || answer->verdict == ANSWER_DEPENDS);
}

/* The parts that are open all the same, where the verdict is about the worst one. */
static json_t *part_reachable(const struct change_item *item, const struct opening_answer *result)
{
	const bool told = item->still_open && !item->present;
	json_t *list = json_array();

	for (size_t i = 0; told && list && i < result->part_count; i++)
		if (is_reachable(result->parts[i].answer) &&
		    part_append(list, part_reach(&result->parts[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

/* What the plan would have come to, where it was not carried out. */
static json_t *part_planned(const struct change_item *item, const struct family_answer *answer)
{
	return part_text(item->present && answer->applicable ? verdict_word(answer->verdict) : NULL);
}

/* What is told is what the kernel does; why the plan was refused goes with it. */
static struct opening_answer told_answer(const struct change_item *item, size_t i)
{
	struct opening_answer told = item->present ? item->present[i] : item->results[i];

	told.refused = item->results[i].refused;
	told.hint = item->results[i].hint;
	return told;
}

static int add_item(json_t *list, const struct change_item *item, bool changed, struct shared_answers *shared)
{
	for (size_t i = 0; i < item->result_count; i++) {
		const struct opening_answer told = told_answer(item, i);
		json_t *entry = with_result(part_opening(&item->opening), &told, shared);
		json_t *more = json_pack(
			"{ss, so, so, so, so, so, so, so}", "state", item->closing ? "absent" : "present",
			"changed", part_bool(changed && item->changed), "planned",
			part_planned(item, item->results[i].answer), "was_ours", part_bool(item->was_ours),
			"still_open", part_bool(item->still_open), "outlived",
			item->afterwards ? part_bool(item->outlived) : json_null(), "established",
			json_integer((json_int_t)item->established), "reachable",
			part_reachable(item, &item->results[i]));

		if (json_object_update_new(entry, more) < 0) {
			json_decref(entry);
			return -1;
		}
		if (part_append(list, entry) < 0)
			return -1;
	}
	return 0;
}

static json_t *part_items(const struct change_report *report)
{
	CLEANUP(shared_free) struct shared_answers shared = {0};
	json_t *list = json_array();

	for (size_t i = 0; list && i < report->item_count; i++)
		if (add_item(list, &report->items[i], report->changed, &shared) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

/* What neighbours are asked for comes last. */
static json_t *part_steps(const struct steps *steps, const struct errands *errands)
{
	CLEANUP(text_free) struct text text = {0};
	json_t *list = json_array();

	for (size_t i = 0; list && i < steps->count + errands->count; i++) {
		text_clear(&text);
		if (i < steps->count)
			step_text(&steps->list[i], &text);
		else
			errand_text(&errands->list[i - steps->count], &text);
		if (text.failed || part_append(list, part_text(text_string(&text))) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static bool any_still_open(const struct change_report *report)
{
	for (size_t i = 0; i < report->item_count; i++)
		if (report->items[i].still_open)
			return true;
	return false;
}

static json_t *part_harmed(const struct opening_answer *harmed)
{
	CLEANUP(shared_free) struct shared_answers shared = {0};

	return harmed ? with_result(part_opening(harmed->opening), harmed, &shared) : json_null();
}

static bool is_refused(const struct change_report *report)
{
	static const bool refused[] = {
		[OUTCOME_BLOCKED] = true, [OUTCOME_DEPENDS] = true, [OUTCOME_UNKNOWN] = true,
		[OUTCOME_LOCKOUT] = true, [OUTCOME_HARMS] = true,   [OUTCOME_NOT_OURS] = false,
	};

	return refused[report->outcome];
}

/* Those that were taken or would be; what was refused before it was sent leaves none. */
static json_t *part_steps_told(const struct change_report *report)
{
	static const struct steps none = {0};

	if (is_refused(report) && !report->undone)
		return part_steps(&none, &no_errands);
	return part_steps(&report->steps, &report->errands);
}

/* When an opening was made according to a clock that was put back since. */
static json_t *part_later(const struct opening *from_later)
{
	return part_moment(from_later ? from_later->created : 0);
}

static json_t *part_change(const char *command, const struct change_report *report)
{
	return json_pack(
		"{si, ss, so, so, so, so, so, so, so, so, so, so, so, so, so, so, so, so, so, so, so, so, "
		"so, so, so, so, so}",
		"schema", 1, "command", command, "outcome", part_text(outcomes[report->outcome]), "changed",
		part_bool(report->changed), "offline", part_bool(report->offline), "undone",
		part_bool(report->undone), "recovered", part_recovery(report->recovery), "rolled_back",
		part_generation(report->unconfirmed), "pending", part_pending(&report->pending), "generation",
		json_integer(report->generation), "persistent", part_bool(report->persistent), "leftovers",
		json_integer((json_int_t)report->leftovers), "adopted",
		json_integer((json_int_t)report->adopted), "rebuilt", part_generation(report->rebuilt),
		"only_saved", part_bool(report->only_saved), "ruleset", json_integer(report->ruleset),
		"still_open", part_bool(any_still_open(report)), "lockout", part_text(report->lockout),
		"forced", part_text(report->forced), "harmed", part_harmed(report->harmed), "expired",
		json_integer((json_int_t)report->expired), "from_later", part_later(report->from_later),
		"policy", part_policy(report->policy), "policy_before", part_policy(report->policy_before),
		"steps", part_steps_told(report), "openings", part_items(report), "diff", json_null());
}

int json_change(FILE *out, const char *command, const struct change_report *report, struct error *err)
{
	return parts_print(out, part_change(command, report), err);
}

int json_record_change(FILE *out, const char *command, const struct change_report *report, struct error *err)
{
	const struct openings *after = is_refused(report) ? &report->before : &report->after;
	json_t *root = part_change(command, report);

	if (json_object_set_new(root, "diff",
				json_pack("{so, so}", "before", part_kept(&report->before), "after",
					  part_kept(after))) < 0) {
		json_decref(root);
		return error_memory(err);
	}
	return parts_print(out, root, err);
}

int json_policy_change(FILE *out, const struct change_report *report, struct error *err)
{
	json_t *root = part_change("policy", report);

	if (json_object_set_new(root, "stops", part_stops(&report->stops)) < 0 ||
	    json_object_set_new(root, "admitted", json_integer((json_int_t)report->admitted)) < 0 ||
	    json_object_set_new(root, "unproved", part_text(report->unproved)) < 0) {
		json_decref(root);
		return error_memory(err);
	}
	return parts_print(out, root, err);
}

static int add_status(json_t *list, const struct status_item *item, struct shared_answers *shared)
{
	for (size_t i = 0; i < item->result_count; i++) {
		json_t *entry = with_result(part_recorded(&item->opening), &item->results[i], shared);
		json_t *more = json_pack(
			"{so, so, so, so}", "expired", part_bool(item->expired), "packets",
			item->counted ? json_integer((json_int_t)item->packets) : json_null(), "bytes",
			item->counted ? json_integer((json_int_t)item->bytes) : json_null(), "listeners",
			part_listeners(&item->listeners));

		if (json_object_update_new(entry, more) < 0) {
			json_decref(entry);
			return -1;
		}
		if (part_append(list, entry) < 0)
			return -1;
	}
	return 0;
}

static json_t *part_mixed(const unsigned mixed[HOOK_COUNT])
{
	json_t *list = json_array();

	for (enum hook hook = 0; hook <= HOOK_EGRESS; hook++)
		if (mixed[hook] && part_append(list, part_engines(hook, mixed[hook])) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

int json_status(FILE *out, const struct status_report *report, struct error *err)
{
	CLEANUP(shared_free) struct shared_answers shared = {0};
	json_t *list = json_array();

	for (size_t i = 0; i < report->item_count; i++)
		if (!list || add_status(list, &report->items[i], &shared) < 0) {
			json_decref(list);
			return error_memory(err);
		}
	return parts_print(
		out,
		json_pack("{si, ss, so, so, so, so, so, so, so, so, so, so, so, so, so, so, so}", "schema", 1,
			  "command", "status", "pending", part_pending(&report->pending), "policy",
			  part_policy(report->policy.present), "generation", json_integer(report->generation),
			  "ruleset", json_integer(report->ruleset), "restored_by",
			  part_text(report->restored_by), "dormant", part_kept(&report->dormant), "adopted",
			  json_integer((json_int_t)report->adopted), "rebuilt",
			  part_generation(report->rebuilt), "damaged", part_text(report->damaged), "drift",
			  part_steps(&report->drift, &no_errands), "warnings", part_mixed(report->mixed),
			  "from_later", part_later(report->from_later), "neighbours",
			  part_neighbours(&report->neighbours, &report->care), "watched",
			  part_bool(report->watched), "openings", list),
		err);
}
