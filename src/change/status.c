/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of our openings: what the record says, what the kernel does with each now, who listens, and what our own rules have
 * counted.
 */
#include "fwport/change.h"

#include "fwport/host_read.h"
#include "fwport/journal.h"
#include "fwport/persistence.h"
#include "fwport/unit.h"
#include "fwport/watcher.h"
#include "adopt.h"
#include "await.h"
#include "guest_count.h"
#include "home_count.h"
#include "record.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static bool serves(const struct listener *listener, const struct opening *opening)
{
	return listener->protocol == opening->port.protocol &&
	       port_contains(opening->port.ports, listener->port);
}

static int find_listeners(const struct listeners *all, struct status_item *item, struct pool *pool,
			  struct error *err)
{
	if (item->opening.scope.direction == DIRECTION_OUT)
		return 0;
	for (size_t i = 0; i < all->count; i++) {
		struct listeners *found = &item->listeners;

		if (!serves(&all->list[i], &item->opening))
			continue;
		found->list = pool_grow(pool, found->list, found->count, sizeof(*found->list));
		if (!found->list)
			return error_memory(err);
		found->list[found->count++] = all->list[i];
	}
	return 0;
}

/* Every listening socket of the protocols that the openings use, read once. */
static int read_listeners(const struct openings *openings, struct pool *pool, struct listeners *out,
			  struct error *err)
{
	static const enum protocol protocols[] = {PROTOCOL_TCP, PROTOCOL_UDP};

	for (size_t p = 0; p < 2; p++) {
		struct listeners some;
		bool used = false;

		for (size_t i = 0; i < openings->count; i++)
			used |= openings->list[i].port.protocol == protocols[p];
		if (!used)
			continue;
		if (listeners_read(protocols[p], 0, true, pool, &some, err) < 0)
			return -1;
		for (size_t i = 0; i < some.count; i++) {
			out->list = pool_grow(pool, out->list, out->count, sizeof(*out->list));
			if (!out->list)
				return error_memory(err);
			out->list[out->count++] = some.list[i];
		}
	}
	return 0;
}

/* What applies to no family was never proved, and is not open. */
static enum verdict worst_of(const struct opening_answer *results, size_t count)
{
	enum verdict worst = ANSWER_OPEN;
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		const struct family_answer *answer = results[i].answer;

		any |= answer->applicable;
		if (answer->applicable && answer->verdict > worst)
			worst = answer->verdict;
	}
	return any ? worst : ANSWER_UNKNOWN;
}

static int fill(const struct ruleset *ruleset, const struct state *state,
		const struct opening_answer *results, size_t count_all, struct pool *pool,
		struct status_report *out, struct error *err)
{
	struct listeners listeners = {0};
	size_t at = 0;

	if (read_listeners(&state->openings, pool, &listeners, err) < 0)
		return -1;
	for (size_t i = 0; i < state->openings.count; i++) {
		struct status_item *item = &out->items[out->item_count++];

		item->opening = state->openings.list[i];
		item->expired = opening_has_expired(&item->opening, out->now);
		item->results = &results[at];
		for (; at < count_all && results[at].opening == &state->openings.list[i]; at++)
			item->result_count++;
		item->verdict = worst_of(item->results, item->result_count);
		if (home_count(ruleset, item, pool, err) < 0 ||
		    find_listeners(&listeners, item, pool, err) < 0)
			return -1;
	}
	return guests_count(out, pool, err);
}

static int evaluate_all(const struct ruleset *ruleset, const struct host *host,
			const struct openings *openings, struct pool *pool, struct opening_answer **results,
			size_t *count_all, struct error *err)
{
	const struct opening **asked = pool_alloc(pool, openings->count * sizeof(const struct opening *));

	if (!asked)
		return error_memory(err);
	for (size_t i = 0; i < openings->count; i++)
		asked[i] = &openings->list[i];
	return openings_evaluate(ruleset, host, asked, openings->count, pool, results, count_all, err);
}

/* A plan for what is recorded already, and has not ended. Where none can be made there is nothing to say about it. */
static void find_drift(enum home_place home, const struct ruleset *ruleset, const struct host *host,
		       const struct state *state, struct pool *pool, struct steps *drift)
{
	struct state current;
	const struct wishes wishes = {.openings = &current.openings, .policy = state->policy, .place = home};
	struct error unplanned;
	struct plan plan;
	size_t expired;

	if (state_expire(state, host->now, pool, &current, &expired, &unplanned) == 0 &&
	    plan_make(ruleset, host, &wishes, NULL, 0, pool, &plan, &unplanned) == 0)
		*drift = plan.steps;
}

static bool is_open(const struct state *state, const struct opening *opening)
{
	const struct opening *same = openings_find(&state->openings, opening);

	return same && !same->profile == !opening->profile;
}

/* One that awaits confirmation with another end is kept beside itself, and is closed for nobody. */
static int tell_dormant(const struct state *state, struct pool *pool, struct openings *out, struct error *err)
{
	out->list = pool_alloc(pool, (state->dormant.count + 1) * sizeof(struct opening));
	if (!out->list)
		return error_memory(err);
	for (size_t i = 0; i < state->dormant.count; i++)
		if (!is_open(state, &state->dormant.list[i]))
			out->list[out->count++] = state->dormant.list[i];
	return 0;
}

