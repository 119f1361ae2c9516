/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is made of the packets of a watched tuple, and of none else. */
#include "cmocka_all.h"

#include "watch_list.h"

#include <netinet/tcp.h>

static struct watch_list list;
static const struct passage out = {.outgoing = true, .device = 2}, in = {.device = 2};
static const struct address here = {.bytes = {192, 0, 2, 10}}, there = {.bytes = {203, 0, 113, 7}},
			    router = {.bytes = {192, 0, 2, 1}}, elsewhere = {.bytes = {127, 0, 0, 1}};
static const struct tuple ours = {.protocol = IPPROTO_TCP,
				  .remote = {.bytes = {203, 0, 113, 7}},
				  .local_port = 40000,
				  .remote_port = 443};

static int setup(void **state)
{
	(void)state;
	list = (struct watch_list){0};
	assert_true(watch_list_add(&list, &ours, true, 0));
	list.changed = false;
	return 0;
}

static struct headers sent(uint8_t flags)
{
	return (struct headers){.kind = HEADERS_TCP,
				.flow = {IPPROTO_TCP, here, there, 40000, 443},
				.ttl = 64,
				.flags = flags,
				.sequence = 1000};
}

static struct headers came(uint8_t flags, uint8_t ttl)
{
	return (struct headers){.kind = HEADERS_TCP,
				.flow = {IPPROTO_TCP, there, here, 443, 40000},
				.ttl = ttl,
				.flags = flags,
				.acknowledged = 1001,
				.mss = 1400};
}

static void see(struct headers headers, struct passage passage)
{
	watch_list_see(&list, &headers, &passage);
}

static struct sighting told(void)
{
	return watch_list_tell(&list, &ours);
}

static void assert_same(struct address a, struct address b)
{
	assert_true(address_equal(&a, &b));
}

static void test_a_handshake(void **state)
{
	struct headers data = came(TH_ACK, 57);

	(void)state;
	see(sent(TH_SYN), out);
	see(sent(TH_SYN), out);
	see(came(TH_SYN | TH_ACK, 57), in);
	data.payload = 100;
	see(data, in);
	see(came(TH_FIN | TH_ACK, 57), in);
	assert_true(told().watched && told().sees_data);
	assert_int_equal(told().syn_out, 2);
	assert_int_equal(told().syn_ack_in, 1);
	assert_int_equal(told().syn_ack_ttl, 57);
	assert_int_equal(told().mss, 1400);
	assert_int_equal(told().data_in, 1);
	assert_int_equal(told().rst_in, 0);
}

static void test_a_reset_and_how_much_it_knew(void **state)
{
	struct headers reset = came(TH_RST | TH_ACK, 62);

	(void)state;
	see(sent(TH_SYN), out);
	see(reset, in);
	assert_int_equal(told().rst_in, 1);
	assert_int_equal(told().rst_ttl, 62);
	assert_false(told().rst_has_ack_of_data);
	reset.acknowledged = 1518;
	see(reset, in);
	assert_true(told().rst_has_ack_of_data);
}

/* On the loopback interface everything leaves, and then comes in. */
static void test_loopback_counts_once(void **state)
{
	(void)state;
	see(sent(TH_SYN), out);
	see(sent(TH_SYN), in);
	see(came(TH_SYN | TH_ACK, 64), out);
	see(came(TH_SYN | TH_ACK, 64), in);
	assert_int_equal(told().syn_out, 1);
	assert_int_equal(told().syn_ack_in, 1);
}

static void test_a_second_device_counts_nothing_and_a_second_time_does(void **state)
{
	const struct passage bridge_in = {.device = 3};

	(void)state;
	see(came(TH_SYN | TH_ACK, 57), in);
	see(came(TH_SYN | TH_ACK, 57), bridge_in);
	assert_int_equal(told().syn_ack_in, 1);
	see(came(TH_SYN | TH_ACK, 57), in);
	see(came(TH_SYN | TH_ACK, 57), bridge_in);
	assert_int_equal(told().syn_ack_in, 2);
}

static void test_what_this_host_refuses(void **state)
{
	struct headers error = {.kind = HEADERS_ICMP_ERROR, .flow = {IPPROTO_TCP, there, here, 443, 40000}};

	(void)state;
	see(sent(TH_RST), out);
	see(error, out);
	assert_int_equal(told().rst_out, 1);
	assert_int_equal(told().icmp_out, 1);
	assert_int_equal(told().icmp_in, 0);
}

static void test_the_first_error_and_any_mtu(void **state)
{
	struct headers error = {.kind = HEADERS_ICMP_ERROR,
				.flow = {IPPROTO_TCP, here, there, 40000, 443},
				.icmp_from = router,
				.icmp_type = 3,
				.icmp_code = 13};

	(void)state;
	see(error, in);
	error.icmp_from = there;
	error.icmp_code = 4;
	error.icmp_mtu = 1280;
	see(error, in);
	assert_int_equal(told().icmp_in, 2);
	assert_int_equal(told().icmp_type, 3);
	assert_int_equal(told().icmp_code, 13);
	assert_true(told().icmp_from_known);
	assert_same(told().icmp_from, router);
	assert_int_equal(told().icmp_mtu, 1280);
}

static void test_others_are_nothing_to_it(void **state)
{
	struct headers data = came(TH_SYN | TH_ACK, 57);

	(void)state;
	data.flow.to_port = 40001;
	see(data, in);
	data.flow.to_port = 40000;
	data.flow.from_port = 444;
	see(data, in);
	data.flow.from_port = 443;
	data.flow.protocol = IPPROTO_UDP;
	see(data, in);
	assert_int_equal(told().syn_ack_in, 0);
}

