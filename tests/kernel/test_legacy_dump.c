/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Legacy tables that iptables-legacy-restore loaded into a network namespace of the test's own: as they are dumped they say what
 * libiptc says of them, chain by chain and rule by rule.
 */
#define _GNU_SOURCE /* unshare */

#include "legacy_dump.h"
#include "legacy_library.h"

#include "fwport/text.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>
#include "../unit/cmocka_all.h"

static struct pool pool;
static struct legacy_dump dump;

static int forget(void **state)
{
	(void)state;
	pool_free(&pool);
	return 0;
}

static void load(enum family family, const char *text)
{
	FILE *restore =
		popen(family == FAMILY_IPV4 ? "iptables-legacy-restore" : "ip6tables-legacy-restore", "w");

	assert_non_null(restore);
	fputs(text, restore);
	assert_int_equal(pclose(restore), 0);
}

static const struct dumped_chain *chain_named(const char *name)
{
	for (size_t i = 0; i < dump.chain_count; i++)
		if (!strcmp(dump.chains[i].name, name))
			return &dump.chains[i];
	fail_msg("%s was not dumped", name);
	return NULL;
}

static void assert_entries_equal(const struct legacy_entry *dumped, const struct legacy_entry *wanted)
{
	assert_int_equal(legacy_likeness(dumped), legacy_likeness(wanted));
	assert_int_equal(dumped->jumps, wanted->jumps);
	assert_int_equal(dumped->name == NULL, wanted->name == NULL);
	if (wanted->name)
		assert_string_equal(dumped->name, wanted->name);
}

static void compare_chain(const struct legacy_library *library, struct xtc_handle *handle, const char *name)
{
	const struct dumped_chain *chain = chain_named(name);
	struct xt_counters counters;
	size_t at = chain->first;

	assert_int_equal(chain->builtin, library->is_builtin(name, handle));
	if (chain->builtin)
		assert_int_equal(chain->policy_drop,
				 !strcmp(library->policy(name, &counters, handle), "DROP"));
	for (const void *rule = library->first_rule(name, handle); rule;
	     rule = library->next_rule(rule, handle)) {
		const struct legacy_entry wanted = library->see(rule, handle);
		struct legacy_entry dumped;

		assert_true(at < chain->behind);
		assert_true(legacy_dump_rule(&dump, &at, &dumped));
		assert_entries_equal(&dumped, &wanted);
	}
	assert_int_equal(at, chain->behind);
}

static void compare(enum family family, const char *table)
{
	const struct legacy_library *library = &legacy_libraries[family];
	struct xtc_handle *handle = library->open(table);
	size_t count = 0;

	assert_non_null(handle);
	assert_int_equal(legacy_dump_read(family, table, &pool, &dump), 0);
	for (const char *name = library->first_chain(handle); name; name = library->next_chain(handle)) {
		compare_chain(library, handle, name);
		count++;
	}
	assert_int_equal(count, dump.chain_count);
	library->close(handle);
}

static void test_empty_tables(void **state)
{
	static const char *const tables[] = {"filter", "nat", "mangle", "raw"};

	(void)state;
	for (int family = 0; family < FAMILY_COUNT; family++)
		for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
			compare((enum family)family, tables[i]);
}

static void test_policies_rules_and_jumps(void **state)
{
	(void)state;
	load(FAMILY_IPV4,
	     "*filter\n:INPUT DROP [3:180]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n"
	     ":last - [0:0]\n:empty - [0:0]\n:first - [0:0]\n"
	     "-A INPUT -j first\n-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT\n"
	     "-A INPUT -i eth+ -g last\n-A INPUT -j LOG --log-prefix x\n-A INPUT -p udp\n"
	     "-A INPUT -p tcp -j REJECT\n-A FORWARD -j empty\n-A first -j last\n-A first -j RETURN\n"
	     "-A last -m comment --comment text -j DROP\n-A last -j RETURN\n-A OUTPUT -j empty\nCOMMIT\n");
	compare(FAMILY_IPV4, "filter");
}

static void test_ipv6(void **state)
{
	(void)state;
	load(FAMILY_IPV6,
	     "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:own - [0:0]\n"
	     "-A INPUT -s 2001:db8::/32 -j own\n-A own -p tcp -m tcp --dport 443 -j ACCEPT\nCOMMIT\n");
	compare(FAMILY_IPV6, "filter");
}

static void test_many_rules(void **state)
{
	enum { MANY = 3000 };
	CLEANUP(text_free) struct text text = {0};

	(void)state;
	text_add(&text, "*mangle\n:PREROUTING ACCEPT [0:0]\n:many - [0:0]\n-A PREROUTING -j many\n");
	for (unsigned i = 0; i < MANY; i++)
		text_add(&text, "-A many -s 10.0.%u.%u -j DROP\n", i / 256, i % 256);
	text_add(&text, "COMMIT\n");
	load(FAMILY_IPV4, text_string(&text));
	compare(FAMILY_IPV4, "mangle");
}

static void test_table_that_there_is_not(void **state)
{
	(void)state;
	assert_int_equal(legacy_dump_read(FAMILY_IPV4, "fwport-no-such", &pool, &dump), -1);
	assert_int_equal(errno, ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests_here[] = {
		cmocka_unit_test_teardown(test_empty_tables, forget),
		cmocka_unit_test_teardown(test_policies_rules_and_jumps, forget),
		cmocka_unit_test_teardown(test_ipv6, forget),
		cmocka_unit_test_teardown(test_many_rules, forget),
		cmocka_unit_test_teardown(test_table_that_there_is_not, forget),
	};

	if (unshare(CLONE_NEWNET | CLONE_NEWNS) < 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", "/run", "tmpfs", 0, NULL) < 0) {
		printf("1..0 # SKIP no namespaces can be made (needs CAP_SYS_ADMIN)\n");
		return 0;
	}
	if (system("iptables-legacy -S >/dev/null 2>&1") != 0) {
		printf("1..0 # SKIP iptables-legacy(8) is not there\n");
		return 0;
	}
	return cmocka_run_group_tests(tests_here, NULL, NULL);
}
