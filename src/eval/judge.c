/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judging a base chain. Worlds below every rate are the usual ones and make the fate: all pass, all blocked, or both, which is
 * DEPENDS when everything that tells them apart is understood and UNKNOWN otherwise. What happens to the others, beyond a
 * rate or singled out by their address, is told as an exception.
 */
#include "judge.h"
#include "explain.h"

#include <string.h>

struct tally {
	const struct outcome *passed, *blocked, *unknown; /* the plainest of each */
	bool past;                                        /* some do not come to the chain, and so pass */
	bool opaque;                                      /* on the way to one of them */
};

/* How bold it is to suppose what matched on the way to the outcome. */
enum boldness {
	SUPPOSES_NOTHING,
	SUPPOSES_WHAT_IS_NOT_KNOWN, /* a value that the other end chooses */
	SUPPOSES_WHAT_IS_NOT_UNDERSTOOD,
};

static enum boldness boldness_of(const struct outcome *outcome)
{
	enum boldness boldness = SUPPOSES_NOTHING;

	for (const struct doubt *doubt = outcome->world.doubts; doubt; doubt = doubt->before) {
		if (doubt->held && doubt->opaque)
			return SUPPOSES_WHAT_IS_NOT_UNDERSTOOD;
		if (doubt->held)
			boldness = SUPPOSES_WHAT_IS_NOT_KNOWN;
	}
	return boldness;
}

static void tally_take(struct tally *tally, const struct outcome *outcome)
{
	const struct outcome **first = outcome->decision.fate == FATE_PASS     ? &tally->passed
				       : fate_is_block(outcome->decision.fate) ? &tally->blocked
									       : &tally->unknown;

	if (!*first || boldness_of(outcome) < boldness_of(*first))
		*first = outcome;
	tally->opaque |= outcome->opaque;
}

/* The usual worlds; when a rate leaves none of them, all. */
static struct tally tally_of(const struct walk *walk, bool unusual)
{
	struct tally tally = {0};

	for (size_t i = 0; i < walk->outcome_count; i++)
		if (walk->outcomes[i].world.unusual == unusual)
			tally_take(&tally, &walk->outcomes[i]);
	for (size_t i = 0; walk->past && i < walk->past->count; i++) {
		tally.past |= walk->past->list[i].unusual == unusual;
		tally.opaque |= world_is_opaque(&walk->past->list[i]);
	}
	return tally;
}

static bool tally_is_empty(const struct tally *tally)
{
	return !tally->passed && !tally->blocked && !tally->unknown;
}

static const struct doubt *opaque_doubt(const struct walk *walk)
{
	for (size_t i = 0; i < walk->outcome_count; i++) {
		const struct world *world = &walk->outcomes[i].world;

		for (const struct doubt *doubt = world->doubts; doubt; doubt = doubt->before)
			if (doubt->opaque && !world->unusual)
				return doubt;
	}
	return NULL;
}

static struct decision decision_unknown(const struct walk *walk, const struct decision *fallback)
{
	const struct doubt *doubt = opaque_doubt(walk);
	struct decision decision = *fallback;

	decision.fate = FATE_UNKNOWN;
	decision.forwarded = false;
	if (!doubt) {
		decision.because = "too many combinations to tell";
		return decision;
	}
	decision.because = doubt->what;
	decision.rule = doubt->rule;
	decision.chain = doubt->rule->chain;
	decision.call_count = 0;
	return decision;
}

static struct decision decision_of(const struct walk *walk, const struct tally *tally)
{
	struct decision decision = {.fate = FATE_UNKNOWN, .because = "too many combinations to tell"};

	if (tally->unknown)
		return tally->unknown->decision;
	if (walk->beyond || tally_is_empty(tally))
		return tally->blocked  ? decision_unknown(walk, &tally->blocked->decision)
		       : tally->passed ? decision_unknown(walk, &tally->passed->decision)
				       : decision;
	if (!tally->blocked)
		return tally->passed->decision;
	if (!tally->passed && !tally->past)
		return tally->blocked->decision;
	if (tally->opaque)
		return decision_unknown(walk, &tally->blocked->decision);
	decision = tally->blocked->decision;
	decision.fate = FATE_DEPENDS;
	decision.forwarded = false;
	return decision;
}

/* Conditions */

static bool is_said(const struct family_answer *answer, enum condition_kind kind, const struct rule *rule,
		    const char *text)
{
	for (size_t i = 0; i < answer->condition_count; i++) {
		const struct condition *condition = &answer->conditions[i];

		if (condition->kind == kind && condition->rule == rule && strcmp(condition->text, text) == 0)
			return true;
	}
	return false;
}

