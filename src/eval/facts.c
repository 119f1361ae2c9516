/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One pass over all rules of a family for what is asked again and again: does any rule, hooked or not, write a ct mark,
 * look at interfaces, look at addresses? It only tells what may be left out; answers never come from here.
 */
#include "digest.h"

#include <linux/netfilter/nf_tables.h>

static bool key_is_of_link(uint32_t key)
{
	switch (key) {
	case NFT_META_IIF:
	case NFT_META_OIF:
	case NFT_META_IIFNAME:
	case NFT_META_OIFNAME:
	case NFT_META_IIFTYPE:
	case NFT_META_OIFTYPE:
	case NFT_META_IIFGROUP:
	case NFT_META_OIFGROUP:
	case NFT_META_IIFKIND:
	case NFT_META_OIFKIND:
	case NFT_META_SDIF:
	case NFT_META_SDIFNAME:
	case META_BRIDGE_PORT:
		return true;
	default:
		return false;
	}
}

/* Where both addresses are in the network header. */
static const struct {
	uint32_t first, behind;
} addresses[] = {[FAMILY_IPV4] = {12, 20}, [FAMILY_IPV6] = {8, 40}};

static bool loads_address(const struct op *op, enum family family)
{
	return op->payload.base == NFT_PAYLOAD_NETWORK_HEADER &&
	       op->payload.offset < addresses[family].behind &&
	       op->payload.offset + op->length > addresses[family].first;
}

static bool loads_network(const struct op *op, uint32_t first, uint32_t behind)
{
	return op->kind == OP_PAYLOAD && op->payload.base == NFT_PAYLOAD_NETWORK_HEADER &&
	       op->payload.offset < behind && op->payload.offset + op->length > first;
}

/* What is only loaded to write it back tells nothing. */
static bool is_written_back(const struct rule *rule, size_t at)
{
	while (++at < rule->op_count && rule->ops[at].kind == OP_BITWISE)
		continue;
	return at < rule->op_count && rule->ops[at].kind == OP_PAYLOAD_SET;
}

/* The first two bytes of the IP header, and the time that a packet has left to live. */
static void facts_of_load(const struct rule *rule, size_t at, enum family family, struct facts *facts)
{
	uint32_t hops = family == FAMILY_IPV4 ? 8 : 7;

	if (is_written_back(rule, at))
		return;
	facts->tells_service |= loads_network(&rule->ops[at], 0, 2);
	facts->tells_hops |= loads_network(&rule->ops[at], hops, hops + 1);
}

/* More than ports and the network header without its length. */
static bool loads_what_data_change(const struct op *op, enum family family)
{
	uint32_t first = op->payload.offset, behind = first + op->length;
	uint32_t length_at = family == FAMILY_IPV4 ? 2 : 4;

	switch (op->payload.base) {
	case NFT_PAYLOAD_LL_HEADER:
		return false;
	case NFT_PAYLOAD_NETWORK_HEADER:
		return behind > addresses[family].behind || (first < length_at + 2 && behind > length_at);
	case NFT_PAYLOAD_TRANSPORT_HEADER:
		return behind > 4;
	default:
		return true;
	}
}

/* Whether it sees a difference between the two, or the first of them may leave something for the second. */
static bool op_tells_data(const struct op *op, enum family family)
{
	if (op->kind == OP_PAYLOAD)
		return loads_what_data_change(op, family);
	if (op->kind == OP_META)
		return op->meta.key == NFT_META_LEN;
	return op_rations(op) || op->kind == OP_EXTHDR || op->kind == OP_ATTACHED || op->kind == OP_NUMBER ||
	       op->kind == OP_DYNSET || op->kind == OP_CT_SET || op->kind == OP_OPAQUE;
}

static void facts_of_set_key(const struct op *op, struct facts *facts)
{
	if (op->kind == OP_CT_SET) {
		facts->writes_ct_mark |= op->meta.key == NFT_CT_MARK;
		facts->writes_zone |= op->meta.key == NFT_CT_ZONE;
		facts->writes_labels |= op->meta.key == NFT_CT_LABELS;
	} else {
		facts->writes_mark |= op->meta.key == NFT_META_MARK;
		facts->writes_priority |= op->meta.key == NFT_META_PRIORITY;
		facts->writes_pkttype |= op->meta.key == NFT_META_PKTTYPE;
		facts->writes_nftrace |= op->meta.key == NFT_META_NFTRACE;
	}
}

