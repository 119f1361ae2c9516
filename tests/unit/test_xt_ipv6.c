/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The matches on IPv6's further headers, which packets of a conversation do not have. */
#include "xt.h"

#include <stdbool.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv6/ip6t_ah.h>
#include <linux/netfilter_ipv6/ip6t_frag.h>
#include <linux/netfilter_ipv6/ip6t_ipv6header.h>
#include <linux/netfilter_ipv6/ip6t_mh.h>
#include <linux/netfilter_ipv6/ip6t_opts.h>
#include <linux/netfilter_ipv6/ip6t_rt.h>
#include "cmocka_all.h"

static const char *header(const char *name, size_t size)
{
	static const struct ip6t_rt none; /* the largest */

	return xt_match_text(name, 0, NFPROTO_IPV6, &none, size);
}

static void test_headers_that_are_not_there_never_match(void **state)
{
	(void)state;
	assert_string_equal(header("ah", sizeof(struct ip6t_ah)), "break");
	assert_string_equal(header("frag", sizeof(struct ip6t_frag)), "break");
	assert_string_equal(header("hbh", sizeof(struct ip6t_opts)), "break");
	assert_string_equal(header("dst", sizeof(struct ip6t_opts)), "break");
	assert_string_equal(header("rt", sizeof(struct ip6t_rt)), "break");
	assert_string_equal(header("mh", sizeof(struct ip6t_mh)), "break");
	assert_string_equal(header("mh", 64), "[opaque xt match mh]");
}

static const char *headers(uint8_t match, uint8_t invert, bool soft)
{
	const struct ip6t_ipv6header_info info = {match, invert, soft};

	return xt_match_text("ipv6header", 0, NFPROTO_IPV6, &info, sizeof(info));
}

static void test_which_headers_there_are(void **state)
{
	(void)state;
	assert_string_equal(headers(MASK_PROTO, 0, false), "");
	assert_string_equal(headers(MASK_PROTO, 0xff, false), "break");
	assert_string_equal(headers(MASK_PROTO | MASK_ROUTING, 0, false), "break");
	assert_string_equal(headers(MASK_FRAGMENT, 0xff, false), "");
	assert_string_equal(headers(MASK_PROTO, 0, true), "");
	assert_string_equal(headers(MASK_PROTO | MASK_FRAGMENT, 0, true), "break");
	assert_string_equal(headers(MASK_FRAGMENT, MASK_FRAGMENT, true), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers_that_are_not_there_never_match),
		cmocka_unit_test(test_which_headers_there_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