/* What the next boot makes of it. */
static int tell_kept(const struct state *state, struct pool *pool, struct status_report *out,
		     struct error *err)
{
	struct openings *unsaved = &out->unsaved;

	unsaved->list = pool_alloc(pool, state->openings.count * sizeof(struct opening));
	if (!unsaved->list)
		return error_memory(err);
	for (size_t i = 0; i < state->openings.count; i++)
		if (state->openings.list[i].runtime)
			unsaved->list[unsaved->count++] = state->openings.list[i];
	out->boot_policy = state->boot_policy;
	out->restored_by = persistence_by();
	return tell_dormant(state, pool, &out->dormant, err);
}

/* Of the neighbour that is called so, or whose service is. */
static bool is_followed(const char *neighbour)
{
	char unit[sizeof(FOLLOWING_UNIT) + NAME_MAX];
	const int length = (int)strcspn(neighbour, ".");

	return snprintf(unit, sizeof(unit), FOLLOWING_UNIT, length, neighbour) < (int)sizeof(unit) &&
	       unit_is_active(unit);
}

/* The services among them leave no sign in the ruleset. */
static int find_neighbours(const struct ruleset *ruleset, struct pool *pool, struct status_report *out,
			   struct error *err)
{
	unsigned services = 0;

	for (enum neighbour_kind kind = 0; kind < NEIGHBOUR_KIND_COUNT; kind++) {
		const char *name = neighbour_word(kind);

		if (kind >= NEIGHBOUR_NFTABLES && unit_is_active(name))
			services |= NEIGHBOUR_BIT(kind);
		if (is_followed(name))
			out->care.followed |= NEIGHBOUR_BIT(kind);
	}
	out->care.restored = out->restored_by != NULL;
	out->watched = watcher_find().runs;
	return neighbours_find(ruleset, services, pool, &out->neighbours, err);
}

/* Without a record there is nothing that it could differ from. */
static struct policy_report policy_report_of(const struct state *state, const struct ruleset *ruleset)
{
	const struct policy present = policy_of(ruleset);

	return (struct policy_report){
		.recorded = state->absent ? present : state->policy,
		.present = present,
		.unrecorded = state->absent,
		.ruleset = ruleset->number,
	};
}

/* What every change asks for first. */
static int find_damage(struct pool *pool, struct status_report *out, struct error *err)
{
	struct journal_end end;
	struct error damage;

	if (journal_read(&end, &damage) == 0)
		return 0;
	out->damaged = pool_text(pool, damage.text);
	out->mend = pool_text(pool, damage.hint);
	return out->damaged && out->mend ? 0 : error_memory(err);
}

int status_read(struct pool *pool, struct status_report *out, struct error *err)
{
	const struct backend *backend;
	struct opening_answer *results;
	struct adoption_report adoption;
	struct ruleset *ruleset;
	struct state state;
	struct host host;
	size_t count_all;

	*out = (struct status_report){0};
	if (store_peek(&state, pool, err) < 0 || backend_choose(state.backend, &backend, err) < 0 ||
	    backend->read(NULL, NULL, pool, &ruleset, err) < 0 || host_read(pool, &host, err) < 0 ||
	    host_read_sockets(ruleset, pool, &host, err) < 0 ||
	    adopt(&state, ruleset, host.now, pool, &adoption, err) < 0 ||
	    tell_kept(&state, pool, out, err) < 0 || find_damage(pool, out, err) < 0 ||
	    find_neighbours(ruleset, pool, out, err) < 0 ||
	    evaluate_all(ruleset, &host, &state.openings, pool, &results, &count_all, err) < 0)
		return -1;
	out->generation = state.generation;
	out->adopted = adoption.count;
	out->rebuilt = state.rebuilt;
	out->ruleset = ruleset->number;
	engines_find(ruleset, out->mixed);
	out->now = host.now;
	out->from_later = openings_from_later(&state.openings, host.now);
	out->pending = pending_report_of(&state.pending);
	find_drift(backend->home, ruleset, &host, &state, pool, &out->drift);
	out->policy = policy_report_of(&state, ruleset);
	out->items = pool_alloc(pool, state.openings.count * sizeof(*out->items));
	if (!out->items)
		return error_memory(err);
	return fill(ruleset, &state, results, count_all, pool, out, err);
}

int policy_report_read(struct pool *pool, struct policy_report *out, struct error *err)
{
	const struct backend *backend;
	struct ruleset *ruleset;
	struct state state;

	if (store_peek(&state, pool, err) < 0 || backend_choose(NULL, &backend, err) < 0 ||
	    backend->read(NULL, NULL, pool, &ruleset, err) < 0)
		return -1;
	*out = policy_report_of(&state, ruleset);
	return 0;
}

int rules_read(struct pool *pool, struct ruleset **out, struct error *err)
{
	const struct backend *backend;
	struct state state;

	if (store_peek(&state, pool, err) < 0 || backend_choose(state.backend, &backend, err) < 0)
		return -1;
	return backend->read(NULL, NULL, pool, out, err);
}
