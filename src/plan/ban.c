/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Follows the peer's address through the registers of a rule into look-ups. A chain that a set of addresses is sent to is a
 * ban, too, unless it accepts something: then it is where those addresses have their rules.
 */
#include "ban.h"

#include "header_fields.h"

#include <linux/netfilter/nf_tables.h>

enum { DEPTH_MOST = 16 }; /* of a chain that is called from deeper nobody looks whether it accepts */

/* Register bytes that hold the peer's address. */
struct peer_bytes {
	bool at[REGISTER_BYTES];
	bool arrives; /* the peer is the source */
};

static bool loads_peer(const struct peer_bytes *peer, const struct op *op)
{
	static const struct {
		uint32_t source, destination, length;
	} headers[FAMILY_COUNT] = {
		[FAMILY_IPV4] = {IPV4_SOURCE, IPV4_DESTINATION, 4},
		[FAMILY_IPV6] = {IPV6_SOURCE, IPV6_DESTINATION, 16},
	};

	for (int i = 0; i < FAMILY_COUNT; i++)
		if (op->kind == OP_PAYLOAD && op->payload.base == NFT_PAYLOAD_NETWORK_HEADER &&
		    op->length == headers[i].length &&
		    op->payload.offset == (peer->arrives ? headers[i].source : headers[i].destination))
			return true;
	return false;
}

static bool holds_peer(const struct peer_bytes *peer, uint8_t from, uint8_t length)
{
	for (unsigned i = from; i < (unsigned)from + length && i < REGISTER_BYTES; i++)
		if (peer->at[i])
			return true;
	return false;
}

static void peer_follow(struct peer_bytes *peer, const struct op *op)
{
	bool from_register = op->kind == OP_BITWISE || op->kind == OP_BYTEORDER;
	bool holds = loads_peer(peer, op) || (from_register && holds_peer(peer, op->sreg, op->length));

	for (unsigned i = op->dreg; i < (unsigned)op->dreg + op->length && i < REGISTER_BYTES; i++)
		peer->at[i] = holds;
}

/* The set that the peer has to be in for the rule to match; or NULL. */
static const struct set *rule_peer_set(const struct rule *rule, bool arrives)
{
	struct peer_bytes peer = {.arrives = arrives};

	for (size_t i = 0; i < rule->op_count; i++) {
		const struct op *op = &rule->ops[i];

		if (op_writes_register(op))
			peer_follow(&peer, op);
		else if (op->kind == OP_LOOKUP && !op->lookup.map && !op->invert && op->lookup.set &&
			 holds_peer(&peer, op->sreg, op->lookup.set->key_length))
			return op->lookup.set;
	}
	return NULL;
}

static bool chain_accepts(const struct chain *chain, unsigned depth);

static bool verdict_accepts(const struct nft_verdict *verdict, unsigned depth)
{
	bool calls = verdict->code == VERDICT_JUMP || verdict->code == VERDICT_GOTO;

	return verdict->code == VERDICT_ACCEPT ||
	       (calls && (!verdict->chain || chain_accepts(verdict->chain, depth + 1)));
}

static bool op_accepts(const struct op *op, unsigned depth)
{
	if (op->kind == OP_VERDICT)
		return verdict_accepts(&op->verdict, depth);
	return (op->kind == OP_LOOKUP && op->lookup.map) || op->kind == OP_HANDOVER ||
	       (op->kind == OP_OPAQUE && op->opaque.effect == OPAQUE_DECIDES);
}

/* Whether it may accept somebody. */
static bool chain_accepts(const struct chain *chain, unsigned depth)
{
	if (depth > DEPTH_MOST)
		return true;
	for (size_t i = 0; i < chain->rule_count; i++)
		for (size_t j = 0; j < chain->rules[i]->op_count; j++)
			if (op_accepts(&chain->rules[i]->ops[j], depth))
				return true;
	return false;
}

static bool chain_arrives(const struct chain *base)
{
	return base->hook == HOOK_INGRESS || base->hook == HOOK_PREROUTING || base->hook == HOOK_INPUT;
}

const struct set *decision_ban(const struct decision *decision, const struct rule **rule)
{
	bool arrives = chain_arrives(decision->base);
	const struct set *set = decision->rule ? rule_peer_set(decision->rule, arrives) : NULL;
	const struct chain *called = decision->chain;

	*rule = decision->rule;
	for (size_t depth = decision->call_count; !set && depth-- > 0; called = (*rule)->chain) {
		if (chain_accepts(called, 0))
			return NULL;
		*rule = decision->calls[depth].rule;
		set = rule_peer_set(*rule, arrives);
	}
	return set;
}
