/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Weighs answers. A family that the host does not have is no failure unless it was asked for by name.
 */
#include "proof.h"

#include "fwport/host_read.h"

/* Severity of outcomes as of exit statuses: 6, then 11, then 10, then 0. */
static unsigned severity(enum change_outcome outcome)
{
	switch (outcome) {
	case OUTCOME_BLOCKED:
	case OUTCOME_LOCKOUT:
	case OUTCOME_HARMS:
		return 3;
	case OUTCOME_UNKNOWN:
		return 2;
	case OUTCOME_DEPENDS:
		return 1;
	case OUTCOME_DONE:
	case OUTCOME_NOTHING:
	case OUTCOME_PLANNED:
	case OUTCOME_NOT_OURS:
		return 0;
	}
	return 0;
}

static enum change_outcome outcome_of(const struct acceptance *accept, const struct opening_answer *result)
{
	if (!result->answer->applicable)
		return result->opening->scope.families_named ? OUTCOME_BLOCKED : OUTCOME_DONE;
	switch (result->answer->verdict) {
	case ANSWER_OPEN:
		return OUTCOME_DONE;
	case ANSWER_DEPENDS:
		return accept->conditions ? OUTCOME_DONE : OUTCOME_DEPENDS;
	case ANSWER_UNKNOWN:
		return accept->unknown ? OUTCOME_DONE : OUTCOME_UNKNOWN;
	case ANSWER_BLOCKED:
		return OUTCOME_BLOCKED;
	}
	return OUTCOME_UNKNOWN;
}

/* An opening of which no family was judged is not proved, whoever the family is missing for. */
static bool is_judged(const struct opening_answer *results, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (results[i].answer->applicable)
			return true;
	return false;
}

static size_t same_opening(const struct opening_answer *results, size_t count)
{
	size_t same = 1;

	while (same < count && results[same].opening == results[0].opening)
		same++;
	return same;
}

static enum change_outcome opening_outcome(const struct acceptance *accept,
					   const struct opening_answer *results, size_t count)
{
	enum change_outcome worst =
		is_judged(results, count) || accept->unknown ? OUTCOME_DONE : OUTCOME_UNKNOWN;

	for (size_t i = 0; i < count; i++) {
		enum change_outcome outcome = outcome_of(accept, &results[i]);

		if (severity(outcome) > severity(worst))
			worst = outcome;
	}
	return worst;
}

enum change_outcome proof_judge(const struct acceptance *accept, const struct opening_answer *results,
				size_t count)
{
	enum change_outcome worst = OUTCOME_DONE;

	for (size_t i = 0, same; i < count && !accept->blocked; i += same) {
		enum change_outcome outcome;

		same = same_opening(&results[i], count - i);
		outcome = opening_outcome(accept, &results[i], same);
		if (severity(outcome) > severity(worst))
			worst = outcome;
	}
	return worst;
}

void proof_weigh(const struct acceptance *accept, const struct opening_answer *results, size_t count,
		 struct change_report *report)
{
	const struct acceptance nothing = {0};

	report->outcome = proof_judge(accept, results, count);
	report->not_all_open = accept->blocked && proof_judge(&nothing, results, count) != OUTCOME_DONE;
}

/* Base chains are few: a bit for each owner, and a list of the chains seen, cut at a size nobody has. */
struct tally {
	const struct chain *seen[256];
	unsigned chains, owners;
};

static void tally_chain(struct tally *tally, const struct chain *chain)
{
	for (unsigned i = 0; i < tally->chains; i++)
		if (tally->seen[i] == chain)
			return;
	if (tally->chains < sizeof(tally->seen) / sizeof(tally->seen[0]))
		tally->seen[tally->chains++] = chain;
	tally->owners |= 1u << chain->table->owner;
}

static void tally_answer(struct tally *tally, const struct family_answer *answer)
{
	for (size_t i = 0; i < answer->packet_count; i++)
		for (size_t j = 0; j < answer->packets[i].path_count; j++)
			tally_chain(tally, answer->packets[i].path[j].chain);
}

