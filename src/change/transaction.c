/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change of the record is a generation, and one that only mends rules is none: it leads to the record that there is, finished
 * or not. When an end cannot be written any more, the next fwport finds the change open, and nothing to do about it.
 */
#include "transaction.h"

#include "fwport/generation.h"
#include "fwport/quote.h"
#include "fwport/ruleset_text.h"

#include <string.h>

static const char *const actions[] = {
	[CHANGE_OPEN] = "open",         [CHANGE_CLOSE] = "close",     [CHANGE_APPLY] = "apply",
	[CHANGE_ROLLBACK] = "rollback", [CHANGE_RESTORE] = "restore", [CHANGE_POLICY] = "policy",
	[CHANGE_SAVE] = "save",         [CHANGE_EXPIRE] = "expire",
};

static int mark(const struct transaction *transaction, enum journal_event event, unsigned parts,
		struct error *err)
{
	struct journal_entry entry = {
		.event = event, .generation = transaction->id, .time = transaction->now, .parts = parts};

	memcpy(entry.boot, transaction->store->state.boot, sizeof(entry.boot));
	return journal_append(&entry, err);
}

int transaction_mark(const struct transaction *transaction, enum journal_event event, struct error *err)
{
	return mark(transaction, event, 0, err);
}

int transaction_taken(const struct transaction *transaction, enum commit_part part, struct error *err)
{
	return mark(transaction, JOURNAL_COMMITTED, PART_BIT(part), err);
}

static size_t errand_count(const struct transaction *transaction)
{
	return transaction->errands ? transaction->errands->count : 0;
}

/* Others' names and comments stand in them, and those need not be UTF-8. */
static int lines_of(const struct transaction *transaction, const struct steps *steps, struct pool *pool,
		    const char *const **out, struct error *err)
{
	CLEANUP(text_free) struct text line = {0}, clean = {0};
	const size_t count = steps->count + errand_count(transaction);
	const char **lines = pool_alloc(pool, (count + 1) * sizeof(const char *));

	for (size_t i = 0; lines && i < count; i++) {
		text_clear(&line);
		text_clear(&clean);
		if (i < steps->count)
			step_text(&steps->list[i], &line);
		else
			errand_text(&transaction->errands->list[i - steps->count], &line);
		quote_line(&clean, text_string(&line));
		lines[i] = clean.failed || line.failed ? NULL : pool_text(pool, text_string(&clean));
		if (!lines[i])
			return error_memory(err);
	}
	*out = lines;
	return lines ? 0 : error_memory(err);
}

static int write_generation(const struct transaction *transaction, const struct change_request *request,
			    const struct steps *steps, struct pool *pool, struct error *err)
{
	struct generation generation = {
		.id = transaction->id,
		.time = request->now,
		.action = actions[request->kind],
		.reason = request->reason,
		.forced = transaction->forced,
		.step_count = steps->count + errand_count(transaction),
		.deadline = transaction->deadline,
		.before = transaction->store->state,
		.after = transaction->record->next,
	};

	if (request->actor)
		generation.actor = *request->actor;
	generation.after.generation = generation.id;
	if (lines_of(transaction, steps, pool, &generation.steps, err) < 0)
		return -1;
	return generation_write(&generation, err);
}

static int look_ahead(struct transaction *transaction, struct pool *pool, struct error *err)
{
	transaction->id = transaction->store->state.generation + (transaction->record->changed ? 1 : 0);
	transaction->next = transaction->record->next;
	transaction->next.generation = transaction->id;
	if (!transaction->deadline)
		return 0;
	return state_unconfirmed(&transaction->store->state, &transaction->next, transaction->deadline, pool,
				 &transaction->next, err);
}

static unsigned parts_of(const struct transaction *transaction, const struct steps *steps)
{
	return steps_parts(steps) | (transaction->errands ? errands_parts(transaction->errands) : 0);
}

int transaction_begin(struct transaction *transaction, const struct change_request *request,
		      const struct steps *steps, struct pool *pool, struct error *err)
{
	if (look_ahead(transaction, pool, err) < 0 ||
	    mark(transaction, JOURNAL_BEGUN, parts_of(transaction, steps), err) < 0)
		return -1;
	transaction->begun = true;
	if (!transaction->record->changed || write_generation(transaction, request, steps, pool, err) == 0)
		return 0;
	transaction_undone(transaction);
	return -1;
}

static void keep_ruleset(uint32_t id, const struct ruleset *ruleset)
{
	CLEANUP(text_free) struct text dump = {0};

	if (ruleset) {
		ruleset_text(ruleset, &dump);
		generation_keep_ruleset(id, &dump);
	}
	generation_prune(id);
}

int transaction_record(struct transaction *transaction, const struct ruleset *ruleset, struct error *err)
{
	struct error ignored;

	if (transaction->record->changed) {
		if (store_save(transaction->store, &transaction->next, err) < 0)
			return -1;
		keep_ruleset(transaction->id, ruleset);
	}
	transaction->begun = false;
	(void)!transaction_mark(transaction, JOURNAL_RECORDED, &ignored);
	return 0;
}

void transaction_undone(struct transaction *transaction)
{
	struct error ignored;

	if (transaction->record->changed)
		generation_remove(transaction->id);
	if (transaction->begun)
		(void)!transaction_mark(transaction, JOURNAL_UNDONE, &ignored);
	transaction->begun = false;
}
