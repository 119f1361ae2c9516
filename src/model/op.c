/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations compared, and asked what shows without running them: whether they keep connection tracking on, write a register,
 * are for a family. What they do with a packet is the evaluator's.
 */
#include "fwport/op.h"
#include "fwport/ruleset.h"

#include <linux/netfilter.h>
#include <string.h>

static bool any_uses_conntrack(const struct op *ops, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (op_uses_conntrack(&ops[i]))
			return true;
	return false;
}

bool op_writes_register(const struct op *op)
{
	static const bool writes[OP_OPAQUE + 1] = {
		[OP_PAYLOAD] = true,  [OP_META] = true,      [OP_CT] = true,        [OP_FIB] = true,
		[OP_BITWISE] = true,  [OP_BYTEORDER] = true, [OP_IMMEDIATE] = true, [OP_EXTHDR] = true,
		[OP_ATTACHED] = true, [OP_NUMBER] = true,
	};

	return writes[op->kind];
}

bool op_is_of_xt(const struct op *op)
{
	return op->dreg >= XT_REGISTER || op->sreg >= XT_REGISTER;
}

bool op_rations(const struct op *op)
{
	return op->kind == OP_LIMIT || op->kind == OP_QUOTA || op->kind == OP_CONNLIMIT ||
	       (op->kind == OP_LOOKUP && op->lookup.hits > 1);
}

bool op_is_over(const struct op *op)
{
	return op->kind == OP_LOOKUP ? !op->invert : op->invert;
}

const void *op_purse(const struct op *op)
{
	return op->object ? (const void *)op->object : op;
}

bool op_sees_family(const struct op *op, enum family family)
{
	int16_t other = family == FAMILY_IPV4 ? NFPROTO_IPV6 : NFPROTO_IPV4;

	return op->kind != OP_NAT || op->nat.family != other;
}

/* Each of these calls nf_ct_netns_get() when it is set up; notrack does not. */
bool op_uses_conntrack(const struct op *op)
{
	switch (op->kind) {
	case OP_CT:
	case OP_CT_SET:
	case OP_NAT:
	case OP_CONNLIMIT:
		return true;
	case OP_ASIDE:
		return op->aside.kind == ASIDE_FLOWTABLE || op->aside.kind == ASIDE_CONNECTION ||
		       op->aside.kind == ASIDE_EXPECTATION;
	case OP_HANDOVER:
		return op->handover.kind == HANDOVER_SYNPROXY;
	case OP_OPAQUE:
		return op->opaque.uses_conntrack;
	case OP_DYNSET:
		return any_uses_conntrack(op->dynset.ops, op->dynset.op_count);
	case OP_PAYLOAD:
	case OP_META:
	case OP_FIB:
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
	case OP_COUNTER:
	case OP_LOG:
	case OP_META_SET:
	case OP_PAYLOAD_SET:
	case OP_OPTION_SET:
	case OP_NOTRACK:
	case OP_VERDICT:
	case OP_REJECT:
		return false;
	}
	return false;
}

static bool bytes_equal(const struct bytes *a, const struct bytes *b)
{
	return a->length == b->length && (!a->length || !memcmp(a->at, b->at, a->length));
}

