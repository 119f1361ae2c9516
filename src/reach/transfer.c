/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * curl talks over the connection that we made, so that what was measured and watched is what is asked; the handshake on it is watched
 * by callbacks of ours, and whether the certificate holds is for us to say, not for curl.
 */
#include "chain.h"
#include "handshake.h"
#include "http.h"
#include "stages.h"
#include "url.h"

#include <openssl/ssl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/* Where a server asked for a certificate, its refusal by TLS 1.3 comes after the handshake. */
enum { REFUSAL_MILLISECONDS = 1000 };
/* Redirects may lead to places that need connections of their own. */
enum { MORE_CONNECTIONS = 3 };

struct transfer {
	struct examination *examination;
	int socket;
	bool given; /* curl has it */
	unsigned more;
	unsigned foreign_contexts; /* of a proxy that is spoken to by TLS */
	struct handshake handshake;
	struct exchange exchange;
	struct curl_slist *connect_to, *resolve;
	char words[CURL_ERROR_SIZE];
};

static void transfer_free(struct transfer *transfer)
{
	exchange_free(&transfer->exchange);
	curl_easy_cleanup(transfer->exchange.curl);
	curl_slist_free_all(transfer->connect_to);
	curl_slist_free_all(transfer->resolve);
}

/* --- what curl asks us --- */

static curl_socket_t open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *transfer = data;

	(void)purpose;
	if (!transfer->given) {
		transfer->given = true;
		return transfer->socket;
	}
	if (transfer->more == 0)
		return CURL_SOCKET_BAD;
	transfer->more--;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/*
 * libcurl 7.87 and 7.88 call connect() all the same. That does no harm to a socket whose connection was made without waiting for it:
 * Linux answers the first connect() after it with 0, and EISCONN only then (__inet_stream_connect, net/ipv4/af_inet.c).
 */
static int connected_before(void *data, curl_socket_t socket, curlsocktype purpose)
{
	const struct transfer *transfer = data;

	(void)purpose;
	return socket == transfer->socket ? CURL_SOCKOPT_ALREADY_CONNECTED : CURL_SOCKOPT_OK;
}

static int close_socket(void *data, curl_socket_t socket)
{
	const struct transfer *transfer = data;

	return socket == transfer->socket ? 0 : close(socket);
}

static int demand_trust(X509_STORE_CTX *offered, void *data)
{
	const int error = chain_check(X509_STORE_CTX_get0_untrusted(offered), data);

	X509_STORE_CTX_set_error(offered, error);
	return error == X509_V_OK;
}

static CURLcode equip(CURL *curl, void *context, void *data)
{
	struct transfer *transfer = data;

	(void)curl;
	if (transfer->foreign_contexts || transfer->handshake.watched) {
		transfer->foreign_contexts -= transfer->foreign_contexts != 0;
		SSL_CTX_set_cert_verify_callback(context, demand_trust, transfer->handshake.trust);
		return CURLE_OK;
	}
	return handshake_watch(&transfer->handshake, context) ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

/* --- what we tell curl --- */

static const char *name_of(const struct examination *examination)
{
	const char *sni = examination->equipment->options->sni;

	return sni ? sni : examination->target.host;
}

/* The target's URL, with the name of --sni in the place of its host. NULL: no memory. */
static const char *url_of(const struct examination *examination)
{
	CLEANUP(url_free) CURLU *url = curl_url();
	CLEANUP(url_text_free) char *whole = NULL;

	if (!url || curl_url_set(url, CURLUPART_URL, examination->target.url, 0) != CURLUE_OK ||
	    curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0) != CURLUE_OK ||
	    (examination->equipment->options->sni &&
	     curl_url_set(url, CURLUPART_HOST, name_of(examination), 0) != CURLUE_OK) ||
	    curl_url_get(url, CURLUPART_URL, &whole, 0) != CURLUE_OK)
		return NULL;
	return pool_text(examination->pool, whole);
}

static bool add(struct curl_slist **list, const char *text)
{
	struct curl_slist *longer = text ? curl_slist_append(*list, text) : NULL;

	if (longer)
		*list = longer;
	return longer != NULL;
}

