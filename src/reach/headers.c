/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading walks a view that only gets shorter: whatever is taken from it is checked against what is left. Of fragments only the first
 * has a header of TCP. In IPv6 a few extension headers may stand before it; whoever sends more is not understood.
 */
#include "headers.h"

#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <string.h>

enum {
	IPV4_HEADER = 20,
	IPV6_HEADER = 40,
	TCP_HEADER = 20,
	UDP_HEADER = 8,
	ICMP_HEADER = 8,
	EXTENSIONS_MOST = 4,
	FRAGMENT_OFFSET = 0x1fff,
	ARP_BYTES = 28,
	ND_BYTES = 24,
};

struct view {
	const uint8_t *at;
	size_t left;
};

/* What an IP header says of what stands behind it, where the view is then. */
struct network {
	struct address from, to;
	uint8_t ttl, protocol;
	size_t length; /* of what is behind it, by the header's word */
};

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

static bool skip(struct view *view, size_t length)
{
	if (view->left < length)
		return false;
	view->at += length;
	view->left -= length;
	return true;
}

static struct address address_at(const uint8_t *at, enum family family)
{
	struct address address = {.family = family};

	memcpy(address.bytes, at, address_size(family));
	return address;
}

/* A length of 0 is that of a bundle of segments too long for the field: as far as it was captured has to do. */
static size_t told_length(size_t told, size_t headers, size_t captured)
{
	if (!told)
		return captured;
	return told > headers ? told - headers : 0;
}

static bool read_ipv4(struct view *view, struct network *out)
{
	const uint8_t *at = view->at;
	size_t header;

	if (view->left < IPV4_HEADER || get16(at + 6) & FRAGMENT_OFFSET)
		return false;
	header = (size_t)(at[0] & 0x0f) * 4;
	if (header < IPV4_HEADER || !skip(view, header))
		return false;
	*out = (struct network){.from = address_at(at + 12, FAMILY_IPV4),
				.to = address_at(at + 16, FAMILY_IPV4),
				.ttl = at[8],
				.protocol = at[9],
				.length = told_length(get16(at + 2), header, view->left)};
	return true;
}

static bool is_extension(uint8_t protocol)
{
	return protocol == IPPROTO_HOPOPTS || protocol == IPPROTO_ROUTING || protocol == IPPROTO_FRAGMENT ||
	       protocol == IPPROTO_DSTOPTS;
}

static bool skip_extension(struct view *view, struct network *network)
{
	const uint8_t *at = view->at;
	size_t length;

	if (view->left < 8 || (network->protocol == IPPROTO_FRAGMENT && get16(at + 2) >> 3))
		return false;
	length = network->protocol == IPPROTO_FRAGMENT ? 8 : ((size_t)at[1] + 1) * 8;
	network->protocol = at[0];
	network->length -= length < network->length ? length : network->length;
	return skip(view, length);
}

static bool read_ipv6(struct view *view, struct network *out)
{
	const uint8_t *at = view->at;

	if (!skip(view, IPV6_HEADER))
		return false;
	*out = (struct network){.from = address_at(at + 8, FAMILY_IPV6),
				.to = address_at(at + 24, FAMILY_IPV6),
				.ttl = at[7],
				.protocol = at[6],
				.length = told_length(get16(at + 4), 0, view->left)};
	for (size_t i = 0; is_extension(out->protocol); i++)
		if (i == EXTENSIONS_MOST || !skip_extension(view, out))
			return false;
	return true;
}

static bool read_network(struct view *view, struct network *out)
{
	if (!view->left)
		return false;
	switch (view->at[0] >> 4) {
	case 4:
		return read_ipv4(view, out);
	case 6:
		return read_ipv6(view, out);
	default:
		return false;
	}
}

static bool read_flow(const struct view *view, const struct network *network, struct flow *out)
{
	if (view->left < 4 || (network->protocol != IPPROTO_TCP && network->protocol != IPPROTO_UDP))
		return false;
	*out = (struct flow){.protocol = network->protocol,
			     .from = network->from,
			     .to = network->to,
			     .from_port = get16(view->at),
			     .to_port = get16(view->at + 2)};
	return true;
}

static uint16_t mss_of(struct view options)
{
	while (options.left && options.at[0] != TCPOPT_EOL) {
		size_t length = 1;

		if (options.at[0] != TCPOPT_NOP) {
			if (options.left < 2 || options.at[1] < 2)
				return 0;
			length = options.at[1];
		}
		if (options.at[0] == TCPOPT_MAXSEG && length == TCPOLEN_MAXSEG && options.left >= length)
			return get16(options.at + 2);
		if (!skip(&options, length))
			return 0;
	}
	return 0;
}

