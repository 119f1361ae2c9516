/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From operations to an entry, from left to right: each piece takes those that it says. Operations that no piece takes make it
 * an error, since an entry that says less than was meant lets more through; so does a second one for what an entry holds once.
 */
#include "legacy_encode.h"
#include "count.h"
#include "xt_encode.h"
#include "xt_key.h"

#include "fwport/port_set.h"

#include <stddef.h>
#include <string.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/x_tables.h>
#include <linux/netfilter/xt_comment.h>
#include <linux/netfilter/xt_tcpudp.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>

enum { ENTRY_ROOM = 2048, TCP_FLAGS = 13 };

/* Where the conditions of an entry's own are. */
struct head {
	void *address[2]; /* source, destination */
	uint8_t *mask[2];
	uint32_t offset[2];
	uint8_t address_length;
	char *interface[2]; /* in, out */
	unsigned char *interface_mask[2];
};

struct encoder {
	const struct op *at, *end;
	enum family family;
	uint8_t protocol;
	_Alignas(struct _xt_align) uint8_t entry[ENTRY_ROOM];
	size_t length;
	struct head head;
	const char *target; /* ACCEPT, DROP, RETURN, a chain to jump to, or "": the packet goes on */
	bool full;
};

static size_t left(const struct encoder *encoder)
{
	return (size_t)(encoder->end - encoder->at);
}

static bool compares(const struct op *op, size_t length)
{
	return op->kind == OP_CMP && op->cmp.test == NFT_CMP_EQ && op->cmp.value.length == length;
}

/* The head */

static void head_start(struct encoder *encoder)
{
	struct ipt_entry *entry = (struct ipt_entry *)encoder->entry;
	struct ip6t_entry *entry6 = (struct ip6t_entry *)encoder->entry;
	const bool ipv4 = encoder->family == FAMILY_IPV4;
	const uint8_t family = ipv4 ? NFPROTO_IPV4 : NFPROTO_IPV6;
	struct ipt_ip *ip = &entry->ip;
	struct ip6t_ip6 *ip6 = &entry6->ipv6;

	if (ipv4)
		encoder->head = (struct head){.address = {&ip->src, &ip->dst},
					      .mask = {(uint8_t *)&ip->smsk, (uint8_t *)&ip->dmsk},
					      .interface = {ip->iniface, ip->outiface},
					      .interface_mask = {ip->iniface_mask, ip->outiface_mask}};
	else
		encoder->head = (struct head){.address = {&ip6->src, &ip6->dst},
					      .mask = {(uint8_t *)&ip6->smsk, (uint8_t *)&ip6->dmsk},
					      .interface = {ip6->iniface, ip6->outiface},
					      .interface_mask = {ip6->iniface_mask, ip6->outiface_mask}};
	encoder->head.offset[0] = xt_address_offset(family, false);
	encoder->head.offset[1] = xt_address_offset(family, true);
	encoder->head.address_length = xt_address_length(family);
	encoder->length = ipv4 ? sizeof(*entry) : sizeof(*entry6);
}

static size_t take_interface(struct encoder *encoder)
{
	static const uint32_t keys[] = {NFT_META_IIFNAME, NFT_META_OIFNAME};
	const struct op *op = encoder->at;

	for (size_t i = 0; i < 2 && left(encoder) >= 2; i++) {
		const struct bytes *name = &op[1].cmp.value;

		if (op->kind != OP_META || op->meta.key != keys[i] || !compares(&op[1], IFNAMSIZ) ||
		    *encoder->head.interface[i])
			continue;
		memcpy(encoder->head.interface[i], name->at, IFNAMSIZ);
		memset(encoder->head.interface_mask[i], 0xff,
		       strnlen((const char *)name->at, IFNAMSIZ - 1) + 1);
		return 2;
	}
	return 0;
}

static size_t take_address(struct encoder *encoder)
{
	const uint8_t length = encoder->head.address_length;
	const struct op *op = encoder->at;

	for (size_t i = 0; i < 2 && left(encoder) >= 2; i++) {
		bool masked = op[1].kind == OP_BITWISE && op[1].bitwise.mask.length == length;
		const struct op *test = op + (masked ? 2 : 1);

		if (op->kind != OP_PAYLOAD || op->payload.base != NFT_PAYLOAD_NETWORK_HEADER ||
		    op->payload.offset != encoder->head.offset[i] || op->length != length ||
		    test >= encoder->end || !compares(test, length) || *encoder->head.mask[i])
			continue;
		memset(encoder->head.mask[i], 0xff, length);
		if (masked)
			memcpy(encoder->head.mask[i], op[1].bitwise.mask.at, length);
		memcpy(encoder->head.address[i], test->cmp.value.at, length);
		return masked ? 3 : 2;
	}
	return 0;
}

