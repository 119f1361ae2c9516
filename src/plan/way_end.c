/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Follows what the nominal world passed on its way, from the base chain on. Behind a goto a packet does not come back, and a
 * return has nowhere to go but to the policy.
 */
#include "way_end.h"

#include <string.h>

static const struct rule *last_passed(const struct station *station, const struct chain *chain)
{
	for (size_t i = station->passed_count; i-- > 0;)
		if (station->passed[i]->chain == chain)
			return station->passed[i];
	return NULL;
}

/* NULL: the rule does not end in a goto. */
static const struct chain *goes_to(const struct rule *rule)
{
	return rule_ends_with(rule, VERDICT_GOTO) ? rule->ops[rule->op_count - 1].verdict.chain : NULL;
}

static int call_append(struct decision *decision, const struct rule *goes, struct pool *pool,
		       struct error *err)
{
	struct call *calls = pool_alloc(pool, (decision->call_count + 1) * sizeof(*calls));

	if (!calls)
		return error_memory(err);
	if (decision->call_count)
		memcpy(calls, decision->calls, decision->call_count * sizeof(*calls));
	calls[decision->call_count++] = (struct call){goes, true};
	decision->calls = calls;
	decision->chain = goes_to(goes);
	return 0;
}

/* The return that was the last step of the way, and not one out of a chain that was called; or NULL. */
static const struct rule *last_return(const struct station *station, const struct chain *end)
{
	const struct footstep *last = station->way_length ? &station->way[station->way_length - 1] : NULL;

	return last && last->verdict == VERDICT_RETURN && last->rule->chain == end ? last->rule : NULL;
}

int decision_at_end(const struct station *station, struct pool *pool, struct decision *out, struct error *err)
{
	*out = station->decision;
	if (out->rule)
		return 0;
	while (out->call_count < CALL_DEPTH) {
		const struct rule *last = last_passed(station, out->chain);

		if (!last || !goes_to(last))
			break;
		if (call_append(out, last, pool, err) < 0)
			return -1;
	}
	out->rule = last_return(station, out->chain);
	return 0;
}
