/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The time that a rule asks for is now and any other until this time tomorrow: what comes out the same for all of them is told as
 * it is, the rest depends on the time. A rule of ours says until when its opening is there, and is asked about now alone. Days of
 * the week are those of the kernel's own time zone, those of xt_time's own and hours are UTC (nft_meta.c, xt_time.c).
 */
#include "clock.h"

#include <linux/netfilter/nf_tables.h>

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR, WEEK = 7, THURSDAY = 4 };

static bool is_day(const struct op *op)
{
	return op->meta.key == NFT_META_TIME_DAY || op->meta.key == META_UTC_DAY;
}

static uint8_t day_of_week(int64_t seconds, uint32_t days_from_now)
{
	return (uint8_t)((THURSDAY + seconds / DAY + days_from_now) % WEEK); /* 1970 began on one */
}

uint32_t clock_choices(const struct op *op, const struct scene *scene)
{
	return op->kind == OP_META && is_day(op) && scene->host->now ? 2 : 0;
}

static enum truth put(const struct op *op, const void *bytes, const void *unknown,
		      struct registers *registers)
{
	registers_write(registers, op->dreg, bytes, unknown, op->length,
			unknown ? ORIGIN_UNKNOWN : ORIGIN_FIXED);
	return YES;
}

static enum truth put_date(const struct op *op, const struct scene *scene, struct registers *registers)
{
	const struct host *host = scene->host;
	const uint64_t second = 1000 * 1000 * 1000, now = (uint64_t)host->now * second,
		       loose = loose_bits(now, now + DAY * second), bits = now & ~loose;

	if (scene->at_once)
		return put(op, &now, NULL, registers);
	return put(op, &bits, &loose, registers);
}

static enum truth put_hour(const struct op *op, struct registers *registers)
{
	const uint32_t none = 0, loose = (uint32_t)loose_bits(0, DAY - 1);

	return put(op, &none, &loose, registers);
}

enum truth clock_load(const struct op *op, const struct scene *scene, const struct world *world,
		      struct registers *registers)
{
	const struct host *host = scene->host;
	int64_t west = (int64_t)MINUTE * host->minutes_west;
	uint8_t day;

	if (op->meta.key == NFT_META_TIME_HOUR)
		return put_hour(op, registers);
	if (op->meta.key == NFT_META_TIME_NS && host->now)
		return put_date(op, scene, registers);
	if (is_day(op) && world->chosen_by == op) {
		day = day_of_week(host->now - (op->meta.key == META_UTC_DAY ? 0 : west), world->chosen);
		return put(op, &day, NULL, registers);
	}
	registers_write_unknown(registers, op->dreg, op->length, ORIGIN_UNKNOWN);
	return YES;
}

const char *clock_words(const char *what, const struct host *host, struct pool *pool)
{
	static const char *const days[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
					   "Thursday", "Friday", "Saturday"};
	unsigned minutes = (unsigned)(host->now % DAY / MINUTE);

	if (!host->now)
		return what;
	return pool_format(pool, "%s, now %s %02u:%02u UTC", what, days[day_of_week(host->now, 0)],
			   minutes / 60, minutes % 60);
}
