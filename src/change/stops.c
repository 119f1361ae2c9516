/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Holds two rulesets against every port that they tell apart, and against every socket that listens. What is blocked before is
 * not stopped.
 */
#include "stops.h"

#include "fwport/host_read.h"

static const enum protocol protocols[] = {PROTOCOL_TCP, PROTOCOL_UDP};
enum { PROTOCOLS = sizeof(protocols) / sizeof(*protocols) };

struct search {
	const struct ruleset *before, *after;
	const struct host *host;
	struct pool *pool;
	struct stops *out;
};

/* listeners */

static bool is_stopped(const struct answer *before, const struct answer *after)
{
	return before->family_count && before->verdict != ANSWER_BLOCKED && after->verdict == ANSWER_BLOCKED;
}

static int listener_check(struct search *search, const struct listener *listener, enum family family,
			  struct error *err)
{
	const struct link *link = listener->link ? host_link(search->host, listener->link) : NULL;
	const struct prefix local = prefix_of_address(&listener->address);
	const struct query query = {
		.direction = DIRECTION_IN,
		.protocol = listener->protocol,
		.port = listener->port,
		.families = FAMILY_BIT(family),
		.local = listener->any ? NULL : &local,
		.iface = link ? link->name : NULL,
	};
	struct stops *out = search->out;
	struct answer before, after;

	if (evaluate(search->before, search->host, &query, search->pool, &before, err) < 0 ||
	    evaluate(search->after, search->host, &query, search->pool, &after, err) < 0)
		return -1;
	if (!is_stopped(&before, &after))
		return 0;
	out->listeners =
		pool_grow(search->pool, out->listeners, out->listener_count, sizeof(*out->listeners));
	if (!out->listeners)
		return error_memory(err);
	out->listeners[out->listener_count++] = (struct stopped_listener){listener, family};
	return 0;
}

static bool serves_others(const struct host *host, const struct listener *listener)
{
	const struct link *link = listener->link ? host_link(host, listener->link) : NULL;

	return !address_is_loopback(&listener->address) && !(link && link->loopback);
}

static int listeners_check(struct search *search, struct error *err)
{
	for (size_t p = 0; p < PROTOCOLS; p++) {
		struct listeners listeners;

		if (listeners_read(protocols[p], 0, true, search->pool, &listeners, err) < 0)
			return -1;
		for (size_t i = 0; i < listeners.count; i++) {
			const struct listener *one = &listeners.list[i];

			if (!serves_others(search->host, one))
				continue;
			if (listener_check(search, one, one->family, err) < 0 ||
			    (one->both_families && listener_check(search, one, FAMILY_IPV4, err) < 0))
				return -1;
		}
	}
	return 0;
}

/* accepts of others */

static bool same_rule(const struct rule *a, const struct rule *b)
{
	return a->handle == b->handle && a->position == b->position && chain_is(a->chain, b->chain);
}

/* An accept that asks nothing is a policy, and no opening of anybody's. */
static bool is_opening_of_others(const struct rule *rule)
{
	bool asks = false;

	if (!rule || rule->tag || table_is_home(rule->chain->table) || !rule_ends_with(rule, VERDICT_ACCEPT))
		return false;
	for (size_t i = 0; i + 1 < rule->op_count; i++)
		asks |= rule->ops[i].kind != OP_COUNTER && rule->ops[i].kind != OP_LOG;
	return asks;
}

static int accept_add(struct search *search, const struct rule *rule, const struct query *query,
		      const struct port_class *class, struct error *err)
{
	struct stops *out = search->out;
	struct stopped_accept *found = NULL;

	for (size_t i = 0; i < out->accept_count && !found; i++)
		if (same_rule(out->accepts[i].rule, rule) && out->accepts[i].protocol == query->protocol &&
		    out->accepts[i].direction == query->direction)
			found = &out->accepts[i];
	if (!found) {
		out->accepts =
			pool_grow(search->pool, out->accepts, out->accept_count, sizeof(*out->accepts));
		if (!out->accepts)
			return error_memory(err);
		found = &out->accepts[out->accept_count++];
		*found = (struct stopped_accept){
			.rule = rule, .protocol = query->protocol, .direction = query->direction};
	}
	for (size_t i = 0; i < class->range_count; i++) {
		found->ports =
			pool_grow(search->pool, found->ports, found->port_count, sizeof(*found->ports));
		if (!found->ports)
			return error_memory(err);
		found->ports[found->port_count++] = class->ranges[i];
	}
	found->port_count = port_ranges_merge(found->ports, found->port_count);
	return 0;
}

