/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables and their chains: several of one hook, often of one priority, and others to jump to, one below the other. */
#include "author.h"

#include <string.h>

enum { TABLE_LIMIT = 3, BASE_LIMIT = 4, DEPTH_LIMIT = 5, RULE_LIMIT = 6, SET_LIMIT = 64 };

void *author_alloc(struct author *author, size_t size)
{
	static max_align_t nowhere[1024]; /* what is written when memory is gone is not read */
	void *memory = pool_alloc(author->pool, size);

	author->failed |= !memory;
	return memory ? memory : nowhere;
}

struct bytes author_bytes(struct author *author, const void *bytes, size_t length)
{
	void *copy = author_alloc(author, length);

	memcpy(copy, bytes, length);
	return (struct bytes){copy, (uint8_t)length};
}

static const char *name(struct author *author, const char *stem, size_t number)
{
	const char *text = pool_format(author->pool, "%s%zu", stem, number);

	author->failed |= !text;
	return text ? text : stem;
}

int chain_depth(const struct chain *chain)
{
	for (size_t i = 0; !chain->base && i < chain->table->chain_count; i++)
		if (chain->table->chains[i] == chain)
			return (int)i;
	return -1;
}

bool chain_is_of_hooks(const struct chain *chain, unsigned hooks)
{
	for (size_t i = 0; i < chain->table->chain_count; i++) {
		const struct chain *from = chain->table->chains[i];

		if (from->base && (from == chain || !chain->base) && !(hooks & 1u << from->hook))
			return false;
	}
	return true;
}

/* Those to jump to come first in the table. */
static size_t count_below(const struct table *table)
{
	size_t count = 0;

	while (count < table->chain_count && !table->chains[count]->base)
		count++;
	return count;
}

struct nft_verdict author_verdict(struct author *author, const struct table *table, int from)
{
	static const enum nft_verdict_code codes[] = {
		VERDICT_ACCEPT, VERDICT_ACCEPT, VERDICT_ACCEPT,   VERDICT_ACCEPT, VERDICT_DROP, VERDICT_DROP,
		VERDICT_RETURN, VERDICT_RETURN, VERDICT_CONTINUE, VERDICT_JUMP,   VERDICT_JUMP, VERDICT_JUMP,
		VERDICT_JUMP,   VERDICT_GOTO,   VERDICT_GOTO,     VERDICT_BREAK,
	};
	struct nft_verdict verdict = {.code = CHANCE_OF(author->chance, codes)};
	size_t first = (size_t)(from + 1), behind = count_below(table);

	if (verdict.code != VERDICT_JUMP && verdict.code != VERDICT_GOTO)
		return verdict;
	if (first >= behind)
		return (struct nft_verdict){.code = VERDICT_CONTINUE};
	verdict.chain = table->chains[first + chance_below(author->chance, (uint32_t)(behind - first))];
	verdict.chain_name = verdict.chain->name;
	return verdict;
}

static struct chain *chain_add(struct author *author, struct table *table)
{
	struct chain *chain = author_alloc(author, sizeof(*chain));

	chain->table = table;
	chain->name = name(author, "c", table->chain_count);
	chain->rules = author_alloc(author, RULE_LIMIT * sizeof(chain->rules[0]));
	table->chains[table->chain_count++] = chain;
	return chain;
}

static void devices_give(struct author *author, struct chain *chain)
{
	chain->devices = author_alloc(author, STAGE_LINKS * sizeof(chain->devices[0]));
	for (size_t i = 0; i < STAGE_LINKS; i++)
		if (chance_percent(author->chance, 60))
			chain->devices[chain->device_count++] = link_names[i];
	if (chain->device_count == 0)
		chain->devices[chain->device_count++] = link_names[0];
}

