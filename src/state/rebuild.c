/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last generation holds the whole record as it was made; where the journal says that the change of it never came to its end, the
 * one before it. Recovery then goes on from there.
 */
#include "rebuild.h"

#include "fwport/generation.h"
#include "fwport/journal.h"

static bool last_read(struct pool *pool, struct generation *out)
{
	struct error unreadable;
	uint32_t *ids;
	size_t count;

	return generation_list(pool, &ids, &count, &unreadable) == 0 && count &&
	       generation_read(ids[count - 1], pool, out, &unreadable) == 0;
}

/* What cannot be read is no reason to believe that it was not made. */
static bool never_ended(const struct generation *generation)
{
	struct journal_end end;
	struct error unreadable;

	return journal_read(&end, &unreadable) == 0 && journal_is_open(&end.last) &&
	       end.last.generation == generation->id;
}

static bool awaits(const struct generation *generation)
{
	return generation->deadline && !generation->confirmed;
}

bool record_rebuild(struct state *state, struct pool *pool)
{
	struct generation last;
	struct state record;
	struct error memory;

	if (!last_read(pool, &last))
		return false;
	record = never_ended(&last) ? last.before : last.after;
	if (!record.generation)
		return false;
	if (record.generation == last.id && awaits(&last) &&
	    state_unconfirmed(&last.before, &last.after, last.deadline, pool, &record, &memory) < 0)
		return false;
	record.rebuilt = record.generation;
	*state = record;
	return true;
}
