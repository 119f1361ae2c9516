/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change may take from an opening what it lives on: the rule of another opening that served it, too, or connection tracking
 * that slept. Compares what is recorded and not asked about, before and after.
 */
#include "harm.h"

/* What stays recorded, without what is asked about: that has a proof of its own. */
static int others_list(const struct record *record, struct pool *pool, const struct opening ***out,
		       size_t *count, struct error *err)
{
	const struct openings *all = &record->next.openings;
	bool *asked = pool_alloc(pool, all->count + 1);

	*count = 0;
	*out = pool_alloc(pool, (all->count + 1) * sizeof(**out));
	if (!asked || !*out)
		return error_memory(err);
	for (size_t i = 0; i < record->asked_count; i++)
		asked[record->asked[i] - all->list] = true;
	for (size_t i = 0; i < all->count; i++)
		if (!asked[i])
			(*out)[(*count)++] = &all->list[i];
	return 0;
}

static bool is_worse(const struct family_answer *before, const struct family_answer *after)
{
	return before->applicable && before->verdict != ANSWER_BLOCKED && after->verdict > before->verdict;
}

int harm_find(const struct ruleset *before, const struct ruleset *after, const struct host *host,
	      const struct record *record, struct pool *pool, const struct opening_answer **out,
	      struct error *err)
{
	struct opening_answer *then, *now;
	const struct opening **others;
	size_t count, results;

	*out = NULL;
	if (others_list(record, pool, &others, &count, err) < 0)
		return -1;
	if (!count)
		return 0;
	if (openings_evaluate(before, host, others, count, pool, &then, &results, err) < 0 ||
	    openings_evaluate(after, host, others, count, pool, &now, &results, err) < 0)
		return -1;
	for (size_t i = 0; i < results && !*out; i++)
		if (is_worse(then[i].answer, now[i].answer))
			*out = &now[i];
	return 0;
}
