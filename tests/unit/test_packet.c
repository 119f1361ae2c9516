/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims about the packets of a conversation: their bytes, their direction, and what is open about them.
 */
#include "cmocka_all.h"

#include "fwport/packet.h"

#include <string.h>

static const struct endpoint client = {
	.address = {FAMILY_IPV4, {198, 51, 100, 7}},
	.port = CLIENT_PORT_TYPICAL,
	.address_origin = ORIGIN_PEER_ADDRESS,
	.port_origin = ORIGIN_PEER_PORT,
};
static const struct endpoint server = {
	.address = {FAMILY_IPV4, {192, 0, 2, 10}},
	.port = 443,
	.address_origin = ORIGIN_LOCAL_ADDRESS,
};

static struct packet built(enum packet_role role, enum protocol protocol, bool client_is_here)
{
	struct packet packet;

	packet_build(role, protocol, &client, &server, client_is_here, NULL, &packet);
	return packet;
}

static void test_roles_of_tcp_are_a_handshake_and_an_answer(void **state)
{
	enum packet_role roles[4];

	(void)state;
	assert_int_equal(packet_roles(PROTOCOL_TCP, roles), 4);
	assert_string_equal(packet_role_word(roles[0]), "syn");
	assert_string_equal(packet_role_word(roles[1]), "syn-ack");
	assert_string_equal(packet_role_name(roles[2]), "ACK");
	assert_string_equal(packet_role_word(roles[3]), "answer");
	assert_int_equal(packet_roles(PROTOCOL_UDP, roles), 3);
	assert_int_equal(roles[0], PACKET_DATAGRAM);
	assert_string_equal(packet_role_word(roles[2]), "next-datagram");
	assert_string_equal(packet_role_name(roles[2]), "next datagram");
}

static void test_syn_bytes(void **state)
{
	static const uint8_t network[] = {0x45, 0, 0,   44, 0,   0, 0x40, 0, 64, 6,
					  0,    0, 198, 51, 100, 7, 192,  0, 2,  10};
	static const uint8_t transport[] = {0x9c, 0x40, 1, 0xbb, 0, 0, 0, 0, 0, 0, 0,    0,
					    0x60, 0x02, 0, 0,    0, 0, 0, 0, 2, 4, 0x05, 0xb4};
	struct packet syn = built(PACKET_SYN, PROTOCOL_TCP, false);

	(void)state;
	assert_int_equal(syn.network_length, sizeof(network));
	assert_memory_equal(syn.network, network, sizeof(network));
	assert_int_equal(syn.transport_length, sizeof(transport));
	assert_memory_equal(syn.transport, transport, sizeof(transport));
	assert_false(syn.leaves);
	assert_true(syn.original);
}

static void test_origins_follow_the_ends(void **state)
{
	struct packet reply = built(PACKET_SYN_ACK, PROTOCOL_TCP, false);

	(void)state;
	assert_int_equal(reply.network_origin[12], ORIGIN_LOCAL_ADDRESS);
	assert_int_equal(reply.network_origin[19], ORIGIN_PEER_ADDRESS);
	assert_int_equal(reply.transport_origin[0], ORIGIN_FIXED);
	assert_int_equal(reply.transport_origin[3], ORIGIN_PEER_PORT);
	assert_int_equal(reply.transport_origin[13], ORIGIN_FIXED);
	assert_int_equal(reply.transport_origin[4], ORIGIN_UNKNOWN);
	assert_int_equal(reply.network_origin[10], ORIGIN_UNKNOWN);
	assert_int_equal(reply.transport[13], 0x12);
}

static void test_replies_leave_when_the_client_is_elsewhere_and_arrive_when_it_is_here(void **state)
{
	(void)state;
	assert_true(built(PACKET_SYN_ACK, PROTOCOL_TCP, false).leaves);
	assert_false(built(PACKET_SYN_ACK, PROTOCOL_TCP, true).leaves);
	assert_true(built(PACKET_SYN, PROTOCOL_TCP, true).leaves);
	assert_false(built(PACKET_ANSWER, PROTOCOL_UDP, false).original);
	assert_int_equal(built(PACKET_ANSWER, PROTOCOL_UDP, false).source_port, 443);
}

static void test_ipv6_syn_is_64_bytes(void **state)
{
	const struct endpoint far = {.address = {FAMILY_IPV6, {0x20, 1}}, .port = 40000};
	const struct endpoint near = {.address = {FAMILY_IPV6, {0x20, 2}}, .port = 443};
	struct packet packet;

	(void)state;
	packet_build(PACKET_SYN, PROTOCOL_TCP, &far, &near, false, NULL, &packet);
	assert_int_equal(packet.network_length + packet.transport_length, 64);
	assert_int_equal(packet.network[0], 0x60);
	assert_int_equal(packet.network[5], 24);
	assert_int_equal(packet.network[6], 6);
	assert_int_equal(packet.network[24], 0x20);
	assert_int_equal(packet.network[25], 2);
}

