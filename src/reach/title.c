/* SPDX-License-Identifier: GPL-2.0-or-later */
/* No HTML parser: what stands between <title> and the next "<". Entities stay as they are. */
#include "title.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

enum { TITLE_MOST = 200 };

static const char tag[] = "<title";

/* Behind "<title ...>", or NULL. */
static const char *title_begin(const char *at, const char *end)
{
	for (; (size_t)(end - at) > strlen(tag); at++)
		if (strncasecmp(at, tag, strlen(tag)) == 0) {
			at = memchr(at, '>', (size_t)(end - at));
			return at ? at + 1 : NULL;
		}
	return NULL;
}

int title_find(const char *bytes, size_t length, struct pool *pool, const char **out, struct error *err)
{
	const char *end = bytes + length, *at = length ? title_begin(bytes, end) : NULL;
	char title[TITLE_MOST + 1];
	size_t count = 0;

	*out = NULL;
	for (; at && at < end && *at && *at != '<' && count < TITLE_MOST; at++)
		if (!isspace((unsigned char)*at))
			title[count++] = *at;
		else if (count && title[count - 1] != ' ')
			title[count++] = ' ';
	while (count && title[count - 1] == ' ')
		count--;
	if (!count)
		return 0;
	title[count] = '\0';
	*out = pool_text(pool, title);
	return *out ? 0 : error_memory(err);
}