static bool reads_mark(const struct op *op)
{
	switch (op->kind) {
	case OP_META:
		return op->meta.key == NFT_META_MARK;
	case OP_FIB:
		return op->fib.flags & NFTA_FIB_F_MARK;
	case OP_OPAQUE:
		return op->opaque.effect != OPAQUE_PASSES;
	case OP_PAYLOAD:
	case OP_CT:
	case OP_IMMEDIATE:
	case OP_EXTHDR:
	case OP_ATTACHED:
	case OP_NUMBER:
	case OP_BITWISE:
	case OP_BYTEORDER:
	case OP_CMP:
	case OP_RANGE:
	case OP_LOOKUP:
	case OP_LIMIT:
	case OP_QUOTA:
	case OP_CONNLIMIT:
	case OP_COUNTER:
	case OP_LOG:
	case OP_META_SET:
	case OP_CT_SET:
	case OP_PAYLOAD_SET:
	case OP_OPTION_SET:
	case OP_ASIDE:
	case OP_NOTRACK:
	case OP_DYNSET:
	case OP_VERDICT:
	case OP_REJECT:
	case OP_NAT:
	case OP_HANDOVER:
		break;
	}
	return false;
}

static void facts_of_op(const struct op *op, enum family family, struct facts *facts)
{
	facts->reads_mark = facts->reads_mark || reads_mark(op);
	facts->tells_data = facts->tells_data || op_tells_data(op, family);
	switch (op->kind) {
	case OP_META:
		facts->tells_links |= key_is_of_link(op->meta.key);
		break;
	case OP_CT:
		facts->tells_addresses |= op->meta.key != NFT_CT_STATE && op->meta.key != NFT_CT_MARK;
		break;
	case OP_FIB:
	case OP_ATTACHED:
		facts->tells_links = facts->tells_addresses = true;
		break;
	case OP_PAYLOAD:
		facts->tells_addresses |= loads_address(op, family);
		facts->tells_links |= op->payload.base == NFT_PAYLOAD_LL_HEADER;
		break;
	case OP_EXTHDR:
		facts->tells_options = true;
		break;
	case OP_META_SET:
	case OP_CT_SET:
		facts_of_set_key(op, facts);
		break;
	case OP_PAYLOAD_SET:
		break;
	case OP_HANDOVER: /* whoever gets it may mark it */
		facts->writes_mark = true;
		break;
	case OP_OPAQUE: /* it may write what it likes */
		facts->writes_nftrace = facts->writes_mark = facts->writes_priority = true;
		facts->writes_labels |= op->opaque.effect == OPAQUE_DECIDES && op->opaque.uses_conntrack;
		facts->tells_service |= op->opaque.effect == OPAQUE_MATCHES;
		facts->tells_hops |= op->opaque.effect == OPAQUE_MATCHES;
		facts->writes_ct_mark |= op->opaque.effect == OPAQUE_DECIDES && op->opaque.uses_conntrack;
		break;
	case OP_NAT:
		facts->tells_addresses = true;
		break;
	case OP_NOTRACK:
		facts->untracks = true;
		break;
	case OP_IMMEDIATE:
	case OP_NUMBER:
	case OP_BITWISE:
	case OP_BYTEORDER:
	case OP_CMP:
	case OP_RANGE:
	case OP_LOOKUP:
	case OP_LIMIT:
	case OP_QUOTA:
	case OP_CONNLIMIT:
	case OP_COUNTER:
	case OP_LOG:
	case OP_OPTION_SET:
	case OP_ASIDE:
	case OP_DYNSET:
	case OP_VERDICT:
	case OP_REJECT:
		break;
	}
}

void facts_of_rule(const struct rule *rule, enum family family, struct facts *facts)
{
	for (size_t i = 0; i < rule->op_count; i++) {
		facts_of_op(&rule->ops[i], family, facts);
		facts_of_load(rule, i, family, facts);
	}
}

static void facts_join(struct facts *facts, const uint64_t flags[FACTS_WORDS])
{
	for (size_t i = 0; i < FACTS_WORDS; i++)
		facts->flags[i] |= flags[i];
}

static void facts_of_chain(const struct chain *chain, enum family family, struct facts *facts)
{
	facts->tells_links |= chain->device_count > 0;
	for (size_t i = 0; i < chain->rule_count; i++) {
		const struct digest *digest = digest_of(chain->rules[i]);

		if (digest)
			facts_join(facts, digest->facts);
		else
			facts_of_rule(chain->rules[i], family, facts);
	}
}

void facts_find(const struct ruleset *ruleset, enum family family, struct facts *facts)
{
	*facts = (struct facts){.tracks = ruleset_tracks_connections(ruleset, family)};
	for (size_t i = 0; i < ruleset->table_count; i++) {
		const struct table *table = ruleset->tables[i];

		facts->tells_links |= table->family == TABLE_BRIDGE && table->chain_count > 0;
		if (!table_sees_family(table, family))
			continue;
		for (size_t j = 0; j < table->object_count; j++)
			facts_of_op(&table->objects[j]->op, family, facts);
		for (size_t j = 0; j < table->chain_count; j++)
			facts_of_chain(table->chains[j], family, facts);
	}
}
