/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is read of an answer beside its status: Alt-Svc, Location, the title of the page. */
#include "cmocka_all.h"

#include "alt_svc.h"
#include "hsts.h"
#include "redirect.h"
#include "title.h"

#include <string.h>

static struct pool pool;
static struct error err;

static void test_alt_svc(void **state)
{
	static const struct {
		const char *value;
		uint16_t port;
	} rows[] = {
		{"h3=\":443\"; ma=86400", 443},
		{"h3=\":8443\"", 8443},
		{"h2=\":443\", h3=\":444\"", 444},
		{"h2=\":443\"; x=\"a,h3=\\\":1\\\"\",\th3=\":445\"", 445},
		{"h3-29=\":443\"", 0},
		{"h3=\"other.test:443\"", 0},
		{"h3=\"other.test:443\", h3=\":446\"", 446},
		{"clear", 0},
		{"", 0},
		{"h3", 0},
		{"h3=\":", 0},
		{"h3=\":443", 0},
		{"h3=\":\"", 0},
		{"h3=\":0\"", 0},
		{"h3=\":65536\"", 0},
		{"h3=\":4430000000000000000443\"", 0},
		{"h3=\":44a\"", 0},
		{"x=\"\\", 0},
		{",,,", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(alt_svc_h3_port(rows[i].value), rows[i].port);
}

static void test_hsts(void **state)
{
	static const struct {
		const char *value;
		int64_t seconds;
	} rows[] = {
		{"max-age=31536000", 31536000},
		{"max-age=31536000; includeSubDomains", 31536000},
		{"includeSubDomains; preload ;MAX-AGE = \"60\"", 60},
		{"max-age=0", 0},
		{"max-age=99999999999999999999", INT64_MAX},
		{"max-age=", -1},
		{"max-age", -1},
		{"max-age=x", -1},
		{"max-ages=60", -1},
		{"includeSubDomains", -1},
		{";;", -1},
		{"", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(hsts_max_age(rows[i].value), rows[i].seconds);
}

static void test_redirects(void **state)
{
	static const char base[] = "https://site.test/a/b?c";
	static const struct {
		const char *location, *url;
		bool to_https, to_http, to_other_host;
	} rows[] = {
		{"/x", "https://site.test/x", true, false, false},
		{"x", "https://site.test/a/x", true, false, false},
		{"?q", "https://site.test/a/b?q", true, false, false},
		{"/x#part", "https://site.test/x", true, false, false},
		{"//other.test/x", "https://other.test/x", true, false, true},
		{"https://SITE.test./", "https://SITE.test./", true, false, false},
		{"https://site.test:8443/", "https://site.test:8443/", true, false, false},
		{"http://site.test/", "http://site.test/", false, true, false},
		{"http://evil.site.test/", "http://evil.site.test/", false, true, true},
		{"ftp://site.test/", "ftp://site.test/", false, false, false},
		{"https://", NULL, false, false, false},
		{"https://a b/", NULL, false, false, false},
	};
	struct redirect to;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(redirect_read(base, rows[i].location, &pool, &to, &err), 0);
		if (!rows[i].url) {
			assert_null(to.url);
			continue;
		}
		assert_string_equal(to.url, rows[i].url);
		assert_int_equal(to.to_https, rows[i].to_https);
		assert_int_equal(to.to_http, rows[i].to_http);
		assert_int_equal(to.to_other_host, rows[i].to_other_host);
	}
}

static void test_codes_that_send_on(void **state)
{
	static const int codes[] = {301, 302, 303, 307, 308},
			 others[] = {-1, 200, 300, 304, 305, 306, 309, 404};

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		assert_true(redirect_is(codes[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(redirect_is(others[i]));
}

static void assert_title(const char *page, const char *expected)
{
	const char *title;

	assert_int_equal(title_find(page, strlen(page), &pool, &title, &err), 0);
	if (expected)
		assert_string_equal(title, expected);
	else
		assert_null(title);
}

static void test_titles(void **state)
{
	(void)state;
	assert_title("<html><head><title>Log in</title>", "Log in");
	assert_title("<TITLE lang=en>\n  Log\t\tin\r\n to  it </TITLE>", "Log in to it");
	assert_title("<title>not ended", "not ended");
	assert_title("<title></title>", NULL);
	assert_title("<title>  </title>", NULL);
	assert_title("<title", NULL);
	assert_title("<title lang", NULL);
	assert_title("no page", NULL);
	assert_title("", NULL);
}

static void test_a_long_title_is_cut(void **state)
{
	char page[1024] = "<title>";
	const char *title;

	(void)state;
	memset(page + strlen(page), 'x', 900);
	assert_int_equal(title_find(page, strlen(page), &pool, &title, &err), 0);
	assert_int_equal(strlen(title), 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hsts),      cmocka_unit_test(test_alt_svc),
		cmocka_unit_test(test_redirects), cmocka_unit_test(test_codes_that_send_on),
		cmocka_unit_test(test_titles),    cmocka_unit_test(test_a_long_title_is_cut),
	};
	int failed = cmocka_run_group_tests_name("reach_answers", tests, NULL, NULL);

	pool_free(&pool);
	return failed;
}