static size_t take_protocol(struct encoder *encoder)
{
	const struct op *op = encoder->at;

	if (left(encoder) < 2 || op->kind != OP_META || op->meta.key != NFT_META_L4PROTO ||
	    !compares(&op[1], 1) || encoder->protocol)
		return 0;
	encoder->protocol = op[1].cmp.value.at[0];
	if (encoder->family == FAMILY_IPV4) {
		((struct ipt_entry *)encoder->entry)->ip.proto = encoder->protocol;
	} else {
		((struct ip6t_entry *)encoder->entry)->ipv6.proto = encoder->protocol;
		((struct ip6t_entry *)encoder->entry)->ipv6.flags |= IP6T_F_PROTO;
	}
	return 2;
}

/* Matches */

static void *room_for(struct encoder *encoder, size_t size)
{
	uint8_t *at = encoder->entry + encoder->length;

	if (encoder->length + size > ENTRY_ROOM) {
		encoder->full = true;
		return NULL;
	}
	encoder->length += size;
	return at;
}

static void match_put(struct encoder *encoder, const char *name, uint8_t revision, const void *info,
		      size_t size)
{
	size_t whole = sizeof(struct xt_entry_match) + XT_ALIGN(size);
	struct xt_entry_match *match = room_for(encoder, whole);

	if (!match)
		return;
	match->u.match_size = (uint16_t)whole;
	strncpy(match->u.user.name, name, sizeof(match->u.user.name) - 1);
	match->u.user.revision = revision;
	memcpy(match->data, info, size);
}

/* A port of the header: 0 for the source, 1 for the destination; 2 when it is something else. */
static size_t port_index(const struct op *load)
{
	if (load->kind != OP_PAYLOAD || load->payload.base != NFT_PAYLOAD_TRANSPORT_HEADER ||
	    load->length != 2 || load->payload.offset > 2)
		return 2;
	return load->payload.offset / 2;
}

static bool port_range(const struct op *test, uint16_t out[2])
{
	if (compares(test, PORT_BYTES))
		out[0] = out[1] = port_of_key(test->cmp.value);
	else if (test->kind == OP_RANGE && !test->invert && test->length == PORT_BYTES) {
		out[0] = port_of_key(test->range.from);
		out[1] = port_of_key(test->range.to);
	} else {
		return false;
	}
	return true;
}

static size_t take_flags(const struct op *op, size_t count, struct xt_tcp *out)
{
	if (count < 3 || op->kind != OP_PAYLOAD || op->payload.base != NFT_PAYLOAD_TRANSPORT_HEADER ||
	    op->payload.offset != TCP_FLAGS || op[1].kind != OP_BITWISE || op[1].bitwise.mask.length != 1 ||
	    !compares(&op[2], 1))
		return 0;
	out->flg_mask = op[1].bitwise.mask.at[0];
	out->flg_cmp = op[2].cmp.value.at[0];
	return 3;
}

/* The header of TCP or UDP: one range for each port, and the flags of TCP. */
static size_t take_header(struct encoder *encoder)
{
	struct xt_tcp tcp = {.spts = {0, PORT_LAST}, .dpts = {0, PORT_LAST}};
	uint16_t *ports[] = {tcp.spts, tcp.dpts};
	const bool is_tcp = encoder->protocol == IPPROTO_TCP;
	const struct op *op = encoder->at;
	bool taken[2] = {false, false};
	size_t used = 0;

	if (!is_tcp && encoder->protocol != IPPROTO_UDP)
		return 0;
	for (; op + used + 1 < encoder->end; used += 2) {
		size_t index = port_index(&op[used]);

		if (index == 2 || taken[index] || !port_range(&op[used + 1], ports[index]))
			break;
		taken[index] = true;
	}
	if (is_tcp)
		used += take_flags(op + used, left(encoder) - used, &tcp);
	if (used && is_tcp) {
		match_put(encoder, "tcp", 0, &tcp, sizeof(tcp));
	} else if (used) {
		const struct xt_udp udp = {.spts = {tcp.spts[0], tcp.spts[1]},
					   .dpts = {tcp.dpts[0], tcp.dpts[1]}};

		match_put(encoder, "udp", 0, &udp, sizeof(udp));
	}
	return used;
}

/* Both structs are a type, the codes from one to another, and flags. */
_Static_assert(sizeof(struct ipt_icmp) == sizeof(struct ip6t_icmp), "icmp and icmp6 are alike");

