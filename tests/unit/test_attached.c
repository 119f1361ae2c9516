/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What rules seldom load: options, what is attached to a packet, numbers by chance.
 */
#include "ask.h"

#include "cmocka_all.h"

static struct build build;
static struct chain *input;

static int start(void **state)
{
	(void)state;
	build_start(&build);
	build_host(&build);
	input = build_input(&build, false);
	return 0;
}

static int end(void **state)
{
	(void)state;
	build_end(&build);
	return 0;
}

/* A chain of one rule that drops, and the fates of a conversation on the port. */
static const char *dropping(const char *test)
{
	const char *line = pool_format(&build.pool, "%s drop", test);

	input->rule_count = 0;
	build_rule(&build, input, line);
	return fates(&build, ask_in(&build, 443));
}

static const char everything[] = "syn pass, syn-ack pass, ack pass, answer pass";
static const char only_first[] = "syn drop, syn-ack pass, ack pass, answer pass";
static const char but_first[] = "syn pass, syn-ack pass, ack drop, answer pass";
static const char nothing[] = "syn drop, syn-ack pass, ack drop, answer pass";
static const char depends[] = "syn depends, syn-ack pass, ack depends, answer pass";

static void test_segment_size_is_told_when_a_connection_opens(void **state)
{
	(void)state;
	assert_string_equal(dropping("exthdr 1 2 exists"), only_first);
	assert_string_equal(dropping("exthdr 1 2 missing"), but_first);
	assert_string_equal(dropping("exthdr 1 2 there"), only_first);
}

static void test_other_options_of_tcp_are_the_clients_to_choose(void **state)
{
	(void)state;
	assert_string_equal(dropping("exthdr 1 8 exists"), depends);
	assert_string_equal(dropping("exthdr 1 4 exists"),
			    "syn depends, syn-ack pass, ack pass, answer pass");
	assert_string_equal(conditions(&build, ask_in(&build, 443)),
			    "!depends on the options of TCP, which rule 1 of inet filter input looks at");
}

static void test_there_are_no_extension_headers(void **state)
{
	(void)state;
	assert_string_equal(dropping("meta nfproto 10 exthdr 0 44 exists"), everything);
	assert_string_equal(dropping("exthdr 2 7 missing"), nothing);
	assert_string_equal(dropping("exthdr 2 7 there"), everything);
}

static void test_headers_of_the_other_family_are_not_even_missing(void **state)
{
	(void)state;
	assert_string_equal(dropping("exthdr 0 44 missing"), everything);
}

static void test_route_is_known_behind_prerouting(void **state)
{
	(void)state;
	assert_string_equal(dropping("attached 0 0 there"), nothing);
	input->hook = HOOK_PREROUTING;
	assert_string_equal(dropping("attached 0 0 there"), everything);
}

static void test_there_is_no_ipsec(void **state)
{
	(void)state;
	assert_string_equal(dropping("attached 0 4 is 1"), everything);
	assert_string_equal(dropping("attached 4 5 there"), everything);
}

static void test_there_is_no_tunnel_but_that_of_the_interface(void **state)
{
	(void)state;
	assert_string_equal(dropping("attached 3 0 is 0"), nothing);
	assert_string_equal(dropping("attached 3 1 there"), everything);
	build.host.links[1].kind = "vxlan";
	assert_string_equal(dropping("attached 3 0 is 0"), depends);
}

static void test_sockets_are_not_known(void **state)
{
	(void)state;
	assert_string_equal(dropping("attached 1 0 is 1"), depends);
	assert_string_equal(
		conditions(&build, ask_in(&build, 443)),
		"!depends on the socket of the packet, which rule 1 of inet filter input looks at");
}

static void test_flag_of_a_socket_is_nothing_else(void **state)
{
	(void)state;
	assert_string_equal(dropping("attached 1 0 is 2"), everything);
}

static struct listener listener(bool transparent)
{
	return (struct listener){.family = FAMILY_IPV4,
				 .protocol = PROTOCOL_TCP,
				 .any = true,
				 .transparent = transparent,
				 .port = 443};
}

static void test_first_packet_finds_who_listens(void **state)
{
	struct listener list[] = {listener(true)};
	struct listeners listeners = {list, 1};

	(void)state;
	build.host.listeners = &listeners;
	assert_string_equal(dropping("attached 1 0 is 1"),
			    "syn drop, syn-ack pass, ack depends, answer pass");
	assert_string_equal(dropping("attached 1 2 is 0"),
			    "syn pass, syn-ack pass, ack depends, answer pass");
	list[0].transparent = false;
	assert_string_equal(dropping("attached 1 0 is 1"),
			    "syn pass, syn-ack pass, ack depends, answer pass");
}

