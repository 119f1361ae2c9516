/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Follows calls from the base chains on, and fills the sets that are looked into on the way. A verdict map is filled when it is
 * met, for its elements call further chains.
 */
#include "nft_names.h"

#include <linux/netfilter/nf_tables.h>

struct reach {
	struct reading *reading;
	const struct sharing *sharing;
	const struct table_names *names;
	const struct chain **chains; /* met so far; each once */
	size_t count;
	struct error *err;
};

static int set_fill(struct reach *reach, struct set *set)
{
	bool shared;

	if (share_elements(reach->sharing, set, reach->reading->pool, &shared, reach->err) < 0)
		return -1;
	if (!shared && set_read_elements(reach->reading, set, reach->err) < 0)
		return -1;
	elements_resolve(reach->names, set);
	return 0;
}

static void chain_meet(struct reach *reach, const struct chain *chain)
{
	struct name *name = chain ? name_find(&reach->names->chains, chain->name) : NULL;

	if (!name || name->met)
		return;
	name->met = true;
	reach->chains[reach->count++] = name->thing;
}

static int set_meet(struct reach *reach, const char *set_name)
{
	struct name *name = name_find(&reach->names->sets, set_name);
	const struct set *set = name ? name->thing : NULL;

	if (!name || name->met)
		return 0;
	name->met = true;
	if (set_fill(reach, name->thing) < 0)
		return -1;
	for (size_t i = 0; i < set->element_count; i++)
		chain_meet(reach, set->elements[i].verdict.chain);
	return 0;
}

static int op_follow(struct reach *reach, const struct op *op)
{
	switch (op->kind) {
	case OP_LOOKUP:
		return set_meet(reach, op->lookup.set_name);
	case OP_DYNSET:
		return set_meet(reach, op->dynset.set_name);
	case OP_VERDICT:
		chain_meet(reach, op->verdict.chain);
		break;
	case OP_PAYLOAD:
	case OP_META:
	case OP_CT:
	case OP_FIB:
	case OP_IMMEDIATE:
	case OP_BITWISE:
	case OP_BYTEORDER:
	case OP_CMP:
	case OP_RANGE:
	case OP_EXTHDR:
	case OP_ATTACHED:
	case OP_NUMBER:
	case OP_LIMIT:
	case OP_QUOTA:
	case OP_CONNLIMIT:
	case OP_PAYLOAD_SET:
	case OP_OPTION_SET:
	case OP_ASIDE:
	case OP_HANDOVER:
	case OP_COUNTER:
	case OP_LOG:
	case OP_META_SET:
	case OP_CT_SET:
	case OP_NOTRACK:
	case OP_REJECT:
	case OP_NAT:
	case OP_OPAQUE:
		break;
	}
	return 0;
}

static int chain_follow(struct reach *reach, const struct chain *chain)
{
	for (size_t i = 0; i < chain->rule_count; i++)
		for (size_t j = 0; j < chain->rules[i]->op_count; j++)
			if (op_follow(reach, &chain->rules[i]->ops[j]) < 0)
				return -1;
	return 0;
}

/* Ours is planned by what its sets hold, and a set without a name is a part of its rule, which people want to read. */
static bool is_always_read(const struct set *set)
{
	return table_is_home(set->table) || set->flags & NFT_SET_ANONYMOUS;
}

static int rest_fill(struct reach *reach)
{
	for (size_t i = 0; i < reach->names->sets.count; i++) {
		const struct name *name = &reach->names->sets.list[i];
		struct set *set = name->thing;

		if (name->met)
			continue;
		if (is_always_read(set) && set_fill(reach, set) < 0)
			return -1;
		set->unread = !is_always_read(set);
		set->opaque |= set->unread;
	}
	return 0;
}

int elements_fill(struct reading *reading, const struct sharing *sharing, struct table *table,
		  const struct table_names *names, struct error *err)
{
	struct reach reach = {
		.reading = reading,
		.sharing = sharing,
		.names = names,
		.chains = pool_alloc(reading->pool, (table->chain_count + 1) * sizeof(*reach.chains)),
		.err = err,
	};

	if (!reach.chains)
		return error_memory(err);
	for (size_t i = 0; !table_is_dormant(table) && i < table->chain_count; i++)
		if (table->chains[i]->base)
			chain_meet(&reach, table->chains[i]);
	for (size_t i = 0; i < reach.count; i++)
		if (chain_follow(&reach, reach.chains[i]) < 0)
			return -1;
	return rest_fill(&reach);
}