/* A type of ICMP, with whatever code. */
static size_t take_icmp(struct encoder *encoder)
{
	const bool ipv4 = encoder->family == FAMILY_IPV4;
	const struct op *op = encoder->at;
	struct ipt_icmp icmp = {.code = {0, UINT8_MAX}};

	if (encoder->protocol != (ipv4 ? IPPROTO_ICMP : IPPROTO_ICMPV6) || left(encoder) < 2 ||
	    op->kind != OP_PAYLOAD || op->payload.base != NFT_PAYLOAD_TRANSPORT_HEADER ||
	    op->payload.offset != 0 || op->length != 1 || !compares(&op[1], 1))
		return 0;
	icmp.type = op[1].cmp.value.at[0];
	match_put(encoder, ipv4 ? "icmp" : "icmp6", 0, &icmp, sizeof(icmp));
	return 2;
}

static size_t take_match(struct encoder *encoder)
{
	struct xt_match match;
	struct error err;

	if (xt_match_encode(encoder->at, left(encoder), &match, &err) < 0)
		encoder->full = true;
	if (match.op_count)
		match_put(encoder, match.name, (uint8_t)match.revision, &match.info, match.size);
	return match.op_count;
}

/* Entries count by themselves. */
static size_t take_counter(struct encoder *encoder)
{
	return left(encoder) && encoder->at->kind == OP_COUNTER ? 1 : 0;
}

static const char *target_of(const struct nft_verdict *verdict)
{
	switch (verdict->code) {
	case VERDICT_ACCEPT:
		return "ACCEPT";
	case VERDICT_DROP:
		return "DROP";
	case VERDICT_RETURN:
		return "RETURN";
	case VERDICT_JUMP:
		return verdict->chain_name;
	case VERDICT_CONTINUE:
	case VERDICT_BREAK:
	case VERDICT_QUEUE:
	case VERDICT_GOTO:
		return NULL;
	}
	return NULL;
}

static size_t take_verdict(struct encoder *encoder)
{
	const char *target;

	if (left(encoder) != 1 || encoder->at->kind != OP_VERDICT)
		return 0;
	target = target_of(&encoder->at->verdict);
	if (!target)
		return 0;
	encoder->target = target;
	return 1;
}

static size_t take_next(struct encoder *encoder)
{
	static size_t (*const pieces[])(struct encoder *) = {take_interface, take_address, take_protocol,
							     take_header,    take_icmp,    take_match,
							     take_counter,   take_verdict};

	for (size_t i = 0; i < COUNT(pieces); i++) {
		size_t used = pieces[i](encoder);

		if (used)
			return used;
	}
	return 0;
}

static void comment_put(struct encoder *encoder, const char *comment)
{
	struct xt_comment_info info = {0};

	strncpy(info.comment, comment, sizeof(info.comment) - 1);
	match_put(encoder, "comment", 0, &info, sizeof(info));
}

/* libiptc knows verdicts, and chains, by their names. */
static void target_put(struct encoder *encoder)
{
	const size_t at = encoder->length;
	struct xt_standard_target *target = room_for(encoder, XT_ALIGN(sizeof(*target)));

	if (!target)
		return;
	target->target.u.target_size = XT_ALIGN(sizeof(*target));
	strncpy(target->target.u.user.name, encoder->target, sizeof(target->target.u.user.name) - 1);
	if (encoder->family == FAMILY_IPV4) {
		((struct ipt_entry *)encoder->entry)->target_offset = (uint16_t)at;
		((struct ipt_entry *)encoder->entry)->next_offset = (uint16_t)encoder->length;
	} else {
		((struct ip6t_entry *)encoder->entry)->target_offset = (uint16_t)at;
		((struct ip6t_entry *)encoder->entry)->next_offset = (uint16_t)encoder->length;
	}
}

int legacy_encode(const struct rule *rule, enum family family, struct pool *pool, const void **entry,
		  struct error *err)
{
	struct encoder encoder = {
		.at = rule->ops, .end = rule->ops + rule->op_count, .family = family, .target = ""};

	head_start(&encoder);
	while (encoder.at < encoder.end) {
		size_t used = take_next(&encoder);

		if (!used)
			return error_set(err, ERROR_SYSTEM,
					 "the rule says what fwport does not write to legacy tables");
		encoder.at += used;
	}
	if (rule->comment)
		comment_put(&encoder, rule->comment);
	target_put(&encoder);
	if (encoder.full)
		return error_set(err, ERROR_SYSTEM, "the rule is too long for an entry of a legacy table");
	*entry = pool_copy(pool, encoder.entry, encoder.length);
	return *entry ? 0 : error_memory(err);
}
