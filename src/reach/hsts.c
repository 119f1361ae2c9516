/* SPDX-License-Identifier: GPL-2.0-or-later */
/* max-age=31536000; includeSubDomains. Directives are parted by semicolons, in any case, and a value may stand in quotes. */
#include "hsts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Longer than a life; more digits would not fit. */
enum { DIGITS_MOST = 10 };

static const char directive[] = "max-age";

static int64_t seconds(const char *text)
{
	const char *digits = text + (*text == '"');
	const size_t count = strspn(digits, "0123456789");

	if (!count)
		return -1;
	return count > DIGITS_MOST ? INT64_MAX : (int64_t)strtoll(digits, NULL, 10);
}

/* "max-age=60", or -1 where it is another directive. */
static int64_t max_age(const char *text)
{
	if (strncasecmp(text, directive, strlen(directive)) != 0)
		return -1;
	text += strlen(directive);
	text += strspn(text, " \t");
	return *text == '=' ? seconds(text + 1 + strspn(text + 1, " \t")) : -1;
}

int64_t hsts_max_age(const char *value)
{
	int64_t found = -1;

	for (const char *at = value; *at && found < 0; at += *at == ';') {
		at += strspn(at, " \t");
		found = max_age(at);
		at += strcspn(at, ";");
	}
	return found;
}
