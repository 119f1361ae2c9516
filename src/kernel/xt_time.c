/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The match on the time: dates, hours and days, of UTC or, with a flag, of the kernel's own time zone. nft has dates and hours of
 * the first and days of the second. Days of the month, which it does not have, are not understood.
 */
#include "xt_decode.h"
#include "xt_lower.h"

#include <endian.h>
#include <limits.h>
#include <netinet/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_time.h>

enum { SECOND = 1000 * 1000 * 1000, SUNDAY = 7 };

/* An end of INT_MAX is how iptables writes none. */
static bool has_dates(const struct xt_time_info *info)
{
	return info->date_start > 0 || info->date_stop < INT_MAX;
}

static bool has_hours(const struct xt_time_info *info)
{
	return info->daytime_start != XT_TIME_MIN_DAYTIME || info->daytime_stop != XT_TIME_MAX_DAYTIME;
}

static bool has_days(const struct xt_time_info *info)
{
	return (info->weekdays_match & XT_TIME_ALL_WEEKDAYS) != XT_TIME_ALL_WEEKDAYS;
}

static void dates_test(const struct xt_time_info *info, struct op_list *out)
{
	const uint64_t from = htobe64((uint64_t)info->date_start * SECOND),
		       to = htobe64((uint64_t)info->date_stop * SECOND + SECOND - 1);

	xt_meta(out, NFT_META_TIME_NS, sizeof(from));
	xt_swap(out, sizeof(from));
	xt_between(out, &from, &to, sizeof(from), false);
}

/* What begins later than it ends goes on over midnight: it leaves out what is in between. */
static void hours_test(const struct xt_time_info *info, struct op_list *out)
{
	bool over_midnight = info->daytime_start >= info->daytime_stop;
	uint32_t from = htonl(over_midnight ? info->daytime_stop + 1 : info->daytime_start);
	uint32_t to = htonl(over_midnight ? info->daytime_start - 1 : info->daytime_stop);

	if (over_midnight && info->daytime_start - info->daytime_stop <= 1)
		return;
	xt_meta(out, NFT_META_TIME_HOUR, sizeof(from));
	xt_swap(out, sizeof(from));
	xt_between(out, &from, &to, sizeof(from), over_midnight);
}

/* x_tables counts from Monday to 7, nft from Sunday, which is 0. */
static void days_test(const struct xt_time_info *info, struct op_list *out)
{
	uint32_t days = info->weekdays_match & XT_TIME_ALL_WEEKDAYS;
	bool local = info->flags & XT_TIME_LOCAL_TZ;

	if (!days) {
		xt_never(out);
		return;
	}
	xt_meta(out, local ? (uint32_t)NFT_META_TIME_DAY : (uint32_t)META_UTC_DAY, 1);
	xt_one_of_bits(out, (days & ~(1u << SUNDAY)) | days >> SUNDAY, 1, false);
}

static bool is_understood(const struct xt_time_info *info)
{
	bool local = info->flags & XT_TIME_LOCAL_TZ;
	bool before_midnight = info->flags & XT_TIME_CONTIGUOUS; /* the day is that on which it began */

	return !(info->flags & ~XT_TIME_ALL_FLAGS) &&
	       (info->monthdays_match & XT_TIME_ALL_MONTHDAYS) == XT_TIME_ALL_MONTHDAYS &&
	       info->daytime_start <= XT_TIME_MAX_DAYTIME && info->daytime_stop <= XT_TIME_MAX_DAYTIME &&
	       !(local && (has_dates(info) || has_hours(info))) && !(before_midnight && has_days(info));
}

static bool time_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_time_info *info = in->info;

	if (!is_understood(info))
		return false;
	if (has_dates(info))
		dates_test(info, out);
	if (has_hours(info))
		hours_test(info, out);
	if (has_days(info))
		days_test(info, out);
	return true;
}

static const struct xt_kind kinds[] = {
	{"time", 0, NFPROTO_UNSPEC, sizeof(struct xt_time_info), time_decode},
};

const struct xt_kinds xt_time_matches = {kinds, COUNT(kinds)};
