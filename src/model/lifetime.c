/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lifetimes and moments to text and back. Moments are told in UTC, as iptables lists the dates of its rules.
 */
#include "fwport/lifetime.h"

#include "fwport/pool.h"
#include "fwport/text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

/* Leap years come round after 400. */
enum {
	MINUTE = 60,
	HOUR = 60 * MINUTE,
	DAY = 24 * HOUR,
	FIRST_YEAR = 1970,
	CYCLE_YEARS = 400,
	CYCLE_DAYS = 146097
};

static const struct {
	char letter;
	const char *word;
	int64_t seconds;
} units[] = {
	{'d', "d", DAY},
	{'h', "h", HOUR},
	{'m', "min", MINUTE},
	{'s', "s", 1},
};

enum { UNITS = sizeof(units) / sizeof(units[0]) };

static const int64_t longest = 3650LL * DAY;

/* Digits, until they say more than any lifetime; *at is moved behind them. */
static bool number_read(const char **at, int64_t *out)
{
	const char *first = *at;

	for (*out = 0; **at >= '0' && **at <= '9'; (*at)++)
		if (*out <= longest)
			*out = *out * 10 + (**at - '0');
	return *at != first;
}

/* The parts from the largest unit to the smallest, each once at most. */
static bool parts_read(const char *text, int64_t *out)
{
	size_t unit = 0;

	*out = 0;
	do {
		int64_t number;

		if (!number_read(&text, &number))
			return false;
		while (unit < UNITS && units[unit].letter != *text)
			unit++;
		if (unit == UNITS)
			return false;
		*out += number * units[unit++].seconds;
		text++;
	} while (*text);
	return true;
}

int lifetime_parse(const char *text, int64_t *seconds, struct error *err)
{
	CLEANUP(text_free) struct text quoted = {0};
	int64_t sum;

	text_add_quoted(&quoted, text);
	if (!parts_read(text, &sum)) {
		error_set(err, ERROR_USAGE, "%s is not a duration", text_string(&quoted));
		return error_hint(err, "durations are like 30s, 10m, 2h, 1d or 1h30m");
	}
	if (sum < 1 || sum > longest)
		return error_set(err, ERROR_USAGE, "a duration of %s is out of range 1s-3650d",
				 text_string(&quoted));
	*seconds = sum;
	return 0;
}

const char *lifetime_text(int64_t seconds, char out[LIFETIME_TEXT])
{
	size_t unit = 0;
	int64_t whole, rest;

	while (unit + 1 < UNITS && seconds < units[unit].seconds)
		unit++;
	whole = seconds / units[unit].seconds;
	rest = unit + 1 < UNITS ? seconds % units[unit].seconds / units[unit + 1].seconds : 0;
	if (rest)
		snprintf(out, LIFETIME_TEXT, "%" PRId64 " %s %" PRId64 " %s", whole, units[unit].word, rest,
			 units[unit + 1].word);
	else
		snprintf(out, LIFETIME_TEXT, "%" PRId64 " %s", whole, units[unit].word);
	return out;
}

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int64_t year_days(int64_t year)
{
	return is_leap(year) ? 366 : 365;
}

static int64_t month_days(int64_t year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month] + (month == 1 && is_leap(year));
}

const char *moment_text(int64_t moment, char out[MOMENT_TEXT])
{
	int64_t days = moment / DAY, second = moment % DAY, year = FIRST_YEAR;
	int month = 0;

	year += days / CYCLE_DAYS * CYCLE_YEARS;
	for (days %= CYCLE_DAYS; days >= year_days(year); year++)
		days -= year_days(year);
	for (; days >= month_days(year, month); month++)
		days -= month_days(year, month);
	snprintf(out, MOMENT_TEXT, "%" PRId64 "-%02d-%02d %02d:%02d:%02d UTC", year, month + 1, (int)days + 1,
		 (int)(second / HOUR), (int)(second % HOUR / MINUTE), (int)(second % MINUTE));
	return out;
}
