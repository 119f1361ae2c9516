/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In table inet fwport an opening has counters of its own; in the legacy chains openings may share rules, and those say nothing
 * of one alone.
 */
#include "home_count.h"

#include "fwport/plan.h"

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

/* It has its rule in the one chain of the table, or in the other. *stands: there is a chain at all. */
static int count_table(const struct table *table, struct status_item *item, struct pool *pool, bool *stands,
		       bool *any, struct error *err)
{
	static const char *const names[][2] = {
		[DIRECTION_IN] = {HOME_CHAIN_IN, POLICY_CHAIN_IN},
		[DIRECTION_OUT] = {HOME_CHAIN_OUT, POLICY_CHAIN_OUT},
	};

	*stands = *any = false;
	for (int i = 0; i < 2 && !*any; i++) {
		const struct chain *chain = table_find_chain(table, names[item->opening.scope.direction][i]);

		if (!chain || !chain_is_home(chain))
			continue;
		*stands = true;
		if (count_chain(chain, item, pool, any, err) < 0)
			return -1;
	}
	return 0;
}

/* In legacy tables openings share rules, and such a rule's counter is nobody's: then nothing is said. */
static int count_legacy(const struct ruleset *ruleset, struct status_item *item, struct pool *pool,
			struct error *err)
{
	struct status_item counted = *item;

	for (size_t i = 0; i < ruleset->table_count; i++) {
		const struct table *table = ruleset->tables[i];
		const enum family family = table->family == TABLE_IP6 ? FAMILY_IPV6 : FAMILY_IPV4;
		bool stands, any;

		if (table->engine != ENGINE_LEGACY || !scope_has_family(&item->opening.scope, family))
			continue;
		if (count_table(table, &counted, pool, &stands, &any, err) < 0)
			return -1;
		if (stands && !any)
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
static void count_nft(const struct ruleset *ruleset, struct status_item *item)
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

int home_count(const struct ruleset *ruleset, struct status_item *item, struct pool *pool, struct error *err)
{
	count_nft(ruleset, item);
	return count_legacy(ruleset, item, pool, err);
}
