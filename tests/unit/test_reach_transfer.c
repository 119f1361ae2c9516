/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of a handshake and of a request, whatever the other end makes of them. */
#include "cmocka_all.h"

#include "authority.h"
#include "peer.h"
#include "stages.h"
#include "trust.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/x509_vfy.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char root_path[] = "/tmp/fwport-test-XXXXXX";
static struct identity root, intermediate, leaf, old;
static struct pool pool;
static struct error err;
static struct options options;
static struct equipment equipment = {.options = &options};
static struct examination examination;
static struct endpoint *endpoint;
static const struct tls_facts *tls;
static const struct http_facts *http;

/* --- servers --- */

struct page {
	const char *head, *body;
	unsigned times;     /* the body, again and again; 0: once */
	bool silent, reset; /* after it */
	bool asks, demands; /* a certificate of the client */
	int version;        /* the highest; 0: any */
	const struct identity *identity;
	const char *protocol; /* of ALPN */

	const char *to_connect; /* the answer to CONNECT */
};

static int no_matter(int ok, X509_STORE_CTX *context)
{
	(void)ok, (void)context;
	return 1;
}

static int choose(SSL *ssl, const unsigned char **out, unsigned char *length, const unsigned char *in,
		  unsigned in_length, void *data)
{
	const char *protocol = data;

	(void)ssl, (void)in, (void)in_length;
	*out = (const unsigned char *)protocol;
	*length = (unsigned char)strlen(protocol);
	return SSL_TLSEXT_ERR_OK;
}

