/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where both engines filter, for the packets of an answer and in a whole ruleset. */
#include "fwport/engines.h"

#include <string.h>
#include <linux/netfilter/nf_tables.h>

static bool op_traces(const struct op *op)
{
	return op->kind == OP_META_SET && op->meta.key == NFT_META_NFTRACE;
}

/* All that it does is to have the kernel tell what becomes of packets. */
static bool only_traces(const struct rule *rule)
{
	bool traces = false;

	for (size_t i = 0; i < rule->op_count; i++) {
		const struct op *op = &rule->ops[i];

		if (!op_traces(op) && !op_writes_register(op) && op->kind != OP_CMP)
			return false;
		traces |= op_traces(op);
	}
	return traces;
}

bool chain_filters(const struct chain *chain)
{
	bool filters = chain->policy_drop;

	for (size_t i = 0; i < chain->rule_count && !filters; i++)
		filters = !only_traces(chain->rules[i]);
	return chain->base && filters;
}

/* The engines that filter somewhere, a bit each. */
static unsigned engine_of(const struct chain *chain)
{
	return chain_filters(chain) ? 1u << chain->table->engine : 0;
}

static bool is_both(unsigned engines)
{
	return engines == (1u << ENGINE_NFT | 1u << ENGINE_LEGACY);
}

static bool meet_of_packet(const struct packet_answer *packet, enum hook hook)
{
	unsigned engines = 0;

	for (size_t i = 0; i < packet->path_count; i++)
		if (packet->path[i].hook == hook)
			engines |= engine_of(packet->path[i].chain);
	return is_both(engines);
}

bool engines_meet(const struct family_answer *answer, enum hook hook)
{
	for (size_t i = 0; i < answer->packet_count; i++)
		if (meet_of_packet(&answer->packets[i], hook))
			return true;
	return false;
}

static unsigned engines_at(const struct ruleset *ruleset, enum hook hook, enum family family)
{
	unsigned engines = 0;

	for (size_t i = 0; i < ruleset->table_count; i++) {
		const struct table *table = ruleset->tables[i];

		for (size_t j = 0; j < table->chain_count && table_sees_family(table, family); j++)
			if (table->chains[j]->hook == hook && !table_is_dormant(table))
				engines |= engine_of(table->chains[j]);
	}
	return engines;
}

void engines_find(const struct ruleset *ruleset, unsigned families[HOOK_COUNT])
{
	memset(families, 0, HOOK_COUNT * sizeof(*families));
	for (enum hook hook = 0; hook <= HOOK_EGRESS; hook++)
		for (int family = 0; family < FAMILY_COUNT; family++)
			if (is_both(engines_at(ruleset, hook, (enum family)family)))
				families[hook] |= FAMILY_BIT(family);
}

void engines_warning(enum hook hook, unsigned families, struct text *out)
{
	bool told = false;

	text_add(out, "nf_tables and iptables-legacy both have rules at %s", hook_name(hook));
	for (int family = 0; family < FAMILY_COUNT; family++)
		if (families & FAMILY_BIT(family)) {
			text_add(out, "%s%s", told ? " and " : " of ", family_name((enum family)family));
			told = true;
		}
	text_add(out, ", and a packet has to pass both");
}
