/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What port 80 says shows how a visitor comes to https, and who stands in the way where https fails: a captive portal lets nobody
 * pass, but answers here. It is asked at the address where the target was reached, and never by a proxy.
 */
#include "exchange.h"
#include "redirect.h"
#include "stages.h"
#include "title.h"
#include "url.h"

#include <errno.h>
#include <string.h>

enum { PORT_HTTPS = 443, PORT_HTTP = 80 };
/* Many hosts drop what comes to a port that they do not serve, and nobody should wait long for that. */
enum { CONNECT_MILLISECONDS = 1500, WHOLE_MILLISECONDS = 3000 };

struct question {
	struct exchange exchange;
	struct curl_slist *connect_to;
	const char *url;
	char words[CURL_ERROR_SIZE];
};

static void question_free(struct question *question)
{
	exchange_free(&question->exchange);
	curl_easy_cleanup(question->exchange.curl);
	curl_slist_free_all(question->connect_to);
}

static const struct endpoint *place(const struct examination *examination)
{
	return examination->best ? examination->best : &examination->endpoints[0];
}

static bool is_wanted(const struct examination *examination)
{
	const struct tls_facts *tls = &place(examination)->tls;

	if (examination->by_proxy || !examination->endpoint_count)
		return false;
	return examination->target.port == PORT_HTTPS ||
	       (tls->reached && (tls->status != TLS_OK || !tls->chain.trusted));
}

static int prepare(struct question *question, const struct examination *examination, struct error *err)
{
	const struct deadline deadline = deadline_within(examination->deadline, WHOLE_MILLISECONDS);
	struct pool *pool = examination->pool;
	CURL *curl = question->exchange.curl = curl_easy_init();
	const char *host = examination->target.host, *to;
	char shown[ADDRESS_TEXT];

	host = host_in_brackets(host, pool);
	address_text(&place(examination)->address, shown);
	to = pool_format(pool, strchr(shown, ':') ? "::[%s]:%d" : "::%s:%d", shown, PORT_HTTP);
	question->url = host ? pool_format(pool, "http://%s/", host) : NULL;
	question->connect_to = to ? curl_slist_append(NULL, to) : NULL;
	if (!curl || !question->url || !question->connect_to)
		return error_memory(err);
	exchange_prepare(&question->exchange, question->words);
	curl_easy_setopt(curl, CURLOPT_CONNECT_TO, question->connect_to);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MILLISECONDS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)deadline_left(deadline) + 1);
	return curl_easy_setopt(curl, CURLOPT_URL, question->url) == CURLE_OK ? 0 : error_memory(err);
}

static void read_connection(const struct exchange *exchange, struct plain_facts *facts)
{
	curl_off_t microseconds = 0;
	long sys = 0;

	curl_easy_getinfo(exchange->curl, CURLINFO_CONNECT_TIME_T, &microseconds);
	curl_easy_getinfo(exchange->curl, CURLINFO_OS_ERRNO, &sys);
	facts->connected = microseconds > 0;
	if (!facts->connected)
		facts->sys = exchange->result == CURLE_OPERATION_TIMEDOUT ? ETIMEDOUT : (int)sys;
}

static int read_answer(const struct question *question, struct pool *pool, struct plain_facts *facts,
		       struct error *err)
{
	const struct exchange *exchange = &question->exchange;
	struct redirect to;

	facts->code = exchange_code(exchange);
	if (exchange_header(exchange, "Location", pool, &facts->location, err) < 0 ||
	    title_find(text_string(&exchange->body), exchange->body.length, pool, &facts->title, err) < 0)
		return -1;
	if (!facts->location || !redirect_is(facts->code))
		return 0;
	if (redirect_read(question->url, facts->location, pool, &to, err) < 0)
		return -1;
	facts->to_https = to.to_https;
	facts->to_other_host = to.to_other_host;
	return 0;
}

int plain_ask(struct examination *examination, struct error *err)
{
	CLEANUP(question_free) struct question question = {0};
	struct plain_facts *facts = &examination->plain;

	if (!is_wanted(examination) || deadline_left(examination->deadline) == 0)
		return 0;
	if (prepare(&question, examination, err) < 0)
		return -1;
	exchange_run(&question.exchange);
	if (question.exchange.body.failed)
		return error_memory(err);
	*facts = (struct plain_facts){.reached = true, .code = -1};
	facts->status = exchange_status(&question.exchange);
	read_connection(&question.exchange, facts);
	return facts->connected ? read_answer(&question, examination->pool, facts, err) : 0;
}
