/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From words to openings: names through the catalogue, prefixes, families. The catalogue reads a directory of its own.
 */
#include "../../src/cli/scope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char directory[] = "/tmp/fwport-scope-XXXXXX";

static int make_catalogue(void **state)
{
	char path[64];
	FILE *file;

	(void)state;
	if (!mkdtemp(directory) || setenv("FWPORT_CONFIG_DIR", directory, 1) < 0 ||
	    setenv("FWPORT_DATA_DIR", directory, 1) < 0)
		return -1;
	snprintf(path, sizeof(path), "%s/services", directory);
	file = fopen(path, "w");
	if (!file)
		return -1;
	fputs("test-web=443/tcp, 443/udp\ntest-mosh=60000-61000/udp\n", file);
	return fclose(file);
}

static int remove_catalogue(void **state)
{
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "%s/services", directory);
	unlink(path);
	return rmdir(directory);
}

/* A request with its pool, and what came of it. */
struct asked {
	struct pool pool;
	struct openings openings;
	struct error err;
	int result;
};

static void ask(struct asked *asked, const struct request *request, const char *const *operands)
{
	CLEANUP(text_free) struct text aside = {0};
	struct request copy = *request;

	*asked = (struct asked){0};
	copy.operands = operands;
	while (operands[copy.operand_count])
		copy.operand_count++;
	asked->result =
		openings_from_request(&copy, 1700000000, &asked->pool, &asked->openings, &aside, &asked->err);
}

static void assert_refused(const struct request *request, const char *operand, const char *sentence)
{
	const char *const operands[] = {operand, NULL};
	struct asked asked;

	ask(&asked, request, operands);
	assert_int_equal(asked.result, -1);
	assert_int_equal(asked.err.kind, ERROR_USAGE);
	assert_string_equal(asked.err.text, sentence);
	pool_free(&asked.pool);
}

static void ask_one(struct asked *asked, const struct request *request, const char *operand)
{
	const char *const operands[] = {operand, NULL};

	ask(asked, request, operands);
	assert_string_equal(asked->err.text, "");
	assert_int_equal(asked->result, 0);
}

static void test_number_is_tcp_inbound_for_both_families(void **state)
{
	const struct request request = {.reason = "ticket 7"};
	struct asked asked;

	(void)state;
	ask_one(&asked, &request, "8443");
	assert_int_equal(asked.openings.count, 1);
	assert_null(asked.openings.list[0].service);
	assert_int_equal(asked.openings.list[0].port.protocol, PROTOCOL_TCP);
	assert_int_equal(asked.openings.list[0].port.ports.first, 8443);
	assert_int_equal(asked.openings.list[0].port.ports.last, 8443);
	assert_int_equal(asked.openings.list[0].scope.direction, DIRECTION_IN);
	assert_int_equal(asked.openings.list[0].scope.families, FAMILIES_BOTH);
	assert_false(asked.openings.list[0].scope.families_named);
	assert_string_equal(asked.openings.list[0].reason, "ticket 7");
	assert_int_equal(asked.openings.list[0].created, 1700000000);
	assert_null(asked.openings.list[0].profile);
	pool_free(&asked.pool);
}

static void test_service_is_all_its_ports(void **state)
{
	const struct request request = {0};
	struct asked asked;

	(void)state;
	ask_one(&asked, &request, "test-web");
	assert_int_equal(asked.openings.count, 2);
	assert_string_equal(asked.openings.list[0].service, "test-web");
	assert_int_equal(asked.openings.list[0].port.protocol, PROTOCOL_TCP);
	assert_int_equal(asked.openings.list[1].port.protocol, PROTOCOL_UDP);
	pool_free(&asked.pool);
}

static void test_protocol_behind_a_service_picks_its_ports(void **state)
{
	const struct request request = {0};
	struct asked asked;

	(void)state;
	ask_one(&asked, &request, "test-web/udp");
	assert_int_equal(asked.openings.count, 1);
	assert_int_equal(asked.openings.list[0].port.protocol, PROTOCOL_UDP);
	assert_string_equal(asked.openings.list[0].service, "test-web");
	pool_free(&asked.pool);
	assert_refused(&request, "test-mosh/tcp",
		       "service \"test-mosh\" has no tcp port, it is 60000-61000/udp");
	assert_refused(&request, "test-web/icmp", "protocol \"icmp\" is not tcp, udp or sctp");
}

static void test_several_operands_keep_their_order(void **state)
{
	static const char *const operands[] = {"22", "test-mosh", "8000-8010/sctp", NULL};
	const struct request request = {.out = true};
	struct asked asked;

	(void)state;
	ask(&asked, &request, operands);
	assert_int_equal(asked.result, 0);
	assert_int_equal(asked.openings.count, 3);
	assert_int_equal(asked.openings.list[0].port.ports.first, 22);
	assert_int_equal(asked.openings.list[1].port.ports.last, 61000);
	assert_int_equal(asked.openings.list[2].port.protocol, PROTOCOL_SCTP);
	assert_int_equal(asked.openings.list[2].scope.direction, DIRECTION_OUT);
	pool_free(&asked.pool);
}

