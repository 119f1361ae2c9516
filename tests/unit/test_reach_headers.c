/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Headers as they come from the wire, whole and cut off; and which of them the capture filter lets through. */
#include "cmocka_all.h"

#include "capture_filter.h"
#include "headers.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

struct packet {
	uint8_t bytes[256];
	size_t length;
};

static struct headers headers;

static void add(struct packet *packet, const uint8_t *bytes, size_t length)
{
	memcpy(packet->bytes + packet->length, bytes, length);
	packet->length += length;
}

/* 192.0.2.10 to 203.0.113.7; whoever adds more sets the length. */
static void add_ipv4(struct packet *packet, uint8_t protocol, uint8_t ttl, uint16_t length)
{
	const uint8_t header[20] = {0x45,
				    0,
				    (uint8_t)(length >> 8),
				    (uint8_t)length,
				    0,
				    0,
				    0x40,
				    0,
				    ttl,
				    protocol,
				    0,
				    0,
				    192,
				    0,
				    2,
				    10,
				    203,
				    0,
				    113,
				    7};

	add(packet, header, sizeof(header));
}

/* 2001:db8::10 to 2001:db8:7::7 */
static void add_ipv6(struct packet *packet, uint8_t next, uint16_t length)
{
	const uint8_t header[40] = {0x60,
				    0,
				    0,
				    0,
				    (uint8_t)(length >> 8),
				    (uint8_t)length,
				    next,
				    61,
				    0x20,
				    0x01,
				    0x0d,
				    0xb8,
				    [23] = 0x10,
				    [24] = 0x20,
				    0x01,
				    0x0d,
				    0xb8,
				    0,
				    7,
				    [39] = 7};

	add(packet, header, sizeof(header));
}

/* Port 40000 to 443, sequence 1000, acknowledgement 2000, an MSS of 1460 behind a NOP. */
static void add_tcp(struct packet *packet, uint8_t flags)
{
	const uint8_t header[28] = {0x9c, 0x40, 0x01, 0xbb,  0,    0,    0x03, 0xe8, 0, 0,
				    0x07, 0xd0, 0x70, flags, 0xff, 0xff, 0,    0,    0, 0,
				    1,    2,    4,    0x05,  0xb4, 0,    0,    0};

	add(packet, header, sizeof(header));
}

static struct packet tcp_over_ipv4(uint8_t flags, uint16_t payload)
{
	struct packet packet = {.length = 0};

	add_ipv4(&packet, IPPROTO_TCP, 57, (uint16_t)(48 + payload));
	add_tcp(&packet, flags);
	return packet;
}

static struct packet tcp_over_ipv6(uint8_t flags, uint16_t payload)
{
	struct packet packet = {.length = 0};

	add_ipv6(&packet, IPPROTO_TCP, (uint16_t)(28 + payload));
	add_tcp(&packet, flags);
	return packet;
}

/* An error about a SYN of ours. */
static struct packet icmp_over_ipv4(uint8_t type, uint8_t code, uint16_t mtu)
{
	const uint8_t error[8] = {type, code, 0, 0, 0, 0, (uint8_t)(mtu >> 8), (uint8_t)mtu};
	struct packet packet = {.length = 0};

	add_ipv4(&packet, IPPROTO_ICMP, 64, 56);
	add(&packet, error, sizeof(error));
	add_ipv4(&packet, IPPROTO_TCP, 1, 48);
	add_tcp(&packet, TH_SYN);
	packet.length -= 20; /* routers quote eight bytes behind the IP header */
	return packet;
}

static bool reads(const struct packet *packet)
{
	return headers_read(packet->bytes, packet->length, &headers);
}

static void assert_address(const struct address *address, const char *text)
{
	char shown[ADDRESS_TEXT];

	assert_string_equal(address_text(address, shown), text);
}

static void test_tcp_over_both_families(void **state)
{
	const struct packet ipv4 = tcp_over_ipv4(TH_SYN, 0), ipv6 = tcp_over_ipv6(TH_ACK, 300);

	(void)state;
	assert_true(reads(&ipv4));
	assert_int_equal(headers.kind, HEADERS_TCP);
	assert_address(&headers.flow.from, "192.0.2.10");
	assert_address(&headers.flow.to, "203.0.113.7");
	assert_int_equal(headers.flow.from_port, 40000);
	assert_int_equal(headers.flow.to_port, 443);
	assert_int_equal(headers.flags, TH_SYN);
	assert_int_equal(headers.ttl, 57);
	assert_int_equal(headers.sequence, 1000);
	assert_int_equal(headers.acknowledged, 2000);
	assert_int_equal(headers.mss, 1460);
	assert_int_equal(headers.payload, 0);
	assert_true(reads(&ipv6));
	assert_address(&headers.flow.to, "2001:db8:7::7");
	assert_int_equal(headers.ttl, 61);
	assert_int_equal(headers.payload, 300);
}

