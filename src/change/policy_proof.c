/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks about a port that is nobody's: what is done with it is done with all that was not opened.
 */
#include "policy_proof.h"

#include "harm.h"

/* Reserved by IANA, so that no service has it; and those below it, should it be open all the same. */
enum { NOBODYS_PORT = 49151 };

static bool is_opened(const struct openings *openings, enum direction direction, uint16_t port)
{
	for (size_t i = 0; i < openings->count; i++)
		if (openings->list[i].scope.direction == direction &&
		    port_contains(openings->list[i].port.ports, port))
			return true;
	return false;
}

/* 0: all are open. */
static uint16_t unopened_port(const struct openings *openings, enum direction direction)
{
	uint16_t port = NOBODYS_PORT;

	while (port && is_opened(openings, direction, port))
		port--;
	return port;
}

static int unopened_ask(const struct ruleset *ruleset, const struct host *host, const struct wishes *wishes,
			enum direction direction, enum protocol protocol, struct pool *pool,
			struct answer *out, struct error *err)
{
	const struct query query = {
		.direction = direction,
		.protocol = protocol,
		.port = unopened_port(wishes->openings, direction),
		.families = FAMILIES_BOTH,
	};

	*out = (struct answer){.query = query};
	return query.port ? evaluate(ruleset, host, &query, pool, out, err) : 0;
}

static bool is_of_ours(const struct station *station)
{
	return table_is_home(station->chain->table) ||
	       (station->decision.rule && station->decision.rule->tag == POLICY_TAG);
}

/* The hook where a policy is kept; what blocks before or behind it is no rival. */
static const struct decision *rival(const struct family_answer *answer, enum direction direction)
{
	const enum hook hook = direction == DIRECTION_IN ? HOOK_INPUT : HOOK_OUTPUT;
	const struct packet_answer *first = answer->packets;

	for (size_t i = 0; answer->packet_count && i < first->path_count; i++)
		if (first->path[i].hook == hook && fate_is_block(first->path[i].fate) &&
		    !is_of_ours(&first->path[i]))
			return &first->path[i].decision;
	return NULL;
}

static int rival_say(const struct decision *decision, const struct answer *answer, struct pool *pool,
		     const char **sentence, struct error *err)
{
	const bool in = answer->query.direction == DIRECTION_IN;
	CLEANUP(text_free) struct text text = {0};

	text_add(&text, "%s is filtered by somebody else already: a port that nobody opened is ",
		 in ? "what comes in" : "what goes out");
	decision_text(decision, &text);
	text_add(&text,
		 "; a drop of fwport's would stop what is let through there, or have nothing left to stop");
	*sentence = text.failed ? NULL : pool_text(pool, text_string(&text));
	return *sentence ? 0 : error_memory(err);
}

int policy_competes(const struct ruleset *before, const struct host *host, const struct wishes *wishes,
		    struct pool *pool, const char **sentence, struct error *err)
{
	const struct policy now = policy_of(before);

	*sentence = NULL;
	for (int direction = 0; direction < 2; direction++) {
		struct answer answer;

		if (!wishes->policy.drop[direction] || now.drop[direction])
			continue;
		if (unopened_ask(before, host, wishes, (enum direction)direction, PROTOCOL_TCP, pool, &answer,
				 err) < 0)
			return -1;
		for (size_t i = 0; i < answer.family_count; i++) {
			const struct decision *decision =
				rival(&answer.families[i], (enum direction)direction);

			if (decision)
				return rival_say(decision, &answer, pool, sentence, err);
		}
	}
	return 0;
}

/* The worst that can be said of a policy: that what nobody opened is not dropped. */
static int drop_prove(const struct ruleset *ruleset, const struct host *host, const struct wishes *wishes,
		      enum direction direction, struct pool *pool, struct change_report *report,
		      struct error *err)
{
	static const enum protocol protocols[] = {PROTOCOL_TCP, PROTOCOL_UDP};

