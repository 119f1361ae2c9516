/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A site that sends on to itself once may have set a cookie; one that does it again goes round. */
#include "http.h"

#include "alt_svc.h"
#include "redirect.h"
#include "title.h"

#include <string.h>

enum { REDIRECTS_MOST = 8, VISITS_MOST = 2 };

struct journey {
	const char *visited[REDIRECTS_MOST + 1];
	size_t count;
};

static const char *version_text(const struct exchange *exchange)
{
	long version = CURL_HTTP_VERSION_NONE;

	curl_easy_getinfo(exchange->curl, CURLINFO_HTTP_VERSION, &version);
	switch (version) {
	case CURL_HTTP_VERSION_1_0:
		return "HTTP/1.0";
	case CURL_HTTP_VERSION_1_1:
		return "HTTP/1.1";
	case CURL_HTTP_VERSION_2_0:
		return "HTTP/2";
	case CURL_HTTP_VERSION_3:
		return "HTTP/3";
	default:
		return NULL;
	}
}

static int read_date(const struct exchange *exchange, struct pool *pool, int64_t *date, struct error *err)
{
	const char *text;

	if (exchange_header(exchange, "Date", pool, &text, err) < 0)
		return -1;
	*date = text ? (int64_t)curl_getdate(text, NULL) : -1;
	return 0;
}

static int read_headers(const struct exchange *exchange, struct pool *pool, struct http_facts *facts,
			struct error *err)
{
	if (exchange_header(exchange, "Server", pool, &facts->server, err) < 0 ||
	    exchange_header(exchange, "Strict-Transport-Security", pool, &facts->hsts, err) < 0 ||
	    exchange_header(exchange, "Alt-Svc", pool, &facts->alt_svc, err) < 0)
		return -1;
	if (read_date(exchange, pool, &facts->date, err) < 0)
		return -1;
	facts->h3_port = facts->alt_svc ? alt_svc_h3_port(facts->alt_svc) : 0;
	facts->advertises_h3 = facts->h3_port != 0;
	return 0;
}

/* What curl said of it, where it was not good. */
static int read_words(const struct exchange *exchange, struct pool *pool, struct http_facts *facts,
		      struct error *err)
{
	if (facts->status == HTTP_OK)
		return 0;
	facts->error =
		pool_text(pool, *exchange->words ? exchange->words : curl_easy_strerror(exchange->result));
	return facts->error ? 0 : error_memory(err);
}

int http_read(const struct exchange *exchange, double asked_at, struct pool *pool, struct http_facts *facts,
	      struct error *err)
{
	if (exchange->body.failed)
		return error_memory(err);
	facts->reached = true;
	facts->status = exchange_status(exchange);
	facts->code = facts->last_code = exchange_code(exchange);
	facts->ms = exchange->head_at > 0 ? exchange->head_at - asked_at : -1;
	facts->body_bytes = exchange->body_bytes;
	facts->version = version_text(exchange);
	if (read_headers(exchange, pool, facts, err) < 0 || read_words(exchange, pool, facts, err) < 0)
		return -1;
	return title_find(text_string(&exchange->body), exchange->body.length, pool, &facts->title, err);
}

static int add_redirect(struct http_facts *facts, struct redirect_facts redirect, struct pool *pool,
			struct error *err)
{
	struct redirect_facts *list =
		pool_grow(pool, facts->redirects, facts->redirect_count, sizeof(*facts->redirects));

	if (!list)
		return error_memory(err);
	facts->redirects = list;
	facts->redirects[facts->redirect_count++] = redirect;
	return 0;
}

static bool goes_round(const struct journey *journey, const char *url)
{
	unsigned visits = 0;

	for (size_t i = 0; i < journey->count; i++)
		visits += strcmp(journey->visited[i], url) == 0;
	return visits >= VISITS_MOST;
}

/* A certificate of another server is no fact of the target's, but one that does not hold ends the journey. */
static int visit(struct exchange *exchange, const struct redirect *to, struct deadline deadline,
		 struct pool *pool, struct http_facts *facts, struct error *err)
{
	const bool to_other_server = to->to_other_host || to->to_other_port;

	curl_easy_setopt(exchange->curl, CURLOPT_SSL_VERIFYPEER, to_other_server ? 1L : 0L);
	curl_easy_setopt(exchange->curl, CURLOPT_SSL_VERIFYHOST, to_other_server ? 2L : 0L);
	curl_easy_setopt(exchange->curl, CURLOPT_TIMEOUT_MS, (long)deadline_left(deadline) + 1);
	curl_easy_setopt(exchange->curl, CURLOPT_URL, to->url);
	exchange_run(exchange);
	facts->last_code = exchange_code(exchange);
	if (exchange_status(exchange) == HTTP_OK)
		return 0;
	facts->status = HTTP_REDIRECT_FAILED;
	return read_words(exchange, pool, facts, err);
}

/* Where the last answer sends on to. to->url is NULL where the journey ends, and the facts say why. */
static int next(const struct exchange *exchange, const char *start, struct journey *journey,
		struct pool *pool, struct http_facts *facts, struct redirect *to, struct error *err)
{
	struct redirect_facts redirect = {.code = facts->last_code};
	struct redirect from_start;

	*to = (struct redirect){0};
	if (facts->status != HTTP_OK || !redirect_is(redirect.code))
		return 0;
	if (exchange_header(exchange, "Location", pool, &redirect.location, err) < 0)
		return -1;
	if (!redirect.location)
		return 0;
	if (add_redirect(facts, redirect, pool, err) < 0 ||
	    redirect_read(journey->visited[journey->count - 1], redirect.location, pool, to, err) < 0)
		return -1;
	if (!to->url || (!to->to_http && !to->to_https)) {
		to->url = NULL;
		facts->status = HTTP_REDIRECT_FAILED;
		facts->error = "it is no place of the web";
		return 0;
	}
	facts->leaves_https = to->to_http;
	facts->loops = goes_round(journey, to->url);
	if (facts->loops || journey->count > REDIRECTS_MOST)
		facts->status = HTTP_TOO_MANY_REDIRECTS;
	if (facts->status != HTTP_OK || !to->to_https) {
		to->url = NULL;
		return 0;
	}
	journey->visited[journey->count++] = to->url;
	if (redirect_read(start, to->url, pool, &from_start, err) < 0)
		return -1;
	to->to_other_host = from_start.to_other_host;
	to->to_other_port = from_start.to_other_port;
	return 0;
}

int http_follow(struct exchange *exchange, const char *url, struct deadline deadline, struct pool *pool,
		struct http_facts *facts, struct error *err)
{
	struct journey journey = {.visited = {url}, .count = 1};
	struct redirect to;

	if (next(exchange, url, &journey, pool, facts, &to, err) < 0)
		return -1;
	while (to.url)
		if (visit(exchange, &to, deadline, pool, facts, err) < 0 ||
		    next(exchange, url, &journey, pool, facts, &to, err) < 0)
			return -1;
	return 0;
}