/* A frame is at least 60 bytes long: what fills it up is no data. */
static void test_padding_is_no_payload(void **state)
{
	struct packet packet = tcp_over_ipv4(TH_SYN | TH_ACK, 0);

	(void)state;
	packet.length += 6;
	assert_true(reads(&packet));
	assert_int_equal(headers.payload, 0);
}

static void test_errors_name_the_packet_they_are_about(void **state)
{
	const struct packet prohibited = icmp_over_ipv4(3, 13, 0), too_big = icmp_over_ipv4(3, 4, 1280);

	(void)state;
	assert_true(reads(&prohibited));
	assert_int_equal(headers.kind, HEADERS_ICMP_ERROR);
	assert_int_equal(headers.icmp_type, 3);
	assert_int_equal(headers.icmp_code, 13);
	assert_int_equal(headers.icmp_mtu, 0);
	assert_address(&headers.icmp_from, "192.0.2.10");
	assert_int_equal(headers.flow.from_port, 40000);
	assert_int_equal(headers.flow.to_port, 443);
	assert_int_equal(headers.flow.protocol, IPPROTO_TCP);
	assert_true(reads(&too_big));
	assert_int_equal(headers.icmp_mtu, 1280);
}

static void test_an_echo_is_no_error(void **state)
{
	const struct packet echo = icmp_over_ipv4(8, 0, 0);

	(void)state;
	assert_false(reads(&echo));
}

static void test_extension_headers_are_passed_over(void **state)
{
	const uint8_t hop_by_hop[8] = {IPPROTO_FRAGMENT, 0, 1, 4};
	const uint8_t first[8] = {IPPROTO_TCP, 0, 0, 1}, later[8] = {IPPROTO_TCP, 0, 0x01, 1};
	const uint8_t *fragments[] = {first, later};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct packet packet = {.length = 0};

		add_ipv6(&packet, IPPROTO_HOPOPTS, 44 + 5);
		add(&packet, hop_by_hop, sizeof(hop_by_hop));
		add(&packet, fragments[i], 8);
		add_tcp(&packet, TH_ACK);
		assert_int_equal(reads(&packet), i == 0);
	}
	assert_false(headers.flow.to_port);
}

static void test_later_fragments_have_no_ports(void **state)
{
	struct packet packet = tcp_over_ipv4(TH_SYN, 0);

	(void)state;
	packet.bytes[7] = 1;
	assert_false(reads(&packet));
}

/* Whatever is cut off is not read: where, the sanitizers see. */
static void test_what_is_cut_off(void **state)
{
	const struct packet packets[] = {tcp_over_ipv4(TH_SYN, 0), tcp_over_ipv6(TH_SYN, 0),
					 icmp_over_ipv4(3, 1, 0)};
	const size_t enough[] = {40, 60, 52};

	(void)state;
	for (size_t i = 0; i < sizeof(packets) / sizeof(packets[0]); i++)
		for (size_t length = 0; length <= packets[i].length; length++) {
			uint8_t *exact = malloc(length ? length : 1);

			assert_non_null(exact);
			memcpy(exact, packets[i].bytes, length);
			assert_int_equal(headers_read(exact, length, &headers), length >= enough[i]);
			free(exact);
		}
}

static void test_headers_that_are_shorter_than_can_be(void **state)
{
	struct packet ip = tcp_over_ipv4(TH_SYN, 0), tcp = ip, option = ip;

	(void)state;
	ip.bytes[0] = 0x44;
	assert_false(reads(&ip));
	tcp.bytes[20 + 12] = 0x40;
	assert_false(reads(&tcp));
	option.bytes[20 + 21] = 3; /* an unknown option ... */
	option.bytes[20 + 22] = 0; /* ... without length */
	assert_true(reads(&option));
	assert_int_equal(headers.mss, 0);
}

/* --- neighbours --- */

/* Ethernet and IPv4: 192.0.2.10 asks for 192.0.2.1, or the other way round an answer. */
static struct packet arp(uint8_t operation)
{
	const uint8_t bytes[28] = {0,   1, 8, 0,  6, 4, 0, operation, 2, 0, 0,   0, 0, 1,
				   192, 0, 2, 10, 0, 0, 0, 0,         0, 0, 192, 0, 2, 1};
	struct packet packet = {.length = 0};

