/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists of wishes: what they come to, and to the letter what is said of each mistake.
 */
#include "cmocka_all.h"

#include "../../src/cli/wish_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char directory[] = "/tmp/fwport-wish-XXXXXX";

static void write_file(const char *name, const char *bytes)
{
	char path[96];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(bytes, file);
	fclose(file);
}

static int make_catalogue(void **state)
{
	char path[96];

	(void)state;
	if (!mkdtemp(directory) || setenv("FWPORT_CONFIG_DIR", directory, 1) < 0 ||
	    setenv("FWPORT_DATA_DIR", directory, 1) < 0)
		return -1;
	snprintf(path, sizeof(path), "%s/profiles", directory);
	if (mkdir(path, 0755) < 0)
		return -1;
	write_file("services", "test-web=443/tcp, 443/udp\n");
	write_file("profiles/shop.profile", "test-web=443\nadmin=8443\n");
	return 0;
}

static int remove_catalogue(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", directory);
	return system(command);
}

/* A list, and what came of it. */
struct read {
	struct pool pool;
	struct change_request request;
	struct error err;
};

static int read_list(const char *list, struct read *read)
{
	*read = (struct read){.request.now = 100};
	return wish_list_parse(list, strlen(list), "list", &read->pool, &read->request, &read->err);
}

static void assert_refused(const char *list, const char *sentence)
{
	struct read read;

	assert_int_equal(read_list(list, &read), -1);
	assert_string_equal(read.err.text, sentence);
	assert_int_equal(read.err.kind, ERROR_FILE);
	assert_int_equal(read.request.openings.count, 0);
	pool_free(&read.pool);
}

static void read_well(const char *list, struct read *read)
{
	int done = read_list(list, read);

	assert_string_equal(read->err.text, "");
	assert_int_equal(done, 0);
}

static void test_an_entry_is_one_opening_for_each_port(void **state)
{
	struct read read;

	(void)state;
	read_well("{\"openings\": [{\"service\": \"test-web\", \"ports\": [\"8000-8010/udp\"], "
		  "\"reason\": \"ticket 7\"}]}",
		  &read);
	assert_int_equal(read.request.openings.count, 3);
	assert_int_equal(read.request.closings.count, 0);
	assert_int_equal(read.request.sweep, SWEEP_NOTHING);
	assert_string_equal(read.request.openings.list[0].service, "test-web");
	assert_int_equal(read.request.openings.list[1].port.protocol, PROTOCOL_UDP);
	assert_null(read.request.openings.list[2].service);
	assert_int_equal(read.request.openings.list[2].port.ports.last, 8010);
	assert_string_equal(read.request.openings.list[2].reason, "ticket 7");
	assert_int_equal(read.request.openings.list[2].created, 100);
	assert_int_equal(read.request.openings.list[2].scope.families, FAMILIES_BOTH);
	assert_false(read.request.openings.list[2].scope.families_named);
	pool_free(&read.pool);
}

static void test_an_entry_has_a_scope(void **state)
{
	const struct opening *opening;
	struct read read;

	(void)state;
	read_well("{\"openings\": [{\"ports\": \"53/udp\", \"direction\": \"out\", \"to\": "
		  "[\"192.0.2.53\", \"198.51.100.0/24\"], \"iface\": \"eth0\", \"override\": true}]}",
		  &read);
	opening = &read.request.openings.list[0];
	assert_int_equal(opening->scope.direction, DIRECTION_OUT);
	assert_int_equal(opening->scope.to_count, 2);
	assert_int_equal(opening->scope.families, FAMILY_BIT(FAMILY_IPV4));
	assert_string_equal(opening->scope.iface, "eth0");
	assert_true(opening->override);
	pool_free(&read.pool);
}

static void test_absent_is_to_be_closed(void **state)
{
	struct read read;

	(void)state;
	read_well("{\"schema\": 1, \"openings\": [{\"ports\": \"80\", \"state\": \"absent\"}, "
		  "{\"ports\": \"80\", \"from\": \"10.0.0.0/8\", \"state\": \"present\"}]}",
		  &read);
	assert_int_equal(read.request.openings.count, 1);
	assert_int_equal(read.request.closings.count, 1);
	assert_int_equal(read.request.closings.list[0].port.ports.first, 80);
	pool_free(&read.pool);
}

