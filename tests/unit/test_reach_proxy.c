/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which proxy is asked, and for whom none is. What NO_PROXY matches was compared with curl 7.88.1, entry by entry. */
#include "cmocka_all.h"

#include "no_proxy.h"
#include "proxy.h"
#include "stages.h"

#include <stdlib.h>
#include <string.h>

static struct pool pool;
static struct error err;
static struct examination examination;

/* With the entry that does it; NULL: none does. */
static void assert_exception(const char *list, const char *host, const char *expected)
{
	const char *entry;
	size_t length;

	if (!no_proxy_names(list, host, &entry, &length)) {
		assert_null(expected);
		return;
	}
	assert_non_null(expected);
	assert_int_equal(length, strlen(expected));
	assert_memory_equal(entry, expected, length);
}

static void test_names_and_what_is_below_them(void **state)
{
	(void)state;
	assert_exception("test", "b.test", "test");
	assert_exception(".test", "b.test", ".test");
	assert_exception(".b.test", "b.test", ".b.test");
	assert_exception("b.test.", "B.TEST", "b.test.");
	assert_exception("b.test", "b.test.", "b.test");
	assert_exception("b.test", "ab.test", NULL);
	assert_exception("b.test:443", "b.test", NULL);
	assert_exception("a.b.test", "b.test", NULL);
	assert_exception(".", "b.test", NULL);
	assert_exception("..test", "b.test", NULL);
	assert_exception("", "b.test", NULL);
}

static void test_entries_stand_between_commas_and_blanks(void **state)
{
	(void)state;
	assert_exception("a.test b.test", "b.test", "b.test");
	assert_exception(",, a.test,\tb.test ,", "b.test", "b.test");
}

static void test_a_star_is_everything_if_it_is_alone(void **state)
{
	(void)state;
	assert_exception("*", "b.test", "*");
	assert_exception("*", "192.0.2.7", "*");
	assert_exception("a,*", "b.test", NULL);
	assert_exception(" *", "b.test", NULL);
	assert_exception("*.test", "b.test", NULL);
}

static void test_addresses_and_prefixes(void **state)
{
	(void)state;
	assert_exception("192.0.2.7", "192.0.2.7", "192.0.2.7");
	assert_exception("127.0.0.0/8", "127.0.0.2", "127.0.0.0/8");
	assert_exception("127.9.9.9/8", "127.0.0.2", "127.9.9.9/8");
	assert_exception("127.0.0.2/", "127.0.0.2", "127.0.0.2/");
	assert_exception("127.0.0.2/0", "127.0.0.3", NULL);
	assert_exception("127.0.0.0/33", "127.0.0.0", NULL);
	assert_exception("127.", "127.0.0.2", NULL);
	assert_exception("0.0.2", "127.0.0.2", NULL);
	assert_exception("::1", "0:0::1", "::1");
	assert_exception("2001:db8::/33", "2001:db8:7fff::1", "2001:db8::/33");
	assert_exception("2001:db8::/33", "2001:db8:8000::1", NULL);
	assert_exception("::/8", "0.0.0.1", NULL);
}

static void assert_proxy(const char *setting, const char *shown, const char *host, uint16_t port)
{
	struct proxy_facts facts = {0};

	assert_int_equal(proxy_parse(setting, &pool, &facts, &err), 0);
	assert_null(facts.invalid);
	assert_string_equal(facts.url, setting);
	assert_string_equal(facts.shown, shown);
	assert_string_equal(facts.host, host);
	assert_int_equal(facts.port, port);
}

static void test_settings(void **state)
{
	(void)state;
	assert_proxy("http://proxy.test:3128", "http://proxy.test:3128", "proxy.test", 3128);
	assert_proxy("proxy.test", "http://proxy.test:1080", "proxy.test", 1080);
	assert_proxy("https://proxy.test/", "https://proxy.test:443", "proxy.test", 443);
	assert_proxy("socks5h://192.0.2.7:9050", "socks5h://192.0.2.7:9050", "192.0.2.7", 9050);
	assert_proxy("http://[2001:db8::7]:80", "http://[2001:db8::7]:80", "2001:db8::7", 80);
	assert_proxy("http://user:secret@proxy.test:80", "http://proxy.test:80", "proxy.test", 80);
}