static void test_prefixes_are_a_list_and_choose_the_families(void **state)
{
	const struct request both = {.from = "10.0.0.0/8,2001:db8::/32", .iface = "eth0"};
	const struct request one = {.from = "192.0.2.7"};
	struct asked asked;

	(void)state;
	ask_one(&asked, &both, "22");
	assert_int_equal(asked.openings.list[0].scope.from_count, 2);
	assert_int_equal(asked.openings.list[0].scope.from[1].length, 32);
	assert_int_equal(asked.openings.list[0].scope.families, FAMILIES_BOTH);
	assert_string_equal(asked.openings.list[0].scope.iface, "eth0");
	pool_free(&asked.pool);
	ask_one(&asked, &one, "22");
	assert_int_equal(asked.openings.list[0].scope.families, FAMILY_BIT(FAMILY_IPV4));
	assert_false(asked.openings.list[0].scope.families_named);
	pool_free(&asked.pool);
}

static void test_family_options_name_families(void **state)
{
	const struct request six = {.ipv6 = true}, both = {.ipv4 = true, .ipv6 = true};
	struct asked asked;

	(void)state;
	ask_one(&asked, &six, "22");
	assert_int_equal(asked.openings.list[0].scope.families, FAMILY_BIT(FAMILY_IPV6));
	assert_true(asked.openings.list[0].scope.families_named);
	pool_free(&asked.pool);
	ask_one(&asked, &both, "22");
	assert_int_equal(asked.openings.list[0].scope.families, FAMILIES_BOTH);
	assert_true(asked.openings.list[0].scope.families_named);
	pool_free(&asked.pool);
}

static void test_what_leaves_no_family_is_refused(void **state)
{
	static const char sentence[] =
		"--from, --to, -4 and -6 leave no address family in which they all hold";
	const struct request six = {.ipv6 = true, .from = "10.0.0.0/8"};
	const struct request mixed = {.from = "10.0.0.0/8", .to = "2001:db8::1"};

	(void)state;
	assert_refused(&six, "22", sentence);
	assert_refused(&mixed, "22", sentence);
}

static void test_both_directions_are_refused(void **state)
{
	const struct request request = {.in = true, .out = true};

	(void)state;
	assert_refused(&request, "22", "--in and --out are two openings: give one of them");
}

static void test_bad_prefix_names_its_option(void **state)
{
	const struct request from = {.from = "10.0.0.0/8,,10.1.0.0/16"}, to = {.to = "nowhere"};
	const char *const operands[] = {"22", NULL};
	struct asked asked;

	(void)state;
	ask(&asked, &from, operands);
	assert_int_equal(asked.result, -1);
	assert_memory_equal(asked.err.text, "--from: ", 8);
	pool_free(&asked.pool);
	ask(&asked, &to, operands);
	assert_int_equal(asked.result, -1);
	assert_memory_equal(asked.err.text, "--to: ", 6);
	assert_non_null(strstr(asked.err.text, "nowhere"));
	pool_free(&asked.pool);
}

static void test_interface_names_are_checked(void **state)
{
	const struct request long_name = {.iface = "sixteen-letters-"}, slash = {.iface = "a/b"},
			     plus = {.iface = "eth+"}, star = {.iface = "eth*"};

	(void)state;
	assert_refused(&long_name, "22",
		       "--iface: interface name \"sixteen-letters-\" is longer than 15 characters");
	assert_refused(&slash, "22", "--iface: \"a/b\" cannot be the name of an interface");
	assert_refused(&plus, "22",
		       "--iface: \"eth+\" stands for many interfaces in a rule, and an opening is for one");
	assert_refused(&star, "22",
		       "--iface: \"eth*\" stands for many interfaces in a rule, and an opening is for one");
}

static void test_unknown_service_and_bad_port_are_usage_errors(void **state)
{
	static const char *const operands[] = {"test-wbe", "0", "70000", "9-1", "", NULL};
	const struct request request = {0};

	(void)state;
	for (size_t i = 0; operands[i]; i++) {
		const char *const operand[] = {operands[i], NULL};
		struct asked asked;

		ask(&asked, &request, operand);
		assert_int_equal(asked.result, -1);
		assert_int_equal(asked.err.kind, ERROR_USAGE);
		pool_free(&asked.pool);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_number_is_tcp_inbound_for_both_families),
		cmocka_unit_test(test_service_is_all_its_ports),
		cmocka_unit_test(test_protocol_behind_a_service_picks_its_ports),
		cmocka_unit_test(test_several_operands_keep_their_order),
		cmocka_unit_test(test_prefixes_are_a_list_and_choose_the_families),
		cmocka_unit_test(test_family_options_name_families),
		cmocka_unit_test(test_what_leaves_no_family_is_refused),
		cmocka_unit_test(test_both_directions_are_refused),
		cmocka_unit_test(test_bad_prefix_names_its_option),
		cmocka_unit_test(test_interface_names_are_checked),
		cmocka_unit_test(test_unknown_service_and_bad_port_are_usage_errors),
	};

	return cmocka_run_group_tests(tests, make_catalogue, remove_catalogue);
}
