/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ufw has for the very packets of an opening, by the lines that it keeps.
 */
#include "cmocka_all.h"

#include "fwport/pool.h"
#include "ufw_rules.h"

#define HEAD "*filter\n### RULES ###\n\n"
#define TAIL "\n-A ufw-user-input -p tcp --dport 443 -j ACCEPT\n\n### END RULES ###\n"

static struct opening https(void)
{
	return (struct opening){.port = {PROTOCOL_TCP, {443, 443}}, .scope = {.families = FAMILIES_BOTH}};
}

static enum ufw_has look(const char *lines, const struct opening *opening, enum family family)
{
	enum ufw_has has;
	struct error err;

	assert_int_equal(ufw_rules_look(lines, opening, family, &has, &err), 0);
	return has;
}

static void test_what_is_allowed_is_found_whatever_its_comment(void **state)
{
	struct opening opening = https();

	(void)state;
	assert_int_equal(look(HEAD TAIL, &opening, FAMILY_IPV4), UFW_HAS_NONE);
	assert_int_equal(look(HEAD "### tuple ### allow tcp 443 0.0.0.0/0 any 0.0.0.0/0 in" TAIL, &opening,
			      FAMILY_IPV4),
			 UFW_HAS_ALLOW);
	assert_int_equal(look(HEAD "### tuple ### allow tcp 443 ::/0 any ::/0 in comment=6677" TAIL, &opening,
			      FAMILY_IPV6),
			 UFW_HAS_ALLOW);
	assert_int_equal(
		look("### tuple ### allow_log tcp 443 0.0.0.0/0 any 0.0.0.0/0 in", &opening, FAMILY_IPV4),
		UFW_HAS_ALLOW);
}

static void test_what_is_denied_or_limited_is_something_else(void **state)
{
	static const char *const actions[] = {"deny", "reject", "limit", "deny_log-all"};
	CLEANUP(text_free) struct text line = {0};
	struct opening opening = https();

	(void)state;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		text_clear(&line);
		text_add(&line, "### tuple ### %s tcp 443 0.0.0.0/0 any 0.0.0.0/0 in\n", actions[i]);
		assert_int_equal(look(text_string(&line), &opening, FAMILY_IPV4), UFW_HAS_OTHER);
	}
}

static void test_other_packets_are_none_of_its_business(void **state)
{
	static const char lines[] = "### tuple ### allow tcp 4430 0.0.0.0/0 any 0.0.0.0/0 in\n"
				    "### tuple ### allow udp 443 0.0.0.0/0 any 0.0.0.0/0 in\n"
				    "### tuple ### allow tcp 443 0.0.0.0/0 any 0.0.0.0/0 in_eth0\n"
				    "### tuple ### deny tcp 443 0.0.0.0/0 any 203.0.113.0/24 in\n"
				    "### tuple ### allow tcp 443 0.0.0.0/0 any 0.0.0.0/0 WWW - in\n"
				    "### tuple ### route:allow tcp 443 0.0.0.0/0 any 0.0.0.0/0 in\n";
	struct opening opening = https();

	(void)state;
	assert_int_equal(look(lines, &opening, FAMILY_IPV4), UFW_HAS_NONE);
}

static void test_scopes_are_in_its_words(void **state)
{
	static const struct prefix ten = {{FAMILY_IPV4, {10}}, 8}, one = {{FAMILY_IPV4, {192, 0, 2, 10}}, 32};
	CLEANUP(text_free) struct text tuple = {0};
	struct opening opening = https();

	(void)state;
	opening.port.ports.last = 450;
	opening.scope = (struct scope){.direction = DIRECTION_OUT,
				       .families = FAMILY_BIT(FAMILY_IPV4),
				       .from = &one,
				       .from_count = 1,
				       .to = &ten,
				       .to_count = 1,
				       .iface = "eth0"};
	ufw_tuple_add(&opening, FAMILY_IPV4, &tuple);
	assert_string_equal(text_string(&tuple), "tcp 443:450 10.0.0.0/8 any 192.0.2.10 out_eth0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_allowed_is_found_whatever_its_comment),
		cmocka_unit_test(test_what_is_denied_or_limited_is_something_else),
		cmocka_unit_test(test_other_packets_are_none_of_its_business),
		cmocka_unit_test(test_scopes_are_in_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