static int decisions_add(struct search *search, const struct family_answer *before, const struct query *query,
			 const struct port_class *class, struct error *err)
{
	const struct packet_answer *first = before->packets;

	for (size_t i = 0; before->packet_count && i < first->path_count; i++)
		if (is_opening_of_others(first->path[i].decision.rule) &&
		    accept_add(search, first->path[i].decision.rule, query, class, err) < 0)
			return -1;
	return 0;
}

static bool has_exception(const struct family_answer *answer, const struct rule *rule)
{
	for (size_t i = 0; i < answer->condition_count; i++)
		if (answer->conditions[i].rule && same_rule(answer->conditions[i].rule, rule))
			return true;
	return false;
}

/* Those whom a rule singles out, and lets in where others are not. */
static int exceptions_add(struct search *search, const struct family_answer *before,
			  const struct family_answer *after, const struct query *query,
			  const struct port_class *class, struct error *err)
{
	for (size_t i = 0; i < before->condition_count; i++) {
		const struct rule *rule = before->conditions[i].rule;

		if (is_opening_of_others(rule) && !has_exception(after, rule) &&
		    accept_add(search, rule, query, class, err) < 0)
			return -1;
	}
	return 0;
}

static int class_check(struct search *search, const struct evaluation *then, const struct evaluation *now,
		       const struct query *query, const struct port_class *class, struct error *err)
{
	struct answer before, after;

	if (evaluation_ask(then, query->protocol, class->example, search->pool, &before, err) < 0 ||
	    evaluation_ask(now, query->protocol, class->example, search->pool, &after, err) < 0)
		return -1;
	for (size_t i = 0; i < before.family_count && i < after.family_count; i++) {
		const struct family_answer *a = &before.families[i], *b = &after.families[i];

		if (!a->applicable || !a->counted)
			continue;
		if (a->verdict != ANSWER_BLOCKED && b->verdict == ANSWER_BLOCKED &&
		    decisions_add(search, a, query, class, err) < 0)
			return -1;
		if (exceptions_add(search, a, b, query, class, err) < 0)
			return -1;
	}
	return 0;
}

static int accepts_check(struct search *search, enum direction direction, struct error *err)
{
	const struct port_range all = {1, PORT_LAST};
	struct port_class *classes;
	size_t count;

	if (port_classes(search->after, &all, 1, search->pool, &classes, &count, err) < 0)
		return -1;
	for (int family = 0; family < FAMILY_COUNT; family++)
		for (size_t p = 0; p < PROTOCOLS; p++) {
			const struct query query = {.direction = direction,
						    .protocol = protocols[p],
						    .families = FAMILY_BIT(family)};
			struct evaluation *then, *now;

			if (evaluation_begin(search->before, search->host, &query, search->pool, &then, err) <
				    0 ||
			    evaluation_begin(search->after, search->host, &query, search->pool, &now, err) <
				    0)
				return -1;
			for (size_t i = 0; i < count; i++)
				if (class_check(search, then, now, &query, &classes[i], err) < 0)
					return -1;
		}
	return 0;
}

int stops_find(const struct ruleset *before, const struct ruleset *after, const struct host *host,
	       const struct wishes *wishes, struct pool *pool, struct stops *out, struct error *err)
{
	const struct policy now = policy_of(before);
	struct search search = {before, after, host, pool, out};

	*out = (struct stops){0};
	for (int direction = 0; direction < 2; direction++) {
		if (!wishes->policy.drop[direction] || now.drop[direction])
			continue;
		if (direction == DIRECTION_IN && listeners_check(&search, err) < 0)
			return -1;
		if (accepts_check(&search, (enum direction)direction, err) < 0)
			return -1;
	}
	return 0;
}
