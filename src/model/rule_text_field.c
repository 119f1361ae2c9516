/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names that nft has for what can be loaded, and the words it has for their values.
 */
#include "rule_text_match.h"

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

const struct word protocol_words[] = {
	{IPPROTO_ICMP, "icmp"},
	{IPPROTO_IGMP, "igmp"},
	{IPPROTO_TCP, "tcp"},
	{IPPROTO_UDP, "udp"},
	{IPPROTO_DCCP, "dccp"},
	{IPPROTO_GRE, "gre"},
	{IPPROTO_ESP, "esp"},
	{IPPROTO_AH, "ah"},
	{58, "ipv6-icmp"},
	{89, "ospf"},
	{112, "vrrp"},
	{IPPROTO_SCTP, "sctp"},
	{IPPROTO_UDPLITE, "udplite"},
	{0, NULL},
};
static const struct word network_protocols[] = {{NFPROTO_IPV4, "ipv4"}, {NFPROTO_IPV6, "ipv6"}, {0, NULL}};
static const struct word ether_types[] = {
	{ETH_P_IP, "ip"}, {ETH_P_ARP, "arp"}, {ETH_P_IPV6, "ip6"}, {ETH_P_8021Q, "8021q"}, {0, NULL}};
static const struct word packet_types[] = {
	{0, "host"}, {1, "broadcast"}, {2, "multicast"}, {3, "other"}, {0, NULL}};
static const struct word interface_types[] = {{1, "ether"},      {512, "ppp"}, {768, "ipip"},  {769, "ipip6"},
					      {772, "loopback"}, {776, "sit"}, {778, "ipgre"}, {0, NULL}};
static const struct word days[] = {
	{0, "\"Sunday\""},   {1, "\"Monday\""}, {2, "\"Tuesday\""},  {3, "\"Wednesday\""},
	{4, "\"Thursday\""}, {5, "\"Friday\""}, {6, "\"Saturday\""}, {0, NULL}};
static const struct word tcp_flags[] = {{1, "fin"},  {2, "syn"},  {4, "rst"},   {8, "psh"}, {16, "ack"},
					{32, "urg"}, {64, "ecn"}, {128, "cwr"}, {0, NULL}};
static const struct word ct_states[] = {{1, "invalid"}, {2, "established"}, {4, "related"},
					{8, "new"},     {64, "untracked"},  {0, NULL}};
static const struct word ct_directions[] = {{0, "original"}, {1, "reply"}, {~0U, NULL}};
static const struct word ct_statuses[] = {{1, "expected"},  {2, "seen-reply"}, {4, "assured"},
					  {8, "confirmed"}, {16, "snat"},      {32, "dnat"},
					  {512, "dying"},   {0, NULL}};
static const struct word icmp_types[] = {{0, "echo-reply"},           {3, "destination-unreachable"},
					 {4, "source-quench"},        {5, "redirect"},
					 {8, "echo-request"},         {9, "router-advertisement"},
					 {10, "router-solicitation"}, {11, "time-exceeded"},
					 {12, "parameter-problem"},   {13, "timestamp-request"},
					 {14, "timestamp-reply"},     {17, "address-mask-request"},
					 {18, "address-mask-reply"},  {0, NULL}};
static const struct word icmpv6_types[] = {{1, "destination-unreachable"}, {2, "packet-too-big"},
					   {3, "time-exceeded"},           {4, "parameter-problem"},
					   {128, "echo-request"},          {129, "echo-reply"},
					   {130, "mld-listener-query"},    {131, "mld-listener-report"},
					   {132, "mld-listener-done"},     {133, "nd-router-solicit"},
					   {134, "nd-router-advert"},      {135, "nd-neighbor-solicit"},
					   {136, "nd-neighbor-advert"},    {137, "nd-redirect"},
					   {143, "mld2-listener-report"},  {0, NULL}};
static const struct word dscp_classes[] = {
	{0x00, "cs0"},  {0x08, "cs1"},  {0x10, "cs2"},  {0x18, "cs3"},  {0x20, "cs4"},  {0x28, "cs5"},
	{0x30, "cs6"},  {0x38, "cs7"},  {0x0a, "af11"}, {0x0c, "af12"}, {0x0e, "af13"}, {0x12, "af21"},
	{0x14, "af22"}, {0x16, "af23"}, {0x1a, "af31"}, {0x1c, "af32"}, {0x1e, "af33"}, {0x22, "af41"},
	{0x24, "af42"}, {0x26, "af43"}, {0x2e, "ef"},   {0, NULL}};