void proof_report(const struct opening_answer *results, size_t count, struct change_report *report)
{
	const struct family_answer *last = NULL;
	struct tally tally = {0};
	size_t at = 0;

	for (size_t i = 0; i < report->item_count && at < count; i++) {
		struct change_item *item = &report->items[i];

		item->results = &results[at];
		for (item->result_count = 0;
		     at < count && results[at].opening == results[at - item->result_count].opening; at++)
			item->result_count++;
	}
	for (size_t i = 0; i < count; i++) {
		if (results[i].answer != last) /* openings of one class share their answer */
			tally_answer(&tally, results[i].answer);
		last = results[i].answer;
	}
	report->chain_count = tally.chains;
	report->owner_count = (unsigned)__builtin_popcount(tally.owners);
}

/* Its worst answer may be that of a few of the ports: an opening is closed when all of its parts are. */
static bool any_open(const struct opening_answer *results, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < results[i].part_count; j++) {
			const struct family_answer *answer = results[i].parts[j].answer;

			if (answer->counted &&
			    (answer->verdict == ANSWER_OPEN || answer->verdict == ANSWER_DEPENDS))
				return true;
		}
	return false;
}

int proof_closed(const struct ruleset *ruleset, const struct host *host, struct pool *pool,
		 struct change_report *report, struct error *err)
{
	for (size_t i = 0; i < report->item_count; i++) {
		struct change_item *item = &report->items[i];
		const struct opening *closed = &item->opening;
		struct opening_answer *results;

		if (!item->closing)
			continue;
		if (openings_evaluate(ruleset, host, &closed, 1, pool, &results, &item->result_count, err) <
			    0 ||
		    connections_count(closed->port.protocol, closed->port.ports,
				      closed->scope.direction == DIRECTION_IN, &item->established, err) < 0)
			return -1;
		item->results = results;
		item->still_open = any_open(results, item->result_count);
	}
	return 0;
}

int proof_ends(const struct ruleset *ruleset, const struct host *host, struct pool *pool,
	       struct change_report *report, struct error *err)
{
	for (size_t i = 0; i < report->item_count; i++) {
		struct change_item *item = &report->items[i];
		const struct opening *asked = &item->opening;
		struct opening_answer *results;

		if (!item->opening.expires || item->opening.via != VIA_GUEST)
			continue;
		if (openings_evaluate(ruleset, host, &asked, 1, pool, &results, &item->afterwards_count,
				      err) < 0)
			return -1;
		item->afterwards = results;
		item->outlived = any_open(results, item->afterwards_count);
	}
	return 0;
}

int proof_present(const struct ruleset *ruleset, const struct host *host, struct pool *pool,
		  struct change_report *report, struct error *err)
{
	const struct opening **asked = pool_alloc(pool, (report->item_count + 1) * sizeof(*asked));
	struct opening_answer *results;
	size_t count, at = 0;

	if (!asked)
		return error_memory(err);
	for (size_t i = 0; i < report->item_count; i++)
		asked[i] = &report->items[i].opening;
	if (openings_evaluate(ruleset, host, asked, report->item_count, pool, &results, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < report->item_count; i++) {
		report->items[i].present = &results[at];
		at += report->items[i].result_count;
	}
	return 0;
}

int change_exit_status(const struct change_report *report)
{
	switch (report->outcome) {
	case OUTCOME_DONE:
	case OUTCOME_NOTHING:
		return report->not_all_ours || report->not_all_open ? 1 : 0;
	case OUTCOME_PLANNED:
	case OUTCOME_NOT_OURS:
		return 1;
	case OUTCOME_BLOCKED:
	case OUTCOME_HARMS:
		return 6;
	case OUTCOME_LOCKOUT:
		return 7;
	case OUTCOME_DEPENDS:
		return 10;
	case OUTCOME_UNKNOWN:
		return 11;
	}
	return 4;
}
