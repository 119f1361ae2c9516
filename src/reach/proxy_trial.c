/* SPDX-License-Identifier: GPL-2.0-or-later */
/* curl connects by itself here: the way is not looked at, only whether it is one. */
#include "proxy_trial.h"

#include <curl/curl.h>

static void curl_free_handle(CURL **curl)
{
	curl_easy_cleanup(*curl);
}

static bool leads_there(const struct examination *examination, const char *proxy, bool trusted,
			struct deadline deadline)
{
	CLEANUP(curl_free_handle) CURL *curl = curl_easy_init();
	const long milliseconds = deadline_left(deadline);
	const char *issuers = examination->equipment->options->cafile;

	if (!curl || !milliseconds)
		return false;
	curl_easy_setopt(curl, CURLOPT_URL, examination->target.url);
	curl_easy_setopt(curl, CURLOPT_PROXY, proxy);
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "");
	curl_easy_setopt(curl, CURLOPT_HTTPPROXYTUNNEL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, trusted ? 1L : 0L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, trusted ? 2L : 0L);
	if (issuers)
		curl_easy_setopt(curl, CURLOPT_CAINFO, issuers);
	curl_easy_setopt(curl, CURLOPT_PROXY_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(curl, CURLOPT_PROXY_SSL_VERIFYHOST, 0L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L); /* it looks up the proxy itself */
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, milliseconds);
	return curl_easy_perform(curl) == CURLE_OK;
}

bool proxy_leads_there(const struct examination *examination, const char *proxy, struct deadline deadline)
{
	return leads_there(examination, proxy, false, deadline);
}

bool target_answers(const struct examination *examination, bool trusted, struct deadline deadline)
{
	return leads_there(examination, "", trusted, deadline);
}