	add(&packet, bytes, sizeof(bytes));
	return packet;
}

/* About 2001:db8:7::7. */
static struct packet discovery(uint8_t type)
{
	const uint8_t bytes[24] = {type, 0, 0, 0, 0, 0, 0, 0, 0x20, 0x01, 0x0d, 0xb8, 0, 7, [23] = 7};
	struct packet packet = {.length = 0};

	add_ipv6(&packet, IPPROTO_ICMPV6, sizeof(bytes));
	add(&packet, bytes, sizeof(bytes));
	return packet;
}

static void test_questions_for_neighbours_and_answers(void **state)
{
	struct packet request = arp(1), reply = arp(2), other = arp(3), solicitation = discovery(135),
		      advertisement = discovery(136);

	(void)state;
	assert_true(reads(&request));
	assert_int_equal(headers.kind, HEADERS_NEIGHBOUR);
	assert_int_equal(headers.flags, TH_SYN);
	assert_address(&headers.flow.to, "192.0.2.1");
	assert_true(reads(&reply));
	assert_int_equal(headers.flags, TH_SYN | TH_ACK);
	assert_address(&headers.flow.from, "192.0.2.10");
	assert_false(reads(&other));
	request.length--;
	assert_false(reads(&request));
	assert_true(reads(&solicitation));
	assert_int_equal(headers.kind, HEADERS_NEIGHBOUR);
	assert_int_equal(headers.flags, TH_SYN);
	assert_address(&headers.flow.to, "2001:db8:7::7");
	assert_true(reads(&advertisement));
	assert_int_equal(headers.flags, TH_SYN | TH_ACK);
	advertisement.length--;
	assert_false(reads(&advertisement));
}

/* --- the filter --- */

struct machine {
	uint32_t a, x;
	bool beyond; /* a load behind the end */
};

static uint32_t load(const struct sock_filter *at, const struct packet *packet, bool outgoing,
		     struct machine *machine)
{
	const uint32_t size = BPF_SIZE(at->code) == BPF_W ? 4 : BPF_SIZE(at->code) == BPF_H ? 2 : 1;
	const uint32_t from = at->k + (BPF_MODE(at->code) == BPF_IND ? machine->x : 0);
	uint32_t value = 0;

	if (at->k == (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE))
		return outgoing ? PACKET_OUTGOING : PACKET_HOST;
	if (at->k == (uint32_t)(SKF_AD_OFF + SKF_AD_PROTOCOL))
		return packet->bytes[0] >> 4 == 6 ? ETH_P_IPV6 : ETH_P_IP;
	machine->beyond = from + size > packet->length;
	for (uint32_t i = 0; !machine->beyond && i < size; i++)
		value = value << 8 | packet->bytes[from + i];
	return value;
}

static bool condition(const struct sock_filter *at, uint32_t a)
{
	switch (BPF_OP(at->code)) {
	case BPF_JEQ:
		return a == at->k;
	case BPF_JGE:
		return a >= at->k;
	case BPF_JSET:
		return a & at->k;
	default:
		fail();
		return false;
	}
}

/* As the kernel runs it. */
static bool takes(const struct packet *packet, bool outgoing, const uint16_t *ports, size_t count)
{
	static struct sock_filter code[CAPTURE_FILTER_MOST];
	const size_t length = capture_filter_build(ports, count, code);
	struct machine machine = {0};

	assert_true(length <= CAPTURE_FILTER_MOST);
	for (size_t i = 0; i < length && !machine.beyond; i++) {
		const struct sock_filter *at = &code[i];

		switch (BPF_CLASS(at->code)) {
		case BPF_LD:
			machine.a = load(at, packet, outgoing, &machine);
			break;
		case BPF_LDX:
			machine.x = BPF_MODE(at->code) == BPF_IMM ? at->k : (packet->bytes[at->k] & 15u) * 4;
			break;
		case BPF_JMP:
			i += BPF_OP(at->code) == BPF_JA ? at->k : condition(at, machine.a) ? at->jt : at->jf;
			break;
		case BPF_RET:
			return at->k != 0;
		default:
			fail();
		}
	}
	assert_true(machine.beyond);
	return false;
}

