/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was interrupted offline, or in a kernel that runs no more, left nothing behind but its journal, unless a neighbour was asked.
 */
#include "offline.h"

#include "fwport/generation.h"
#include "fwport/journal.h"

#include <string.h>

int offline_look(int64_t now, struct pool *pool, struct ruleset **ruleset, struct host *host,
		 struct error *err)
{
	struct ruleset *nothing = pool_alloc(pool, sizeof(*nothing));

	if (!nothing)
		return error_memory(err);
	for (int family = 0; family < FAMILY_COUNT; family++)
		nothing->legacy_tables[family] = "";
	*ruleset = nothing;
	*host = (struct host){.now = now};
	return 0;
}

static bool stands_nowhere(const struct journal_end *journal, const struct store *store)
{
	if (!journal->planned)
		return true;
	return !(journal->planned & PARTS_ASKED) && strcmp(journal->last.boot, store->state.boot) != 0;
}

int offline_recover(struct store *store, struct error *err)
{
	struct journal_end journal;
	struct journal_entry *last = &journal.last;

	if (journal_read(&journal, err) < 0)
		return -1;
	if (!journal_is_open(last))
		return 0;
	if (!stands_nowhere(&journal, store)) {
		error_set(err, ERROR_BUSY,
			  "a change of the running system was interrupted; nothing was changed");
		return error_hint(err, "\"fwport restore\" there, without --offline, brings it to an end");
	}
	if (last->generation > store->state.generation)
		generation_remove(last->generation);
	last->event = JOURNAL_UNDONE;
	return journal_append(last, err);
}
