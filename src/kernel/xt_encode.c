/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One reader per match that rules of ours need: ports in a list (multiport), what connection tracking knows (conntrack),
 * whether an address is this host's (addrtype), and the dates between which a rule holds (time). Operations that say anything
 * else, or say it otherwise, are refused.
 */
#include "xt_encode.h"
#include "count.h"

#include "fwport/port_set.h"

#include <endian.h>
#include <limits.h>
#include <string.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/x_tables.h>
#include <linux/rtnetlink.h>

enum { SOURCE_OFFSET = 0, DESTINATION_OFFSET = 2, SECOND = 1000 * 1000 * 1000 };

static bool is_load(const struct op *op, enum op_kind kind, size_t length)
{
	return op->kind == kind && op->dreg == XT_REGISTER && op->length == length && !op->missing.length;
}

static bool compares(const struct op *op, uint32_t test, const void *value, size_t length)
{
	return op->kind == OP_CMP && op->sreg == XT_REGISTER && op->cmp.test == test &&
	       op->cmp.value.length == length && !memcmp(op->cmp.value.at, value, length);
}

/* multiport */

static bool loads_port(const struct op *op)
{
	return is_load(op, OP_PAYLOAD, PORT_BYTES) && op->payload.base == NFT_PAYLOAD_TRANSPORT_HEADER &&
	       (op->payload.offset == SOURCE_OFFSET || op->payload.offset == DESTINATION_OFFSET);
}

/* A range takes two slots. */
static bool slots_fill(struct xt_multiport_v1 *multi, const struct port_range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool wide = ranges[i].first != ranges[i].last;

		if (multi->count + wide >= XT_MULTI_PORTS)
			return false;
		multi->pflags[multi->count] = wide;
		multi->ports[multi->count++] = ranges[i].first;
		if (wide)
			multi->ports[multi->count++] = ranges[i].last;
	}
	return count > 0;
}

static int multiport_encode(const struct op *ops, size_t count, struct xt_match *out, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct xt_multiport_v1 *multi = &out->info.multiport;
	struct port_range *ranges;
	size_t range_count;

	if (count < 2 || !loads_port(&ops[0]) || ops[1].kind != OP_LOOKUP || ops[1].sreg != XT_REGISTER ||
	    ops[1].invert || ops[1].lookup.map || !ops[1].lookup.set)
		return 0;
	if (port_set_ranges(ops[1].lookup.set, &pool, &ranges, &range_count, err) < 0)
		return -1;
	multi->flags =
		ops[0].payload.offset == SOURCE_OFFSET ? XT_MULTIPORT_SOURCE : XT_MULTIPORT_DESTINATION;
	if (!slots_fill(multi, ranges, range_count))
		return 0;
	out->name = "multiport";
	out->revision = 1;
	out->size = XT_ALIGN(sizeof(*multi));
	out->op_count = 2;
	return 0;
}

/* conntrack */

static bool loads_ct(const struct op *op, uint32_t key, int16_t direction, size_t length)
{
	return is_load(op, OP_CT, length) && op->meta.key == key && op->meta.direction == direction;
}

/* Their bits are the same in both. */
enum {
	STATES = XT_CONNTRACK_STATE_INVALID | XT_CONNTRACK_STATE_BIT(IP_CT_ESTABLISHED) |
		 XT_CONNTRACK_STATE_BIT(IP_CT_RELATED) | XT_CONNTRACK_STATE_BIT(IP_CT_NEW)
};

/* `ct state established,related` and its like */
static size_t state_read(const struct op *ops, size_t count, struct xt_conntrack_mtinfo3 *out)
{
	static const uint32_t none = 0;
	uint32_t states;

	if (count < 3 || !loads_ct(&ops[0], NFT_CT_STATE, -1, sizeof(states)) || ops[1].kind != OP_BITWISE ||
	    ops[1].bitwise.mask.length != sizeof(states) ||
	    !compares(&ops[2], NFT_CMP_NEQ, &none, sizeof(none)))
		return 0;
	memcpy(&states, ops[1].bitwise.mask.at, sizeof(states));
	if (!states || (states & ~(uint32_t)STATES))
		return 0;
	out->match_flags |= XT_CONNTRACK_STATE;
	out->state_mask = (uint16_t)states;
	return 3;
}

/* `ct direction reply`, which the struct has as "not original" */
static size_t direction_read(const struct op *ops, size_t count, struct xt_conntrack_mtinfo3 *out)
{
	static const uint8_t reply = IP_CT_DIR_REPLY;

	if (count < 2 || !loads_ct(&ops[0], NFT_CT_DIRECTION, -1, sizeof(reply)) ||
	    !compares(&ops[1], NFT_CMP_EQ, &reply, sizeof(reply)))
		return 0;
	out->match_flags |= XT_CONNTRACK_DIRECTION;
	out->invert_flags |= XT_CONNTRACK_DIRECTION;
	return 2;
}

