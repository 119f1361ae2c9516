/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The changes. Where a rule's effects could be seen by the rule itself when it is written differently, it is left alone. */
#include "change.h"
#include "prune.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

enum { NEW_HANDLE = 10000, EARLIEST = -1000, LATEST = 1000 };

/* Finding places */

static struct table *table_any(struct changer *changer)
{
	const struct ruleset *ruleset = changer->ruleset;

	if (ruleset->table_count == 0)
		return NULL;
	return ruleset->tables[chance_below(changer->chance, (uint32_t)ruleset->table_count)];
}

static struct chain *chain_any(struct changer *changer)
{
	struct table *table = table_any(changer);

	if (!table || table->chain_count == 0)
		return NULL;
	return table->chains[chance_below(changer->chance, (uint32_t)table->chain_count)];
}

static bool writes(const struct op *op)
{
	return op->kind == OP_META_SET || op->kind == OP_CT_SET || op->kind == OP_NOTRACK;
}

static bool rule_writes(const struct rule *rule)
{
	for (size_t i = 0; i < rule->op_count; i++)
		if (writes(&rule->ops[i]))
			return true;
	return false;
}

static bool rule_calls(const struct rule *rule)
{
	for (size_t i = 0; i < rule->op_count; i++)
		if ((rule->ops[i].kind == OP_VERDICT && rule->ops[i].verdict.chain) ||
		    op_is_verdict_map(&rule->ops[i]))
			return true;
	return false;
}

/* Writing rules */

static struct rule *rule_make(struct changer *changer, struct chain *chain, const struct op *ops,
			      size_t count)
{
	struct rule *rule = pool_alloc(changer->pool, sizeof(*rule));

	if (!rule)
		return NULL;
	rule->chain = chain;
	rule->ops = pool_copy(changer->pool, ops, count * sizeof(ops[0]));
	rule->op_count = count;
	rule->handle = NEW_HANDLE;
	return rule->ops ? rule : NULL;
}

static bool rule_insert(struct changer *changer, struct chain *chain, size_t at, struct rule *rule)
{
	struct rule **rules = pool_alloc(changer->pool, (chain->rule_count + 1) * sizeof(rules[0]));

	if (!rules || !rule)
		return false;
	memcpy(rules, chain->rules, at * sizeof(rules[0]));
	memcpy(rules + at + 1, chain->rules + at, (chain->rule_count - at) * sizeof(rules[0]));
	rules[at] = rule;
	chain->rules = rules;
	chain->rule_count++;
	return true;
}

static bool insert_anywhere(struct changer *changer, const struct op *ops, size_t count)
{
	struct chain *chain = chain_any(changer);

	if (!chain)
		return false;
	return rule_insert(changer, chain, chance_below(changer->chance, (uint32_t)chain->rule_count + 1),
			   rule_make(changer, chain, ops, count));
}

static bool add_test_of_protocol(struct changer *changer, uint8_t protocol, enum nft_verdict_code code)
{
	const uint8_t *value = pool_copy(changer->pool, &protocol, 1);
	const struct op ops[] = {
		{.kind = OP_META, .length = 1, .meta = {NFT_META_L4PROTO, -1}},
		{.kind = OP_CMP, .length = 1, .cmp = {NFT_CMP_EQ, {value, 1}}},
		{.kind = OP_VERDICT, .verdict = {.code = code}},
	};

	return value && insert_anywhere(changer, ops, sizeof(ops) / sizeof(ops[0]));
}

bool change_add_rule_that_cannot_match(struct changer *changer)
{
	return add_test_of_protocol(changer, 255, VERDICT_DROP);
}

bool change_add_drop(struct changer *changer)
{
	return add_test_of_protocol(changer, chance_percent(changer->chance, 50) ? 6 : 17, VERDICT_DROP);
}