static bool text_equal(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool bitwise_equal(const struct op *a, const struct op *b)
{
	return a->bitwise.op == b->bitwise.op && a->bitwise.shift == b->bitwise.shift &&
	       a->bitwise.other == b->bitwise.other && bytes_equal(&a->bitwise.mask, &b->bitwise.mask) &&
	       bytes_equal(&a->bitwise.xor, &b->bitwise.xor);
}

static bool number_equal(const struct op *a, const struct op *b)
{
	return a->number.source == b->number.source && a->number.modulus == b->number.modulus &&
	       a->number.offset == b->number.offset && a->number.hashed == b->number.hashed &&
	       a->number.seeded == b->number.seeded && a->number.seed == b->number.seed;
}

static bool lookup_equal(const struct op *a, const struct op *b)
{
	return text_equal(a->lookup.set_name, b->lookup.set_name) && a->lookup.map == b->lookup.map &&
	       a->lookup.objects == b->lookup.objects && a->lookup.hits == b->lookup.hits &&
	       a->lookup.within == b->lookup.within && a->lookup.same_ttl == b->lookup.same_ttl;
}

static bool limit_equal(const struct op *a, const struct op *b)
{
	return a->limit.rate == b->limit.rate && a->limit.unit == b->limit.unit &&
	       a->limit.burst == b->limit.burst && a->limit.bytes == b->limit.bytes;
}

static bool dynset_equal(const struct op *a, const struct op *b)
{
	if (!text_equal(a->dynset.set_name, b->dynset.set_name) || a->dynset.op != b->dynset.op ||
	    a->dynset.has_data != b->dynset.has_data || a->dynset.data_sreg != b->dynset.data_sreg ||
	    a->dynset.timeout != b->dynset.timeout || a->dynset.op_count != b->dynset.op_count)
		return false;
	for (size_t i = 0; i < a->dynset.op_count; i++)
		if (!op_equal(&a->dynset.ops[i], &b->dynset.ops[i]))
			return false;
	return true;
}

static bool nat_equal(const struct op *a, const struct op *b)
{
	return a->nat.kind == b->nat.kind && a->nat.address_min == b->nat.address_min &&
	       a->nat.address_max == b->nat.address_max && a->nat.port_min == b->nat.port_min &&
	       a->nat.port_max == b->nat.port_max && a->nat.flags == b->nat.flags &&
	       a->nat.family == b->nat.family;
}

static bool handover_equal(const struct op *a, const struct op *b)
{
	return a->handover.kind == b->handover.kind && a->handover.address == b->handover.address &&
	       a->handover.port == b->handover.port && a->handover.family == b->handover.family &&
	       a->handover.number == b->handover.number && a->handover.total == b->handover.total &&
	       a->handover.flags == b->handover.flags && a->handover.or_drops == b->handover.or_drops;
}

static bool opaque_equal(const struct op *a, const struct op *b)
{
	return text_equal(a->opaque.name, b->opaque.name) && a->opaque.effect == b->opaque.effect &&
	       bytes_equal(&a->opaque.raw, &b->opaque.raw);
}

/* What the kinds have beside registers, length and inversion. */
static bool content_equal(const struct op *a, const struct op *b)
{
	switch (a->kind) {
	case OP_PAYLOAD:
	case OP_PAYLOAD_SET:
		return a->payload.base == b->payload.base && a->payload.offset == b->payload.offset;
	case OP_META:
	case OP_META_SET:
	case OP_CT:
	case OP_CT_SET:
		return a->meta.key == b->meta.key && a->meta.direction == b->meta.direction;
	case OP_FIB:
		return a->fib.flags == b->fib.flags && a->fib.result == b->fib.result;
	case OP_IMMEDIATE:
		return bytes_equal(&a->immediate, &b->immediate);
	case OP_EXTHDR:
	case OP_OPTION_SET:
		return a->exthdr.header == b->exthdr.header && a->exthdr.type == b->exthdr.type &&
		       a->exthdr.offset == b->exthdr.offset && a->exthdr.present == b->exthdr.present;
	case OP_ATTACHED:
		return a->attached.kind == b->attached.kind && a->attached.key == b->attached.key &&
		       a->attached.detail == b->attached.detail &&
		       a->attached.outbound == b->attached.outbound;
	case OP_NUMBER:
		return number_equal(a, b);
	case OP_BITWISE:
		return bitwise_equal(a, b);
	case OP_BYTEORDER:
		return a->byteorder.op == b->byteorder.op && a->byteorder.size == b->byteorder.size;
	case OP_CMP:
		return a->cmp.test == b->cmp.test && bytes_equal(&a->cmp.value, &b->cmp.value);
	case OP_RANGE:
		return bytes_equal(&a->range.from, &b->range.from) && bytes_equal(&a->range.to, &b->range.to);
	case OP_LOOKUP:
		return lookup_equal(a, b);
	case OP_LIMIT:
		return limit_equal(a, b);
	case OP_QUOTA:
		return a->quota.bytes == b->quota.bytes && a->quota.unread == b->quota.unread;
	case OP_CONNLIMIT:
		return a->connlimit.count == b->connlimit.count;
	case OP_LOG:
		return text_equal(a->log.prefix, b->log.prefix) && a->log.group == b->log.group &&
		       a->log.level == b->log.level;
	case OP_DYNSET:
		return dynset_equal(a, b);
	case OP_VERDICT:
		return a->verdict.code == b->verdict.code &&
		       text_equal(a->verdict.chain_name, b->verdict.chain_name);
	case OP_REJECT:
		return a->reject.type == b->reject.type && a->reject.code == b->reject.code;
	case OP_NAT:
		return nat_equal(a, b);
	case OP_ASIDE:
		return a->aside.kind == b->aside.kind && a->aside.address == b->aside.address &&
		       a->aside.device == b->aside.device &&
		       text_equal(a->aside.flowtable, b->aside.flowtable);
	case OP_HANDOVER:
		return handover_equal(a, b);
	case OP_OPAQUE:
		return opaque_equal(a, b);
	case OP_COUNTER:
	case OP_NOTRACK:
		return true;
	}
	return false;
}

/* The length of a lookup or dynset is the set's, known only once it is resolved, and says nothing beside the name. */
static bool length_equal(const struct op *a, const struct op *b)
{
	return a->length == b->length || a->kind == OP_LOOKUP || a->kind == OP_DYNSET;
}

static bool object_equal(const struct object *a, const struct object *b)
{
	return a && b ? a->type == b->type && !strcmp(a->name, b->name) : a == b;
}

bool op_equal(const struct op *a, const struct op *b)
{
	return object_equal(a->object, b->object) && a->kind == b->kind && a->dreg == b->dreg &&
	       a->sreg == b->sreg && a->invert == b->invert && bytes_equal(&a->missing, &b->missing) &&
	       length_equal(a, b) && content_equal(a, b);
}