int condition_add(struct family_answer *answer, enum condition_kind kind, const char *text,
		  const struct rule *rule, bool decides, struct pool *pool)
{
	struct condition *list;

	if (!text)
		return -1;
	if (is_said(answer, kind, rule, text))
		return 0;
	list = pool_grow(pool, answer->conditions, answer->condition_count, sizeof(*list));
	if (!list)
		return -1;
	answer->conditions = list;
	list[answer->condition_count++] = (struct condition){kind, text, rule, decides};
	return 0;
}

/* What tells the worlds apart that pass and those that do not. */
static int tell_doubts(const struct walk *walk, struct family_answer *answer, struct pool *pool)
{
	for (size_t i = 0; i < walk->outcome_count; i++) {
		const struct outcome *outcome = &walk->outcomes[i];

		if (outcome->world.unusual)
			continue;
		for (const struct doubt *doubt = outcome->world.doubts; doubt; doubt = doubt->before) {
			if (doubt->kind == CONDITION_RATE)
				continue;
			if (answer->condition_count < EXCEPTION_LIMIT &&
			    condition_add(answer, doubt->kind, doubt_text(doubt, pool), doubt->rule, true,
					  pool) < 0)
				return -1;
		}
	}
	return 0;
}

static bool has_all_ports(const struct world *world)
{
	return world->port_first <= CLIENT_PORT_FIRST && world->port_last >= CLIENT_PORT_LAST;
}

static int tell_ports(const struct walk *walk, struct family_answer *answer, struct pool *pool)
{
	for (size_t i = 0; i < walk->outcome_count; i++) {
		const struct outcome *outcome = &walk->outcomes[i];
		const struct world *world = &outcome->world;

		if (world->unusual || !fate_is_block(outcome->decision.fate) || has_all_ports(world))
			continue;
		if (condition_add(answer, CONDITION_OTHER, ports_text(world, &outcome->decision, pool),
				  outcome->decision.rule, true, pool) < 0)
			return -1;
	}
	return 0;
}

/* The rule that decided, where it is one that has a rate; else the first one met that has. */
static const struct rule *rate_rule(const struct outcome *outcome)
{
	const struct rule *rule = NULL;

	for (const struct doubt *doubt = outcome->world.doubts; doubt; doubt = doubt->before) {
		if (doubt->kind != CONDITION_RATE)
			continue;
		rule = doubt->rule;
		if (rule == outcome->decision.rule)
			break;
	}
	return rule;
}

/* A rate matters when beyond it somebody is blocked. */
static int tell_rates(const struct walk *walk, struct family_answer *answer, struct pool *pool)
{
	for (size_t i = 0; i < walk->outcome_count; i++) {
		const struct outcome *outcome = &walk->outcomes[i];
		const struct rule *rule = outcome->world.unusual ? rate_rule(outcome) : NULL;

		if (!rule || outcome->decision.fate == FATE_PASS)
			continue;
		if (condition_add(answer, CONDITION_RATE, rate_text(rule, &outcome->decision, pool), rule,
				  false, pool) < 0)
			return -1;
	}
	return 0;
}

/* An exception is one only if it is otherwise for those it is about. */
static bool is_exception(const struct exception *exception, enum fate fate)
{
	switch (exception->effect) {
	case EXCEPTION_ACCEPTS:
	case EXCEPTION_SPARES:
		return fate != FATE_PASS;
	case EXCEPTION_BLOCKS:
	case EXCEPTION_MISSES:
		return !fate_is_block(fate);
	case EXCEPTION_TURNS:
	case EXCEPTION_EXPIRES:
		break;
	}
	return true;
}

static enum condition_kind kind_of(const struct exception *exception)
{
	if (exception->effect == EXCEPTION_EXPIRES)
		return CONDITION_TIME;
	return exception_is_of_users(exception) ? CONDITION_OTHER
	       : exception_is_set(exception)    ? CONDITION_SET
						: CONDITION_SOURCE;
}

/* `decides`: those of the exceptions are not few. */
static int tell_exceptions(const struct exceptions *exceptions, enum fate fate, bool decides,
			   struct family_answer *answer, struct pool *pool)
{
	for (size_t i = 0; i < exceptions->count; i++) {
		const struct exception *exception = &exceptions->list[i];

		if (!is_exception(exception, fate) || answer->condition_count >= EXCEPTION_LIMIT)
			continue;
		if (condition_add(answer, kind_of(exception), exception_text(exception, answer->family, pool),
				  exception->rule, decides && exception->effect != EXCEPTION_EXPIRES,
				  pool) < 0)
			return -1;
	}
	if (exceptions->more == 0)
		return 0;
	return condition_add(
		answer, CONDITION_SOURCE,
		pool_format(pool, "and %zu more rules that single out addresses", exceptions->more), NULL,
		decides, pool);
}

