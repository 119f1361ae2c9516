/* SPDX-License-Identifier: GPL-2.0-or-later */
/* URLs are taken apart by libcurl, so that what is asked for is what was looked at. */
#include "target.h"

#include "url.h"

#include <stdlib.h>
#include <string.h>

enum { HOST_MOST = 253, PORT_DEFAULT = 443 };

static int no_target(const char *text, const char *why, struct error *err)
{
	error_set(err, ERROR_USAGE, "\"%s\" is not a target: %s", text, why);
	return error_hint(
		err,
		"https://example.com/path, example.com, example.com:8443, 192.0.2.7 or [2001:db8::7]:8443");
}

/* A bare IPv6 address is one, and no host with a port. */
static char *with_brackets(const char *text, struct pool *pool)
{
	struct address address;
	struct error ignored;

	if (address_parse(text, (struct place){0}, &address, &ignored) == 0 && address.family == FAMILY_IPV6)
		return pool_format(pool, "[%s]", text);
	return pool_text(pool, text);
}

/* As nameservers and certificates have it (IDNA); what cannot be written so stays as it is. */
static char *ascii_host(CURLU *url, struct pool *pool)
{
#ifdef CURLU_PUNYCODE
	char *host = url_part(url, CURLUPART_HOST, CURLU_PUNYCODE, pool);

	if (!host || *host)
		return host;
#endif
	return url_part(url, CURLUPART_HOST, 0, pool);
}

static int check_parts(const char *text, const struct target *target, const char *scheme, struct error *err)
{
	if (strcmp(scheme, "https") != 0)
		return no_target(text, "it is not https", err);
	if (!*target->host || strlen(target->host) > HOST_MOST)
		return no_target(text, "its host is empty, or longer than a name can be", err);
	if (!target->port)
		return no_target(text, "port 0 cannot be connected to", err);
	return 0;
}

static int take_apart(CURLU *url, const char *text, struct pool *pool, struct target *target,
		      struct error *err)
{
	char *host = ascii_host(url, pool), *port = url_part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT, pool);
	const char *scheme = url_part(url, CURLUPART_SCHEME, 0, pool);
	struct error ignored;

	target->url = url_part(url, CURLUPART_URL, 0, pool);
	target->text = pool_text(pool, text);
	if (!host || !port || !scheme || !target->url || !target->text)
		return error_memory(err);
	target->host = host_without_brackets(host);
	target->port = (uint16_t)strtoul(port, NULL, 10);
	target->is_address = address_parse(target->host, (struct place){0}, &target->address, &ignored) == 0;
	return check_parts(text, target, scheme, err);
}

int target_parse(const char *text, struct pool *pool, struct target *out, struct error *err)
{
	CLEANUP(url_free) CURLU *url = curl_url();
	const char *whole = with_brackets(text, pool);
	struct target target = {0};
	CURLUcode code;

	if (!url || !whole)
		return error_memory(err);
	if (!strstr(whole, "://"))
		whole = pool_format(pool, "https://%s", whole);
	if (!whole)
		return error_memory(err);
	code = curl_url_set(url, CURLUPART_URL, whole, CURLU_NON_SUPPORT_SCHEME);
	if (code == CURLUE_OUT_OF_MEMORY)
		return error_memory(err);
	if (code != CURLUE_OK)
		return no_target(text, curl_url_strerror(code), err);
	if (take_apart(url, text, pool, &target, err) < 0)
		return -1;
	*out = target;
	return 0;
}
