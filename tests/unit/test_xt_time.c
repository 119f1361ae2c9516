/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The match on the time: what it says in nft's words, and what is not understood of it. */
#include "xt.h"

#include <limits.h>
#include <linux/netfilter.h>
#include <linux/netfilter/xt_time.h>
#include "cmocka_all.h"

enum { HOUR = 3600 };

static const char opaque[] = "[opaque xt match time]";

/* As iptables writes it when nothing is asked for. */
static const struct xt_time_info always = {
	.date_stop = INT_MAX,
	.daytime_stop = XT_TIME_MAX_DAYTIME,
	.monthdays_match = XT_TIME_ALL_MONTHDAYS,
	.weekdays_match = XT_TIME_ALL_WEEKDAYS,
};

static const char *text(struct xt_time_info info)
{
	return xt_match_text("time", 0, NFPROTO_IPV4, &info, sizeof(info));
}

static const char *hours(uint32_t from, uint32_t to)
{
	struct xt_time_info info = always;

	info.daytime_start = from;
	info.daytime_stop = to;
	return text(info);
}

static void test_hours(void **state)
{
	(void)state;
	assert_string_equal(text(always), "");
	assert_string_equal(hours(8 * HOUR, 18 * HOUR), "meta hour \"08:00 UTC\"-\"18:00 UTC\"");
	assert_string_equal(hours(22 * HOUR, 6 * HOUR), "meta hour != \"06:00:01 UTC\"-\"21:59:59 UTC\"");
	assert_string_equal(hours(8 * HOUR, 8 * HOUR), "");
	assert_string_equal(hours(8 * HOUR, 24 * HOUR), opaque);
}

static const char *days(uint8_t mask, uint8_t flags)
{
	struct xt_time_info info = always;

	info.weekdays_match = mask;
	info.flags = flags;
	return text(info);
}

static void test_days(void **state)
{
	(void)state;
	assert_string_equal(days(1 << 1, 0), "meta day \"Monday\"");
	assert_string_equal(days(1 << 7 | 1 << 6, 0), "meta day { \"Sunday\", \"Saturday\" }");
	assert_string_equal(days(1 << 7, XT_TIME_LOCAL_TZ), "meta day \"Sunday\"");
	assert_string_equal(days(0, 0), "break");
	assert_string_equal(days(1 << 1, XT_TIME_CONTIGUOUS), opaque);
	assert_string_equal(days(XT_TIME_ALL_WEEKDAYS, 1 << 2), opaque);
}

static void test_dates(void **state)
{
	struct xt_time_info info = always;

	(void)state;
	info.date_start = 1;
	info.date_stop = 2;
	assert_string_equal(text(info), "meta time \"1970-01-01 00:00:01 UTC\"-\"1970-01-01 00:00:02 UTC\"");
	info.flags = XT_TIME_LOCAL_TZ;
	assert_string_equal(text(info), opaque);
	info = always;
	info.monthdays_match = 1 << 1;
	assert_string_equal(text(info), opaque);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hours),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