bool change_add_counter(struct changer *changer)
{
	struct chain *chain = chain_any(changer);
	struct rule *rule;
	struct op *ops;
	size_t at;

	if (!chain || chain->rule_count == 0)
		return false;
	rule = chain->rules[chance_below(changer->chance, (uint32_t)chain->rule_count)];
	at = chance_below(changer->chance, (uint32_t)rule->op_count + 1);
	ops = pool_alloc(changer->pool, (rule->op_count + 1) * sizeof(ops[0]));
	if (!ops)
		return false;
	memcpy(ops, rule->ops, at * sizeof(ops[0]));
	ops[at].kind = chance_percent(changer->chance, 50) ? OP_COUNTER : OP_LOG;
	memcpy(ops + at + 1, rule->ops + at, (rule->op_count - at) * sizeof(ops[0]));
	rule->ops = ops;
	rule->op_count++;
	rule->comment = "counted";
	return true;
}

/* Chains */

static struct chain *base_chain_add(struct changer *changer, struct table *table, enum hook hook,
				    int priority)
{
	struct chain *chain = pool_alloc(changer->pool, sizeof(*chain)), **chains;

	chains = pool_alloc(changer->pool, (table->chain_count + 1) * sizeof(chains[0]));
	if (!chain || !chains)
		return NULL;
	memcpy(chains, table->chains, table->chain_count * sizeof(chains[0]));
	*chain = (struct chain){.table = table,
				.name = "new",
				.handle = NEW_HANDLE,
				.base = true,
				.hook = hook,
				.priority = priority};
	chains[table->chain_count++] = chain;
	table->chains = chains;
	return chain;
}

static struct chain *base_chain_anywhere(struct changer *changer, int priority)
{
	static const enum hook hooks[] = {HOOK_PREROUTING, HOOK_INPUT, HOOK_OUTPUT, HOOK_POSTROUTING};
	struct table *table = table_any(changer);

	if (!table || table->family == TABLE_NETDEV)
		return NULL;
	return base_chain_add(changer, table, CHANCE_OF(changer->chance, hooks), priority);
}

bool change_add_empty_chain(struct changer *changer)
{
	return base_chain_anywhere(changer, chance_percent(changer->chance, 50) ? EARLIEST : LATEST);
}

bool change_add_later_accept(struct changer *changer)
{
	static const struct op accept = {.kind = OP_VERDICT, .verdict = {.code = VERDICT_ACCEPT}};
	struct chain *chain = base_chain_anywhere(changer, LATEST);

	return chain && rule_insert(changer, chain, 0, rule_make(changer, chain, &accept, 1));
}

static bool table_writes(const struct table *table)
{
	for (size_t i = 0; i < table->chain_count; i++)
		for (size_t j = 0; j < table->chains[i]->rule_count; j++)
			if (rule_writes(table->chains[i]->rules[j]))
				return true;
	return false;
}

/* Chains of one table that stand side by side run by their age, the newest first. */
bool change_swap_filters(struct changer *changer)
{
	struct table *table = table_any(changer);

	for (size_t i = 0; table && !table_writes(table) && i < table->chain_count; i++)
		for (size_t j = i + 1; j < table->chain_count; j++) {
			struct chain *a = table->chains[i], *b = table->chains[j];
			uint64_t handle = a->handle;

			if (!a->base || !b->base || a->hook != b->hook || a->priority != b->priority ||
			    a->type != CHAIN_FILTER || b->type != CHAIN_FILTER)
				continue;
			a->handle = b->handle;
			b->handle = handle;
			return true;
		}
	return false;
}

/*
 * Whether the caller's tests may as well stand before each of the called chain's rules. With the last rule that loads something of
 * conntrack, tested or not, tracking would end; where there are no rules nothing is left of the caller.
 */
static bool may_be_inlined(const struct chain *called, const struct rule *caller)
{
	if (rule_writes(caller) || called->rule_count == 0)
		return false;
	for (size_t i = 0; i < called->rule_count; i++) {
		const struct rule *rule = called->rules[i];

		if (rule_writes(rule) || rule_calls(rule) || rule_ends_with(rule, VERDICT_RETURN))
			return false;
	}
	return true;
}

