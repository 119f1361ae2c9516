/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fwport command that would open what is blocked. It is planned before it is offered: what open would refuse is no fix.
 * Only a suggestion; nothing here is ever run.
 */
#include "fwport/plan.h"

#include "place.h"

struct attempt {
	unsigned families;
	bool override;
};

static struct scope scope_of(const struct query *query, unsigned families)
{
	const bool in = query->direction == DIRECTION_IN;
	const struct prefix *from = in ? query->peer : query->local, *to = in ? query->local : query->peer;

	return (struct scope){
		.direction = query->direction,
		.families = families,
		.from = from,
		.from_count = from != NULL,
		.to = to,
		.to_count = to != NULL,
		.iface = query->iface,
	};
}

static bool all_open(const struct plan *plan)
{
	bool any = false;

	for (size_t i = 0; i < plan->result_count; i++) {
		const struct family_answer *answer = plan->results[i].answer;

		if (answer->applicable && answer->verdict != ANSWER_OPEN)
			return false;
		any |= answer->applicable;
	}
	return any;
}

/* A plan that cannot be made opens nothing. */
static bool would_open(const struct fix_question *question, const struct ruleset *ruleset,
		       const struct host *host, struct attempt attempt)
{
	CLEANUP(pool_free) struct pool pool = {0};
	const size_t count = question->port_count;
	struct opening *list = pool_alloc(&pool, count * sizeof(*list));
	const struct opening **asked = pool_alloc(&pool, count * sizeof(*asked));
	const struct openings wanted = {list, count};
	const struct wishes wishes = {.openings = &wanted, .policy = policy_of(ruleset)};
	struct error err;
	struct plan plan;

	if (!list || !asked)
		return false;
	for (size_t i = 0; i < count; i++) {
		list[i] = (struct opening){
			.id = (uint32_t)i + 1,
			.port = {question->query->protocol, question->ports[i]},
			.scope = scope_of(question->query, attempt.families),
			.override = attempt.override,
		};
		asked[i] = &list[i];
	}
	return plan_make(ruleset, host, &wishes, asked, count, &pool, &plan, &err) == 0 && all_open(&plan);
}

static void scope_add(const struct scope *scope, struct text *out)
{
	char prefix[ADDRESS_TEXT];

	if (scope->direction == DIRECTION_OUT)
		text_add(out, " --out");
	if (scope->from)
		text_add(out, " --from %s", prefix_text(scope->from, prefix));
	if (scope->to)
		text_add(out, " --to %s", prefix_text(scope->to, prefix));
	if (scope->iface)
		text_add(out, " --iface %s", scope->iface);
	if (scope->from || scope->to || scope->families == FAMILIES_BOTH)
		return;
	text_add(out, scope->families == FAMILY_BIT(FAMILY_IPV4) ? " -4" : " -6");
}

static void command_add(const struct fix_question *question, struct attempt attempt, struct text *out)
{
	const struct scope scope = scope_of(question->query, attempt.families);
	char port[PORT_TEXT];

	text_add(out, "fwport open");
	for (size_t i = 0; i < question->port_count; i++)
		text_add(out, " %s",
			 port_text((struct port_spec){question->query->protocol, question->ports[i]}, port));
	scope_add(&scope, out);
	if (attempt.override)
		text_add(out, " --override");
}

/*
 * Whether every blocker can be passed: our own policy by an opening, others by a guest, at least past explicit denies. A plan is
 * not worth its time where one cannot.
 */
static bool may_open(const struct query *query, const struct family_answer *answer, bool *override)
{
	CLEANUP(pool_free) struct pool pool = {0};
	const struct ruleset nothing = {0};

	for (size_t i = 0; i < answer->blocker_count; i++) {
		const struct blocker *blocker = &answer->blockers[i];
		const struct station *station = blocker_station(answer, blocker);
		struct asked_port asked;
		struct sites sites;
		struct error err;

		if (blocker->decision->rule && rule_is_policy_drop(blocker->decision->rule))
			continue;
		if (!station)
			return false;
		asked = packet_port((uint8_t)query->protocol, station->port, blocker->packet);
		if (sites_find(&nothing, station, asked, false, &pool, &sites, &err) < 0)
			return false;
		*override |= sites.hint != NULL;
		if (sites.hint && sites_find(&nothing, station, asked, true, &pool, &sites, &err) < 0)
			return false;
		if (sites.refused || !sites.count)
			return false;
	}
	return answer->blocker_count > 0;
}

static bool is_planned(const struct fix_question *question, const struct ruleset *ruleset,
		       const struct host *host, struct attempt attempt, struct fix_memo *memo)
{
	signed char *known = &memo->opens[attempt.families][attempt.override];

	if (!*known)
		*known = would_open(question, ruleset, host, attempt) ? 1 : -1;
	return *known > 0;
}

/* What was asked for, else this family alone. */
void fix_fwport(const struct fix_question *question, const struct family_answer *answer,
		const struct ruleset *ruleset, const struct host *host, struct fix_memo *memo,
		struct text *out)
{
	struct attempt attempt = {.families = question->query->families};

	if (!may_open(question->query, answer, &attempt.override))
		return;
	if (!is_planned(question, ruleset, host, attempt, memo)) {
		attempt.families = FAMILY_BIT(answer->family);
		if (!is_planned(question, ruleset, host, attempt, memo))
			return;
	}
	command_add(question, attempt, out);
}