	for (size_t p = 0; p < sizeof(protocols) / sizeof(*protocols); p++) {
		struct answer answer;

		if (unopened_ask(ruleset, host, wishes, direction, protocols[p], pool, &answer, err) < 0)
			return -1;
		for (size_t i = 0; i < answer.family_count; i++) {
			const struct family_answer *one = &answer.families[i];

			if (!one->applicable || one->verdict == ANSWER_BLOCKED)
				continue;
			report->outcome = one->verdict == ANSWER_UNKNOWN ? OUTCOME_UNKNOWN : OUTCOME_BLOCKED;
			report->unproved = pool_format(
				pool, "port %u/%s, which nobody opened, is %s %s in %s", answer.query.port,
				protocol_name(protocols[p]),
				one->verdict == ANSWER_UNKNOWN ? "not known to be dropped" : "not dropped",
				direction == DIRECTION_IN ? "on its way in" : "on its way out",
				family_name(one->family));
			return report->unproved ? 0 : error_memory(err);
		}
	}
	return 0;
}

static bool has_all_legacy(const struct ruleset *ruleset)
{
	return ruleset_has_all_legacy(ruleset, FAMILY_IPV4) && ruleset_has_all_legacy(ruleset, FAMILY_IPV6);
}

/* A second plan that has nothing to do says that every rule stands, and in its place: where everything could be read. */
static int rules_prove(const struct ruleset *ruleset, const struct host *host, const struct wishes *wishes,
		       struct pool *pool, struct change_report *report, struct error *err)
{
	struct plan plan;

	if (plan_make(ruleset, host, wishes, NULL, 0, pool, &plan, err) < 0)
		return -1;
	if (!plan.steps.count && policy_equal(policy_of(ruleset), wishes->policy))
		return 0;
	report->outcome = has_all_legacy(ruleset) ? OUTCOME_BLOCKED : OUTCOME_UNKNOWN;
	report->unproved =
		report->outcome == OUTCOME_BLOCKED
			? "the rules of the policy do not stand in the ruleset as they were planned"
			: "legacy tables could not be read, in which the rules of the policy may stand";
	return 0;
}

static int ruleset_prove(const struct ruleset *ruleset, const struct host *host, const struct wishes *wishes,
			 struct pool *pool, struct change_report *report, struct error *err)
{
	if (rules_prove(ruleset, host, wishes, pool, report, err) < 0)
		return -1;
	for (int direction = 0; direction < 2 && !report->unproved; direction++)
		if (wishes->policy.drop[direction] &&
		    drop_prove(ruleset, host, wishes, (enum direction)direction, pool, report, err) < 0)
			return -1;
	return 0;
}

static int prove_all(const struct ruleset *before, const struct ruleset *after, const struct host *host,
		     const struct record *record, const struct wishes *wishes,
		     const struct change_request *request, struct pool *pool, struct change_report *report,
		     struct error *err)
{
	if (ruleset_prove(after, host, wishes, pool, report, err) < 0)
		return -1;
	if (report->outcome == OUTCOME_UNKNOWN && request->accept.unknown)
		report->outcome = OUTCOME_DONE;
	if (report->outcome != OUTCOME_DONE || request->force)
		return 0;
	if (harm_find(before, after, host, record, pool, &report->harmed, err) < 0)
		return -1;
	if (report->harmed)
		report->outcome = OUTCOME_HARMS;
	return 0;
}

/* What is kept although it is not all open is kept also when a drop is not proved. */
int policy_prove(const struct ruleset *before, const struct ruleset *after, const struct host *host,
		 const struct record *record, const struct wishes *wishes,
		 const struct change_request *request, struct pool *pool, struct change_report *report,
		 struct error *err)
{
	if (report->outcome != OUTCOME_DONE)
		return 0;
	if (prove_all(before, after, host, record, wishes, request, pool, report, err) < 0)
		return -1;
	if (request->accept.blocked && report->outcome != OUTCOME_DONE) {
		report->not_all_open = true;
		report->outcome = OUTCOME_DONE;
	}
	return 0;
}