static SSL_CTX *context_for(const struct page *page)
{
	const struct identity *identity = page->identity ? page->identity : &leaf;
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	SSL_CTX_use_certificate(context, identity->certificate);
	SSL_CTX_use_PrivateKey(context, identity->key);
	SSL_CTX_add1_chain_cert(context, intermediate.certificate);
	SSL_CTX_set_max_proto_version(context, page->version);
	if (page->asks || page->demands)
		SSL_CTX_set_verify(context,
				   SSL_VERIFY_PEER | (page->demands ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
				   no_matter);
	if (page->protocol)
		SSL_CTX_set_alpn_select_cb(context, choose, (void *)page->protocol);
	return context;
}

static void answer_one(SSL *ssl, const struct page *page)
{
	bool goes = page->head && SSL_write(ssl, page->head, (int)strlen(page->head)) > 0;

	for (unsigned i = 0; goes && page->body && i < (page->times ? page->times : 1); i++)
		goes = SSL_write(ssl, page->body, (int)strlen(page->body)) > 0;
}

/* A page that does not say how long it is ends with the connection. */
static void answer_all(SSL *ssl, int socket, const struct page *page)
{
	char request[4096];

	while (request_read(socket, ssl, request, sizeof(request))) {
		answer_one(ssl, page);
		if (page->silent || page->reset || !page->head || !strstr(page->head, "Length"))
			break;
	}
	if (page->silent)
		everything_read(socket);
	if (page->reset)
		connection_reset(socket);
	else
		SSL_shutdown(ssl);
}

static void serve_page(int socket, const void *how)
{
	const struct page *page = how;
	SSL_CTX *context = context_for(page);
	SSL *ssl = SSL_new(context);
	char request[4096];

	if (page->to_connect && request_read(socket, NULL, request, sizeof(request)))
		send(socket, page->to_connect, strlen(page->to_connect), 0);
	SSL_set_fd(ssl, socket);
	if (SSL_accept(ssl) == 1)
		answer_all(ssl, socket, page);
	SSL_free(ssl);
	SSL_CTX_free(context);
}

struct bytes {
	const char *bytes;
	size_t length;
	bool at_once, silent, reset;
};

static void serve_bytes(int socket, const void *how)
{
	const struct bytes *bytes = how;
	char hello[2048];

	if (!bytes->at_once && recv(socket, hello, sizeof(hello), 0) <= 0)
		return;
	send(socket, bytes->bytes, bytes->length, 0);
	if (bytes->silent)
		everything_read(socket);
	else if (bytes->reset)
		connection_reset(socket);
	else
		shutdown(socket, SHUT_WR);
}

/* --- the client --- */

static void examine_peer(const struct peer *peer, bool ask)
{
	char text[64];
	int socket = peer_connect(peer);

	snprintf(text, sizeof(text), "https://site.test:%u/", peer->port);
	examination.equipment = &equipment;
	examination.pool = &pool;
	assert_int_equal(target_parse(text, &pool, &examination.target, &err), 0);
	examination.deadline = deadline_in(options.timeout);
	examination.endpoint_count = 1;
	endpoint->port = peer->port;
	endpoint->address = (struct address){.family = FAMILY_IPV4, .bytes = {127, 0, 0, 1}};
	assert_int_equal(transfer(&examination, endpoint, &socket, ask, &err), 0);
	assert_int_equal(socket, -1);
}

static void visit(const struct page *page)
{
	struct peer peer;

	peer_start(&peer, 0, serve_page, page);
	examine_peer(&peer, true);
	peer_stop(&peer);
}

static void shake_hands(const struct page *page)
{
	struct peer peer;

	peer_start(&peer, 0, serve_page, page);
	examine_peer(&peer, false);
	peer_stop(&peer);
	assert_false(http->reached);
}

static void meet(const struct bytes *bytes)
{
	struct peer peer;

	peer_start(&peer, 0, serve_bytes, bytes);
	examine_peer(&peer, true);
	peer_stop(&peer);
	assert_true(tls->reached);
	assert_false(http->reached);
}

#define FINE "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"

/* --- handshakes --- */

static void test_a_healthy_site(void **state)
{
	(void)state;
	visit(&(struct page){.head = FINE "Server: lab\r\nStrict-Transport-Security: max-age=9\r\n"
					  "Alt-Svc: h3=\":444\"\r\n"
					  "Date: Thu, 01 Jan 1970 00:01:40 GMT\r\n\r\n",
			     .body = "ok"});
	assert_int_equal(tls->status, TLS_OK);
	assert_string_equal(tls->version, "TLSv1.3");
	assert_non_null(tls->cipher);
	assert_non_null(tls->group);
	assert_string_equal(tls->sni, "site.test");
	assert_null(tls->alpn);
	assert_null(tls->library_error);
	assert_true(tls->ms >= 0 && tls->got_server_hello && !tls->certificate_asked);
	assert_int_equal(tls->alert_in, -1);
	assert_int_equal(tls->alert_out, -1);
	assert_true(tls->bytes_out && tls->bytes_in);
	assert_true(tls->chain.trusted && tls->chain.name_fits);
	assert_int_equal(tls->chain.error_count, 0);
	assert_int_equal(http->status, HTTP_OK);
	assert_int_equal(http->code, 200);
	assert_int_equal(http->last_code, 200);
	assert_string_equal(http->version, "HTTP/1.1");
	assert_string_equal(http->server, "lab");
	assert_string_equal(http->hsts, "max-age=9");
	assert_true(http->advertises_h3);
	assert_int_equal(http->h3_port, 444);
	assert_int_equal(http->date, 100);
	assert_int_equal(http->body_bytes, 2);
	assert_true(http->ms >= 0);
}

static void test_the_handshake_alone(void **state)
{
	(void)state;
	shake_hands(&(struct page){.version = TLS1_2_VERSION, .protocol = "h2"});
	assert_int_equal(tls->status, TLS_OK);
	assert_string_equal(tls->version, "TLSv1.2");
	assert_string_equal(tls->alpn, "h2");
	assert_true(tls->chain.trusted);
}

static void test_a_bad_certificate_stops_nothing(void **state)
{
	(void)state;
	visit(&(struct page){.head = FINE "\r\n", .body = "ok", .identity = &old});
	assert_int_equal(tls->status, TLS_OK);
	assert_int_equal(tls->chain.error_count, 1);
	assert_int_equal(tls->chain.errors[0], X509_V_ERR_CERT_HAS_EXPIRED);
	assert_int_equal(http->code, 200);
}

static void test_another_name_is_asked_for(void **state)
{
	(void)state;
	options.sni = "other.test";
	visit(&(struct page){.head = FINE "\r\n", .body = "ok"});
	assert_string_equal(tls->sni, "other.test");
	assert_false(tls->chain.name_fits);
	assert_int_equal(http->code, 200);
}

static void test_a_certificate_of_ours_is_demanded(void **state)
{
	static const struct page newer = {.head = FINE "\r\n", .demands = true},
				 older = {.demands = true, .version = TLS1_2_VERSION};

	(void)state;
	visit(&newer);
	assert_int_equal(tls->status, TLS_ALERTED);
	assert_int_equal(tls->alert_in, SSL_AD_CERTIFICATE_REQUIRED);
	assert_true(tls->certificate_asked && tls->chain.trusted);
	assert_false(http->reached);
	shake_hands(&newer);
	assert_int_equal(tls->status, TLS_ALERTED);
	assert_int_equal(tls->alert_in, SSL_AD_CERTIFICATE_REQUIRED);
	visit(&older);
	assert_int_equal(tls->status, TLS_ALERTED);
	assert_int_equal(tls->alert_in, SSL_AD_HANDSHAKE_FAILURE);
	assert_true(tls->certificate_asked);
}

static void test_a_certificate_of_ours_is_only_asked_for(void **state)
{
	(void)state;
	shake_hands(&(struct page){.asks = true});
	assert_int_equal(tls->status, TLS_OK);
	assert_true(tls->certificate_asked);
}

static void test_an_alert(void **state)
{
	static const char alert[] = "\x15\3\3\0\2\2\x28";

	(void)state;
	meet(&(struct bytes){.bytes = alert, .length = sizeof(alert) - 1});
	assert_int_equal(tls->status, TLS_ALERTED);
	assert_int_equal(tls->alert_in, SSL_AD_HANDSHAKE_FAILURE);
	assert_false(tls->got_server_hello || tls->chain.reached);
}

/* A ServerHello of SSLv3. */
static const char old_hello[] = "\x16\3\0\0\x2a\2\0\0\x26\3\0rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr\0\0\x0a";

static void test_a_version_that_is_too_old(void **state)
{
	(void)state;
	meet(&(struct bytes){.bytes = old_hello, .length = sizeof(old_hello), .silent = true});
	assert_int_equal(tls->status, TLS_VIOLATED);
	assert_string_equal(tls->version, "SSLv3");
	assert_int_equal(tls->alert_out, SSL_AD_PROTOCOL_VERSION);
	assert_string_equal(tls->library_error, "unsupported protocol");
	assert_true(tls->got_server_hello);
}

static void test_what_is_no_tls_is_kept(void **state)
{
	static const char page[] = "HTTP/1.1 400 Bad Request\r\n\r\n", banner[] = "SSH-2.0-x\r\n";

	(void)state;
	meet(&(struct bytes){.bytes = page, .length = strlen(page), .silent = true});
	assert_int_equal(tls->status, TLS_NOT_TLS);
	assert_int_equal(tls->first_byte_count, strlen(page));
	assert_memory_equal(tls->first_bytes, page, strlen(page));
	meet(&(struct bytes){.bytes = banner, .length = strlen(banner), .at_once = true, .silent = true});
	assert_int_equal(tls->status, TLS_NOT_TLS);
	assert_memory_equal(tls->first_bytes, banner, strlen(banner));
	assert_int_equal(tls->bytes_in, strlen(banner));
}

static void test_a_connection_that_ends(void **state)
{
	(void)state;
	meet(&(struct bytes){.bytes = "", .length = 0});
	assert_int_equal(tls->status, TLS_CLOSED);
	assert_int_equal(tls->bytes_in, 0);
	meet(&(struct bytes){.bytes = old_hello, .length = 10});
	assert_int_equal(tls->status, TLS_CLOSED);
	assert_int_equal(tls->bytes_in, 10);
	meet(&(struct bytes){.bytes = "", .length = 0, .at_once = true});
	assert_int_equal(tls->status, TLS_CLOSED);
	assert_int_equal(tls->bytes_in, 0);
	meet(&(struct bytes){.bytes = "", .length = 0, .reset = true});
	assert_int_equal(tls->status, TLS_RESET);
	assert_int_equal(tls->sys, ECONNRESET);
}

static void test_silence(void **state)
{
	(void)state;
	options.timeout = 1000;
	meet(&(struct bytes){.bytes = "", .length = 0, .silent = true});
	assert_int_equal(tls->status, TLS_TIMED_OUT);
	assert_true(tls->bytes_out > 200);
	assert_int_equal(tls->bytes_acked, tls->bytes_out);
	assert_int_equal(tls->bytes_in, 0);
	assert_false(tls->out_of_order_only);
}

/* --- answers --- */

static void assert_answer(const struct page *page, enum http_status status, int code)
{
	visit(page);
	assert_int_equal(tls->status, TLS_OK);
	assert_true(http->reached);
	assert_int_equal(http->status, status);
	assert_int_equal(http->code, code);
	assert_int_equal(http->error != NULL, status != HTTP_OK && status != HTTP_TOO_MANY_REDIRECTS);
}

static const char kilobyte[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
			       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

#define WITHOUT_LENGTH "HTTP/1.1 200 OK\r\n\r\n"
enum { MANY = 1000000 };

static void test_bodies(void **state)
{
	(void)state;
	assert_answer(&(struct page){.head = "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
				     .body = kilobyte,
				     .times = MANY},
		      HTTP_OK, 200);
	assert_true(http->body_bytes >= 65536);
	assert_answer(&(struct page){.head = WITHOUT_LENGTH, .body = kilobyte, .times = 2000}, HTTP_OK, 200);
	assert_int_equal(http->body_bytes, 2000 * strlen(kilobyte));
	assert_answer(&(struct page){.head = WITHOUT_LENGTH, .body = kilobyte, .times = MANY},
		      HTTP_ENDLESS_BODY, 200);
	assert_answer(&(struct page){.head = "HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n",
				     .body = kilobyte,
				     .times = MANY},
		      HTTP_OK, 200);
	assert_answer(&(struct page){.head = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
				     .body = "cut",
				     .reset = true},
		      HTTP_RESET, 200);
}

static void test_a_body_that_stops(void **state)
{
	(void)state;
	options.timeout = 1000;
	assert_answer(&(struct page){.head = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
				     .body = "cut",
				     .silent = true},
		      HTTP_TIMED_OUT, 200);
	assert_answer(&(struct page){.silent = true}, HTTP_TIMED_OUT, -1);
}

static void test_heads(void **state)
{
	(void)state;
	assert_answer(&(struct page){.head = "HTTP/1.1 200 OK\r\n", .body = "X: y\r\n", .times = MANY},
		      HTTP_ENDLESS_HEADERS, 200);
	assert_answer(&(struct page){.head = "HTTP/1.1 200 OK\r\nX: ", .body = kilobyte, .times = MANY},
		      HTTP_ENDLESS_HEADERS, 200);
	assert_answer(&(struct page){.head = NULL}, HTTP_CLOSED, -1);
	assert_answer(&(struct page){.head = NULL, .reset = true}, HTTP_RESET, -1);
	assert_answer(&(struct page){.head = "220 mail.test ESMTP\r\n"}, HTTP_GARBAGE, -1);
	assert_answer(&(struct page){.head = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"}, HTTP_OK, 503);
}

static void test_redirects(void **state)
{
	(void)state;
	assert_answer(
		&(struct page){.head = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /\r\n\r\n"},
		HTTP_TOO_MANY_REDIRECTS, 302);
	assert_true(http->loops);
	assert_answer(
		&(struct page){.head = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: a/\r\n\r\n"},
		HTTP_TOO_MANY_REDIRECTS, 302);
	assert_false(http->loops);
	assert_int_equal(http->redirect_count, 9);
	assert_string_equal(http->redirects[8].location, "a/");
	assert_answer(&(struct page){.head = "HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n"
					     "Location: http://site.test/\r\n\r\n"},
		      HTTP_OK, 301);
	assert_true(http->leaves_https);
	assert_int_equal(http->redirect_count, 1);
}

/* --- by proxy --- */

static void test_a_tunnel(void **state)
{
	(void)state;
	examination.by_proxy = true;
	examination.proxy.host = "127.0.0.1";
	examination.proxy.url = "http://127.0.0.1:3128";
	visit(&(struct page){.head = FINE "\r\n",
			     .body = "ok",
			     .to_connect = "HTTP/1.1 200 Connection established\r\n\r\n"});
	assert_true(examination.proxy.reached);
	assert_int_equal(examination.proxy.code, 200);
	assert_null(examination.proxy.error);
	assert_true(tls->chain.trusted);
	assert_int_equal(http->code, 200);
}

static void test_a_proxy_that_refuses(void **state)
{
	(void)state;
	examination.by_proxy = true;
	examination.proxy.host = "127.0.0.1";
	examination.proxy.url = "http://127.0.0.1:3128";
	visit(&(struct page){.to_connect = "HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n"});
	assert_true(examination.proxy.reached);
	assert_int_equal(examination.proxy.code, 407);
	assert_non_null(examination.proxy.error);
	assert_false(tls->reached || http->reached);
}

/* --- the world --- */

static int begin(void **state)
{
	(void)state;
	options.timeout = 20000;
	options.sni = NULL;
	examination = (struct examination){0};
	endpoint = &examination.endpoints[0];
	tls = &endpoint->tls;
	http = &endpoint->http;
	return 0;
}

static int make_world(void **state)
{
	const struct identity *alone[] = {&root};
	const int file = mkstemp(root_path);

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	curl_global_init(CURL_GLOBAL_ALL);
	root = identity_make(&(struct recipe){.name = "Root", .is_ca = true});
	intermediate =
		identity_make(&(struct recipe){.name = "Intermediate", .is_ca = true, .issuer = &root});
	leaf = identity_make(
		&(struct recipe){.name = "site", .names = "DNS:site.test", .issuer = &intermediate});
	old = identity_make(&(struct recipe){.name = "site",
					     .names = "DNS:site.test",
					     .issuer = &intermediate,
					     .from_day = -20,
					     .to_day = -10});
	certificates_write(root_path, alone, 1);
	options.cafile = root_path;
	close(file);
	return trust_load(&options, &equipment.trust, &err);
}

static int end_world(void **state)
{
	(void)state;
	trust_free(&equipment.trust);
	pool_free(&pool);
	identity_free(&root);
	identity_free(&intermediate);
	identity_free(&leaf);
	identity_free(&old);
	curl_global_cleanup();
	return unlink(root_path);
}

#define FRESH(test) cmocka_unit_test_setup(test, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(test_a_healthy_site),
		FRESH(test_the_handshake_alone),
		FRESH(test_a_bad_certificate_stops_nothing),
		FRESH(test_another_name_is_asked_for),
		FRESH(test_a_certificate_of_ours_is_demanded),
		FRESH(test_a_certificate_of_ours_is_only_asked_for),
		FRESH(test_an_alert),
		FRESH(test_a_version_that_is_too_old),
		FRESH(test_what_is_no_tls_is_kept),
		FRESH(test_a_connection_that_ends),
		FRESH(test_silence),
		FRESH(test_bodies),
		FRESH(test_a_body_that_stops),
		FRESH(test_heads),
		FRESH(test_redirects),
		FRESH(test_a_tunnel),
		FRESH(test_a_proxy_that_refuses),
	};

	return cmocka_run_group_tests_name("reach_transfer", tests, make_world, end_world);
}
