/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as Alt-Svc, as Strict-Transport-Security, as Location and as a page: a port is one, a place that is led to has a URL, and a
 * title is one line of 200 bytes at most.
 */
#include "alt_svc.h"
#include "hsts.h"
#include "redirect.h"
#include "title.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void require(bool promise)
{
	if (!promise)
		abort();
}

static void read_location(const char *location, struct pool *pool)
{
	struct redirect to, again;
	struct error err;

	require(redirect_read("https://site.test/a/b?c", location, pool, &to, &err) == 0);
	require(to.url || (!to.to_https && !to.to_http && !to.to_other_host));
	require(!(to.to_https && to.to_http));
	if (!to.url)
		return;
	require(!strchr(to.url, '#') && redirect_read("https://site.test/", to.url, pool, &again, &err) == 0);
}

static void read_page(const char *page, size_t length, struct pool *pool)
{
	const char *title;
	struct error err;

	require(title_find(page, length, pool, &title, &err) == 0);
	require(!title || (*title && strlen(title) <= 200 && !strpbrk(title, "\r\n<")));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	CLEANUP(pool_free) struct pool pool = {0};
	char *text = pool_alloc(&pool, length + 1);

	require(text != NULL);
	if (length)
		memcpy(text, bytes, length);
	alt_svc_h3_port(text);
	require(hsts_max_age(text) >= -1);
	read_location(text, &pool);
	read_page((const char *)bytes, length, &pool);
	return 0;
}