static bool tell_proxy(struct transfer *transfer, const char *address)
{
	const struct proxy_facts *proxy = &transfer->examination->proxy;

	if (strchr(proxy->host, ':')) /* it is an address */
		return true;
	return add(&transfer->resolve,
		   pool_format(transfer->examination->pool, "%s:%u:%s", proxy->host, proxy->port, address));
}

/* Nothing that was looked up is looked up again: the URL's host is at this endpoint, or its proxy is. */
static bool tell_place(struct transfer *transfer, const struct endpoint *endpoint)
{
	const struct examination *examination = transfer->examination;
	const struct target *target = &examination->target;
	struct pool *pool = examination->pool;
	CURL *curl = transfer->exchange.curl;
	char shown[ADDRESS_TEXT];
	const char *address = address_text(&endpoint->address, shown), *to = target->host;
	uint16_t port = target->port;

	if (examination->by_proxy) {
		if (!tell_proxy(transfer, address))
			return false;
	} else {
		to = address;
		port = endpoint->port;
	}
	if (!add(&transfer->connect_to,
		 pool_format(pool, "%s:%u:%s:%u", host_in_brackets(name_of(examination), pool), target->port,
			     host_in_brackets(to, pool), port)))
		return false;
	curl_easy_setopt(curl, CURLOPT_CONNECT_TO, transfer->connect_to);
	curl_easy_setopt(curl, CURLOPT_RESOLVE, transfer->resolve);
	curl_easy_setopt(curl, CURLOPT_PROXY, examination->by_proxy ? examination->proxy.url : "");
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "");
	curl_easy_setopt(curl, CURLOPT_HTTPPROXYTUNNEL, 1L);
	return true;
}

static void tell_callbacks(struct transfer *transfer)
{
	CURL *curl = transfer->exchange.curl;

	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, transfer);
	curl_easy_setopt(curl, CURLOPT_SOCKOPTFUNCTION, connected_before);
	curl_easy_setopt(curl, CURLOPT_SOCKOPTDATA, transfer);
	curl_easy_setopt(curl, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
	curl_easy_setopt(curl, CURLOPT_CLOSESOCKETDATA, transfer);
	curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, equip);
	curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, transfer);
}

/* curl's own store would be read from the disk, and not be asked. */
static void tell_tls(CURL *curl)
{
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
	curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(curl, CURLOPT_PROXY_CAINFO, NULL);
	curl_easy_setopt(curl, CURLOPT_PROXY_CAPATH, NULL);
	curl_easy_setopt(curl, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
}

/* A handshake that hangs leaves half of the time for the next address and for second opinions. */
static void tell_time(CURL *curl, struct deadline deadline)
{
	const long left = deadline_left(deadline);

	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, left / 2 + 1);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, left * 3 / 4 + 1);
}

static int tell(struct transfer *transfer, const struct endpoint *endpoint, const char *url, bool http,
		struct error *err)
{
	CURL *curl = transfer->exchange.curl = curl_easy_init();

	if (!curl || !url)
		return error_memory(err);
	exchange_prepare(&transfer->exchange, transfer->words);
	if (!tell_place(transfer, endpoint))
		return error_memory(err);
	tell_callbacks(transfer);
	tell_tls(curl);
	tell_time(curl, transfer->examination->deadline);
	curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, http ? 0L : 1L);
	return curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK ? 0 : error_memory(err);
}

/* --- what comes of it --- */

/* Reads until the server refused our certificate, or took it, which it shows by a session ticket. */
static void await_refusal(struct transfer *transfer)
{
	const struct handshake *handshake = &transfer->handshake;
	const struct deadline deadline =
		deadline_within(transfer->examination->deadline, REFUSAL_MILLISECONDS);
	struct pollfd ready = {.fd = transfer->socket, .events = POLLIN};
	CURLcode result = CURLE_AGAIN;
	char byte;
	size_t count;

	while (result == CURLE_AGAIN && !handshake->ticket && !handshake->fatal_in &&
	       poll(&ready, 1, deadline_left(deadline)) > 0)
		result = curl_easy_recv(transfer->exchange.curl, &byte, 1, &count);
}

