/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ports as people write them, and every wrong way with its sentence.
 */
#include "cmocka_all.h"

#include "fwport/port.h"

static void accepts(const char *text, enum protocol protocol, unsigned first, unsigned last,
		    const char *canonical)
{
	char out[PORT_TEXT];
	struct port_spec spec;
	struct error err = {0};

	assert_int_equal(port_parse(text, (struct place){0}, &spec, &err), 0);
	assert_int_equal(spec.protocol, protocol);
	assert_int_equal(spec.ports.first, first);
	assert_int_equal(spec.ports.last, last);
	assert_string_equal(port_text(spec, out), canonical);
}

static void refuses(const char *text, const char *sentence)
{
	struct port_spec spec = {.ports = {7, 7}};
	struct error err = {0};

	assert_int_equal(port_parse(text, (struct place){0}, &spec, &err), -1);
	assert_string_equal(err.text, sentence);
	assert_int_equal(spec.ports.first, 7); /* written only on success */
}

static void test_ports_ranges_and_protocols(void **state)
{
	(void)state;
	accepts("443", PROTOCOL_TCP, 443, 443, "443/tcp");
	accepts("443/udp", PROTOCOL_UDP, 443, 443, "443/udp");
	accepts("8000-8010", PROTOCOL_TCP, 8000, 8010, "8000-8010/tcp");
	accepts("1-65535/sctp", PROTOCOL_SCTP, 1, 65535, "1-65535/sctp");
	accepts("80-80", PROTOCOL_TCP, 80, 80, "80/tcp");
}

static void test_wrong_ports_are_named(void **state)
{
	(void)state;
	refuses("0", "port \"0\" is out of range 1-65535");
	refuses("70000", "port \"70000\" is out of range 1-65535");
	refuses("99999999999999999999", "port \"99999999999999999999\" is out of range 1-65535");
	refuses("90-80", "port range \"90-80\" is reversed, write 80-90");
	refuses("80-", "port \"80-\" is not a number or a range of numbers");
	refuses("-80", "port \"-80\" is not a number or a range of numbers");
	refuses("", "port \"\" is not a number or a range of numbers");
	refuses("80x", "port \"80x\" is not a number or a range of numbers");
	refuses("1-2-3", "port \"1-2-3\" is not a number or a range of numbers");
	refuses("+80", "port \"+80\" is not a number or a range of numbers");
	refuses("80/icmp", "protocol \"icmp\" of \"80/icmp\" is not tcp, udp or sctp");
	refuses("80/", "protocol \"\" of \"80/\" is not tcp, udp or sctp");
}

static void test_what_looks_like_a_port(void **state)
{
	(void)state;
	assert_true(port_looks_like("443"));
	assert_true(port_looks_like("443/udp"));
	assert_true(port_looks_like("8000-8010/tcp"));
	assert_false(port_looks_like("https"));
	assert_false(port_looks_like("3com-tsmux"));
	assert_false(port_looks_like(""));
}

static void test_ranges_merge_when_they_touch_or_overlap(void **state)
{
	struct port_range ranges[] = {{90, 95}, {80, 80}, {81, 82}, {92, 99}, {65535, 65535}, {1, 1}};

	(void)state;
	assert_int_equal(port_ranges_merge(ranges, 6), 4);
	assert_int_equal(ranges[0].first, 1);
	assert_int_equal(ranges[1].first, 80);
	assert_int_equal(ranges[1].last, 82);
	assert_int_equal(ranges[2].first, 90);
	assert_int_equal(ranges[2].last, 99);
	assert_int_equal(ranges[3].first, 65535);
	assert_int_equal(port_ranges_merge(ranges, 0), 0);
}

static void test_contains_has_inclusive_ends(void **state)
{
	(void)state;
	assert_true(port_contains((struct port_range){80, 90}, 80));
	assert_true(port_contains((struct port_range){80, 90}, 90));
	assert_false(port_contains((struct port_range){80, 90}, 79));
	assert_false(port_contains((struct port_range){80, 90}, 91));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ports_ranges_and_protocols),
		cmocka_unit_test(test_wrong_ports_are_named),
		cmocka_unit_test(test_what_looks_like_a_port),
		cmocka_unit_test(test_ranges_merge_when_they_touch_or_overlap),
		cmocka_unit_test(test_contains_has_inclusive_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
