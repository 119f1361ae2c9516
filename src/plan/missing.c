/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rule may be for several openings, and then bears the tag of the first: it is its ports that say which. A bit for each port keeps
 * thousands of openings and of steps from being held against each other.
 */
#include "fwport/missing.h"

#include "home_want.h"
#include "predicate.h"
#include "step_list.h"

#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>
#include <string.h>

enum { PORTS = 65536, PROTOCOLS = 3, ANY_PROTOCOL = PROTOCOLS };

int port_map_make(struct pool *pool, struct port_map *out, struct error *err)
{
	out->bits = pool_alloc(pool, (size_t)PORTS * PROTOCOLS / 8);
	return out->bits ? 0 : error_memory(err);
}

static int slot_of(enum protocol protocol)
{
	switch (protocol) {
	case PROTOCOL_TCP:
		return 0;
	case PROTOCOL_UDP:
		return 1;
	case PROTOCOL_SCTP:
		return 2;
	}
	return ANY_PROTOCOL;
}

static void add(struct port_map *map, int slot, struct port_range ports)
{
	for (int i = 0; i < PROTOCOLS; i++)
		for (size_t port = ports.first; port <= ports.last && (slot == ANY_PROTOCOL || slot == i);
		     port++)
			map->bits[((size_t)i * PORTS + port) / 8] |= (uint8_t)(1 << port % 8);
}

void port_map_add_opening(struct port_map *map, const struct opening *opening)
{
	add(map, slot_of(opening->port.protocol), opening->port.ports);
}

bool port_map_meets_opening(const struct port_map *map, const struct opening *opening)
{
	const size_t slot = (size_t)slot_of(opening->port.protocol);
	const struct port_range ports = opening->port.ports;

	for (size_t port = ports.first; port <= ports.last; port++)
		if (map->bits[(slot * PORTS + port) / 8] & 1 << port % 8)
			return true;
	return false;
}

static bool maps_meet(const struct port_map *a, const struct port_map *b)
{
	for (size_t i = 0; i < (size_t)PORTS * PROTOCOLS / 8; i++)
		if (a->bits[i] & b->bits[i])
			return true;
	return false;
}

/* Any, where the rule does not say. */
static int rule_slot(const struct rule *rule)
{
	for (size_t i = 0; i + 1 < rule->op_count; i++) {
		const struct op *load = &rule->ops[i], *test = &rule->ops[i + 1];

		if (load->kind == OP_META && load->meta.key == NFT_META_L4PROTO && test->kind == OP_CMP &&
		    test->cmp.value.length)
			return slot_of((enum protocol)test->cmp.value.at[0]);
	}
	return ANY_PROTOCOL;
}

static int add_rule(struct port_map *map, const struct rule *rule, struct pool *pool, struct error *err)
{
	struct predicate predicate;

	if (rule->tag == POLICY_TAG)
		return 0;
	if (predicate_read(rule, pool, &predicate, err) < 0)
		return -1;
	for (size_t i = 0; i < predicate.port_count; i++)
		add(map, rule_slot(rule), predicate.ports[i]);
	return 0;
}

/* The sets of the home are some for each protocol, and their names say which. */
static int add_elements(struct port_map *map, const struct step *step, struct pool *pool, struct error *err)
{
	struct home *home = pool_alloc(pool, sizeof(*home));
	int slot = ANY_PROTOCOL;

	if (!home)
		return error_memory(err);
	home_start(home);
	for (int i = 0; i < HOME_SETS; i++)
		if (!strcmp(home->sets[i].set.name, step->set->name))
			slot = slot_of(home_set_protocol(i));
	for (size_t i = 0; i < step->port_count; i++)
		add(map, slot, step->ports[i]);
	return 0;
}

int port_map_add_step(struct port_map *map, const struct step *step, struct pool *pool, struct error *err)
{
	switch (step->object) {
	case STEP_RULE:
		return add_rule(map, step->rule, pool, err);
	case STEP_ELEMENTS:
		return add_elements(map, step, pool, err);
	case STEP_TABLE:
	case STEP_CHAIN:
	case STEP_SET:
		break;
	}
	return 0;
}

static int id_order(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

void spared_sort(uint32_t *ids, size_t count)
{
	if (count)
		qsort(ids, count, sizeof(*ids), id_order);
}

bool is_spared(const struct opening *opening, const struct spared *spared)
{
	return spared->count &&
	       bsearch(&opening->id, spared->ids, spared->count, sizeof(*spared->ids), id_order);
}

/* The ports of those that are spared, and of the others. */
struct sides {
	struct port_map spared, others;
	bool policy; /* is spared, too */
};

static int map_openings(const struct openings *openings, struct pool *pool, struct port_map *out,
			struct error *err)
{
	if (port_map_make(pool, out, err) < 0)
		return -1;
	for (size_t i = 0; i < openings->count; i++)
		port_map_add_opening(out, &openings->list[i]);
	return 0;
}

static int is_left_out(const struct step *step, const struct sides *sides, bool *out, struct error *err)
{
	CLEANUP(pool_free) struct pool own = {0};
	struct port_map ports;

	*out = sides->policy && step->object == STEP_RULE && step->rule->tag == POLICY_TAG;
	if (*out || !step->remove)
		return 0;
	if (port_map_make(&own, &ports, err) < 0 || port_map_add_step(&ports, step, &own, err) < 0)
		return -1;
	*out = maps_meet(&ports, &sides->spared) && !maps_meet(&ports, &sides->others);
	return 0;
}

/* What was to stand before a rule that is left out stands where that one would have. */
static void close_up(struct steps *steps, const struct step *without)
{
	for (size_t i = 0; i < steps->count && without->object == STEP_RULE && !without->remove; i++)
		if (steps->list[i].before == without->rule)
			steps->list[i].before = without->before;
}

static int steps_spare(const struct steps *all, const struct sides *sides, struct pool *pool,
		       struct steps *out, struct error *err)
{
	bool *left_out = pool_alloc(pool, all->count * sizeof(*left_out));

	*out = (struct steps){0};
	if (!left_out)
		return error_memory(err);
	for (size_t i = 0; i < all->count; i++)
		if (is_left_out(&all->list[i], sides, &left_out[i], err) < 0 ||
		    (!left_out[i] && steps_push(out, all->list[i], pool, err) < 0))
			return -1;
	for (size_t i = all->count; i-- > 0;)
		if (left_out[i])
			close_up(out, &all->list[i]);
	return 0;
}

int plan_spare(const struct ruleset *now, const struct host *host, const struct openings *others,
	       const struct openings *spared, bool policy, const struct opening *const *asked,
	       size_t asked_count, struct pool *pool, struct plan *plan, struct error *err)
{
	const struct steps all = plan->steps;
	struct sides sides = {.policy = policy};
	struct ruleset *after;

	if ((!spared->count && !policy) || !all.count)
		return 0;
	if (map_openings(spared, pool, &sides.spared, err) < 0 ||
	    map_openings(others, pool, &sides.others, err) < 0 ||
	    steps_spare(&all, &sides, pool, &plan->steps, err) < 0)
		return -1;
	if (plan->steps.count == all.count)
		return 0;
	if (steps_apply(now, &plan->steps, pool, &after, err) < 0)
		return -1;
	plan->after = after;
	return openings_evaluate(after, host, asked, asked_count, pool, &plan->results, &plan->result_count,
				 err);
}
