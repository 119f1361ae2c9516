/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel has nothing of it: it is the beginning, with the neighbours' parts, that is written again. */
#include "put_off.h"

#include <string.h>

int put_off_find(const struct store *store, struct journal_entry *out, struct error *err)
{
	struct journal_end journal;
	const struct journal_entry *last = &journal.last;

	*out = (struct journal_entry){0};
	if (journal_read(&journal, err) < 0)
		return -1;
	if (!journal_is_open(last) || !(journal.planned & PARTS_ASKED) ||
	    strcmp(last->boot, store->state.boot) == 0)
		return 0;
	*out = *last;
	out->event = JOURNAL_BEGUN;
	out->parts = journal.planned & PARTS_ASKED;
	return 0;
}

void put_off_again(const struct store *store, const struct journal_entry *entry)
{
	struct error ignored;

	if (entry->generation > store->state.generation)
		(void)!journal_append(entry, &ignored);
}