static void test_udp_payload_is_there_and_unknown(void **state)
{
	struct packet packet = built(PACKET_DATAGRAM, PROTOCOL_UDP, false);

	(void)state;
	assert_int_equal(packet.transport_length, 8);
	assert_true(packet.payload_length > 0);
	assert_int_equal(packet.network_origin[2], ORIGIN_UNKNOWN);
	assert_int_equal(packet.network[9], 17);
}

static void test_third_packet_of_sctp_is_the_clients_cookie(void **state)
{
	struct packet packet = built(PACKET_NEXT_DATAGRAM, PROTOCOL_SCTP, false);

	(void)state;
	assert_true(packet.original);
	assert_int_equal(packet.transport[12], 10);
}

static const struct endpoint asker = {.address = {FAMILY_IPV6, {0xfe, 0x80, [15] = 1}},
				      .address_origin = ORIGIN_PEER_ADDRESS};
static const struct endpoint asked = {
	.address = {FAMILY_IPV6, {0x20, 0x01, 0x0d, 0xb8, [13] = 0xaa, [14] = 0xbb, [15] = 0xcc}},
	.address_origin = ORIGIN_LOCAL_ADDRESS,
};

static void test_solicitation_goes_to_all_who_may_be_meant(void **state)
{
	static const uint8_t group[16] = {0xff, 0x02, [11] = 1, [12] = 0xff, 0xaa, 0xbb, 0xcc};
	struct packet packet;

	(void)state;
	packet_build_discovery(PACKET_SOLICITATION, &asker, &asked, false, NULL, &packet);
	assert_true(packet_is_discovery(&packet));
	assert_false(packet.leaves);
	assert_int_equal(packet.protocol, 58);
	assert_int_equal(packet.network[5], 32);
	assert_int_equal(packet.network[6], 58);
	assert_int_equal(packet.network[7], 255);
	assert_memory_equal(packet.network + 8, asker.address.bytes, 16);
	assert_memory_equal(packet.network + 24, group, 16);
	assert_int_equal(packet.network_length + packet.transport_length, 72);
	assert_int_equal(packet.transport[0], 135);
	assert_memory_equal(packet.transport + 8, asked.address.bytes, 16);
	assert_int_equal(packet.transport_origin[4], ORIGIN_FIXED);
	assert_int_equal(packet.transport_origin[8], ORIGIN_LOCAL_ADDRESS);
	assert_int_equal(packet.transport[24], 1);
	assert_int_equal(packet.transport_origin[31], ORIGIN_UNKNOWN);
}

static void test_advertisement_goes_back_to_the_asker(void **state)
{
	struct packet packet;

	(void)state;
	packet_build_discovery(PACKET_ADVERTISEMENT, &asker, &asked, false, NULL, &packet);
	assert_true(packet.leaves);
	assert_memory_equal(packet.network + 8, asked.address.bytes, 16);
	assert_memory_equal(packet.network + 24, asker.address.bytes, 16);
	assert_int_equal(packet.network_origin[8], ORIGIN_LOCAL_ADDRESS);
	assert_int_equal(packet.network_origin[24], ORIGIN_PEER_ADDRESS);
	assert_int_equal(packet.transport[0], 136);
	assert_int_equal(packet.transport_origin[4], ORIGIN_UNKNOWN);
	assert_int_equal(packet.transport[24], 2);
	assert_string_equal(packet_role_name(packet.role), "neighbour advertisement");
}

static void test_segment_with_data_is_an_ack_of_unknown_length(void **state)
{
	struct packet packet, twice;

	(void)state;
	packet_build(PACKET_ACK, PROTOCOL_TCP, &client, &server, false, NULL, &packet);
	packet_add_data(&packet);
	twice = packet;
	packet_add_data(&twice);
	assert_memory_equal(&packet, &twice, sizeof(packet));
	assert_int_equal(packet.transport[13], 0x18);
	assert_int_equal(packet.payload_length, 64);
	assert_int_equal(packet.network[3], 104);
	assert_int_equal(packet.network_origin[2], ORIGIN_UNKNOWN);
	assert_int_equal(packet.network_origin[3], ORIGIN_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_roles_of_tcp_are_a_handshake_and_an_answer),
		cmocka_unit_test(test_syn_bytes),
		cmocka_unit_test(test_origins_follow_the_ends),
		cmocka_unit_test(test_replies_leave_when_the_client_is_elsewhere_and_arrive_when_it_is_here),
		cmocka_unit_test(test_ipv6_syn_is_64_bytes),
		cmocka_unit_test(test_udp_payload_is_there_and_unknown),
		cmocka_unit_test(test_third_packet_of_sctp_is_the_clients_cookie),
		cmocka_unit_test(test_solicitation_goes_to_all_who_may_be_meant),
		cmocka_unit_test(test_advertisement_goes_back_to_the_asker),
		cmocka_unit_test(test_segment_with_data_is_an_ack_of_unknown_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