/* NAT of this host changes the destination; between sockets of this host the answer comes back as if it had not. */
static void test_a_connection_that_is_sent_elsewhere(void **state)
{
	struct headers syn = sent(TH_SYN), answer = came(TH_SYN | TH_ACK, 64);

	(void)state;
	syn.flow.to = elsewhere;
	syn.flow.to_port = 8443;
	see(syn, out);
	assert_int_equal(told().syn_out, 1);
	assert_true(told().diverted && told().sees_data);
	assert_same(told().diverted_to, elsewhere);
	assert_int_equal(told().diverted_port, 8443);
	see(answer, in);
	answer.flow.from = elsewhere;
	answer.flow.from_port = 8443;
	see(answer, in);
	assert_int_equal(told().syn_ack_in, 2);
}

/* And masquerading changes the port of ours. */
static void test_a_connection_from_another_port(void **state)
{
	struct headers syn = sent(TH_SYN), answer = came(TH_SYN | TH_ACK, 57);

	(void)state;
	syn.flow.from_port = 1024;
	see(syn, out);
	assert_int_equal(told().syn_out, 1);
	assert_false(told().diverted || told().sees_data);
	answer.flow.to_port = 1024;
	see(answer, in);
	assert_int_equal(told().syn_ack_in, 1);
}

static void test_a_connection_that_was_seen_is_not_taken_for_another(void **state)
{
	struct headers syn = sent(TH_SYN);

	(void)state;
	see(sent(TH_SYN), out);
	syn.flow.from_port = 1024;
	see(syn, out);
	assert_int_equal(told().syn_out, 1);
}

/* Somebody else connects to the same target: before ours, and long after it was due. */
static void test_a_connection_of_somebody_else(void **state)
{
	struct headers syn = sent(TH_SYN), answer = came(TH_SYN | TH_ACK, 57);
	struct passage late = out;

	(void)state;
	syn.flow.from_port = answer.flow.to_port = 1024;
	late.at = 600;
	see(syn, late);
	see(answer, in);
	assert_int_equal(told().syn_out + told().syn_ack_in, 0);
	see(syn, out);
	see(answer, in);
	assert_int_equal(told().syn_out + told().syn_ack_in, 2);
	see(sent(TH_SYN), out);
	see(answer, in);
	assert_int_equal(told().syn_out, 1);
	assert_int_equal(told().syn_ack_in, 0);
}

static void test_lost_packets_leave_no_testimony(void **state)
{
	struct tuple later = ours;

	(void)state;
	see(sent(TH_SYN), out);
	watch_list_doubt(&list);
	assert_false(told().watched);
	later.local_port++;
	assert_true(watch_list_add(&list, &later, false, 0));
	assert_true(watch_list_tell(&list, &later).watched);
}

static void test_room_is_bounded_and_comes_back(void **state)
{
	struct tuple tuple = ours;
	uint16_t ports[WATCHED_MOST];

	(void)state;
	for (size_t i = 1; i < WATCHED_MOST; i++) {
		tuple.local_port = (uint16_t)i;
		assert_true(watch_list_add(&list, &tuple, false, 0));
	}
	tuple.local_port = 50000;
	assert_false(watch_list_add(&list, &tuple, false, 0));
	assert_true(watch_list_add(&list, &ours, true, 0));
	assert_false(watch_list_tell(&list, &tuple).watched);
	assert_int_equal(watch_list_data_ports(&list, ports), 1);
	watch_list_remove(&list, &ours);
	assert_false(told().watched);
	assert_true(watch_list_add(&list, &tuple, false, 0));
	watch_list_remove(&list, &ours);
	assert_int_equal(list.count, WATCHED_MOST);
}

static void test_neighbours(void **state)
{
	const struct tuple gateway = {.remote = {.bytes = {192, 0, 2, 1}}};
	const struct headers question = {
		.kind = HEADERS_NEIGHBOUR, .flow = {0, router, router, 0, 0}, .flags = TH_SYN};
	const struct headers answer = {
		.kind = HEADERS_NEIGHBOUR, .flow = {0, router, router, 0, 0}, .flags = TH_SYN | TH_ACK};
	struct headers others = question;

	(void)state;
	assert_true(watch_list_add(&list, &gateway, false, 0));
	others.flow.from = others.flow.to = there;
	see(others, out);
	see(question, in);
	assert_int_equal(watch_list_tell(&list, &gateway).syn_out, 0);
	assert_int_equal(told().syn_out, 0);
	see(question, out);
	assert_true(watch_list_add(&list, &gateway, false, 0)); /* another target behind it */
	see(answer, in);
	assert_int_equal(watch_list_tell(&list, &gateway).syn_out, 1);
	assert_int_equal(watch_list_tell(&list, &gateway).syn_ack_in, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_a_handshake, setup),
		cmocka_unit_test_setup(test_a_reset_and_how_much_it_knew, setup),
		cmocka_unit_test_setup(test_loopback_counts_once, setup),
		cmocka_unit_test_setup(test_a_second_device_counts_nothing_and_a_second_time_does, setup),
		cmocka_unit_test_setup(test_what_this_host_refuses, setup),
		cmocka_unit_test_setup(test_the_first_error_and_any_mtu, setup),
		cmocka_unit_test_setup(test_others_are_nothing_to_it, setup),
		cmocka_unit_test_setup(test_a_connection_that_is_sent_elsewhere, setup),
		cmocka_unit_test_setup(test_a_connection_from_another_port, setup),
		cmocka_unit_test_setup(test_a_connection_that_was_seen_is_not_taken_for_another, setup),
		cmocka_unit_test_setup(test_a_connection_of_somebody_else, setup),
		cmocka_unit_test_setup(test_lost_packets_leave_no_testimony, setup),
		cmocka_unit_test_setup(test_neighbours, setup),
		cmocka_unit_test_setup(test_room_is_bounded_and_comes_back, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
