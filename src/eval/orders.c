/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the answers in each order to one. Alike they are one; else nobody can say which it is, and the worst of them is told
 * as far as it depends on the order.
 */
#include "orders.h"
#include "judge.h"
#include "ties.h"

static bool is_known(enum verdict verdict)
{
	return verdict != ANSWER_UNKNOWN;
}

/* What blocks in this order, and not in the other, blocks perhaps. */
static void packet_soften(struct packet_answer *packet, const struct packet_answer *other,
			  const char *because)
{
	if (!fate_is_block(packet->fate) || fate_is_block(other->fate))
		return;
	packet->fate = FATE_DEPENDS;
	for (size_t i = 0; i < packet->path_count; i++) {
		struct station *station = &packet->path[i];

		if (!fate_is_block(station->fate))
			continue;
		station->fate = station->decision.fate = FATE_DEPENDS;
		station->decision.because = because;
	}
}

static void answer_soften(struct family_answer *answer, const struct family_answer *other,
			  const char *because)
{
	for (size_t i = 0; i < answer->packet_count && i < other->packet_count; i++)
		packet_soften(&answer->packets[i], &other->packets[i], because);
	answer->verdict = ANSWER_DEPENDS;
	answer->blocker_count = 0;
}

void answers_meet(struct family_answer *answer, struct family_answer *other, const char *because)
{
	struct family_answer *worse = other->verdict > answer->verdict ? other : answer;
	struct family_answer *better = worse == other ? answer : other;

	if (answer->verdict == other->verdict)
		return;
	if (!is_known(better->verdict))
		worse = better;
	if (worse->verdict == ANSWER_BLOCKED)
		answer_soften(worse, better, because);
	*answer = *worse;
}

static const char *order_text(const struct ties *ties, struct pool *pool)
{
	CLEANUP(text_free) struct text names = {0};

	ties_name(ties, &names);
	if (names.failed)
		return NULL;
	return pool_format(pool, "depends on %s, the one registered last: they have the same priority",
			   text_string(&names));
}

static int orders_tell(const struct ties *ties, bool differ, struct pool *pool, struct family_answer *answer)
{
	if (differ && condition_add(answer, CONDITION_ORDER, order_text(ties, pool), NULL, true, pool) < 0)
		return -1;
	if (!ties->more || (answer->verdict != ANSWER_OPEN && answer->verdict != ANSWER_DEPENDS))
		return 0;
	answer->verdict = ANSWER_UNKNOWN;
	answer->unknown = "too many chains have the same priority to tell in each order";
	return 0;
}

int orders_run(const struct ruleset *ruleset, const struct host *host, const struct facts *facts,
	       const struct ties *ties, const struct query *query, const struct end *end, struct pool *pool,
	       struct family_answer *out)
{
	struct facts ordered = *facts;
	struct ties arranged = *ties;
	bool differ = false;

	arranged.list = pool_copy(pool, ties->list, ties->count * sizeof(*ties->list));
	if (!arranged.list)
		return -1;
	ordered.ties = &arranged;
	for (size_t i = 0; i < arranged.orders; i++) {
		struct family_answer answer;

		ties_arrange(&arranged, i);
		if (journey_run(ruleset, host, &ordered, query, end, pool, i ? &answer : out) < 0)
			return -1;
		if (i == 0)
			continue;
		differ |= answer.verdict != out->verdict;
		answers_meet(out, &answer, "the order of chains of equal priority");
	}
	return orders_tell(&arranged, differ, pool, out);
}
