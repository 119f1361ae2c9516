/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of our openings: what the record says, what the kernel does with each now, who listens, and what the counters of
 * our own rules have seen.
 */
#include "fwport/change.h"
#include "record.h"

#include "await.h"

#include "fwport/host_read.h"
#include "guest_count.h"
#include "fwport/persistence.h"
#include "adopt.h"

#include <stdio.h>

static void count_ops(const struct op *ops, size_t count, struct status_item *item)
{
	for (size_t i = 0; i < count; i++)
		if (ops[i].kind == OP_COUNTER) {
			item->packets += ops[i].counter.packets;
			item->bytes += ops[i].counter.bytes;
			item->counted = true;
		}
}

/* A catch-all has no key; it stands at an end and matches no port of ours. */
static uint16_t element_port(const struct element *element)
{
	if (element->key.length < sizeof(uint16_t))
		return 0;
	return (uint16_t)(element->key.at[0] << 8 | element->key.at[1]);
}

/* The first element at or behind a port: elements are in order of their keys. */
static size_t element_at(const struct set *set, uint16_t port)
{
	size_t first = 0, behind = set->element_count;

	while (first < behind) {
		size_t middle = first + (behind - first) / 2;

		if (element_port(&set->elements[middle]) < port)
			first = middle + 1;
		else
			behind = middle;
	}
	return first;
}

/* Interval sets hold starts; an element's counter belongs to the opening its start lies in. */
static void count_elements(const struct set *set, struct status_item *item)
{
	const struct port_range ports = item->opening.port.ports;

	if (set->key_length != sizeof(uint16_t))
		return;
	for (size_t i = element_at(set, ports.first); i < set->element_count; i++) {
		const struct element *element = &set->elements[i];

		if (element_port(element) > ports.last)
			break;
		if (!element->interval_end)
			count_ops(element->ops, element->op_count, item);
	}
}

static void count_rules(const struct table *home, struct status_item *item)
{
	for (size_t i = 0; i < home->chain_count; i++)
		for (size_t j = 0; j < home->chains[i]->rule_count; j++) {
			const struct rule *rule = home->chains[i]->rules[j];

			if (rule->tag == item->opening.id)
				count_ops(rule->ops, rule->op_count, item);
		}
}

/* Of the chain's rules those that are the opening's alone; false when there is none. */
static int count_chain(const struct chain *chain, struct status_item *item, struct pool *pool, bool *any,
		       struct error *err)
{
	*any = false;
	for (size_t i = 0; i < chain->rule_count; i++) {
		const struct rule *rule = chain->rules[i];
		bool alone;

		if (rule->tag != item->opening.id)
			continue;
		if (rule_speaks_of(rule, item->opening.port.ports, pool, &alone, err) < 0)
			return -1;
		if (!alone)
			continue;
		count_ops(rule->ops, rule->op_count, item);
		*any = true;
	}
	return 0;
}

/* In legacy tables openings share rules, and such a rule's counter is nobody's: then nothing is said. */
static int count_legacy(const struct ruleset *ruleset, struct status_item *item, struct pool *pool,
			struct error *err)
{
	const struct scope *scope = &item->opening.scope;
	const char *name = scope->direction == DIRECTION_IN ? HOME_CHAIN_IN : HOME_CHAIN_OUT;
	struct status_item counted = *item;

	for (size_t i = 0; i < ruleset->table_count; i++) {
		const struct table *table = ruleset->tables[i];
		const enum family family = table->family == TABLE_IP6 ? FAMILY_IPV6 : FAMILY_IPV4;
		const struct chain *chain = table_find_chain(table, name);
		bool any;

		if (table->engine != ENGINE_LEGACY || !chain || !chain_is_home(chain) ||
		    !scope_has_family(scope, family))
			continue;
		if (count_chain(chain, &counted, pool, &any, err) < 0)
			return -1;
		if (!any)
			return 0;
	}
	*item = counted;
	return 0;
}

static void count_set(const struct table *home, const char *suffix, struct status_item *item)
{
	char name[2 * PORT_TEXT];
	const struct set *set;

	snprintf(name, sizeof(name), "%s_%s%s", protocol_name(item->opening.port.protocol),
		 direction_word(item->opening.scope.direction), suffix);
	set = table_find_set(home, name);
	if (set)
		count_elements(set, item);
}

/* An unscoped opening is an element of a set like tcp_in or tcp_in_timed, a scoped one a rule with its tag. */
static void count(const struct ruleset *ruleset, struct status_item *item)
{
	const struct table *home = ruleset_find_table(ruleset, TABLE_INET, HOME_TABLE);

	if (!home)
		return;
	count_rules(home, item);
	if (item->counted)
		return;
	count_set(home, "", item);
	count_set(home, "_timed", item);
}

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
		count(ruleset, item);
		if (count_legacy(ruleset, item, pool, err) < 0)
			return -1;
		if (find_listeners(&listeners, item, pool, err) < 0)
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
	out->dormant = state->dormant;
	out->restored_by = persistence_by();
	return 0;
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
	    tell_kept(&state, pool, out, err) < 0 ||
	    evaluate_all(ruleset, &host, &state.openings, pool, &results, &count_all, err) < 0)
		return -1;
	out->generation = state.generation;
	out->adopted = adoption.count;
	out->ruleset = ruleset->number;
	engines_find(ruleset, out->mixed);
	out->now = host.now;
	out->from_later = openings_from_later(&state.openings, host.now);
	out->pending = pending_report_of(&state.pending);
	find_drift(backend->home, ruleset, &host, &state, pool, &out->drift);
	out->policy = (struct policy_report){state.policy, policy_of(ruleset), ruleset->number};
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
	*out = (struct policy_report){state.policy, policy_of(ruleset), ruleset->number};
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