static void assert_invalid(const char *setting, const char *why)
{
	struct proxy_facts facts = {0};

	assert_int_equal(proxy_parse(setting, &pool, &facts, &err), 0);
	assert_non_null(facts.invalid);
	assert_non_null(strstr(facts.invalid, why));
	assert_null(strstr(facts.invalid, "secret"));
}

static void test_settings_that_do_not_parse(void **state)
{
	(void)state;
	assert_invalid("ftp://user:secret@proxy.test", "its scheme is none of http, https");
	assert_invalid("http://user:secret@proxy.test:99999", "Port number");
	assert_invalid("http://user:secret@proxy.test:0", "port 0");
	assert_invalid("http://user:secret@a b", "");
}

static void choose(const char *option, const char *const *environment)
{
	static const char *const names[] = {"https_proxy", "HTTPS_PROXY", "all_proxy",
					    "ALL_PROXY",   "no_proxy",    "NO_PROXY"};
	static struct options options;
	static struct equipment equipment = {.options = &options};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
	for (; *environment; environment += 2)
		setenv(environment[0], environment[1], 1);
	options.proxy = option;
	examination = (struct examination){
		.equipment = &equipment, .pool = &pool, .target = {.host = "www.example"}};
	assert_int_equal(proxy_choose(&examination, &err), 0);
}

static void assert_chosen(const char *host, const char *source)
{
	assert_true(examination.by_proxy);
	assert_string_equal(examination.proxy.host, host);
	assert_string_equal(examination.proxy.source, source);
}

static void test_who_is_listened_to_first(void **state)
{
	(void)state;
	choose("http://a:1", (const char *[]){"https_proxy", "http://b:1", NULL});
	assert_chosen("a", "--proxy");
	choose(NULL, (const char *[]){"https_proxy", "http://b:1", "HTTPS_PROXY", "http://c:1", NULL});
	assert_chosen("b", "https_proxy");
	choose(NULL,
	       (const char *[]){"https_proxy", "", "HTTPS_PROXY", "http://c:1", "all_proxy", "d:1", NULL});
	assert_chosen("c", "HTTPS_PROXY");
	choose(NULL, (const char *[]){"ALL_PROXY", "e:1", "all_proxy", "d:1", NULL});
	assert_chosen("d", "all_proxy");
}

static void test_no_proxy_at_all(void **state)
{
	(void)state;
	choose(NULL, (const char *[]){NULL});
	assert_false(examination.by_proxy);
	assert_null(examination.proxy.source);
	choose("", (const char *[]){"https_proxy", "http://b:1", NULL});
	assert_false(examination.by_proxy);
	assert_null(examination.proxy.url);
}

static void test_a_target_that_is_excepted(void **state)
{
	(void)state;
	choose(NULL, (const char *[]){"https_proxy", "http://b:1", "NO_PROXY", "a, .example", NULL});
	assert_false(examination.by_proxy);
	assert_string_equal(examination.proxy.bypassed, ".example");
	assert_null(examination.proxy.url);
	choose(NULL,
	       (const char *[]){"https_proxy", "http://b:1", "no_proxy", "a", "NO_PROXY", "example", NULL});
	assert_chosen("b", "https_proxy");
}

static void test_a_setting_that_is_wrong_matters_only_where_it_is_used(void **state)
{
	(void)state;
	choose(NULL, (const char *[]){"https_proxy", "ftp://b", NULL});
	assert_false(examination.by_proxy);
	assert_non_null(examination.proxy.invalid);
	choose(NULL, (const char *[]){"https_proxy", "ftp://b", "no_proxy", "example", NULL});
	assert_null(examination.proxy.invalid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_and_what_is_below_them),
		cmocka_unit_test(test_entries_stand_between_commas_and_blanks),
		cmocka_unit_test(test_a_star_is_everything_if_it_is_alone),
		cmocka_unit_test(test_addresses_and_prefixes),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_settings_that_do_not_parse),
		cmocka_unit_test(test_who_is_listened_to_first),
		cmocka_unit_test(test_no_proxy_at_all),
		cmocka_unit_test(test_a_target_that_is_excepted),
		cmocka_unit_test(test_a_setting_that_is_wrong_matters_only_where_it_is_used),
	};
	int failed = cmocka_run_group_tests_name("reach_proxy", tests, NULL, NULL);

	pool_free(&pool);
	return failed;
}
