/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which proxy curl would ask, by its own rules: --proxy, or the first variable that is set and not empty; and none for what NO_PROXY
 * names. Settings are taken apart by libcurl, as it does itself.
 */
#include "proxy.h"

#include "no_proxy.h"
#include "stages.h"
#include "url.h"

#include <stdlib.h>
#include <string.h>

enum { PORT_OF_HTTPS_PROXY = 443, PORT_OF_OTHER_PROXY = 1080 };

static const char *const proxy_variables[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
static const char *const exception_variables[] = {"no_proxy", "NO_PROXY"};
static const char *const schemes[] = {"http", "https", "socks4", "socks4a", "socks5", "socks5h"};

enum {
	PROXY_VARIABLES = sizeof(proxy_variables) / sizeof(proxy_variables[0]),
	EXCEPTION_VARIABLES = sizeof(exception_variables) / sizeof(exception_variables[0]),
	SCHEMES = sizeof(schemes) / sizeof(schemes[0])
};

/* The first that is set and not empty; *name: which one. */
static const char *variable(const char *const *names, size_t count, const char **name)
{
	for (size_t i = 0; i < count; i++) {
		const char *value = getenv(names[i]);

		*name = names[i];
		if (value && *value)
			return value;
	}
	return NULL;
}

static bool scheme_is_known(const char *scheme)
{
	for (size_t i = 0; i < SCHEMES; i++)
		if (strcmp(scheme, schemes[i]) == 0)
			return true;
	return false;
}

static uint16_t port_of(const char *scheme, const char *port)
{
	if (*port)
		return (uint16_t)strtoul(port, NULL, 10);
	return strcmp(scheme, "https") == 0 ? PORT_OF_HTTPS_PROXY : PORT_OF_OTHER_PROXY;
}

static int take_apart(CURLU *url, struct pool *pool, struct proxy_facts *facts, struct error *err)
{
	char *scheme = url_part(url, CURLUPART_SCHEME, 0, pool),
	     *host = url_part(url, CURLUPART_HOST, 0, pool);
	const char *port = url_part(url, CURLUPART_PORT, 0, pool);

	if (!scheme || !host || !port)
		return error_memory(err);
	facts->port = port_of(scheme, port);
	if (!scheme_is_known(scheme))
		facts->invalid = "its scheme is none of http, https, socks4, socks4a, socks5, socks5h";
	else if (!*host || !facts->port)
		facts->invalid = "it has no host, or port 0";
	facts->shown = pool_format(pool, "%s://%s:%u", scheme, host, facts->port);
	facts->host = host_without_brackets(host);
	return facts->shown ? 0 : error_memory(err);
}

int proxy_parse(const char *setting, struct pool *pool, struct proxy_facts *out, struct error *err)
{
	CLEANUP(url_free) CURLU *url = curl_url();
	CURLUcode code;

	out->url = pool_text(pool, setting);
	if (!url || !out->url)
		return error_memory(err);
	code = curl_url_set(url, CURLUPART_URL, setting, CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME);
	if (code == CURLUE_OUT_OF_MEMORY)
		return error_memory(err);
	if (code == CURLUE_OK)
		return take_apart(url, pool, out, err);
	out->invalid = pool_text(pool, curl_url_strerror(code));
	return out->invalid ? 0 : error_memory(err);
}

static int look_for_exception(struct examination *examination, struct error *err)
{
	struct proxy_facts *facts = &examination->proxy;
	const char *name, *list = variable(exception_variables, EXCEPTION_VARIABLES, &name), *entry;
	size_t length;

	if (!list || !no_proxy_names(list, examination->target.host, &entry, &length))
		return 0;
	facts->bypassed = pool_format(examination->pool, "%.*s", (int)length, entry);
	return facts->bypassed ? 0 : error_memory(err);
}

int proxy_choose(struct examination *examination, struct error *err)
{
	struct proxy_facts *facts = &examination->proxy;
	const char *setting = examination->equipment->options->proxy;

	facts->code = -1;
	facts->source = "--proxy";
	if (!setting)
		setting = variable(proxy_variables, PROXY_VARIABLES, &facts->source);
	if (!setting || !*setting) {
		facts->source = NULL;
		return 0;
	}
	if (proxy_parse(setting, examination->pool, facts, err) < 0 ||
	    look_for_exception(examination, err) < 0)
		return -1;
	if (facts->bypassed)
		facts->invalid = NULL; /* nobody asks it */
	examination->by_proxy = !facts->bypassed && !facts->invalid;
	if (!examination->by_proxy)
		facts->url = NULL;
	return 0;
}
