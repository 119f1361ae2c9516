/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations as nft 1.0.6 encodes them, or as an entry of a legacy table is read.
 */
#include "draft.h"

#include "fwport/policy.h"
#include "fwport/port_set.h"

#include <endian.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

enum { SECOND = 1000 * 1000 * 1000 /* in nanoseconds */ };

bool draft_is_entry(const struct draft *draft)
{
	return draft->chain->table->engine == ENGINE_LEGACY;
}

static bool reads_register(const struct op *op)
{
	return op->kind == OP_CMP || op->kind == OP_RANGE || op->kind == OP_LOOKUP ||
	       op->kind == OP_BITWISE || op->kind == OP_BYTEORDER;
}

void draft_put(struct draft *draft, struct op op)
{
	const uint8_t first = draft_is_entry(draft) ? XT_REGISTER : 0;

	if (draft->count == DRAFT_MOST) {
		draft->failed = true;
		return;
	}
	op.dreg += op_writes_register(&op) ? first : 0;
	op.sreg += reads_register(&op) ? first : 0;
	draft->ops[draft->count++] = op;
}

static struct bytes keep(struct draft *draft, const void *at, size_t length)
{
	uint8_t *copy = pool_copy(draft->pool, at, length);

	draft->failed |= !copy;
	return (struct bytes){.at = copy, .length = (uint8_t)length};
}

void draft_meta(struct draft *draft, uint32_t key, uint8_t length)
{
	draft_put(draft,
		  (struct op){.kind = OP_META, .length = length, .meta = {.key = key, .direction = -1}});
}

void draft_payload(struct draft *draft, uint32_t base, uint32_t offset, uint8_t length, uint8_t behind)
{
	draft_put(
		draft,
		(struct op){.kind = OP_PAYLOAD, .dreg = behind, .length = length, .payload = {base, offset}});
}

void draft_compare(struct draft *draft, uint32_t test, const void *value, size_t length)
{
	draft_put(draft, (struct op){.kind = OP_CMP,
				     .length = (uint8_t)length,
				     .cmp = {.test = test, .value = keep(draft, value, length)}});
}

void draft_masked(struct draft *draft, const void *mask, size_t length, uint32_t test, const void *value)
{
	static const uint8_t zeros[sizeof(struct in6_addr)];

	draft_put(draft, (struct op){.kind = OP_BITWISE,
				     .length = (uint8_t)length,
				     .bitwise = {.op = BITWISE_BOOL,
						 .mask = keep(draft, mask, length),
						 .xor = keep(draft, zeros, length)}});
	draft_compare(draft, test, value, length);
}

void draft_family(struct draft *draft, enum family family)
{
	const uint8_t number = family == FAMILY_IPV4 ? NFPROTO_IPV4 : NFPROTO_IPV6;

	if (draft_is_entry(draft)) /* its table has one family only */
		return;
	draft_meta(draft, NFT_META_NFPROTO, 1);
	draft_compare(draft, NFT_CMP_EQ, &number, 1);
}

void draft_protocol(struct draft *draft, uint8_t protocol)
{
	draft_meta(draft, NFT_META_L4PROTO, 1);
	draft_compare(draft, NFT_CMP_EQ, &protocol, 1);
}

void draft_port(struct draft *draft, bool destination, uint16_t port)
{
	const uint8_t wire[PORT_BYTES] = {(uint8_t)(port >> 8), (uint8_t)port};

	draft_payload(draft, NFT_PAYLOAD_TRANSPORT_HEADER, destination ? PORT_BYTES : 0, PORT_BYTES, 0);
	draft_compare(draft, NFT_CMP_EQ, wire, PORT_BYTES);
}

void draft_states(struct draft *draft, uint32_t states)
{
	const uint32_t none = 0;

	draft_put(draft, (struct op){.kind = OP_CT,
				     .length = sizeof(states),
				     .meta = {.key = NFT_CT_STATE, .direction = -1}});
	draft_masked(draft, &states, sizeof(states), NFT_CMP_NEQ, &none);
}

void draft_until(struct draft *draft, int64_t until)
{
	const uint64_t first = 0, last = htobe64((uint64_t)until * SECOND - 1);

	draft_meta(draft, NFT_META_TIME_NS, sizeof(last));
	draft_put(draft, (struct op){.kind = OP_BYTEORDER,
				     .length = sizeof(last),
				     .byteorder = {.op = NFT_BYTEORDER_HTON, .size = sizeof(last)}});
	draft_put(draft, (struct op){.kind = OP_RANGE,
				     .length = sizeof(last),
				     .range = {.from = keep(draft, &first, sizeof(first)),
					       .to = keep(draft, &last, sizeof(last))}});
}

static void put_verdict(struct draft *draft, enum nft_verdict_code code)
{
	draft_put(draft, (struct op){.kind = OP_VERDICT, .verdict = {.code = code}});
}

/* Entries count, whether they are asked to or not. */
void draft_pass(struct draft *draft)
{
	const bool entry = draft_is_entry(draft);

	if (entry)
		draft_put(draft, (struct op){.kind = OP_COUNTER});
	put_verdict(draft, entry ? VERDICT_RETURN : VERDICT_ACCEPT);
}

void draft_drop(struct draft *draft, bool counted)
{
	if (counted || draft_is_entry(draft))
		draft_put(draft, (struct op){.kind = OP_COUNTER});
	put_verdict(draft, VERDICT_DROP);
}

int draft_end(struct draft *draft, struct rule **list, size_t *count, struct error *err)
{
	struct rule *rule = pool_alloc(draft->pool, sizeof(*rule));

	if (!rule)
		return error_memory(err);
	*rule = (struct rule){
		.chain = (struct chain *)draft->chain,
		.comment = POLICY_COMMENT,
		.tag = POLICY_TAG,
		.ops = pool_copy(draft->pool, draft->ops, draft->count * sizeof(draft->ops[0])),
		.op_count = draft->count,
	};
	if (draft->failed || !rule->ops)
		return error_memory(err);
	list[(*count)++] = rule;
	draft->count = 0;
	return 0;
}