static void test_first_packet_finds_nobody_where_nobody_listens(void **state)
{
	struct listener list[] = {listener(true), listener(true), listener(true), listener(true)};
	struct listeners listeners = {list, 4};

	(void)state;
	build.host.listeners = &listeners;
	list[0].port = 80;
	list[1].family = FAMILY_IPV6;
	list[2].protocol = PROTOCOL_UDP;
	list[3].any = false;
	assert_string_equal(dropping("attached 1 0 there"),
			    "syn pass, syn-ack pass, ack depends, answer pass");
	list[1].both_families = true;
	assert_string_equal(dropping("attached 1 0 there"),
			    "syn drop, syn-ack pass, ack depends, answer pass");
}

static void test_which_of_several_that_listen_is_not_known(void **state)
{
	struct listener list[] = {listener(true), listener(false)};
	struct listeners listeners = {list, 2};

	(void)state;
	build.host.listeners = &listeners;
	assert_string_equal(dropping("attached 1 0 is 1"), depends);
	list[0].link = 3; /* another interface's */
	assert_string_equal(dropping("attached 1 0 is 0"),
			    "syn drop, syn-ack pass, ack depends, answer pass");
}

static void test_who_opens_a_connection_is_told_by_it(void **state)
{
	(void)state;
	assert_string_equal(dropping("attached 2 0 is 7"),
			    "syn depends, syn-ack pass, ack pass, answer pass");
}

static void test_chance_is_told_in_numbers(void **state)
{
	(void)state;
	assert_string_equal(dropping("number 4 is 0"), depends);
	assert_string_equal(conditions(&build, ask_in(&build, 443)),
			    "!depends on chance, 1 of 4 packets, which rule 1 of inet filter input looks at");
	assert_string_equal(dropping("number 1000 is 0"), depends);
	assert_string_equal(
		conditions(&build, ask_in(&build, 443)),
		"!depends on chance, 1 of 1000 packets, which rule 1 of inet filter input looks at");
}

static void test_number_out_of_one_is_no_chance(void **state)
{
	(void)state;
	assert_string_equal(dropping("number 1 is 0"), nothing);
}

static void test_number_that_never_comes(void **state)
{
	(void)state;
	assert_string_equal(dropping("number 3 is 3"), everything);
	assert_string_equal(dropping("number 1000 is 1024"), everything);
}

static void test_all_numbers_that_fare_alike_are_no_condition(void **state)
{
	(void)state;
	build_rule(&build, input, "number 3 is 0 drop");
	build_rule(&build, input, "number 3 is 1 drop");
	build_rule(&build, input, "drop");
	assert_int_equal(ask_in(&build, 443)->verdict, ANSWER_BLOCKED);
}

static void test_two_numbers_in_a_rule(void **state)
{
	(void)state;
	assert_string_equal(dropping("number 2 is 0 number 2 is 1"), depends);
	assert_string_equal(dropping("number 2 is 0 number 2 is 3"), everything);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, start, end)
	const struct CMUnitTest tests[] = {
		CLAIM(test_segment_size_is_told_when_a_connection_opens),
		CLAIM(test_other_options_of_tcp_are_the_clients_to_choose),
		CLAIM(test_there_are_no_extension_headers),
		CLAIM(test_headers_of_the_other_family_are_not_even_missing),
		CLAIM(test_route_is_known_behind_prerouting),
		CLAIM(test_there_is_no_ipsec),
		CLAIM(test_there_is_no_tunnel_but_that_of_the_interface),
		CLAIM(test_sockets_are_not_known),
		CLAIM(test_flag_of_a_socket_is_nothing_else),
		CLAIM(test_first_packet_finds_who_listens),
		CLAIM(test_first_packet_finds_nobody_where_nobody_listens),
		CLAIM(test_which_of_several_that_listen_is_not_known),
		CLAIM(test_who_opens_a_connection_is_told_by_it),
		CLAIM(test_chance_is_told_in_numbers),
		CLAIM(test_number_out_of_one_is_no_chance),
		CLAIM(test_number_that_never_comes),
		CLAIM(test_all_numbers_that_fare_alike_are_no_condition),
		CLAIM(test_two_numbers_in_a_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