/* An exception that makes the answer for the one peer none for the others, or NULL; any will do where not all were kept. */
static const struct exception *dividing(const struct exceptions *exceptions)
{
	for (size_t i = 0; i < exceptions->count; i++)
		if (exceptions->list[i].effect != EXCEPTION_EXPIRES &&
		    is_exception(&exceptions->list[i], FATE_PASS))
			return &exceptions->list[i];
	return exceptions->more ? &exceptions->list[0] : NULL;
}

/* Rules that divide everybody are no answer for anybody: who passes because of one of them does not speak for the others. */
static bool splits(const struct walk *walk, struct decision *decision)
{
	const struct exception *exception = walk->peer_split ? dividing(&walk->exceptions) : NULL;

	if (!exception || decision->fate != FATE_PASS)
		return false;
	decision->fate = FATE_DEPENDS;
	decision->because = "the peer's address";
	decision->rule = exception->rule;
	decision->chain = exception->rule->chain;
	decision->call_count = 0;
	return true;
}

/* Blockers */

/* The answer outlives the walk that found it. */
static int calls_keep(struct decision *decision, struct pool *pool)
{
	if (!decision->call_count)
		return 0;
	decision->calls = pool_copy(pool, decision->calls, decision->call_count * sizeof(*decision->calls));
	return decision->calls ? 0 : -1;
}

int blocker_add(struct family_answer *answer, enum packet_role role, const struct decision *decision,
		struct pool *pool)
{
	struct decision *copy;
	struct blocker *list;

	for (size_t i = 0; i < answer->blocker_count; i++) {
		const struct decision *other = answer->blockers[i].decision;

		if (other->rule == decision->rule && other->base == decision->base)
			return 0;
	}
	list = pool_grow(pool, answer->blockers, answer->blocker_count, sizeof(*list));
	copy = pool_copy(pool, decision, sizeof(*decision));
	if (!list || !copy || calls_keep(copy, pool) < 0)
		return -1;
	answer->blockers = list;
	list[answer->blocker_count++] = (struct blocker){role, copy};
	return 0;
}

static bool is_blocker(const struct outcome *outcome)
{
	return !outcome->world.unusual && fate_is_block(outcome->decision.fate);
}

static enum boldness least_boldness(const struct walk *walk)
{
	enum boldness least = SUPPOSES_WHAT_IS_NOT_UNDERSTOOD;

	for (size_t i = 0; i < walk->outcome_count; i++)
		if (is_blocker(&walk->outcomes[i]) && boldness_of(&walk->outcomes[i]) < least)
			least = boldness_of(&walk->outcomes[i]);
	return least;
}

/* Where something blocks for certain, what would only block if a match held that nobody knows of is not to blame. */
static int tell_blockers(const struct walk *walk, enum packet_role role, struct family_answer *answer,
			 struct pool *pool)
{
	const enum boldness least = least_boldness(walk);

	for (size_t i = 0; i < walk->outcome_count; i++) {
		const struct outcome *outcome = &walk->outcomes[i];

		if (!is_blocker(outcome) || boldness_of(outcome) > least)
			continue;
		if (blocker_add(answer, role, &outcome->decision, pool) < 0)
			return -1;
	}
	return 0;
}

int station_judge(const struct walk *walk, enum packet_role role, struct station *station,
		  struct family_answer *answer, struct pool *pool)
{
	struct tally tally = tally_of(walk, false);
	bool split;

	if (tally_is_empty(&tally))
		tally = tally_of(walk, true);
	station->decision = decision_of(walk, &tally);
	split = splits(walk, &station->decision);
	station->decision.base = station->chain;
	if (!station->decision.chain)
		station->decision.chain = station->chain;
	station->fate = station->decision.fate;
	station->passed = pool_copy(pool, walk->passed, walk->passed_count * sizeof(walk->passed[0]));
	station->passed_count = walk->passed_count;
	station->way = pool_copy(pool, walk->way, walk->way_length * sizeof(walk->way[0]));
	station->way_length = walk->way_length;
	station->parted = walk->parted;
	if (!station->passed || !station->way || calls_keep(&station->decision, pool) < 0)
		return -1;
	if (fate_is_block(station->fate))
		return tell_blockers(walk, role, answer, pool) < 0 ||
				       tell_exceptions(&walk->exceptions, station->fate, false, answer,
						       pool) < 0
			       ? -1
			       : 0;
	if (station->fate == FATE_DEPENDS && !split &&
	    (tell_doubts(walk, answer, pool) < 0 || tell_ports(walk, answer, pool) < 0))
		return -1;
	if (tell_rates(walk, answer, pool) < 0)
		return -1;
	return tell_exceptions(&walk->exceptions, station->fate, split, answer, pool);
}
