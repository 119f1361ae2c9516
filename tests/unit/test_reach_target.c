/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is a target, and what the command line of fwport-check takes. */
#include "cmocka_all.h"

#include "options.h"
#include "target.h"

#include <locale.h>
#include <string.h>

static struct pool pool;
static struct target target;
static struct options options;
static struct error err;

static void assert_target(const char *text, const char *host, uint16_t port, const char *url)
{
	assert_int_equal(target_parse(text, &pool, &target, &err), 0);
	assert_string_equal(target.text, text);
	assert_string_equal(target.host, host);
	assert_int_equal(target.port, port);
	assert_string_equal(target.url, url);
}

static void assert_no_target(const char *text, const char *why)
{
	assert_int_equal(target_parse(text, &pool, &target, &err), -1);
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_non_null(strstr(err.text, why));
}

static void test_hosts_and_urls(void **state)
{
	(void)state;
	assert_target("example.com", "example.com", 443, "https://example.com/");
	assert_target("example.com:8443", "example.com", 8443, "https://example.com:8443/");
	assert_target("https://example.com/a?b=c", "example.com", 443, "https://example.com/a?b=c");
	assert_false(target.is_address);
	assert_target("example.com.", "example.com.", 443, "https://example.com./");
}

/* libcurl writes them in ASCII in the locale that fwport-check sets. */
static void test_names_in_other_alphabets(void **state)
{
	(void)state;
	setlocale(LC_CTYPE, "C.UTF-8");
	assert_target("s\u00fct.example", "xn--st-xka.example", 443, "https://s\u00fct.example/");
}

static void test_addresses(void **state)
{
	(void)state;
	assert_target("192.0.2.7", "192.0.2.7", 443, "https://192.0.2.7/");
	assert_true(target.is_address);
	assert_target("2001:db8::7", "2001:db8::7", 443, "https://[2001:db8::7]/");
	assert_true(target.is_address);
	assert_target("[2001:db8::7]:8443", "2001:db8::7", 8443, "https://[2001:db8::7]:8443/");
	assert_int_equal(target.address.family, FAMILY_IPV6);
}

static void test_what_is_none(void **state)
{
	(void)state;
	assert_no_target("http://example.com/", "it is not https");
	assert_no_target("ftp://example.com/", "it is not https");
	assert_no_target("https://", "\"https://\" is not a target");
	assert_no_target("example.com:70000", "\"example.com:70000\" is not a target");
	assert_no_target("example.com:0", "");
	assert_no_target("a b", "\"a b\" is not a target");
}

/* The words end with NULL. */
static int parse(const char *const *words)
{
	int count = 0;

	while (words[count])
		count++;
	memset(&err, 0, sizeof(err));
	return options_parse(count, (char *const *)words, &options, &err);
}

static void test_options(void **state)
{
	(void)state;
	assert_int_equal(parse((const char *[]){"fwport-check", "--timeout=3", "--stage=tcp", "--json",
						"--ipv6", "--watch", "a", "b", NULL}),
			 -1);
	assert_string_equal(err.text, "--watch is for a terminal, and has the form of a table alone");
	assert_int_equal(parse((const char *[]){"fwport-check", "--timeout=3", "--stage=tcp", "--json",
						"--ipv6", "a", "b", NULL}),
			 0);
	assert_int_equal(options.timeout, 3000);
	assert_int_equal(options.last_stage, LAST_STAGE_TCP);
	assert_int_equal(options.form, REPORT_JSON);
	assert_int_equal(options_families(&options), FAMILY_BIT(FAMILY_IPV6));
	assert_int_equal(options.target_count, 2);
	assert_string_equal(options.targets[1], "b");
	assert_int_equal(options.oracle, ORACLE_NONE);
}

static void test_options_that_are_wrong(void **state)
{
	(void)state;
	assert_int_equal(parse((const char *[]){"fwport-check", "--timeout=0", "a", NULL}), -1);
	assert_string_equal(err.text, "--timeout \"0\" is not a number from 1 to 600");
	assert_int_equal(parse((const char *[]){"fwport-check", "--stage=quic", "a", NULL}), -1);
	assert_string_equal(err.text, "--stage \"quic\" is not one of tcp, tls, http");
	assert_int_equal(parse((const char *[]){"fwport-check", "--json", "--nagios", "a", NULL}), -1);
	assert_string_equal(err.text, "of --json, --nagios and --prometheus only one can be had");
	assert_int_equal(parse((const char *[]){"fwport-check", NULL}), -1);
	assert_int_equal(parse((const char *[]){"fwport-check", "--key=a", "b", NULL}), -1);
	assert_int_equal(parse((const char *[]){"fwport-check", "--never", "b", NULL}), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hosts_and_urls), cmocka_unit_test(test_names_in_other_alphabets),
		cmocka_unit_test(test_addresses),      cmocka_unit_test(test_what_is_none),
		cmocka_unit_test(test_options),        cmocka_unit_test(test_options_that_are_wrong),
	};
	int failed = cmocka_run_group_tests_name("reach_target", tests, NULL, NULL);

	pool_free(&pool);
	return failed;
}
