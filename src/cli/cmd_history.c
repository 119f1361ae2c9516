/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fwport history: what was changed, when and by whom. Only what is kept is read, the kernel is not asked.
 */
#include "cells.h"
#include "commands.h"
#include "operand.h"
#include "phrase.h"

#include "fwport/generation.h"
#include "fwport/json.h"
#include "fwport/plain.h"
#include "fwport/store.h"

#include <inttypes.h>
#include <time.h>

enum { WHAT_SHOWN = 3 }; /* changes in a row; of more their number is told */

static const struct column columns[] = {
	{.heading = "GENERATION", .right = true},
	{.heading = "TIME"},
	{.heading = "WHO"},
	{.heading = "ACTION"},
	{.heading = "WHAT", .folds = true},
	{.heading = "REASON", .folds = true},
};
enum { COLUMN_COUNT = sizeof(columns) / sizeof(columns[0]) };

static void add_time(int64_t time, struct text *out)
{
	time_t seconds = (time_t)time;
	struct tm local;
	char text[32];

	if (localtime_r(&seconds, &local) && strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &local))
		text_add(out, "%s", text);
	else
		text_add(out, "%" PRId64, time);
}

static void add_opening(const struct opening *opening, struct text *out)
{
	phrase_whole_opening(opening, out);
	if (opening->runtime)
		text_add(out, ", until the next boot");
}

static void add_what(const struct opening_change *changes, size_t count, struct text *out)
{
	for (size_t i = 0; i < count && i < WHAT_SHOWN; i++) {
		text_add(out, "%s%c", i ? " " : "", phrase_change_sign(changes[i].change));
		phrase_opening(changes[i].opening, out);
	}
	if (count > WHAT_SHOWN)
		text_add(out, " and %zu more", count - WHAT_SHOWN);
}

static const char *const approvals[] = {
	[APPROVAL_UNKNOWN] = "not confirmed",
	[APPROVAL_GIVEN] = NULL,
	[APPROVAL_AWAITED] = "awaits confirmation",
	[APPROVAL_REFUSED] = "not confirmed, taken back",
	[APPROVAL_DROPPED] = "not confirmed, dropped by a boot",
};

static void add_approval(const struct generation *generation, const struct state *now, struct text *out)
{
	const char *words = approvals[generation_approval(generation, now)];

	if (words)
		text_add(out, "%s(%s)", out->length ? " " : "", words);
}

static void add_policy(const struct generation *generation, struct text *out)
{
	CLEANUP(text_free) struct text policy = {0};

	phrase_policy(generation->before.policy, generation->after.policy, &policy);
	if (policy.length)
		text_add(out, "%s%s", out->length ? " " : "", text_string(&policy));
}

static int add_row(struct cells *cells, const struct generation *generation, const struct state *now,
		   struct pool *pool, struct error *err)
{
	CLEANUP(text_free) struct text text = {0};
	struct opening_change *changes;
	size_t count;

	if (generation_changes(generation, pool, &changes, &count, err) < 0)
		return -1;
	text_add(&text, "%" PRIu32, generation->id);
	cells_take(cells, &text);
	add_time(generation->time, &text);
	cells_take(cells, &text);
	actor_add_login(&generation->actor, &text);
	cells_take(cells, &text);
	cells_add(cells, generation->action);
	add_what(changes, count, &text);
	add_policy(generation, &text);
	add_approval(generation, now, &text);
	cells_take(cells, &text);
	cells_add(cells, generation->reason ? generation->reason : "");
	return 0;
}

/* What is damaged hides none of the others; what is no longer kept, since just now, was none. */
static int list_one(uint32_t id, const struct state *now, struct cells *cells, const struct output *output,
		    bool *damaged, struct error *err)
{
	CLEANUP(pool_free) struct pool own = {0};
	struct generation generation;
	struct error unreadable;

	if (generation_read(id, &own, &generation, &unreadable) < 0) {
		if (unreadable.kind == ERROR_USAGE)
			return 0;
		*damaged = true;
		*err = unreadable;
		return 0;
	}
	return output->json
		       ? json_generation(output->out, &generation, generation_approval(&generation, now), err)
		       : add_row(cells, &generation, now, &own, err);
}