/*
 * A server that refuses us may be gone before the request is sent. Its alert is in the socket then, and curl reads it as it closes the
 * connection.
 */
static void hear_out(struct transfer *transfer)
{
	if (!transfer->handshake.passed || transfer->exchange.result != CURLE_SEND_ERROR)
		return;
	curl_easy_cleanup(transfer->exchange.curl);
	transfer->exchange.curl = NULL;
}

static int read_proxy(const struct transfer *transfer, struct error *err)
{
	struct examination *examination = transfer->examination;
	struct proxy_facts *proxy = &examination->proxy;
	long code = 0;

	if (!examination->by_proxy)
		return 0;
	curl_easy_getinfo(transfer->exchange.curl, CURLINFO_HTTP_CONNECTCODE, &code);
	proxy->reached = true;
	proxy->code = code > 0 ? (int)code : -1;
	if (transfer->handshake.begun)
		return 0;
	proxy->error =
		pool_text(examination->pool,
			  *transfer->words ? transfer->words : curl_easy_strerror(transfer->exchange.result));
	return proxy->error ? 0 : error_memory(err);
}

static int read_tls(struct transfer *transfer, struct endpoint *endpoint, struct error *err)
{
	struct tls_facts *facts = &endpoint->tls;

	if (transfer->examination->by_proxy && !transfer->handshake.begun)
		return 0;
	facts->reached = true;
	if (handshake_conclude(&transfer->handshake, transfer->exchange.result == CURLE_OPERATION_TIMEDOUT,
			       err) < 0)
		return -1;
	if (facts->status == TLS_LOCAL && !facts->library_error)
		facts->library_error = curl_easy_strerror(transfer->exchange.result);
	return 0;
}

static int read_http(struct transfer *transfer, struct endpoint *endpoint, const char *url, struct error *err)
{
	const struct examination *examination = transfer->examination;

	if (http_read(&transfer->exchange, transfer->handshake.passed_at, examination->pool, &endpoint->http,
		      err) < 0)
		return -1;
	return http_follow(&transfer->exchange, url, examination->deadline, examination->pool,
			   &endpoint->http, err);
}

static int run(struct transfer *transfer, struct endpoint *endpoint, bool http, struct error *err)
{
	const char *url = url_of(transfer->examination);

	if (tell(transfer, endpoint, url, http, err) < 0)
		return -1;
	exchange_run(&transfer->exchange);
	if (!http && transfer->handshake.passed && endpoint->tls.certificate_asked)
		await_refusal(transfer);
	if (read_proxy(transfer, err) < 0)
		return -1;
	hear_out(transfer);
	if (read_tls(transfer, endpoint, err) < 0)
		return -1;
	return http && endpoint->tls.reached && endpoint->tls.status == TLS_OK
		       ? read_http(transfer, endpoint, url, err)
		       : 0;
}

static int run_over(struct examination *examination, struct endpoint *endpoint, int socket, bool http,
		    struct error *err)
{
	const char *proxy = examination->by_proxy ? examination->proxy.url : "";
	CLEANUP(transfer_free)
	struct transfer transfer = {
		.examination = examination,
		.socket = socket,
		.more = MORE_CONNECTIONS,
		.foreign_contexts = strncmp(proxy, "https://", strlen("https://")) == 0,
		.handshake = {.facts = &endpoint->tls,
			      .pool = examination->pool,
			      .trust = examination->equipment->trust,
			      .name = name_of(examination),
			      .socket = socket,
			      .tunnelled = examination->by_proxy},
	};

	return run(&transfer, endpoint, http, err);
}

int transfer(struct examination *examination, struct endpoint *endpoint, int *socket, bool http,
	     struct error *err)
{
	int status;

	endpoint->tls = (struct tls_facts){.ms = -1, .alert_in = -1, .alert_out = -1};
	endpoint->http = (struct http_facts){.ms = -1, .code = -1, .last_code = -1, .date = -1};
	status = run_over(examination, endpoint, *socket, http, err);
	connection_close(examination, endpoint, socket);
	return status;
}
