/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The recent match: its lists as sets, and how often and how lately they must have seen an address. */
#include "xt.h"

#include <arpa/inet.h>
#include <string.h>
#include <linux/netfilter.h>
#include <linux/netfilter/xt_recent.h>
#include "cmocka_all.h"

static struct xt_recent_mtinfo_v1 recent(uint8_t check_set)
{
	struct xt_recent_mtinfo_v1 info = {.check_set = check_set, .name = "SSH"};

	memset(&info.mask, 0xff, sizeof(info.mask));
	return info;
}

static const char *said(struct xt_recent_mtinfo_v1 info)
{
	return xt_match_text("recent", 1, NFPROTO_IPV4, &info, sizeof(info));
}

static void test_set_always_matches(void **state)
{
	struct xt_recent_mtinfo_v1 info = recent(XT_RECENT_SET);

	(void)state;
	assert_string_equal(said(info), "update @SSH { ip saddr }");
	info.side = XT_RECENT_DEST;
	assert_string_equal(said(info), "update @SSH { ip daddr }");
	info.mask.ip = inet_addr("255.255.255.0");
	assert_string_equal(said(info), "update @SSH { ip daddr & 255.255.255.0 }");
	info = recent(XT_RECENT_SET);
	info.invert = 1;
	assert_string_equal(said(info), "update @SSH { ip saddr } break");
}

static void test_check_looks_up(void **state)
{
	struct xt_recent_mtinfo_v1 info = recent(XT_RECENT_CHECK);

	(void)state;
	assert_string_equal(said(info), "ip saddr @SSH");
	info.invert = 1;
	assert_string_equal(said(info), "ip saddr != @SSH");
	info = recent(XT_RECENT_CHECK | XT_RECENT_TTL | XT_RECENT_REAP);
	info.seconds = 60;
	assert_string_equal(said(info), "ip saddr @SSH seen in 60 seconds with this ttl");
}

static void test_update_and_remove_write_where_they_match(void **state)
{
	struct xt_recent_mtinfo_v1 info = recent(XT_RECENT_UPDATE);

	(void)state;
	info.seconds = 60;
	info.hit_count = 4;
	assert_string_equal(said(info), "ip saddr @SSH seen 4 times in 60 seconds update @SSH { ip saddr }");
	info.invert = 1;
	assert_string_equal(said(info), "[opaque xt match recent]");
	info = recent(XT_RECENT_REMOVE);
	assert_string_equal(said(info), "ip saddr @SSH delete @SSH { ip saddr }");
	info.invert = 1;
	assert_string_equal(said(info), "[opaque xt match recent]");
}

static void test_the_form_without_a_mask(void **state)
{
	const struct xt_recent_mtinfo info = {.check_set = XT_RECENT_CHECK, .name = "SSH"};

	(void)state;
	assert_string_equal(xt_match_text("recent", 0, NFPROTO_IPV6, &info, sizeof(info)), "ip6 saddr @SSH");
}

static void test_what_nobody_knows_is_opaque(void **state)
{
	struct xt_recent_mtinfo_v1 info = recent(XT_RECENT_CHECK | 0x40);

	(void)state;
	assert_string_equal(said(info), "[opaque xt match recent]");
	assert_string_equal(said(recent(XT_RECENT_CHECK | XT_RECENT_SET)), "[opaque xt match recent]");
	info = recent(XT_RECENT_CHECK);
	info.side = 2;
	assert_string_equal(said(info), "[opaque xt match recent]");
	info = recent(XT_RECENT_CHECK);
	memset(info.name, 'a', sizeof(info.name));
	assert_string_equal(said(info), "[opaque xt match recent]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set_always_matches),
		cmocka_unit_test(test_check_looks_up),
		cmocka_unit_test(test_update_and_remove_write_where_they_match),
		cmocka_unit_test(test_the_form_without_a_mask),
		cmocka_unit_test(test_what_nobody_knows_is_opaque),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