static bool range_read(const struct op *test, struct port_range *out)
{
	if (test->sreg != XT_REGISTER || test->length != PORT_BYTES || test->invert)
		return false;
	if (test->kind == OP_CMP && test->cmp.test == NFT_CMP_EQ)
		*out = (struct port_range){port_of_key(test->cmp.value), port_of_key(test->cmp.value)};
	else if (test->kind == OP_RANGE)
		*out = (struct port_range){port_of_key(test->range.from), port_of_key(test->range.to)};
	else
		return false;
	return true;
}

/* `ct original proto-dst 443` */
static size_t original_port_read(const struct op *ops, size_t count, struct xt_conntrack_mtinfo3 *out)
{
	struct port_range range;

	if (count < 2 || !loads_ct(&ops[0], NFT_CT_PROTO_DST, IP_CT_DIR_ORIGINAL, PORT_BYTES) ||
	    !range_read(&ops[1], &range))
		return 0;
	out->match_flags |= XT_CONNTRACK_ORIGDST_PORT;
	out->origdst_port = range.first;
	out->origdst_port_high = range.last;
	return 2;
}

/* Each part once, in this order. */
static int conntrack_encode(const struct op *ops, size_t count, struct xt_match *out, struct error *err)
{
	static size_t (*const parts[])(const struct op *, size_t, struct xt_conntrack_mtinfo3 *) = {
		state_read, direction_read, original_port_read};
	size_t *used = &out->op_count;

	(void)err;
	for (size_t i = 0; i < COUNT(parts); i++)
		*used += parts[i](ops + *used, count - *used, &out->info.conntrack);
	out->name = "conntrack";
	out->revision = 3;
	out->size = XT_ALIGN(sizeof(out->info.conntrack));
	return 0;
}

/* addrtype */

/* `fib daddr type local`, or of the source */
static int addrtype_encode(const struct op *ops, size_t count, struct xt_match *out, struct error *err)
{
	static const uint32_t local = RTN_LOCAL;
	struct xt_addrtype_info_v1 *type = &out->info.addrtype;

	(void)err;
	if (count < 2 || !is_load(&ops[0], OP_FIB, sizeof(local)) ||
	    ops[0].fib.result != NFT_FIB_RESULT_ADDRTYPE ||
	    !compares(&ops[1], NFT_CMP_EQ, &local, sizeof(local)))
		return 0;
	if (ops[0].fib.flags == NFTA_FIB_F_DADDR)
		type->dest = XT_ADDRTYPE_LOCAL;
	else if (ops[0].fib.flags == NFTA_FIB_F_SADDR)
		type->source = XT_ADDRTYPE_LOCAL;
	else
		return 0;
	out->name = "addrtype";
	out->revision = 1;
	out->size = XT_ALIGN(sizeof(*type));
	out->op_count = 2;
	return 0;
}

/* time */

/* A date as the last nanosecond, or the first one, of its second. */
static bool second_read(struct bytes date, uint32_t within, uint32_t *out)
{
	uint64_t moment;

	if (date.length != sizeof(moment))
		return false;
	memcpy(&moment, date.at, sizeof(moment));
	moment = be64toh(moment);
	*out = (uint32_t)(moment / SECOND);
	return moment % SECOND == within && moment / SECOND < INT_MAX;
}

/* `meta time` from the first second to the last, and nothing else of what the match can say. */
static int time_encode(const struct op *ops, size_t count, struct xt_match *out, struct error *err)
{
	struct xt_time_info *time = &out->info.time;

	(void)err;
	if (count < 3 || !is_load(&ops[0], OP_META, sizeof(uint64_t)) ||
	    ops[0].meta.key != NFT_META_TIME_NS || ops[1].kind != OP_BYTEORDER || ops[2].kind != OP_RANGE ||
	    ops[2].sreg != XT_REGISTER || ops[2].invert ||
	    !second_read(ops[2].range.from, 0, &time->date_start) ||
	    !second_read(ops[2].range.to, SECOND - 1, &time->date_stop))
		return 0;
	time->daytime_stop = XT_TIME_MAX_DAYTIME;
	time->monthdays_match = XT_TIME_ALL_MONTHDAYS;
	time->weekdays_match = XT_TIME_ALL_WEEKDAYS;
	out->name = "time";
	out->size = XT_ALIGN(sizeof(*time));
	out->op_count = 3;
	return 0;
}

int xt_match_encode(const struct op *ops, size_t count, struct xt_match *out, struct error *err)
{
	static int (*const encoders[])(const struct op *, size_t, struct xt_match *, struct error *) = {
		multiport_encode, conntrack_encode, addrtype_encode, time_encode};

	for (size_t i = 0; i < COUNT(encoders); i++) {
		*out = (struct xt_match){0};
		if (encoders[i](ops, count, out, err) < 0)
			return -1;
		if (out->op_count)
			return 0;
	}
	return 0;
}
