/* SPDX-License-Identifier: GPL-2.0-or-later */
/* curl parses; what is counted here is how much it was given to parse. */
#include "config.h"

#include "exchange.h"

#include "deadline.h"

#include <string.h>
#include <strings.h>

enum { KEPT_MOST = 64 * 1024, UNKNOWN_LENGTH_MOST = 4 * 1024 * 1024 };
enum { UNKNOWN_LENGTH_MILLISECONDS = 3000, STALL_MILLISECONDS = 2000 };

/* Whose answers are meant to go on. */
static const char *const streams[] = {"text/event-stream", "multipart/", "audio/", "video/"};

static size_t take_head(char *bytes, size_t size, size_t count, void *data)
{
	struct exchange *exchange = data;
	const size_t length = size * count;

	exchange->head_bytes += length;
	exchange->last_at = clock_milliseconds();
	if (exchange->head_bytes > KEPT_MOST) {
		exchange->endless_head = true;
		return 0;
	}
	if (length <= 2 && bytes[0] == (length == 2 ? '\r' : '\n') && exchange_code(exchange) >= 200 &&
	    exchange->head_at == 0)
		exchange->head_at = clock_milliseconds();
	return length;
}

static bool has_length(const struct exchange *exchange)
{
	curl_off_t length = -1;

	curl_easy_getinfo(exchange->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	return length >= 0;
}

static bool is_meant_to_go_on(const struct exchange *exchange)
{
	struct curl_header *header;
	const char *type = NULL;

	curl_easy_getinfo(exchange->curl, CURLINFO_CONTENT_TYPE, &type);
	for (size_t i = 0; type && i < sizeof(streams) / sizeof(*streams); i++)
		if (strncasecmp(type, streams[i], strlen(streams[i])) == 0)
			return true;
	return curl_easy_header(exchange->curl, "Content-Disposition", 0, CURLH_HEADER, -1, &header) ==
	       CURLHE_OK;
}

static bool went_on_long(const struct exchange *exchange)
{
	return exchange->body_bytes > UNKNOWN_LENGTH_MOST ||
	       clock_milliseconds() > exchange->head_at + UNKNOWN_LENGTH_MILLISECONDS;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *data)
{
	struct exchange *exchange = data;
	const size_t length = size * count;

	exchange->body_bytes += length;
	exchange->last_at = clock_milliseconds();
	if (exchange->body.length < KEPT_MOST)
		text_add_bytes(&exchange->body, bytes,
			       length < KEPT_MOST - exchange->body.length
				       ? length
				       : KEPT_MOST - exchange->body.length);
	if (exchange->body_bytes < KEPT_MOST)
		return length;
	exchange->enough = has_length(exchange) || is_meant_to_go_on(exchange);
	exchange->endless_body = !exchange->enough && went_on_long(exchange);
	return exchange->enough || exchange->endless_body ? 0 : length;
}

void exchange_prepare(struct exchange *exchange, char words[CURL_ERROR_SIZE])
{
	exchange->words = words;
	curl_easy_setopt(exchange->curl, CURLOPT_ERRORBUFFER, words);
	curl_easy_setopt(exchange->curl, CURLOPT_NOSIGNAL, 1L);
	/* Else it waits for its own getaddrinfo() even when the time is up. */
	curl_easy_setopt(exchange->curl, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(exchange->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(exchange->curl, CURLOPT_USERAGENT, "fwport-check/" PACKAGE_VERSION);
	curl_easy_setopt(exchange->curl, CURLOPT_COOKIEFILE, "");
	curl_easy_setopt(exchange->curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(exchange->curl, CURLOPT_HEADERFUNCTION, take_head);
	curl_easy_setopt(exchange->curl, CURLOPT_HEADERDATA, exchange);
	curl_easy_setopt(exchange->curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(exchange->curl, CURLOPT_WRITEDATA, exchange);
}

void exchange_run(struct exchange *exchange)
{
	text_clear(&exchange->body);
	exchange->head_bytes = exchange->body_bytes = 0;
	exchange->head_at = exchange->last_at = 0;
	exchange->enough = exchange->endless_head = exchange->endless_body = false;
	exchange->words[0] = '\0';
	exchange->result = curl_easy_perform(exchange->curl);
}

void exchange_free(struct exchange *exchange)
{
	text_free(&exchange->body);
}

int exchange_code(const struct exchange *exchange)
{
	long code = 0;

	curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &code);
	return code > 0 ? (int)code : -1;
}

/* What drips until the deadline without saying how long it will be is as endless as what pours. */
static enum http_status late(const struct exchange *exchange)
{
	const bool drips = clock_milliseconds() < exchange->last_at + STALL_MILLISECONDS;

	if (exchange->head_at == 0)
		return drips ? HTTP_ENDLESS_HEADERS : HTTP_TIMED_OUT;
	if (is_meant_to_go_on(exchange))
		return HTTP_OK;
	return drips && !has_length(exchange) ? HTTP_ENDLESS_BODY : HTTP_TIMED_OUT;
}

enum http_status exchange_status(const struct exchange *exchange)
{
	if (exchange->endless_head)
		return HTTP_ENDLESS_HEADERS;
	if (exchange->endless_body)
		return HTTP_ENDLESS_BODY;
	if (exchange->enough)
		return HTTP_OK;
	switch (exchange->result) {
	case CURLE_OK:
		return HTTP_OK;
	case CURLE_OPERATION_TIMEDOUT:
		return late(exchange);
	case CURLE_COULDNT_CONNECT:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
		return HTTP_CLOSED;
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		return HTTP_RESET;
	case CURLE_OUT_OF_MEMORY:
		/* So curl says of a line that is longer than its bound. */
		return exchange->head_at == 0 ? HTTP_ENDLESS_HEADERS : HTTP_LOCAL;
	default:
		return HTTP_GARBAGE;
	}
}

int exchange_header(const struct exchange *exchange, const char *name, struct pool *pool, const char **out,
		    struct error *err)
{
	struct curl_header *header;

	*out = NULL;
	if (curl_easy_header(exchange->curl, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
		return 0;
	*out = pool_text(pool, header->value);
	return *out ? 0 : error_memory(err);
}
