/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys of lists and counts: loads into registers, and the set operation that takes them. */
#include "xt_key.h"
#include "count.h"
#include "xt_lower.h"

#include "fwport/port_set.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

enum { WORD = 4, BITS = 8, ADDRESS_MOST = 16 };

/* Where the source is in the IP header; the destination is behind it. */
static const struct {
	uint8_t offset, length;
} sources[] = {[NFPROTO_IPV4] = {12, 4}, [NFPROTO_IPV6] = {8, 16}};

uint8_t xt_address_length(uint8_t family)
{
	return family < COUNT(sources) ? sources[family].length : 0;
}

uint8_t xt_address_offset(uint8_t family, bool destination)
{
	uint8_t length = xt_address_length(family);

	return length ? sources[family].offset + (destination ? length : 0) : 0;
}

static void part_add(struct xt_key *key, uint32_t base, uint32_t offset, uint8_t length)
{
	op_list_add(key->out, (struct op){.kind = OP_PAYLOAD,
					  .dreg = XT_REGISTER + key->length,
					  .length = length,
					  .payload = {.base = base, .offset = offset}});
	key->length += (length + WORD - 1) / WORD * WORD;
}

void xt_key_address(struct xt_key *key, bool destination, const void *mask)
{
	static const uint8_t zeros[ADDRESS_MOST];
	uint8_t length = xt_address_length(key->family), at = XT_REGISTER + key->length;

	part_add(key, NFT_PAYLOAD_NETWORK_HEADER, xt_address_offset(key->family, destination), length);
	if (!mask || xt_mask_is_full(mask, length))
		return;
	op_list_add(key->out, (struct op){.kind = OP_BITWISE,
					  .dreg = at,
					  .sreg = at,
					  .length = length,
					  .bitwise = {.mask = op_list_bytes(key->out, mask, length),
						      .xor = {zeros, length}}});
}

void xt_key_prefix(struct xt_key *key, bool destination, uint8_t bits)
{
	uint8_t mask[ADDRESS_MOST] = {0};

	for (uint8_t i = 0; i < bits && i < sizeof(mask) * BITS; i++)
		mask[i / BITS] |= 0x80 >> i % BITS;
	xt_key_address(key, destination, mask);
}

void xt_key_port(struct xt_key *key, bool destination)
{
	part_add(key, NFT_PAYLOAD_TRANSPORT_HEADER, destination ? PORT_BYTES : 0, PORT_BYTES);
}

void xt_key_lookup(const struct xt_key *key, const struct set *set, bool invert)
{
	op_list_add(key->out, (struct op){.kind = OP_LOOKUP,
					  .sreg = XT_REGISTER,
					  .length = key->length,
					  .invert = invert,
					  .lookup = {.set_name = set->name, .set = set}});
}

void xt_key_write(const struct xt_key *key, const struct set *set, uint32_t op)
{
	op_list_add(key->out, (struct op){.kind = OP_DYNSET,
					  .sreg = XT_REGISTER,
					  .length = key->length,
					  .dynset = {.set_name = set->name, .set = set, .op = op}});
}

void xt_key_meter(const struct xt_key *key, const char *name, uint32_t op, const struct op *ration)
{
	struct op_list *out = key->out;
	struct set *set = pool_alloc(out->pool, sizeof(*set));
	const struct op *copy = pool_copy(out->pool, ration, sizeof(*ration));

	if (!set || !copy || !name) {
		op_list_fail(out);
		return;
	}
	*set = (struct set){
		.name = name, .flags = NFT_SET_ANONYMOUS | NFT_SET_EVAL, .key_length = key->length};
	xt_key_write(key, set, op);
	if (out->failed)
		return;
	out->at[out->count - 1].dynset.ops = copy;
	out->at[out->count - 1].dynset.op_count = 1;
}
