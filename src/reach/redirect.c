/* SPDX-License-Identifier: GPL-2.0-or-later */
/* URLs are resolved by libcurl, which will be asked to go there. */
#include "redirect.h"

#include "url.h"

#include <string.h>
#include <strings.h>

bool redirect_is(int code)
{
	return code == 301 || code == 302 || code == 303 || code == 307 || code == 308;
}

static bool same_host(const char *a, const char *b)
{
	size_t length_a = strlen(a), length_b = strlen(b);

	length_a -= length_a && a[length_a - 1] == '.';
	length_b -= length_b && b[length_b - 1] == '.';
	return length_a == length_b && strncasecmp(a, b, length_a) == 0;
}

static int read_whole(CURLU *url, const char *host_before, const char *port_before, struct pool *pool,
		      struct redirect *out, struct error *err)
{
	CLEANUP(url_text_free) char *whole = NULL, *scheme = NULL, *host = NULL, *port = NULL;

	curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0);
	if (curl_url_get(url, CURLUPART_URL, &whole, 0) != CURLUE_OK ||
	    curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(url, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		return 0;
	curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
	out->to_other_port = !port || strcmp(port, port_before) != 0;
	out->url = pool_text(pool, whole);
	out->to_https = strcmp(scheme, "https") == 0;
	out->to_http = strcmp(scheme, "http") == 0;
	out->to_other_host = !same_host(host, host_before);
	return out->url ? 0 : error_memory(err);
}

int redirect_read(const char *base, const char *location, struct pool *pool, struct redirect *out,
		  struct error *err)
{
	CLEANUP(url_free) CURLU *url = curl_url();
	CLEANUP(url_text_free) char *host_before = NULL, *port_before = NULL;
	CURLUcode code;

	*out = (struct redirect){0};
	if (!url)
		return error_memory(err);
	if (curl_url_set(url, CURLUPART_URL, base, 0) != CURLUE_OK ||
	    curl_url_get(url, CURLUPART_HOST, &host_before, 0) != CURLUE_OK ||
	    curl_url_get(url, CURLUPART_PORT, &port_before, CURLU_DEFAULT_PORT) != CURLUE_OK)
		return 0;
	code = curl_url_set(url, CURLUPART_URL, location, CURLU_URLENCODE | CURLU_NON_SUPPORT_SCHEME);
	if (code == CURLUE_OUT_OF_MEMORY)
		return error_memory(err);
	return code == CURLUE_OK ? read_whole(url, host_before, port_before, pool, out, err) : 0;
}