/* One after the other, so that no more than one large record is held in memory. */
static int list(const struct state *now, const struct output *output, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct cells cells = {.pool = &pool};
	bool damaged = false;
	uint32_t *ids;
	size_t count;

	if (generation_list(&pool, &ids, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (list_one(ids[i], now, &cells, output, &damaged, err) < 0)
			return -1;
	if (output->json || output->quiet)
		return damaged ? -1 : 0;
	if (!count) {
		plain_line(output->out, "Nothing was ever changed.");
		return 0;
	}
	return cells_print(&cells, output, columns, COLUMN_COUNT, err) < 0 || damaged ? -1 : 0;
}

static void print_head(const struct output *output, const struct generation *generation)
{
	CLEANUP(text_free) struct text text = {0};

	add_time(generation->time, &text);
	plain_line(output->out, "generation %" PRIu32 ", %s", generation->id, text_string(&text));
	text_clear(&text);
	actor_add(&generation->actor, &text);
	plain_line(output->out, "by %s", text_string(&text));
	if (generation->actor.command)
		plain_line(output->out, "command: %s", generation->actor.command);
	if (generation->reason)
		plain_line(output->out, "reason: %s", generation->reason);
	if (generation->forced)
		plain_line(output->out, "forced: %s", generation->forced);
}

static int print_one(const struct output *output, const struct generation *generation,
		     const struct state *now, struct pool *pool, struct error *err)
{
	CLEANUP(text_free) struct text text = {0};
	struct opening_change *changes;
	size_t count;

	if (generation_changes(generation, pool, &changes, &count, err) < 0)
		return -1;
	print_head(output, generation);
	add_approval(generation, now, &text);
	if (text.length)
		plain_line(output->out, "%s", text_string(&text));
	for (size_t i = 0; i < count; i++) {
		text_clear(&text);
		add_opening(changes[i].opening, &text);
		plain_line(output->out, "%c %s", phrase_change_sign(changes[i].change), text_string(&text));
	}
	text_clear(&text);
	add_policy(generation, &text);
	if (text.length)
		plain_line(output->out, "~ policy %s", text_string(&text));
	plain_line(output->out, "steps:%s", generation->step_count ? "" : " none");
	for (size_t i = 0; i < generation->step_count; i++)
		plain_line(output->out, "  %s", generation->steps[i]);
	return 0;
}

static int show(uint32_t id, const struct state *now, const struct output *output, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct generation generation;

	if (generation_read(id, &pool, &generation, err) < 0)
		return -1;
	if (output->json)
		return json_generation(output->out, &generation, generation_approval(&generation, now), err);
	return output->quiet ? 0 : print_one(output, &generation, now, &pool, err);
}

/* A record that is damaged keeps nobody from reading how it came about. */
static int run(const struct request *request, const struct output *output, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	const struct state *now;
	struct error unreadable;
	struct state state;
	uint32_t id;

	now = store_peek(&state, &pool, &unreadable) < 0 ? NULL : &state;
	if (!request->operand_count)
		return list(now, output, err);
	return operand_generation(request->operands[0], &id, err) < 0 ? -1 : show(id, now, output, err);
}

static const struct example examples[] = {
	{"fwport history", "lists the changes that are kept, the latest last"},
	{"fwport history 1", "shows what the first change did, and its steps"},
	{0},
};

const struct command command_history = {
	.name = "history",
	.operands = "[GENERATION]",
	.operands_max = 1,
	.completes = COMPLETES_GENERATION,
	.summary = "show what was changed, when and by whom",
	.description = "Each change of our openings is a generation. One that is named is shown as a "
		       "difference: + was opened, - closed, ~ altered; and with the steps that were taken. "
		       "The ruleset of everybody, as it was after the change, is in "
		       "generations/GENERATION.ruleset in the state directory, for reading.\n"
		       "\n"
		       "At most 200 generations and 64 MiB are kept.",
	.examples = examples,
	.needs = NEEDS_ROOT,
	.run = run,
};