static bool read_tcp(struct view *view, const struct network *network, struct headers *out)
{
	const uint8_t *at = view->at;
	size_t header, captured;

	if (view->left < TCP_HEADER)
		return false;
	header = (size_t)(at[12] >> 4) * 4;
	if (header < TCP_HEADER)
		return false;
	captured = header < view->left ? header : view->left;
	out->kind = HEADERS_TCP;
	out->sequence = get32(at + 4);
	out->acknowledged = get32(at + 8);
	out->flags = at[13];
	out->mss = mss_of((struct view){at + TCP_HEADER, captured - TCP_HEADER});
	out->payload = network->length > header ? network->length - header : 0;
	return true;
}

/* Who is asked for is where the question goes, and where the answer comes from, whoever carries them. */
static bool take_neighbour(const struct address *asked_for, bool answers, struct headers *out)
{
	out->kind = HEADERS_NEIGHBOUR;
	out->flags = TH_SYN | (answers ? TH_ACK : 0);
	out->flow = (struct flow){.from = *asked_for, .to = *asked_for};
	return true;
}

/* Of Ethernet and IPv4. */
static bool read_arp(const struct view *view, struct headers *out)
{
	const uint8_t *at = view->at;
	const bool answers = view->left >= ARP_BYTES && get16(at + 6) == ARPOP_REPLY;
	struct address asked_for;

	if (view->left < ARP_BYTES || get16(at) != ARPHRD_ETHER || get16(at + 2) != ETHERTYPE_IP ||
	    (!answers && get16(at + 6) != ARPOP_REQUEST))
		return false;
	asked_for = address_at(at + (answers ? 14 : 24), FAMILY_IPV4);
	return take_neighbour(&asked_for, answers, out);
}

static bool read_discovery(const struct view *view, struct headers *out)
{
	const uint8_t *at = view->at;
	struct address asked_for;

	if (view->left < ND_BYTES)
		return false;
	asked_for = address_at(at + ICMP_HEADER, FAMILY_IPV6);
	return take_neighbour(&asked_for, at[0] == ND_NEIGHBOR_ADVERT, out);
}

static bool is_discovery(const struct view *view, enum family family)
{
	return family == FAMILY_IPV6 && view->left &&
	       (view->at[0] == ND_NEIGHBOR_SOLICIT || view->at[0] == ND_NEIGHBOR_ADVERT);
}

static bool is_error(enum family family, uint8_t type)
{
	if (family == FAMILY_IPV6)
		return type < ICMP6_ECHO_REQUEST;
	return type == ICMP_DEST_UNREACH || type == ICMP_TIME_EXCEEDED || type == ICMP_PARAMETERPROB;
}

static uint32_t mtu_of(enum family family, const uint8_t *at)
{
	if (family == FAMILY_IPV6)
		return at[0] == ICMP6_PACKET_TOO_BIG ? get32(at + 4) : 0;
	return at[0] == ICMP_DEST_UNREACH && at[1] == ICMP_FRAG_NEEDED ? get16(at + 6) : 0;
}

/* Behind its own header an error quotes the packet that it is about, at least as far as the ports. */
static bool read_icmp(struct view *view, const struct network *network, struct headers *out)
{
	const enum family family = network->from.family;
	const uint8_t *at = view->at;
	struct network quoted;

	if (is_discovery(view, family))
		return read_discovery(view, out);
	if (!skip(view, ICMP_HEADER) || !is_error(family, at[0]))
		return false;
	out->kind = HEADERS_ICMP_ERROR;
	out->icmp_from = network->from;
	out->icmp_type = at[0];
	out->icmp_code = at[1];
	out->icmp_mtu = mtu_of(family, at);
	return read_network(view, &quoted) && read_flow(view, &quoted, &out->flow);
}

bool headers_read(const uint8_t *bytes, size_t length, struct headers *out)
{
	struct view view = {bytes, length};
	struct network network;

	*out = (struct headers){0};
	if (length && !bytes[0]) /* no version of IP; ARP begins so */
		return read_arp(&view, out);
	if (!read_network(&view, &network))
		return false;
	out->ttl = network.ttl;
	if (network.protocol == (network.from.family == FAMILY_IPV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6))
		return read_icmp(&view, &network, out);
	if (!read_flow(&view, &network, &out->flow))
		return false;
	if (network.protocol == IPPROTO_TCP)
		return read_tcp(&view, &network, out);
	out->kind = HEADERS_UDP;
	out->payload = network.length > UDP_HEADER ? network.length - UDP_HEADER : 0;
	return true;
}
