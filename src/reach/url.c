/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host that holds a colon is an IPv6 address. */
#include "url.h"

#include <string.h>

void url_free(CURLU **url)
{
	curl_url_cleanup(*url);
}

void url_text_free(char **text)
{
	curl_free(*text);
}

char *url_part(CURLU *url, CURLUPart what, unsigned flags, struct pool *pool)
{
	CLEANUP(url_text_free) char *text = NULL;

	return pool_text(pool, curl_url_get(url, what, &text, flags) == CURLUE_OK ? text : "");
}

char *host_without_brackets(char *host)
{
	const size_t length = strlen(host);

	if (length < 2 || host[0] != '[')
		return host;
	host[length - 1] = '\0';
	return host + 1;
}

const char *host_in_brackets(const char *host, struct pool *pool)
{
	return strchr(host, ':') ? pool_format(pool, "[%s]", host) : host;
}
