/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What neighbours are asked, word by word, and what becomes of their answers. Nothing is run.
 */
#include "cmocka_all.h"

#include "fwport/program.h"
#include "fwport/via.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LOCK = 77 };

static struct text asked;
static int asked_lock;
static const char *answers[8];
static size_t answer_count;
static int statuses[8], failures[8];

int __wrap_program_ask(const char *const *argv, unsigned milliseconds, int lock, struct text *out);

int __wrap_program_ask(const char *const *argv, unsigned milliseconds, int lock, struct text *out)
{
	const size_t n = answer_count++;

	(void)milliseconds;
	asked_lock = lock;
	text_add(&asked, "%s", asked.length ? "; " : "");
	for (size_t i = 0; argv[i]; i++)
		text_add(&asked, "%s%s", i ? " " : "", argv[i]);
	text_add(out, "%s", answers[n] ? answers[n] : "");
	errno = failures[n];
	return statuses[n];
}

static int begin(void **state)
{
	(void)state;
	text_clear(&asked);
	answer_count = 0;
	memset(answers, 0, sizeof(answers));
	memset(statuses, 0, sizeof(statuses));
	memset(failures, 0, sizeof(failures));
	setenv("FWPORT_LIBEXEC_DIR", "/libexec", 1);
	return 0;
}

static struct opening opening_via(enum via via)
{
	return (struct opening){
		.id = 7,
		.port = {PROTOCOL_TCP, {443, 443}},
		.scope = {.families = FAMILIES_BOTH},
		.via = via,
		.zone = via == VIA_FIREWALLD ? "public" : NULL,
	};
}

static const char *run(const struct opening *opening, bool back, unsigned levels)
{
	const struct errand errand = {.back = back, .opening = opening, .levels = levels};
	struct error err;

	text_clear(&asked);
	assert_int_equal(via_run(&errand, LOCK, &err), 0);
	assert_int_equal(asked_lock, LOCK);
	return text_string(&asked);
}

static void test_firewalld_is_asked_for_ports_and_for_rich_rules(void **state)
{
	static const struct prefix ten = {{FAMILY_IPV4, {10}}, 8},
				   one = {{FAMILY_IPV6, {0x20, 1, 0x0d, 0xb8}}, 32};
	struct opening opening = opening_via(VIA_FIREWALLD);

	(void)state;
	assert_string_equal(run(&opening, false, 3), "/libexec/fwport-firewalld add public 443/tcp 3 0");
	assert_string_equal(run(&opening, true, 1), "/libexec/fwport-firewalld remove public 443/tcp 1");
	opening.scope.families = FAMILY_BIT(FAMILY_IPV6);
	assert_string_equal(run(&opening, true, 1),
			    "/libexec/fwport-firewalld remove public rule family=\"ipv6\" port port=\"443\" "
			    "protocol=\"tcp\" accept 1");
	opening.scope = (struct scope){.families = FAMILY_BIT(FAMILY_IPV4), .from = &ten, .from_count = 1};
	assert_string_equal(run(&opening, true, 1),
			    "/libexec/fwport-firewalld remove public rule family=\"ipv4\" source "
			    "address=\"10.0.0.0/8\" port port=\"443\" protocol=\"tcp\" accept 1");
	opening.scope = (struct scope){.families = FAMILY_BIT(FAMILY_IPV6), .to = &one, .to_count = 1};
	assert_string_equal(run(&opening, true, 1),
			    "/libexec/fwport-firewalld remove public rule family=\"ipv6\" destination "
			    "address=\"2001:db8::/32\" port port=\"443\" protocol=\"tcp\" accept 1");
}

static void test_the_zone_is_that_of_the_source_or_of_the_ways_outside(void **state)
{
	static const struct prefix ten = {{FAMILY_IPV4, {10}}, 8};
	struct link links[] = {{.index = 1, .name = "lo", .up = true, .loopback = true},
			       {.index = 2, .name = "eth0", .up = true},
			       {.index = 3, .name = "br0", .up = true}};
	struct route routes[] = {{.to = {{FAMILY_IPV4, {0}}, 0}, .table = 254, .link = 2, .type = 1}};
	const struct host host = {.links = links, .link_count = 3, .routes = routes, .route_count = 1};
	const struct ruleset ruleset = {0};
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening opening = opening_via(VIA_FIREWALLD);
	struct error err;

	(void)state;
	answers[0] = "dmz\n";
	answers[1] = "2\n";
	assert_int_equal(via_look(&opening, &ruleset, &host, &pool, &err), 0);
	assert_string_equal(text_string(&asked), "/libexec/fwport-firewalld zone - eth0; "
						 "/libexec/fwport-firewalld look dmz 443/tcp");
	assert_string_equal(opening.zone, "dmz");
	assert_int_equal(opening.handed, HANDED_RUNTIME);
	opening.scope = (struct scope){.families = FAMILY_BIT(FAMILY_IPV4), .from = &ten, .from_count = 1};
	begin(NULL);
	answers[0] = "home\n";
	answers[1] = "0\n";
	assert_int_equal(via_look(&opening, &ruleset, &host, &pool, &err), 0);
	assert_non_null(strstr(text_string(&asked), "zone 10.0.0.0/8 eth0; "));
	assert_int_equal(opening.handed, HANDED_RUNTIME | HANDED_PERMANENT);
}

