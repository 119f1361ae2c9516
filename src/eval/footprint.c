/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What operations read and write: the mark, the state of connections, the packet. It is what they may do at most, for any packet.
 */
#include "footprint.h"

#include <linux/netfilter/nf_tables.h>

static struct effects effects_of_ct(const struct op *op)
{
	bool mark = op->meta.key == NFT_CT_MARK;
	bool template = op->meta.key == NFT_CT_ZONE || op->meta.key == NFT_CT_HELPER ||
			op->meta.key == NFT_CT_EVENTMASK;

	if (op->kind == OP_CT)
		return (struct effects){TRACKING | (mark ? CT_MARK : 0), 0, false};
	return (struct effects){TRACKING | SETUP, (mark ? CT_MARK : 0) | (template ? TRACKING : 0), false};
}

/* A new source shows only behind the kernel's own NAT, which is tied for itself. */
static struct effects effects_of_nat(enum nat_kind kind)
{
	switch (kind) {
	case NAT_SOURCE:
	case NAT_MASQUERADE:
		return (struct effects){TRACKING, SETUP, false};
	case NAT_DESTINATION:
	case NAT_REDIRECT:
	case NAT_NETMAP:
		break;
	}
	return (struct effects){TRACKING | SETUP, PACKET | SETUP, false};
}

static struct effects effects_of_verdict(enum nft_verdict_code code)
{
	bool calls = code == VERDICT_JUMP || code == VERDICT_GOTO;
	bool ends = code == VERDICT_DROP || code == VERDICT_QUEUE;

	return (struct effects){ends ? SETUP : 0, 0, calls};
}

static struct effects effects_of_opaque(const struct op *op)
{
	switch (op->opaque.effect) {
	case OPAQUE_MATCHES:
		return (struct effects){ALL, 0, false};
	case OPAQUE_DECIDES:
		return (struct effects){ALL, ALL, false};
	case OPAQUE_PASSES:
		break;
	}
	return (struct effects){0};
}

static uint8_t shared(const struct set *set)
{
	return set && set->keeper != SET_OF_TABLE ? SHARED : 0;
}

static struct effects effects_of_op(const struct op *op)
{
	bool mark;

	switch (op->kind) {
	case OP_PAYLOAD:
	case OP_EXTHDR:
	case OP_NUMBER:
		return (struct effects){PACKET, 0, false};
	case OP_ATTACHED:
		return (struct effects){PACKET | MARK, 0, false};
	case OP_FIB:
		mark = op->fib.flags & NFTA_FIB_F_MARK;
		return (struct effects){PACKET | (mark ? MARK : 0), 0, false};
	case OP_META:
		return (struct effects){op->meta.key == NFT_META_MARK ? MARK : 0, 0, false};
	case OP_META_SET:
		return (struct effects){SETUP, op->meta.key == NFT_META_MARK ? MARK : 0, false};
	case OP_CT:
	case OP_CT_SET:
		return effects_of_ct(op);
	case OP_NOTRACK:
		return (struct effects){TRACKING, TRACKING, false};
	case OP_NAT:
		return effects_of_nat(op->nat.kind);
	case OP_PAYLOAD_SET:
	case OP_OPTION_SET:
		return (struct effects){PACKET, PACKET, false};
	case OP_HANDOVER:
		return (struct effects){ALL, ALL, false};
	case OP_OPAQUE:
		return effects_of_opaque(op);
	case OP_LOOKUP:
		if (op->lookup.objects && !op_objects_pass(op))
			return (struct effects){ALL, ALL, false};
		return (struct effects){shared(op->lookup.set) | (op->lookup.map ? SETUP : 0), 0,
					op->lookup.map};
	case OP_VERDICT:
		return effects_of_verdict(op->verdict.code);
	case OP_REJECT:
		return (struct effects){SETUP, 0, false};
	case OP_IMMEDIATE:
	case OP_BITWISE:
	case OP_BYTEORDER:
	case OP_CMP:
	case OP_RANGE:
	case OP_LIMIT:
	case OP_QUOTA:
	case OP_CONNLIMIT:
	case OP_COUNTER:
	case OP_LOG:
	case OP_ASIDE:
		break;
	case OP_DYNSET:
		return (struct effects){shared(op->dynset.set), shared(op->dynset.set), false};
	}
	return (struct effects){0};
}

void effects_join(struct effects *into, struct effects more)
{
	into->reads |= more.reads;
	into->writes |= more.writes;
	into->calls |= more.calls;
}

struct effects effects_of_rule(const struct rule *rule)
{
	struct effects effects = {0};

	for (size_t i = 0; i < rule->op_count; i++)
		effects_join(&effects, effects_of_op(&rule->ops[i]));
	return effects;
}
