/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads of what connection tracking knows. The packets are those of one conversation, so its state follows from the role of
 * the packet; before tracking has seen a packet, its state is invalid and every other key breaks the rule.
 */
#include "flow.h"
#include "load.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nf_tables.h>

static enum truth put_status(const struct op *op, const struct world *world, struct registers *registers)
{
	bool confirmed = world->flow != FLOW_NONE;
	bool answered = world->flow == FLOW_ANSWERED || flow_replies(world);
	bool stream = world->packet->protocol == PROTOCOL_TCP;
	bool assured = stream && world->flow == FLOW_ANSWERED;
	uint32_t certain = IPS_EXPECTED | IPS_CONFIRMED | IPS_SEEN_REPLY | IPS_DST_NAT;
	uint32_t bits = (confirmed ? IPS_CONFIRMED : 0) | (answered ? IPS_SEEN_REPLY : 0) |
			(assured ? IPS_ASSURED : 0) | (world->mapping ? IPS_DST_NAT : 0);
	uint32_t unknown;

	if (stream || !answered)
		certain |= IPS_ASSURED;
	unknown = ~certain;
	registers_write(registers, op->dreg, &bits, &unknown, sizeof(bits), ORIGIN_FIXED);
	return YES;
}

/* The entry is made by this packet, or was by one of either side. */
static bool server_opened(const struct world *world)
{
	return world->flow == FLOW_NONE ? !world->packet->original : world->flow_backwards;
}

/* The original tuple runs from the client to where it sends, the reply tuple from where NAT has it go to the client. */
static struct endpoint end_of_tuple(const struct world *world, bool reply, bool source)
{
	bool server = (source == reply) != server_opened(world);
	const struct mapping *mapping = server ? world->mapping : world->disguise;
	struct endpoint end = packet_end(world->packet, server != world->packet->original);

	if (mapping)
		end = reply ? mapping->to : mapping->from;
	if (end.port_origin & ORIGIN_PEER_PORT)
		end.port = world_client_port(world);
	return end;
}

/* An address of the other family breaks the rule (nft_ct_get_eval). */
static bool key_is_of_other_family(uint32_t key, enum family family)
{
	if (family == FAMILY_IPV4)
		return key == NFT_CT_SRC_IP6 || key == NFT_CT_DST_IP6;
	return key == NFT_CT_SRC_IP || key == NFT_CT_DST_IP;
}

/* Of ICMP the tuple has the identifier, type and code there (icmp_pkt_to_tuple), which are not modelled. */
static bool has_ports(const struct packet *packet)
{
	return packet->protocol == PROTOCOL_TCP || packet->protocol == PROTOCOL_UDP ||
	       packet->protocol == PROTOCOL_SCTP;
}

static enum truth put_tuple(const struct op *op, const struct world *world, struct registers *registers)
{
	uint32_t key = op->meta.key;
	bool is_port = key == NFT_CT_PROTO_SRC || key == NFT_CT_PROTO_DST;
	bool source =
		key == NFT_CT_SRC || key == NFT_CT_SRC_IP || key == NFT_CT_SRC_IP6 || key == NFT_CT_PROTO_SRC;
	struct endpoint end;

	if (key_is_of_other_family(key, world->packet->family))
		return NO;
	if (op->meta.direction < 0) {
		registers_write_unknown(registers, op->dreg, op->length, ORIGIN_UNKNOWN);
		return MAYBE;
	}
	end = end_of_tuple(world, op->meta.direction == IP_CT_DIR_REPLY, source);
	if ((is_port ? end.port_origin : end.address_origin) & ORIGIN_UNKNOWN ||
	    (is_port && !has_ports(world->packet))) {
		registers_write_unknown(registers, op->dreg, op->length, ORIGIN_UNKNOWN);
	} else if (is_port) {
		const uint8_t port[] = {end.port >> 8, end.port & 0xff};

		registers_write(registers, op->dreg, port, NULL, sizeof(port), end.port_origin);
	} else {
		registers_write(registers, op->dreg, end.address.bytes, NULL,
				op->length <= 16 ? op->length : 16, end.address_origin);
	}
	return YES;
}

static enum truth put_byte(const struct op *op, uint8_t value, struct registers *registers)
{
	registers_write(registers, op->dreg, &value, NULL, 1, ORIGIN_FIXED);
	return YES;
}

static enum truth put_unknown(const struct op *op, struct registers *registers)
{
	registers_write_unknown(registers, op->dreg, op->length, ORIGIN_UNKNOWN);
	return YES;
}

static enum truth put_zone(const struct op *op, const struct scene *scene, struct registers *registers)
{
	static const uint8_t none[2];