static bool inline_rule(struct changer *changer, struct chain *chain, size_t at)
{
	const struct rule *caller = chain->rules[at];
	const struct chain *called = caller->ops[caller->op_count - 1].verdict.chain;
	size_t tests = caller->op_count - 1;

	prune_rule(chain, at);
	for (size_t i = 0; i < called->rule_count; i++) {
		const struct rule *rule = called->rules[i];
		struct op *ops = pool_alloc(changer->pool, (tests + rule->op_count) * sizeof(ops[0]));

		if (!ops)
			return false;
		memcpy(ops, caller->ops, tests * sizeof(ops[0]));
		memcpy(ops + tests, rule->ops, rule->op_count * sizeof(ops[0]));
		if (!rule_insert(changer, chain, at + i,
				 rule_make(changer, chain, ops, tests + rule->op_count)))
			return false;
	}
	return true;
}

bool change_inline_chain(struct changer *changer)
{
	struct chain *chain = chain_any(changer);

	for (size_t i = 0; chain && i < chain->rule_count; i++)
		if (rule_ends_with(chain->rules[i], VERDICT_JUMP) &&
		    may_be_inlined(chain->rules[i]->ops[chain->rules[i]->op_count - 1].verdict.chain,
				   chain->rules[i]))
			return inline_rule(changer, chain, i);
	return false;
}

/* Sets */

static bool is_plain(const struct op *op)
{
	const struct set *set = op->lookup.set;

	return op->kind == OP_LOOKUP && !op->lookup.map && !op->invert && !(set->flags & NFT_SET_INTERVAL) &&
	       set->element_count > 1 && !set->elements[set->element_count - 1].catch_all;
}

static struct rule *rule_with_part(struct changer *changer, const struct rule *rule, size_t at, size_t first,
				   size_t count)
{
	struct rule *copy = rule_make(changer, rule->chain, rule->ops, rule->op_count);
	struct set *set = pool_copy(changer->pool, rule->ops[at].lookup.set, sizeof(*set));

	if (!copy || !set)
		return NULL;
	set->elements += first;
	set->element_count = count;
	((struct op *)copy->ops)[at].lookup.set = set;
	return copy;
}

static bool split_at(struct changer *changer, struct chain *chain, size_t index, size_t at)
{
	const struct rule *rule = chain->rules[index];
	size_t whole = rule->ops[at].lookup.set->element_count,
	       half = 1 + chance_below(changer->chance, (uint32_t)whole - 1);

	chain->rules[index] = rule_with_part(changer, rule, at, 0, half);
	return chain->rules[index] &&
	       rule_insert(changer, chain, index + 1, rule_with_part(changer, rule, at, half, whole - half));
}

bool change_split_set(struct changer *changer)
{
	struct chain *chain = chain_any(changer);

	for (size_t i = 0; chain && i < chain->rule_count; i++) {
		const struct rule *rule = chain->rules[i];

		for (size_t j = 0; !rule_writes(rule) && !rule_calls(rule) && j < rule->op_count; j++)
			if (is_plain(&rule->ops[j]))
				return split_at(changer, chain, i, j);
	}
	return false;
}

/* Hiding */

bool hide_set(struct changer *changer)
{
	struct table *table = table_any(changer);

	if (!table || table->set_count == 0)
		return false;
	table->sets[chance_below(changer->chance, (uint32_t)table->set_count)]->opaque = true;
	return true;
}

bool hide_op(struct changer *changer)
{
	struct chain *chain = chain_any(changer);
	const struct rule *rule;
	struct op *op;
	bool decides, tracks;

	if (!chain || chain->rule_count == 0)
		return false;
	rule = chain->rules[chance_below(changer->chance, (uint32_t)chain->rule_count)];
	if (rule->op_count == 0)
		return false;
	op = (struct op *)&rule->ops[chance_below(changer->chance, (uint32_t)rule->op_count)];
	decides = writes(op) || op->kind == OP_VERDICT || op->kind == OP_REJECT || op_is_verdict_map(op);
	tracks = op_uses_conntrack(op);
	*op = (struct op){.kind = OP_OPAQUE, .opaque = {.name = "hidden"}};
	op->opaque.effect = decides ? OPAQUE_DECIDES : OPAQUE_MATCHES;
	op->opaque.uses_conntrack = tracks;
	return true;
}