static void test_profiles_that_are_named_replace_those_before(void **state)
{
	struct read read;

	(void)state;
	read_well("{\"profiles\": [\"shop\"]}", &read);
	assert_int_equal(read.request.openings.count, 2);
	assert_string_equal(read.request.openings.list[0].profile, "shop");
	assert_int_equal(read.request.sweep, SWEEP_PROFILES);
	pool_free(&read.pool);
	read_well("{\"profiles\": []}", &read);
	assert_int_equal(read.request.openings.count, 0);
	assert_int_equal(read.request.sweep, SWEEP_PROFILES);
	pool_free(&read.pool);
}

static void test_exclusive_closes_all_others(void **state)
{
	struct read read;

	(void)state;
	read_well("{\"exclusive\": true, \"profiles\": [\"shop\"], \"openings\": []}", &read);
	assert_int_equal(read.request.openings.count, 2);
	assert_int_equal(read.request.sweep, SWEEP_ALL);
	pool_free(&read.pool);
	read_well("{\"exclusive\": false}", &read);
	assert_int_equal(read.request.sweep, SWEEP_NOTHING);
	pool_free(&read.pool);
}

static void test_what_is_not_json_is_told_with_line_and_column(void **state)
{
	(void)state;
	assert_refused("{\"openings\":\n [}", "list:2:3: this is not JSON: unexpected token near '}'");
	assert_refused("{} {}", "list:1:4: this is not JSON: end of file expected near '{'");
	assert_refused("{\"exclusive\": true, \"exclusive\": false}",
		       "list:1:31: this is not JSON: duplicate object key near '\"exclusive\"'");
	assert_refused("", "list:1: this is not JSON: '[' or '{' expected near end of file");
}