static void assert_taken(uint8_t flags, bool outgoing, bool expected)
{
	const struct packet ipv4 = tcp_over_ipv4(flags, 0), ipv6 = tcp_over_ipv6(flags, 0);

	assert_int_equal(takes(&ipv4, outgoing, NULL, 0), expected);
	assert_int_equal(takes(&ipv6, outgoing, NULL, 0), expected);
}

static void test_filter_takes_the_ends_of_connections_from_here(void **state)
{
	(void)state;
	assert_taken(TH_SYN, true, true);
	assert_taken(TH_SYN, false, false);
	assert_taken(TH_SYN | TH_ACK, false, true);
	assert_taken(TH_SYN | TH_ACK, true, false);
	assert_taken(TH_RST | TH_ACK, false, true);
	assert_taken(TH_FIN | TH_ACK, false, true);
	assert_taken(TH_RST, true, true);
	assert_taken(TH_ACK | TH_PUSH, true, false);
	assert_taken(TH_ACK | TH_PUSH, false, false);
}

/* The port of ours is the source of what leaves, and the destination of what comes. */
static void test_filter_takes_data_of_our_ports(void **state)
{
	static uint16_t ports[FILTERED_PORTS_MOST];
	struct packet out = tcp_over_ipv6(TH_ACK, 10), in;

	(void)state;
	for (size_t i = 0; i < FILTERED_PORTS_MOST; i++)
		ports[i] = (uint16_t)(50000 + i);
	assert_false(takes(&out, true, ports, FILTERED_PORTS_MOST));
	ports[FILTERED_PORTS_MOST - 1] = 40000;
	assert_true(takes(&out, true, ports, FILTERED_PORTS_MOST));
	assert_false(takes(&out, false, ports, FILTERED_PORTS_MOST));
	in = out;
	memcpy(in.bytes + 42, out.bytes + 40, 2);
	assert_true(takes(&in, false, ports, FILTERED_PORTS_MOST));
	in.bytes[6] = IPPROTO_UDP;
	assert_true(takes(&in, false, ports, FILTERED_PORTS_MOST));
	assert_false(takes(&in, false, ports, FILTERED_PORTS_MOST - 1));
}

static void test_filter_takes_errors_and_no_echoes(void **state)
{
	const struct packet unreachable = icmp_over_ipv4(3, 1, 0), exceeded = icmp_over_ipv4(11, 0, 0),
			    echo = icmp_over_ipv4(8, 0, 0);
	struct packet ipv6 = {.length = 0};
	uint8_t error[8] = {1};

	(void)state;
	assert_true(takes(&unreachable, false, NULL, 0));
	assert_true(takes(&exceeded, false, NULL, 0));
	assert_false(takes(&echo, false, NULL, 0));
	add_ipv6(&ipv6, IPPROTO_ICMPV6, 8);
	add(&ipv6, error, sizeof(error));
	assert_true(takes(&ipv6, false, NULL, 0));
	ipv6.bytes[40] = 134;
	assert_false(takes(&ipv6, false, NULL, 0));
	ipv6.bytes[40] = 135;
	assert_true(takes(&ipv6, true, NULL, 0));
	ipv6.bytes[40] = 136;
	assert_true(takes(&ipv6, false, NULL, 0));
}

static void test_filter_drops_what_has_no_ports(void **state)
{
	struct packet fragment = tcp_over_ipv4(TH_SYN, 0), other = fragment,
		      extended = tcp_over_ipv6(TH_ACK, 0);

	(void)state;
	fragment.bytes[7] = 1;
	assert_false(takes(&fragment, true, NULL, 0));
	other.bytes[9] = IPPROTO_SCTP;
	assert_false(takes(&other, true, NULL, 0));
	extended.bytes[6] = IPPROTO_DSTOPTS;
	assert_true(takes(&extended, true, NULL, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tcp_over_both_families),
		cmocka_unit_test(test_padding_is_no_payload),
		cmocka_unit_test(test_errors_name_the_packet_they_are_about),
		cmocka_unit_test(test_an_echo_is_no_error),
		cmocka_unit_test(test_extension_headers_are_passed_over),
		cmocka_unit_test(test_later_fragments_have_no_ports),
		cmocka_unit_test(test_what_is_cut_off),
		cmocka_unit_test(test_headers_that_are_shorter_than_can_be),
		cmocka_unit_test(test_questions_for_neighbours_and_answers),
		cmocka_unit_test(test_filter_takes_the_ends_of_connections_from_here),
		cmocka_unit_test(test_filter_takes_data_of_our_ports),
		cmocka_unit_test(test_filter_takes_errors_and_no_echoes),
		cmocka_unit_test(test_filter_drops_what_has_no_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