static const struct word fib_types[] = {
	{0, "unspec"},    {1, "unicast"},   {2, "local"},       {3, "broadcast"}, {4, "anycast"},
	{5, "multicast"}, {6, "blackhole"}, {7, "unreachable"}, {8, "prohibit"},  {0, NULL}};
const struct word presence_words[] = {{0, "missing"}, {1, "exists"}, {~0U, NULL}};

/* The loopback interface is the first of every network namespace; of others only the number is known here. */
static const struct word first_interface[] = {{1, "\"lo\""}, {0, NULL}};

/* Headers: the same bytes mean different things by protocol, 0 is for all. */
static const struct payload_field {
	uint32_t base;
	uint8_t protocol;
	uint8_t offset, length;
	struct field field;
} payload_fields[] = {
	{NFT_PAYLOAD_TRANSPORT_HEADER, IPPROTO_TCP, 0, 2, {"tcp sport", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_TRANSPORT_HEADER, IPPROTO_TCP, 2, 2, {"tcp dport", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_TRANSPORT_HEADER, IPPROTO_TCP, 4, 4, {"tcp sequence", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_TRANSPORT_HEADER,
	 IPPROTO_TCP,
	 13,
	 1,
	 {"tcp flags", {.kind = VALUE_BITS, .words = tcp_flags}}},
	{NFT_PAYLOAD_TRANSPORT_HEADER, IPPROTO_TCP, 14, 2, {"tcp window", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_TRANSPORT_HEADER, IPPROTO_UDP, 0, 2, {"udp sport", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_TRANSPORT_HEADER, IPPROTO_UDP, 2, 2, {"udp dport", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_TRANSPORT_HEADER, IPPROTO_UDP, 4, 2, {"udp length", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_TRANSPORT_HEADER, IPPROTO_UDPLITE, 0, 2, {"udplite sport", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_TRANSPORT_HEADER, IPPROTO_UDPLITE, 2, 2, {"udplite dport", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_TRANSPORT_HEADER, IPPROTO_SCTP, 0, 2, {"sctp sport", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_TRANSPORT_HEADER, IPPROTO_SCTP, 2, 2, {"sctp dport", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_TRANSPORT_HEADER, IPPROTO_DCCP, 0, 2, {"dccp sport", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_TRANSPORT_HEADER, IPPROTO_DCCP, 2, 2, {"dccp dport", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_TRANSPORT_HEADER,
	 IPPROTO_ICMP,
	 0,
	 1,
	 {"icmp type", {.kind = VALUE_WORD, .words = icmp_types}}},
	{NFT_PAYLOAD_TRANSPORT_HEADER, IPPROTO_ICMP, 1, 1, {"icmp code", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_TRANSPORT_HEADER,
	 58,
	 0,
	 1,
	 {"icmpv6 type", {.kind = VALUE_WORD, .words = icmpv6_types}}},
	{NFT_PAYLOAD_TRANSPORT_HEADER, 58, 1, 1, {"icmpv6 code", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_TRANSPORT_HEADER, 0, 0, 2, {"th sport", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_TRANSPORT_HEADER, 0, 2, 2, {"th dport", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_NETWORK_HEADER, NFPROTO_IPV4, 2, 2, {"ip length", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_NETWORK_HEADER, NFPROTO_IPV4, 6, 2, {"ip frag-off", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_NETWORK_HEADER, NFPROTO_IPV4, 8, 1, {"ip ttl", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_NETWORK_HEADER,
	 NFPROTO_IPV4,
	 9,
	 1,
	 {"ip protocol", {.kind = VALUE_WORD, .words = protocol_words}}},
	{NFT_PAYLOAD_NETWORK_HEADER, NFPROTO_IPV4, 12, 4, {"ip saddr", {.kind = VALUE_IPV4}}},
	{NFT_PAYLOAD_NETWORK_HEADER, NFPROTO_IPV4, 16, 4, {"ip daddr", {.kind = VALUE_IPV4}}},
	{NFT_PAYLOAD_NETWORK_HEADER, NFPROTO_IPV6, 4, 2, {"ip6 length", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_NETWORK_HEADER,
	 NFPROTO_IPV6,
	 6,
	 1,
	 {"ip6 nexthdr", {.kind = VALUE_WORD, .words = protocol_words}}},
	{NFT_PAYLOAD_NETWORK_HEADER, NFPROTO_IPV6, 7, 1, {"ip6 hoplimit", {.kind = VALUE_NUMBER}}},
	{NFT_PAYLOAD_NETWORK_HEADER, NFPROTO_IPV6, 8, 16, {"ip6 saddr", {.kind = VALUE_IPV6}}},
	{NFT_PAYLOAD_NETWORK_HEADER, NFPROTO_IPV6, 24, 16, {"ip6 daddr", {.kind = VALUE_IPV6}}},
	{NFT_PAYLOAD_LL_HEADER, 0, 0, 6, {"ether daddr", {.kind = VALUE_ETHER}}},
	{NFT_PAYLOAD_LL_HEADER, 0, 6, 6, {"ether saddr", {.kind = VALUE_ETHER}}},
	{NFT_PAYLOAD_LL_HEADER, 0, 12, 2, {"ether type", {.kind = VALUE_WORD, .words = ether_types}}},
};

/* nft writes prefixes of whole bytes as shorter loads of the address. */
static bool is_load_of(const struct op *op, const struct payload_field *field)
{
	if (field->base != op->payload.base || field->offset != op->payload.offset)
		return false;
	return field->length == op->length ||
	       (op->length < field->length &&
		(field->field.type.kind == VALUE_IPV4 || field->field.type.kind == VALUE_IPV6));
}

/* Ports of a protocol that is not known yet are "th sport"; one that is known and has none does not get any. */
static bool is_of_protocol(const struct payload_field *field, uint8_t network, uint8_t transport)
{
	if (field->base == NFT_PAYLOAD_NETWORK_HEADER)
		return field->protocol == network;
	return field->base == NFT_PAYLOAD_LL_HEADER || field->protocol == transport;
}

const struct field *field_of_payload(const struct op *op, uint8_t network, uint8_t transport)
{
	for (size_t i = 0; i < COUNT(payload_fields); i++)
		if (is_load_of(op, &payload_fields[i]) &&
		    is_of_protocol(&payload_fields[i], network, transport))
			return &payload_fields[i].field;
	return NULL;
}

/* The traffic class: six bits of the second byte in IPv4; in IPv6 they lie across the first two. */
const struct field *field_of_dscp(const struct op *load, const struct op *mask, uint8_t network)
{
	static const struct field ipv4 = {"ip dscp", {.kind = VALUE_WORD, .shift = 2, .words = dscp_classes}};
	static const struct field ipv6 = {"ip6 dscp",
					  {.kind = VALUE_WORD, .shift = 6, .words = dscp_classes}};
	static const uint8_t mask_ipv4[] = {0xfc}, mask_ipv6[] = {0x0f, 0xc0};
	const struct bytes *bits = &mask->bitwise.mask;

	if (load->kind != OP_PAYLOAD || load->payload.base != NFT_PAYLOAD_NETWORK_HEADER)
		return NULL;
	if (network == NFPROTO_IPV4 && load->payload.offset == 1 && bits->length == sizeof(mask_ipv4) &&
	    !memcmp(bits->at, mask_ipv4, sizeof(mask_ipv4)))
		return &ipv4;
	if (network == NFPROTO_IPV6 && load->payload.offset == 0 && bits->length == sizeof(mask_ipv6) &&
	    !memcmp(bits->at, mask_ipv6, sizeof(mask_ipv6)))
		return &ipv6;
	return NULL;
}

const struct field *field_of_meta(uint32_t key)
{
	static const struct field fields[] = {
		[NFT_META_LEN] = {"meta length", {.kind = VALUE_NUMBER, .host_order = true}},
		[NFT_META_PROTOCOL] = {"meta protocol", {.kind = VALUE_WORD, .words = ether_types}},
		[NFT_META_PRIORITY] = {"meta priority", {.kind = VALUE_MARK, .host_order = true}},
		[NFT_META_MARK] = {"meta mark", {.kind = VALUE_MARK, .host_order = true}},
		[NFT_META_IIF] = {"iif", {.kind = VALUE_WORD, .host_order = true, .words = first_interface}},
		[NFT_META_OIF] = {"oif", {.kind = VALUE_WORD, .host_order = true, .words = first_interface}},
		[NFT_META_IIFNAME] = {"iifname", {.kind = VALUE_STRING}},
		[NFT_META_OIFNAME] = {"oifname", {.kind = VALUE_STRING}},
		[NFT_META_IIFTYPE] = {"meta iiftype",
				      {.kind = VALUE_WORD, .host_order = true, .words = interface_types}},
		[NFT_META_OIFTYPE] = {"meta oiftype",
				      {.kind = VALUE_WORD, .host_order = true, .words = interface_types}},
		[NFT_META_SKUID] = {"meta skuid", {.kind = VALUE_NUMBER, .host_order = true}},
		[NFT_META_SKGID] = {"meta skgid", {.kind = VALUE_NUMBER, .host_order = true}},
		[NFT_META_NFTRACE] = {"meta nftrace", {.kind = VALUE_NUMBER}},
		[NFT_META_RTCLASSID] = {"meta rtclassid", {.kind = VALUE_MARK, .host_order = true}},
		[NFT_META_SECMARK] = {"meta secmark", {.kind = VALUE_MARK, .host_order = true}},
		[NFT_META_NFPROTO] = {"meta nfproto", {.kind = VALUE_WORD, .words = network_protocols}},
		[NFT_META_L4PROTO] = {"meta l4proto", {.kind = VALUE_WORD, .words = protocol_words}},
		[NFT_META_BRI_IIFNAME] = {"meta ibrname", {.kind = VALUE_STRING}},
		[NFT_META_BRI_OIFNAME] = {"meta obrname", {.kind = VALUE_STRING}},
		[NFT_META_PKTTYPE] = {"meta pkttype", {.kind = VALUE_WORD, .words = packet_types}},
		[NFT_META_CPU] = {"meta cpu", {.kind = VALUE_NUMBER, .host_order = true}},
		[NFT_META_IIFGROUP] = {"iifgroup", {.kind = VALUE_NUMBER, .host_order = true}},
		[NFT_META_OIFGROUP] = {"oifgroup", {.kind = VALUE_NUMBER, .host_order = true}},
		[NFT_META_CGROUP] = {"meta cgroup", {.kind = VALUE_NUMBER, .host_order = true}},
		[NFT_META_PRANDOM] = {"meta random", {.kind = VALUE_NUMBER}},
		[NFT_META_SECPATH] = {"meta ipsec", {.kind = VALUE_WORD, .words = presence_words}},
		[NFT_META_IIFKIND] = {"meta iifkind", {.kind = VALUE_STRING}},
		[NFT_META_OIFKIND] = {"meta oifkind", {.kind = VALUE_STRING}},
		[NFT_META_BRI_IIFPVID] = {"meta ibrpvid", {.kind = VALUE_NUMBER, .host_order = true}},
		[NFT_META_BRI_IIFVPROTO] = {"meta ibrvproto", {.kind = VALUE_WORD, .words = ether_types}},
		[NFT_META_TIME_NS] = {"meta time", {.kind = VALUE_DATE, .host_order = true}},
		[NFT_META_TIME_DAY] = {"meta day", {.kind = VALUE_WORD, .words = days}},
		[NFT_META_TIME_HOUR] = {"meta hour", {.kind = VALUE_HOUR, .host_order = true}},
		[NFT_META_SDIF] = {"meta sdif", {.kind = VALUE_NUMBER, .host_order = true}},
		[NFT_META_SDIFNAME] = {"meta sdifname", {.kind = VALUE_STRING}},
	};

	static const struct field utc_day = {"meta day", {.kind = VALUE_WORD, .words = days}};
	static const struct field bridge_port = {"meta bridge port",
						 {.kind = VALUE_WORD, .words = presence_words}};

	if (key == META_BRIDGE_PORT)
		return &bridge_port;
	if (key == META_UTC_DAY)
		return &utc_day;
	return key < COUNT(fields) && fields[key].name ? &fields[key] : NULL;
}

const struct field *field_of_ct(uint32_t key)
{
	static const struct field fields[] = {
		[NFT_CT_STATE] = {"state", {.kind = VALUE_BITS, .host_order = true, .words = ct_states}},
		[NFT_CT_DIRECTION] = {"direction", {.kind = VALUE_WORD, .words = ct_directions}},
		[NFT_CT_STATUS] = {"status", {.kind = VALUE_BITS, .host_order = true, .words = ct_statuses}},
		[NFT_CT_MARK] = {"mark", {.kind = VALUE_MARK, .host_order = true}},
		[NFT_CT_SECMARK] = {"secmark", {.kind = VALUE_MARK, .host_order = true}},
		[NFT_CT_EXPIRATION] = {"expiration", {.kind = VALUE_NUMBER, .host_order = true}},
		[NFT_CT_HELPER] = {"helper", {.kind = VALUE_STRING}},
		[NFT_CT_L3PROTOCOL] = {"l3proto", {.kind = VALUE_WORD, .words = network_protocols}},
		[NFT_CT_SRC] = {"saddr", {.kind = VALUE_HEX}},
		[NFT_CT_DST] = {"daddr", {.kind = VALUE_HEX}},
		[NFT_CT_PROTOCOL] = {"protocol", {.kind = VALUE_WORD, .words = protocol_words}},
		[NFT_CT_PROTO_SRC] = {"proto-src", {.kind = VALUE_NUMBER}},
		[NFT_CT_PROTO_DST] = {"proto-dst", {.kind = VALUE_NUMBER}},
		[NFT_CT_LABELS] = {"label", {.kind = VALUE_HEX}},
		[NFT_CT_PKTS] = {"packets", {.kind = VALUE_NUMBER, .host_order = true}},
		[NFT_CT_BYTES] = {"bytes", {.kind = VALUE_NUMBER, .host_order = true}},
		[NFT_CT_AVGPKT] = {"avgpkt", {.kind = VALUE_NUMBER, .host_order = true}},
		[NFT_CT_ZONE] = {"zone", {.kind = VALUE_NUMBER, .host_order = true}},
		[NFT_CT_EVENTMASK] = {"event", {.kind = VALUE_MARK, .host_order = true}},
		[NFT_CT_SRC_IP] = {"ip saddr", {.kind = VALUE_IPV4}},
		[NFT_CT_DST_IP] = {"ip daddr", {.kind = VALUE_IPV4}},
		[NFT_CT_SRC_IP6] = {"ip6 saddr", {.kind = VALUE_IPV6}},
		[NFT_CT_DST_IP6] = {"ip6 daddr", {.kind = VALUE_IPV6}},
		[NFT_CT_ID] = {"id", {.kind = VALUE_NUMBER}},
	};

	return key < COUNT(fields) ? &fields[key] : NULL;
}

const struct field *field_of_fib(const struct op *op)
{
	static const struct field present = {"oif", {.kind = VALUE_WORD, .words = presence_words}};
	static const struct field fields[] = {
		[NFT_FIB_RESULT_UNSPEC] = {"?", {.kind = VALUE_HEX}},
		[NFT_FIB_RESULT_OIF] = {"oif", {.kind = VALUE_NUMBER, .host_order = true}},
		[NFT_FIB_RESULT_OIFNAME] = {"oifname", {.kind = VALUE_STRING}},
		[NFT_FIB_RESULT_ADDRTYPE] = {"type",
					     {.kind = VALUE_WORD, .host_order = true, .words = fib_types}},
	};

	if (op->fib.flags & NFTA_FIB_F_PRESENT)
		return &present;
	return &fields[op->fib.result < COUNT(fields) ? op->fib.result : NFT_FIB_RESULT_UNSPEC];
}

/* The numbers are nft's own (its datatype.h); the kernel only stores them. */
const struct field *field_of_type(uint32_t data_type)
{
	static const struct field fields[] = {
		[7] = {"", {.kind = VALUE_IPV4}},
		[8] = {"", {.kind = VALUE_IPV6}},
		[9] = {"", {.kind = VALUE_ETHER}},
		[12] = {"", {.kind = VALUE_WORD, .words = protocol_words}},
		[13] = {"", {.kind = VALUE_NUMBER}},
		[19] = {"", {.kind = VALUE_MARK, .host_order = true}},
	};

	return data_type < COUNT(fields) && fields[data_type].name ? &fields[data_type] : NULL;
}
