/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims about connection tracking and NAT along a conversation: what an earlier packet leaves for the later ones.
 */
#include "ask.h"
#include "cmocka_all.h"

static struct build build;

static int start(void **state)
{
	(void)state;
	build_start(&build);
	build_host(&build);
	return 0;
}

static int finish(void **state)
{
	(void)state;
	build_end(&build);
	return 0;
}

static const struct answer *ask_udp(uint16_t port)
{
	struct query query = query_in(port);

	query.protocol = PROTOCOL_UDP;
	return ask(&build, query);
}

static void test_second_datagram_is_established(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_rule(&build, input, "udp dport 443 ct state new accept");
	assert_string_equal(fates(&build, ask_udp(443)), "datagram pass, answer pass, next-datagram drop");
	build_rule(&build, input, "ct state established accept");
	assert_int_equal(ask_udp(443)->verdict, ANSWER_OPEN);
}

#define CLAIM(test) cmocka_unit_test_setup_teardown(test, start, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(test_second_datagram_is_established),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
