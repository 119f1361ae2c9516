/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which event a change was, and what its record says: ports with their scope, and of a refusal the fact that decided.
 */
#include "log_change.h"

#include "phrase.h"

#include "fwport/audit.h"
#include "fwport/lifetime.h"

enum { PORTS_LIMIT = 1024 }; /* bytes; of more openings the number is told */

static const char *const result_words[] = {
	[OUTCOME_DONE] = "done",       [OUTCOME_NOTHING] = "nothing", [OUTCOME_PLANNED] = "planned",
	[OUTCOME_BLOCKED] = "blocked", [OUTCOME_DEPENDS] = "depends", [OUTCOME_UNKNOWN] = "unknown",
	[OUTCOME_LOCKOUT] = "lockout", [OUTCOME_HARMS] = "harms",     [OUTCOME_NOT_OURS] = "not-ours",
};

static bool is_worth_a_record(const struct change_request *request, const struct change_report *report)
{
	if (request->dry_run)
		return false;
	return !report || (report->outcome != OUTCOME_NOTHING && report->outcome != OUTCOME_NOT_OURS);
}

static enum audit_event event_of(const struct change_request *request, const struct change_report *report)
{
	static const enum audit_event done[] = {
		[CHANGE_OPEN] = AUDIT_OPENED,      [CHANGE_CLOSE] = AUDIT_CLOSED,
		[CHANGE_APPLY] = AUDIT_APPLIED,    [CHANGE_ROLLBACK] = AUDIT_ROLLED_BACK,
		[CHANGE_RESTORE] = AUDIT_RESTORED, [CHANGE_POLICY] = AUDIT_POLICY_CHANGED,
		[CHANGE_SAVE] = AUDIT_SAVED,       [CHANGE_EXPIRE] = AUDIT_EXPIRED,
	};

	if (!report)
		return AUDIT_FAILED;
	if (report->outcome == OUTCOME_DONE)
		return done[request->kind];
	return report->undone ? AUDIT_UNDONE : AUDIT_REFUSED;
}

static void add_opening(const struct opening *opening, struct text *out)
{
	phrase_whole_opening(opening, out);
	if (opening->scope.families != FAMILIES_BOTH)
		text_add(out, " %s",
			 family_name(opening->scope.families & FAMILY_BIT(FAMILY_IPV4) ? FAMILY_IPV4
										       : FAMILY_IPV6));
}

static void add_openings(const struct openings *openings, struct text *out)
{
	for (size_t i = 0; i < openings->count; i++) {
		if (out->length > PORTS_LIMIT) {
			text_add(out, " and %zu more", openings->count - i);
			return;
		}
		text_add(out, "%s", i ? "; " : "");
		add_opening(&openings->list[i], out);
	}
}

/* What was opened ends, and what had ended before went with it. */
static void add_ends(const struct change_request *request, const struct change_report *report,
		     struct text *out)
{
	char lifetime[LIFETIME_TEXT];

	if (request->lifetime)
		text_add(out, " for %s", lifetime_text(request->lifetime, lifetime));
	if (!report || !report->changed || !report->expired)
		return;
	if (request->kind == CHANGE_EXPIRE)
		text_add(out, "%zu opening%s that had expired", report->expired,
			 report->expired == 1 ? "" : "s");
	else
		text_add(out, "; %zu had expired", report->expired);
}

static void add_policy(const struct policy_request *policy, struct text *out)
{
	for (int direction = 0; direction < 2; direction++)
		if (policy->named[direction])
			text_add(out, "%s%s=%s", out->length ? " " : "",
				 direction_word((enum direction)direction),
				 policy->policy.drop[direction] ? "drop" : "accept");
}

/* The first answer that was not the one wanted. */
static const struct opening_answer *obstacle(const struct change_report *report)
{
	for (size_t i = 0; i < report->item_count; i++)
		for (size_t j = 0; j < report->items[i].result_count && !report->items[i].closing; j++) {
			const struct opening_answer *result = &report->items[i].results[j];

			if (result->answer->applicable && result->answer->verdict != ANSWER_OPEN)
				return result;
		}
	return NULL;
}

static void add_cause(const struct change_report *report, struct text *out)
{
	const struct opening_answer *result =
		report->outcome == OUTCOME_HARMS ? report->harmed : obstacle(report);

	if (report->outcome == OUTCOME_DONE) {
		text_add(out, "%s", report->forced ? report->forced : "");
		return;
	}
	if (report->outcome == OUTCOME_LOCKOUT) {
		text_add(out, "%s", report->lockout);
		return;
	}
	if (report->unproved)
		text_add(out, "%s", report->unproved);
	if (!result)
		return;
	add_opening(result->opening, out);
	text_add(out, " over %s: ", family_name(result->family));
	if (result->refused)
		text_add(out, "%s", result->refused);
	else
		phrase_result(result->opening, result, out);
}

static const char *result_word(const struct change_report *report)
{
	if (report->changed && report->pending.generation)
		return "unconfirmed";
	return report->outcome == OUTCOME_DONE && report->forced ? "forced" : result_words[report->outcome];
}

bool log_change(const struct change_request *request, const struct change_report *report,
		const struct error *err, const struct actor *actor)
{
	CLEANUP(text_free) struct text ports = {0}, cause = {0};

	if (!is_worth_a_record(request, report))
		return true;
	if (request->kind == CHANGE_POLICY)
		add_policy(&request->policy, &ports);
	else if (request->all)
		text_add(&ports, "all openings and the policy");
	else
		add_openings(&request->openings, &ports);
	if (request->closings.count) {
		text_add(&ports, "%sclosed: ", ports.length ? "; " : "");
		add_openings(&request->closings, &ports);
	}
	add_ends(request, report, &ports);
	if (report)
		add_cause(report, &cause);
	else
		text_add(&cause, "%s", err->text);
	return audit_write(&(struct audit_record){
		.event = event_of(request, report),
		.actor = actor,
		.ports = text_string(&ports),
		.backend = request->backend ? request->backend : "auto",
		.generation = report ? report->generation : 0,
		.result = report ? result_word(report) : error_kind_name(err->kind),
		.cause = text_string(&cause),
		.reason = request->reason,
		.kernel_log = request->boot,
	});
}