	if (scene->facts->writes_zone)
		return put_unknown(op, registers);
	registers_write(registers, op->dreg, none, NULL, sizeof(none), ORIGIN_FIXED);
	return YES;
}

static enum truth put_mark(const struct op *op, const struct world *world, struct registers *registers)
{
	registers_write(registers, op->dreg, &world->ct_mark.bits, &world->ct_mark.unknown, 4,
			world->ct_mark.unknown ? ORIGIN_UNKNOWN : ORIGIN_FIXED);
	return YES;
}

static enum truth put_labels(const struct op *op, const struct scene *scene, struct registers *registers)
{
	static const uint8_t none[16];

	if (scene->facts->writes_labels)
		return put_unknown(op, registers);
	registers_write(registers, op->dreg, none, NULL, sizeof(none), ORIGIN_FIXED);
	return YES;
}

/* As much as there is room for; without data a packet is shorter than 128 bytes, whatever its options. */
static uint64_t loose_length(const struct packet *packet)
{
	return packet->payload_length ? UINT16_MAX : 0x7f;
}

/*
 * What a connection has sent, this packet included. Of its first packet that is one, in its own direction, and no more bytes
 * than it has; what follows the packets asked about is not known.
 */
static enum truth put_count(const struct op *op, const struct scene *scene, const struct world *world,
			    struct registers *registers)
{
	bool packets = op->meta.key == NFT_CT_PKTS, reply = op->meta.direction == IP_CT_DIR_REPLY;
	const uint64_t count = packets && !reply ? 1 : 0,
		       loose = packets || reply ? 0 : loose_length(world->packet);

	if (!flow_begins(scene, world))
		return put_unknown(op, registers);
	registers_write(registers, op->dreg, &count, &loose, sizeof(count),
			loose ? ORIGIN_UNKNOWN : ORIGIN_FIXED);
	return YES;
}

/* A connection that is not confirmed has no time of its own yet (nf_ct_expires). */
static enum truth put_expiry(const struct op *op, const struct scene *scene, const struct world *world,
			     struct registers *registers)
{
	static const uint8_t none[4];

	if (!flow_begins(scene, world))
		return put_unknown(op, registers);
	registers_write(registers, op->dreg, none, NULL, sizeof(none), ORIGIN_FIXED);
	return YES;
}

static enum truth load_key(const struct op *op, const struct scene *scene, const struct world *world,
			   struct registers *registers)
{
	switch (op->meta.key) {
	case NFT_CT_DIRECTION:
		return put_byte(op, flow_replies(world) ? IP_CT_DIR_REPLY : IP_CT_DIR_ORIGINAL, registers);
	case NFT_CT_STATUS:
		return put_status(op, world, registers);
	case NFT_CT_MARK:
		return put_mark(op, world, registers);
	case NFT_CT_HELPER:
		return NO; /* only what another connection announced has one (nft_ct_get_eval asks ct->master) */
	case NFT_CT_L3PROTOCOL:
		return put_byte(op, world->packet->family == FAMILY_IPV4 ? NFPROTO_IPV4 : NFPROTO_IPV6,
				registers);
	case NFT_CT_PROTOCOL:
		return put_byte(op, world->packet->protocol, registers);
	case NFT_CT_ZONE:
		return put_zone(op, scene, registers);
	case NFT_CT_LABELS:
		return put_labels(op, scene, registers);
	case NFT_CT_PKTS:
	case NFT_CT_BYTES:
	case NFT_CT_AVGPKT:
		return put_count(op, scene, world, registers);
	case NFT_CT_EXPIRATION:
		return put_expiry(op, scene, world, registers);
	case NFT_CT_SRC:
	case NFT_CT_DST:
	case NFT_CT_SRC_IP:
	case NFT_CT_DST_IP:
	case NFT_CT_SRC_IP6:
	case NFT_CT_DST_IP6:
	case NFT_CT_PROTO_SRC:
	case NFT_CT_PROTO_DST:
		return put_tuple(op, world, registers);
	}
	return put_unknown(op, registers); /* a security mark, an id */
}

enum truth load_ct(const struct op *op, const struct scene *scene, const struct world *world,
		   struct registers *registers)
{
	uint32_t state = flow_state(scene, world);

	if (flow_unsure(scene, world)) {
		put_unknown(op, registers);
		return MAYBE;
	}
	if (op->meta.key == NFT_CT_STATE) {
		registers_write(registers, op->dreg, &state, NULL, sizeof(state), ORIGIN_FIXED);
		return YES;
	}
	if (!flow_has_entry(scene, world))
		return NO;
	return load_key(op, scene, world, registers);
}