/* A host has as many ways outside as it likes. */
static void test_all_interfaces_that_lead_outside_are_named(void **state)
{
	enum { LINKS = 100 };
	static struct link links[LINKS];
	static struct route routes[LINKS];
	const struct host host = {
		.links = links, .link_count = LINKS, .routes = routes, .route_count = LINKS};
	const struct ruleset ruleset = {0};
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening opening = opening_via(VIA_FIREWALLD);
	struct error err;

	(void)state;
	for (unsigned i = 0; i < LINKS; i++) {
		links[i] = (struct link){.index = i + 1, .name = "eth0", .up = true};
		routes[i] =
			(struct route){.to = {{FAMILY_IPV4, {0}}, 0}, .table = 254, .link = i + 1, .type = 1};
	}
	links[LINKS - 1].name = "eth99";
	answers[0] = "dmz\n";
	answers[1] = "0\n";
	assert_int_equal(via_look(&opening, &ruleset, &host, &pool, &err), 0);
	assert_non_null(strstr(text_string(&asked), " eth0 eth99; "));
}

static void test_ufw_is_asked_by_its_command_and_knows_ours_by_a_comment(void **state)
{
	static const struct prefix ten = {{FAMILY_IPV4, {10}}, 8};
	struct opening opening = opening_via(VIA_UFW);

	(void)state;
	assert_string_equal(run(&opening, false, 3),
			    "/usr/sbin/ufw allow in proto tcp from any to any port 443 "
			    "comment fwport:7");
	assert_string_equal(run(&opening, true, 3),
			    "/usr/sbin/ufw delete allow in proto tcp from any to any port "
			    "443 comment fwport:7");
	opening.override = true;
	opening.port.ports.last = 450;
	opening.scope.families = FAMILY_BIT(FAMILY_IPV6);
	assert_string_equal(run(&opening, false, 3),
			    "/usr/sbin/ufw prepend allow in proto tcp from ::/0 to ::/0 "
			    "port 443:450 comment fwport:7");
	opening.override = false;
	opening.scope = (struct scope){.direction = DIRECTION_OUT,
				       .families = FAMILY_BIT(FAMILY_IPV4),
				       .to = &ten,
				       .to_count = 1,
				       .iface = "eth0"};
	assert_string_equal(run(&opening, false, 3), "/usr/sbin/ufw allow out on eth0 proto tcp from any to "
						     "10.0.0.0/8 port 443:450 comment fwport:7");
}

static void test_what_they_answer_is_the_error(void **state)
{
	static const struct {
		enum via via;
		int status, failure;
		const char *answer;
		enum error_kind kind;
		const char *text;
	} cases[] = {
		{VIA_FIREWALLD, 6, 0, "firewalld says NO\nmore\n", ERROR_BLOCKED, "firewalld says NO"},
		{VIA_FIREWALLD, 4, 0, "nobody\n", ERROR_SYSTEM, "nobody"},
		{VIA_FIREWALLD, -1, ETIMEDOUT, NULL, ERROR_BUSY, "fwport-firewalld does not answer"},
		{VIA_FIREWALLD, -1, 0, NULL, ERROR_SYSTEM, "fwport-firewalld was killed"},
		{VIA_UFW, 1, 0, "ERROR: \x1b[1mno\n", ERROR_SYSTEM, "ufw says ERROR: ?[1mno"},
		{VIA_UFW, -1, ETIMEDOUT, NULL, ERROR_BUSY, "ufw does not answer"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct opening opening = opening_via(cases[i].via);
		const struct errand errand = {.opening = &opening, .levels = 3};
		struct error err;

		begin(state);
		answers[0] = cases[i].answer;
		statuses[0] = cases[i].status;
		failures[0] = cases[i].failure;
		assert_int_equal(via_run(&errand, LOCK, &err), -1);
		assert_int_equal(err.kind, cases[i].kind);
		assert_string_equal(err.text, cases[i].text);
	}
}

static void test_a_program_that_is_not_there_is_named(void **state)
{
	const struct opening opening = opening_via(VIA_FIREWALLD);
	const struct errand errand = {.opening = &opening, .levels = 3};
	struct error err;

	(void)state;
	statuses[0] = -1;
	failures[0] = ENOENT;
	assert_int_equal(via_run(&errand, LOCK, &err), -1);
	assert_string_equal(err.text, "cannot start /libexec/fwport-firewalld: No such file or directory");
	assert_string_equal(err.hint, "it is built where libsystemd is");
}

static void test_ufw_that_is_not_in_the_ruleset_is_not_asked(void **state)
{
	const struct ruleset ruleset = {0};
	const struct host host = {0};
	struct opening opening = opening_via(VIA_UFW);
	struct pool pool = {0};
	struct error err;

	(void)state;
	assert_int_equal(via_look(&opening, &ruleset, &host, &pool, &err), -1);
	assert_string_equal(err.text, "ufw is not active: its chains are not in the ruleset");
	assert_int_equal(answer_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_firewalld_is_asked_for_ports_and_for_rich_rules, begin),
		cmocka_unit_test_setup(test_the_zone_is_that_of_the_source_or_of_the_ways_outside, begin),
		cmocka_unit_test_setup(test_all_interfaces_that_lead_outside_are_named, begin),
		cmocka_unit_test_setup(test_ufw_is_asked_by_its_command_and_knows_ours_by_a_comment, begin),
		cmocka_unit_test_setup(test_what_they_answer_is_the_error, begin),
		cmocka_unit_test_setup(test_a_program_that_is_not_there_is_named, begin),
		cmocka_unit_test_setup(test_ufw_that_is_not_in_the_ruleset_is_not_asked, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