static void test_nesting_has_an_end(void **state)
{
	char deep[8192];
	struct read read;

	(void)state;
	memset(deep, '[', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	assert_int_equal(read_list(deep, &read), -1);
	assert_non_null(strstr(read.err.text, "maximum parsing depth reached"));
	pool_free(&read.pool);
}

static void test_mistakes_are_told_with_their_place_and_what_is_allowed(void **state)
{
	(void)state;
	assert_refused("[]", "list: [] is not an object");
	assert_refused("{}", "list: {} is not a list: it has neither \"openings\" nor \"profiles\" nor "
			     "\"exclusive\"");
	assert_refused("{\"opening\": []}",
		       "list: unknown member \"opening\", known are schema, openings, profiles, exclusive");
	assert_refused("{\"schema\": 2, \"openings\": []}",
		       "list: schema: 2 is not 1, the one schema that there is");
	assert_refused("{\"openings\": {}}", "list: openings: {} is not an array of openings");
	assert_refused("{\"openings\": [7]}", "list: openings[0]: 7 is not an object");
	assert_refused("{\"openings\": [{\"state\": \"absent\"}]}",
		       "list: openings[0]: {\"state\":\"absent\"} is not an opening: it names neither "
		       "\"service\" nor \"ports\"");
	assert_refused("{\"openings\": [{\"ports\": \"1\"}, {\"ports\": 443}]}",
		       "list: openings[1].ports: 443 is not a string, or an array of strings");
	assert_refused("{\"openings\": [{\"ports\": [\"1\", null]}]}",
		       "list: openings[0].ports[1]: null is not a string");
	assert_refused("{\"openings\": [{\"ports\": []}]}",
		       "list: openings[0].ports: [] is not a string, or an array of strings");
	assert_refused("{\"openings\": [{\"ports\": \"test-web\"}]}",
		       "list: openings[0].ports: \"test-web\" is not PORT[-PORT][/PROTO]; names belong to "
		       "\"service\"");
	assert_refused("{\"openings\": [{\"service\": \"443\"}]}",
		       "list: openings[0].service: \"443\" is not the name of a service; numbers belong to "
		       "\"ports\"");
	assert_refused("{\"openings\": [{\"ports\": \"70000\"}]}",
		       "list: openings[0].ports: port \"70000\" is out of range 1-65535");
	assert_refused("{\"openings\": [{\"ports\": \"1\", \"state\": \"gone\"}]}",
		       "list: openings[0].state: \"gone\" is not \"present\" or \"absent\"");
	assert_refused("{\"openings\": [{\"ports\": \"1\", \"family\": 4}]}",
		       "list: openings[0].family: 4 is not \"both\" or \"ipv4\" or \"ipv6\"");
	assert_refused("{\"openings\": [{\"ports\": \"1\", \"direction\": \"up\"}]}",
		       "list: openings[0].direction: \"up\" is not \"in\" or \"out\"");
	assert_refused("{\"openings\": [{\"ports\": \"1\", \"from\": [\"10.0.0.0/8\", \"x\"]}]}",
		       "list: openings[0].from[1]: address \"x\" is neither IPv4 (192.0.2.1) nor IPv6 "
		       "(2001:db8::1)");
	assert_refused("{\"openings\": [{\"ports\": \"1\", \"iface\": \"\"}]}",
		       "list: openings[0].iface: \"\" cannot be the name of an interface");
	assert_refused("{\"openings\": [{\"ports\": \"1\", \"override\": \"yes\"}]}",
		       "list: openings[0].override: \"yes\" is not true or false");
	assert_refused("{\"openings\": [{\"ports\": \"1\", \"from\": \"10.0.0.0/8\", \"family\": \"ipv6\"}]}",
		       "list: openings[0]: {\"ports\":\"1\",\"from\":\"10.0.0.0/8\",\"family\":\"ipv6\"} is "
		       "not an opening: there is no address family in which \"from\", \"to\" and \"family\" "
		       "all hold");
}

static void test_a_name_nearby_is_offered(void **state)
{
	struct read read;

	(void)state;
	assert_int_equal(read_list("{\"openings\": [{\"prots\": \"443\"}]}", &read), -1);
	assert_string_equal(read.err.hint, "did you mean \"ports\"?");
	pool_free(&read.pool);
	assert_int_equal(read_list("{\"profiles\": [\"shpo\"]}", &read), -1);
	assert_int_equal(read.err.kind, ERROR_FILE);
	assert_non_null(strstr(read.err.text, "list: profiles[0]: no profile is called \"shpo\""));
	pool_free(&read.pool);
}

static void test_no_list_wants_a_thing_and_its_contrary(void **state)
{
	(void)state;
	assert_refused("{\"openings\": [{\"ports\": [\"1\", \"443\"]}, {\"ports\": \"443\", \"state\": "
		       "\"absent\"}]}",
		       "list: openings[1] wants 443/tcp in absent, and openings[0] wants it present");
	assert_refused("{\"openings\": [{\"ports\": \"1\", \"from\": [\"10.0.0.0/8\", \"192.0.2.0/24\"]}, "
		       "{\"ports\": \"1\", \"state\": \"absent\", \"from\": [\"192.0.2.0/24\", "
		       "\"10.0.0.0/8\"]}]}",
		       "list: openings[1] wants 1/tcp in absent, and openings[0] wants it present");
	assert_refused("{\"profiles\": [\"shop\"], \"openings\": [{\"ports\": \"8443\", \"state\": "
		       "\"absent\"}]}",
		       "list: openings[0] wants 8443/tcp in absent, and profiles[0] wants it present");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_entry_is_one_opening_for_each_port),
		cmocka_unit_test(test_an_entry_has_a_scope),
		cmocka_unit_test(test_absent_is_to_be_closed),
		cmocka_unit_test(test_profiles_that_are_named_replace_those_before),
		cmocka_unit_test(test_exclusive_closes_all_others),
		cmocka_unit_test(test_what_is_not_json_is_told_with_line_and_column),
		cmocka_unit_test(test_nesting_has_an_end),
		cmocka_unit_test(test_mistakes_are_told_with_their_place_and_what_is_allowed),
		cmocka_unit_test(test_a_name_nearby_is_offered),
		cmocka_unit_test(test_no_list_wants_a_thing_and_its_contrary),
	};

	return cmocka_run_group_tests(tests, make_catalogue, remove_catalogue);
}