static void base_chain_add(struct author *author, struct table *table)
{
	static const enum hook hooks[] = {HOOK_PREROUTING, HOOK_INPUT,  HOOK_INPUT,
					  HOOK_INPUT,      HOOK_OUTPUT, HOOK_POSTROUTING};
	/* Not those of connection tracking and NAT, whose order among equals nobody tells. */
	static const int priorities[] = {-450, -300, -201, -199, -150, -99, 0, 0, 0, 10, 101, 300};
	struct chance *chance = author->chance;
	struct chain *chain = chain_add(author, table);

	chain->base = true;
	chain->hook = CHANCE_OF(chance, hooks);
	chain->priority = CHANCE_OF(chance, priorities);
	chain->policy_drop = chance_percent(chance, 20);
	if (table->family == TABLE_NETDEV)
		chain->hook = chance_percent(chance, 70) ? HOOK_INGRESS : HOOK_EGRESS;
	else if (table->family == TABLE_INET && chance_percent(chance, 8))
		chain->hook = HOOK_INGRESS;
	else if (chance_percent(chance, 6))
		chain->type = CHAIN_NAT;
	if (chain->hook == HOOK_INGRESS || chain->hook == HOOK_EGRESS)
		devices_give(author, chain);
	if (chain->type == CHAIN_NAT && chain->priority <= -200)
		chain->priority = -100;
}

static struct table *table_add(struct author *author)
{
	static const enum table_family families[] = {TABLE_INET, TABLE_INET, TABLE_INET,  TABLE_IP,
						     TABLE_IP,   TABLE_IP6,  TABLE_NETDEV};
	struct table *table = author_alloc(author, sizeof(*table));
	uint32_t below = chance_below(author->chance, DEPTH_LIMIT + 1),
		 bases = 1 + chance_below(author->chance, BASE_LIMIT);

	table->engine = ENGINE_NFT;
	table->family = CHANCE_OF(author->chance, families);
	table->name = name(author, "t", author->ruleset->table_count);
	table->chains = author_alloc(author, (DEPTH_LIMIT + BASE_LIMIT) * sizeof(table->chains[0]));
	table->sets = author_alloc(author, SET_LIMIT * sizeof(table->sets[0]));
	for (uint32_t i = 0; i < below; i++)
		chain_add(author, table);
	for (uint32_t i = 0; i < bases; i++)
		base_chain_add(author, table);
	author->ruleset->tables[author->ruleset->table_count++] = table;
	return table;
}

static void rule_add(struct author *author, struct chain *chain)
{
	struct pen pen = {.author = author, .table = chain->table, .chain = chain};
	struct rule *rule = author_alloc(author, sizeof(*rule));

	pen.packet = &author->probes[chance_below(author->chance, (uint32_t)author->probe_count)].packet;
	if (chance_percent(author->chance, 35))
		rule_write_bytes(&pen);
	else
		rule_write(&pen);
	rule->chain = chain;
	rule->ops = author_alloc(author, pen.count * sizeof(pen.ops[0]));
	memcpy((struct op *)rule->ops, pen.ops, pen.count * sizeof(pen.ops[0]));
	rule->op_count = pen.count;
	chain->rules[chain->rule_count++] = rule;
	rule->position = (unsigned)chain->rule_count;
}

static void table_write(struct author *author)
{
	struct table *table = table_add(author);

	for (size_t i = 0; i < table->chain_count; i++)
		for (uint32_t left = chance_below(author->chance, RULE_LIMIT + 1); left > 0; left--)
			if (table->set_count + 4 < SET_LIMIT)
				rule_add(author, table->chains[i]);
}

struct ruleset *author_write(struct chance *chance, const struct probe *probes, size_t count,
			     struct pool *pool)
{
	struct author author = {.chance = chance, .pool = pool, .probes = probes, .probe_count = count};
	uint32_t tables = 1 + chance_below(chance, TABLE_LIMIT);

	author.ruleset = author_alloc(&author, sizeof(*author.ruleset));
	author.ruleset->tables = author_alloc(&author, TABLE_LIMIT * sizeof(author.ruleset->tables[0]));
	while (tables-- > 0)
		table_write(&author);
	return author.failed ? NULL : author.ruleset;
}
