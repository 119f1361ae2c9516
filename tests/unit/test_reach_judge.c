/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose fault it is: facts as the stages leave them, and the verdict that they make. Each test begins with a healthy site and breaks
 * one thing.
 */
#include "cmocka_all.h"

#include "codes.h"
#include "stages.h"

#include <errno.h>
#include <netinet/ip_icmp.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <string.h>

enum { NOW = 1700000000, DAY = 86400 };

static struct pool pool;
static struct options options;
static struct equipment equipment;
static struct examination e;
static struct endpoint *site;
static struct certificate_facts leaf;
static struct nameserver_facts nameserver;
static int chain_error;

static struct address address_of(const char *text)
{
	struct address address = {0};
	struct error err;

	assert_int_equal(address_parse(text, (struct place){0}, &address, &err), 0);
	return address;
}

static void connected(struct endpoint *endpoint, const char *address)
{
	*endpoint = (struct endpoint){.address = address_of(address), .port = 443};
	endpoint->route = (struct route_facts){.reached = true, .device = "eth0", .mtu = 1500};
	endpoint->firewall = (struct firewall_facts){.reached = true, .verdict = FIREWALL_OPEN};
	endpoint->tcp = (struct tcp_facts){.reached = true, .ms = 1};
	endpoint->tcp.sighting =
		(struct sighting){.watched = true, .syn_out = 1, .syn_ack_in = 1, .syn_ack_ttl = 60};
}

static void shaken(struct endpoint *endpoint)
{
	endpoint->tls = (struct tls_facts){.reached = true,
					   .ms = 5,
					   .version = "TLSv1.3",
					   .sni = "example.com",
					   .alert_in = -1,
					   .alert_out = -1,

					   .bytes_in = 3000,
					   .bytes_acked = 500};
	endpoint->tls.chain = (struct chain_facts){.reached = true,
						   .list = &leaf,
						   .count = 1,
						   .trusted = true,
						   .name_fits = true,
						   .staple_status = -1};
}

static int healthy(void **state)
{
	(void)state;
	leaf = (struct certificate_facts){.issuer = "CN=Example CA",
					  .names = "example.com",
					  .not_before = NOW - 30 * DAY,
					  .not_after = NOW + 60 * DAY};
	options = (struct options){.timeout = 15000};
	equipment = (struct equipment){.options = &options};
	e = (struct examination){.equipment = &equipment, .pool = &pool, .now = NOW, .endpoint_count = 1};
	e.target = (struct target){
		.text = "example.com", .url = "https://example.com/", .host = "example.com", .port = 443};
	nameserver = (struct nameserver_facts){.address = address_of("192.0.2.53"), .port = 53};
	for (size_t i = 0; i < FAMILY_COUNT; i++)
		nameserver.answers[i] = (struct dns_answer){.status = DNS_NODATA, .asked = true};
	nameserver.answers[FAMILY_IPV4].status = DNS_OK;
	e.resolver = (struct resolver_facts){
		.reached = true, .ok = true, .servers = &nameserver, .server_count = 1};
	e.resolver.nss.asked = true;
	site = &e.endpoints[0];
	connected(site, "203.0.113.7");
	shaken(site);
	site->http = (struct http_facts){
		.reached = true, .code = 200, .last_code = 200, .hsts = "max-age=31536000", .date = -1};
	e.best = site;
	return 0;
}

static int cleared(void **state)
{
	(void)state;
	pool_free(&pool);
	return 0;
}

/* The site accepts no connection. */
static void unconnected(enum tcp_status status, int sys)
{
	site->tcp.status = status;
	site->tcp.sys = sys;
	site->tcp.sighting.syn_ack_in = 0;
	site->tls = (struct tls_facts){0};
	site->http = (struct http_facts){0};
}

/* The handshake does not pass. */
static void unshaken(enum tls_status status)
{
	shaken(site);
	site->tls.status = status;
	site->tls.bytes_in = 0;
	site->tls.chain = (struct chain_facts){0};
	site->http = (struct http_facts){0};
}

static void untrusted(int error)
{
	chain_error = error;
	site->tls.chain.trusted = false;
	site->tls.chain.errors = &chain_error;
	site->tls.chain.error_count = 1;
}

static void judged(enum party party, const char *code)
{
	struct error err = {0};

	assert_int_equal(judge(&e, &err), 0);
	assert_string_equal(e.verdict.code, code);
	assert_int_equal(e.verdict.party, party);
	assert_non_null(e.verdict.text);
}

static void assert_warnings(const char *words)
{
	char all[512] = "";

	for (size_t i = 0; i < e.warnings.count; i++) {
		strncat(all, i ? " " : "", sizeof(all) - strlen(all) - 1);
		strncat(all, e.warnings.list[i].code, sizeof(all) - strlen(all) - 1);
	}
	assert_string_equal(all, words);
}

static void test_a_healthy_site_has_no_finding(void **state)
{
	(void)state;
	judged(PARTY_OK, CODE_OK);
	assert_warnings("");
}

/* --- names --- */

static void no_address(enum dns_status status)
{
	nameserver.answers[FAMILY_IPV4] = nameserver.answers[FAMILY_IPV6] = (struct dns_answer){
		.status = status, .asked = true, .rcode = status == DNS_NO_ANSWER ? -1 : 3};
	e.resolver.ok = false;
	e.endpoint_count = 0;
	e.best = NULL;
}

static void test_names(void **state)
{
	(void)state;
	no_address(DNS_NXDOMAIN);
	judged(PARTY_RESOLVER, CODE_NXDOMAIN);
	healthy(NULL);
	no_address(DNS_NO_ANSWER);
	judged(PARTY_RESOLVER, CODE_DNS_NO_ANSWER);
	healthy(NULL);
	no_address(DNS_NO_ANSWER);
	nameserver.firewall =
		(struct firewall_facts){.reached = true, .verdict = FIREWALL_BLOCKED, .rule = "udp drop"};
	judged(PARTY_LOCAL_FIREWALL, CODE_OUTPUT_DROP);
	healthy(NULL);
	no_address(DNS_NO_ANSWER);
	e.resolver.server_count = 0;
	judged(PARTY_LOCAL_CONFIG, CODE_NO_NAMESERVER);
}

static void test_a_sinkhole_is_one_where_nothing_answers(void **state)
{
	(void)state;
	site->address = address_of("127.0.0.1");
	judged(PARTY_OK, CODE_OK);
	healthy(NULL);
	site->address = address_of("0.0.0.0");
	unconnected(TCP_REFUSED, ECONNREFUSED);
	judged(PARTY_RESOLVER, CODE_SINKHOLE);
}

/* --- the way --- */

static void test_the_rules_are_blamed_before_the_path(void **state)
{
	(void)state;
	unconnected(TCP_TIMED_OUT, ETIMEDOUT);
	site->tcp.sighting.syn_out = 0;
	site->firewall = (struct firewall_facts){
		.reached = true, .verdict = FIREWALL_BLOCKED, .rule = "inet filter output, rule 3: drop"};
	judged(PARTY_LOCAL_FIREWALL, CODE_OUTPUT_DROP);
	assert_int_equal(e.verdict.confidence, CONFIDENCE_PROVED);
	assert_non_null(strstr(e.verdict.text, "inet filter output, rule 3: drop"));
}

static void test_the_witness_speaks_where_the_rules_are_silent(void **state)
{
	(void)state;
	unconnected(TCP_TIMED_OUT, ETIMEDOUT);
	site->tcp.sighting.syn_out = 0;
	site->firewall.reached = false;
	judged(PARTY_LOCAL_FIREWALL, CODE_OUTPUT_DROP);
	healthy(NULL);
	unconnected(TCP_TIMED_OUT, ETIMEDOUT);
	site->tcp.sighting.syn_ack_in = 3;
	site->firewall.reached = false;
	judged(PARTY_LOCAL_FIREWALL, CODE_INPUT_DROP);
}

static void test_rules_and_witness_that_disagree(void **state)
{
	(void)state;
	unconnected(TCP_TIMED_OUT, ETIMEDOUT);
	site->tcp.sighting.syn_out = 0;
	judged(PARTY_LOCAL_FIREWALL, CODE_OUTPUT_DROP);
	assert_int_equal(e.verdict.confidence, CONFIDENCE_LIKELY);
	assert_warnings("contradiction");
	healthy(NULL);
	site->firewall.verdict = FIREWALL_BLOCKED;
	judged(PARTY_OK, CODE_OK);
	assert_warnings("contradiction");
}

static void test_a_silent_neighbour_is_no_firewall(void **state)
{
	(void)state;
	unconnected(TCP_TIMED_OUT, ETIMEDOUT);
	site->tcp.sighting.syn_out = 0;
	site->route.neighbour = NEIGHBOUR_SILENT;
	judged(PARTY_LOCAL_NETWORK, CODE_NEXT_HOP_SILENT);
}

static void test_silence_is_the_path_and_a_guess_without_a_witness(void **state)
{
	(void)state;
	unconnected(TCP_TIMED_OUT, ETIMEDOUT);
	judged(PARTY_PATH, CODE_NO_ANSWER);
	assert_int_equal(e.verdict.confidence, CONFIDENCE_PROVED);
	healthy(NULL);
	unconnected(TCP_TIMED_OUT, ETIMEDOUT);
	site->tcp.sighting = (struct sighting){0};
	site->firewall.reached = false;
	judged(PARTY_PATH, CODE_NO_ANSWER);
	assert_int_equal(e.verdict.confidence, CONFIDENCE_GUESS);
}

static void test_refusals(void **state)
{
	(void)state;
	unconnected(TCP_REFUSED, ECONNREFUSED);
	site->tcp.sighting.rst_in = 1;
	judged(PARTY_REMOTE_TCP, CODE_CONNECTION_REFUSED);
	healthy(NULL);
	unconnected(TCP_REFUSED, ECONNREFUSED); /* and no packet brought it */
	judged(PARTY_LOCAL_FIREWALL, CODE_OUTPUT_REJECT);
	healthy(NULL);
	unconnected(TCP_UNREACHABLE, EHOSTUNREACH);
	site->tcp.icmp = (struct icmp_error){true, ICMP_DEST_UNREACH, ICMP_PKT_FILTERED,
					     address_of("198.51.100.1"), true};
	judged(PARTY_PATH, CODE_ADMIN_PROHIBITED);
	assert_non_null(strstr(e.verdict.text, "198.51.100.1"));
	healthy(NULL);
	unconnected(TCP_REFUSED, ECONNREFUSED);
	site->tcp.icmp = (struct icmp_error){true, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, site->address, true};
	site->tcp.sighting.icmp_in = 1;
	judged(PARTY_REMOTE_TCP, CODE_PORT_UNREACHABLE);
}

static void test_a_proxy_that_does_not_answer(void **state)
{
	(void)state;
	unconnected(TCP_TIMED_OUT, ETIMEDOUT);
	e.by_proxy = true;
	e.proxy = (struct proxy_facts){
		.url = "http://p:3128", .shown = "http://p:3128", .host = "p", .source = "https_proxy"};
	judged(PARTY_PROXY, CODE_PROXY_UNREACHABLE);
}

static void test_a_proxy_that_is_needed(void **state)
{
	(void)state;
	unconnected(TCP_TIMED_OUT, ETIMEDOUT);
	options.try_proxy = "http://user:secret@p:3128";
	e.proxy = (struct proxy_facts){.tried = "http://p:3128", .try_works = true};
	judged(PARTY_PROXY, CODE_PROXY_NEEDED);
	assert_string_equal(e.verdict.next, "https_proxy=http://p:3128");
	assert_null(strstr(e.verdict.text, "secret"));
	assert_warnings("no-answer");
}

/* --- TLS --- */

static void test_how_far_the_hello_came(void **state)
{
	(void)state;
	unshaken(TLS_TIMED_OUT);
	judged(PARTY_REMOTE_TLS, CODE_TLS_SILENT);
	healthy(NULL);
	unshaken(TLS_TIMED_OUT);
	site->tls.bytes_acked = 1;
	judged(PARTY_PATH, CODE_DATA_BLOCKED);
	healthy(NULL);
	unshaken(TLS_TIMED_OUT);
	site->tls.out_of_order_only = true;
	judged(PARTY_PATH, CODE_MTU_BLACK_HOLE);
	healthy(NULL);
	unshaken(TLS_TIMED_OUT);
	e.opinion.small_segments_work = OPINION_YES;
	judged(PARTY_PATH, CODE_MTU_BLACK_HOLE);
	assert_int_equal(e.verdict.confidence, CONFIDENCE_PROVED);
}

static void test_a_reset_and_where_it_came_from(void **state)
{
	(void)state;
	unshaken(TLS_RESET);
	judged(PARTY_REMOTE_TLS, CODE_TLS_RESET);
	healthy(NULL);
	unshaken(TLS_RESET);
	site->tcp.sighting.rst_in = 1;
	site->tcp.sighting.rst_ttl = 200;
	judged(PARTY_PATH, CODE_RESET_INJECTED);
	healthy(NULL);
	unshaken(TLS_RESET);
	e.opinion.other_name_works = OPINION_YES;
	judged(PARTY_PATH, CODE_SNI_FILTER);
	healthy(NULL);
	unshaken(TLS_CLOSED);
	e.opinion.ends_without_a_word = SILENT_END_CLOSED;
	judged(PARTY_REMOTE_TCP, CODE_CLOSES_AT_ONCE);
}

static void judged_http3(struct http3_facts http3, const char *code)
{
	healthy(NULL);
	http3.reached = true;
	e.http3 = http3;
	judged(PARTY_OK, CODE_OK);
	assert_warnings(code);
}

static void test_who_refuses_http3(void **state)
{
	struct icmp_error there = {.known = true, .from_known = true, .from = site->address}, between = there;

	(void)state;
	between.from = address_of("192.0.2.1");
	judged_http3((struct http3_facts){.status = QUIC_ANSWERS}, "");
	judged_http3((struct http3_facts){.status = QUIC_REFUSED}, CODE_HTTP3_DEAD);
	judged_http3((struct http3_facts){.status = QUIC_REFUSED, .icmp = there}, CODE_HTTP3_DEAD);
	judged_http3((struct http3_facts){.status = QUIC_REFUSED, .icmp = between}, CODE_QUIC_BLOCKED);
	judged_http3((struct http3_facts){.status = QUIC_LOCAL, .sys = EPERM}, CODE_OUTPUT_DROP);
	judged_http3((struct http3_facts){.status = QUIC_LOCAL, .sys = EMFILE}, "");
	judged_http3((struct http3_facts){.status = QUIC_SILENT, .rule = "rule 3"}, CODE_OUTPUT_DROP);
}

static void test_without_a_witness_nothing_is_proved(void **state)
{
	(void)state;
	unshaken(TLS_RESET);
	site->tcp.sighting = (struct sighting){0};
	judged(PARTY_REMOTE_TLS, CODE_TLS_RESET);
	assert_int_equal(e.verdict.confidence, CONFIDENCE_GUESS);
	assert_non_null(strstr(e.verdict.text, "or something that answers in its name"));
	healthy(NULL);
	unconnected(TCP_TIMED_OUT, ETIMEDOUT);
	site->tcp.sighting = (struct sighting){0};
	site->firewall.reached = false;
	e.by_proxy = true;
	e.proxy = (struct proxy_facts){
		.url = "http://p:3128", .shown = "http://p:3128", .host = "p", .source = "https_proxy"};
	judged(PARTY_PROXY, CODE_PROXY_UNREACHABLE);
	assert_int_equal(e.verdict.confidence, CONFIDENCE_GUESS);
	healthy(NULL);
	no_address(DNS_NO_ANSWER);
	judged(PARTY_RESOLVER, CODE_DNS_NO_ANSWER);
	assert_int_equal(e.verdict.confidence, CONFIDENCE_GUESS);
}

static void test_alerts(void **state)
{
	(void)state;
	unshaken(TLS_ALERTED);
	site->tls.alert_in = SSL3_AD_HANDSHAKE_FAILURE;
	judged(PARTY_REMOTE_TLS, CODE_HANDSHAKE_FAILURE);
	healthy(NULL);
	unshaken(TLS_ALERTED);
	site->tls.alert_in = SSL3_AD_HANDSHAKE_FAILURE;
	site->tls.certificate_asked = true;
	judged(PARTY_REMOTE_TLS, CODE_CERTIFICATE_REQUIRED);
	healthy(NULL);
	site->tls.alert_in = TLS13_AD_CERTIFICATE_REQUIRED; /* of TLS 1.3, when the page was asked for */
	site->http = (struct http_facts){.reached = true, .status = HTTP_CLOSED, .code = -1, .date = -1};
	judged(PARTY_REMOTE_TLS, CODE_CERTIFICATE_REQUIRED);
	assert_non_null(strstr(e.verdict.text, "\"certificate required\""));
}

static void test_what_is_no_tls(void **state)
{
	(void)state;
	unshaken(TLS_NOT_TLS);
	site->tls.first_bytes = (const uint8_t *)"HTTP/1.1 400 Bad Request\r\n";
	site->tls.first_byte_count = 26;
	judged(PARTY_REMOTE_TLS, CODE_PLAIN_HTTP);
	healthy(NULL);
	unshaken(TLS_NOT_TLS);
	site->tls.first_bytes = (const uint8_t *)"SSH-2.0-OpenSSH\r\n";
	site->tls.first_byte_count = 17;
	judged(PARTY_REMOTE_TLS, CODE_NOT_TLS);
	assert_non_null(strstr(e.verdict.text, "\"SSH-2.0-OpenSSH\""));
}

/* --- certificates --- */

static void test_trust(void **state)
{
	(void)state;
	untrusted(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
	judged(PARTY_REMOTE_CERT, CODE_SELF_SIGNED);
	healthy(NULL);
	untrusted(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
	judged(PARTY_REMOTE_CERT, CODE_UNKNOWN_ISSUER);
	healthy(NULL);
	untrusted(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
	site->tls.chain.intermediate_evidence = "its certificate names where it is";
	judged(PARTY_REMOTE_CERT, CODE_MISSING_INTERMEDIATE);
	healthy(NULL);
	untrusted(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
	site->tls.chain.store_empty = true;
	judged(PARTY_LOCAL_CONFIG, CODE_TRUST_STORE);
}

static void test_what_no_table_names_is_never_ok(void **state)
{
	(void)state;
	untrusted(X509_V_ERR_CERT_REJECTED);
	judged(PARTY_REMOTE_CERT, CODE_CERTIFICATE_INVALID);
	healthy(NULL);
	untrusted(X509_V_ERR_INVALID_EXTENSION);
	site->tls.chain.trusted = true;
	judged(PARTY_REMOTE_CERT, CODE_CERTIFICATE_INVALID);
	healthy(NULL);
	site->tls.chain.trusted = false;
	judged(PARTY_REMOTE_CERT, CODE_CERTIFICATE_INVALID);
}

static void test_a_certificate_made_on_the_fly(void **state)
{
	(void)state;
	untrusted(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
	e.opinion.other_name_minted = OPINION_YES;
	judged(PARTY_INTERCEPTION, CODE_MINTED);
	healthy(NULL);
	untrusted(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
	leaf.issuer = "O=Fortinet, CN=FortiGate CA";
	judged(PARTY_INTERCEPTION, CODE_INSPECTING_ISSUER);
}

static void test_dates_and_the_clock(void **state)
{
	(void)state;
	chain_error = X509_V_ERR_CERT_HAS_EXPIRED;
	site->tls.chain.errors = &chain_error;
	site->tls.chain.error_count = 1;
	leaf.not_after = NOW - 3 * DAY;
	judged(PARTY_REMOTE_CERT, CODE_EXPIRED);
	healthy(NULL);
	chain_error = X509_V_ERR_CERT_NOT_YET_VALID;
	site->tls.chain.errors = &chain_error;
	site->tls.chain.error_count = 1;
	leaf.not_before = NOW + 10 * DAY;
	site->http.date = NOW + 20 * DAY;
	judged(PARTY_LOCAL_CONFIG, CODE_CLOCK);
}

static void test_portals(void **state)
{
	(void)state;
	untrusted(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
	e.plain = (struct plain_facts){
		.reached = true, .connected = true, .code = 302, .location = "http://login.hotel.example/"};
	judged(PARTY_CAPTIVE_PORTAL, CODE_PORTAL);
	healthy(NULL);
	untrusted(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
	e.plain = (struct plain_facts){
		.reached = true, .connected = true, .code = 302, .location = "https://www.example.com/"};
	judged(PARTY_REMOTE_CERT, CODE_UNKNOWN_ISSUER); /* of one site with the target */
	healthy(NULL);
	untrusted(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
	e.plain = (struct plain_facts){
		.reached = true, .connected = true, .code = 301, .location = "https://example.org/"};
	judged(PARTY_REMOTE_CERT, CODE_UNKNOWN_ISSUER); /* moved for good */
	healthy(NULL);
	chain_error = X509_V_ERR_CERT_HAS_EXPIRED;
	site->tls.chain.errors = &chain_error;
	site->tls.chain.error_count = 1;
	e.plain = (struct plain_facts){
		.reached = true, .connected = true, .code = 302, .location = "https://www.brand.example/"};
	judged(PARTY_REMOTE_CERT, CODE_EXPIRED); /* its own all the same */
}

static void test_all_that_is_wrong_with_a_certificate_is_told(void **state)
{
	(void)state;
	untrusted(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
	site->tls.chain.name_fits = false;
	judged(PARTY_REMOTE_CERT, CODE_SELF_SIGNED);
	assert_warnings("wrong-name");
}

/* --- HTTP, and what is wrong beside --- */

static void test_http(void **state)
{
	(void)state;
	site->http.code = site->http.last_code = 503;
	judged(PARTY_REMOTE_HTTP, CODE_SERVER_ERROR);
	healthy(NULL);
	site->http.loops = true;
	judged(PARTY_REMOTE_HTTP, CODE_REDIRECT_LOOP);
	healthy(NULL);
	site->http = (struct http_facts){.reached = true, .status = HTTP_TIMED_OUT, .code = -1, .date = -1};
	judged(PARTY_REMOTE_HTTP, CODE_NO_RESPONSE);
}

static void test_a_family_that_is_broken(void **state)
{
	struct endpoint *other = &e.endpoints[1];

	(void)state;
	connected(other, "2001:db8::7");
	other->tcp.status = TCP_TIMED_OUT;
	other->tcp.sighting.syn_ack_in = 0;
	e.endpoint_count = 2;
	judged(PARTY_OK, CODE_OK);
	assert_warnings("family-broken");
	healthy(NULL);
	connected(&e.endpoints[1], "2001:db8::7");
	e.endpoints[1].tcp = (struct tcp_facts){0};
	e.endpoints[1].route.status = ROUTE_NONE;
	e.endpoint_count = 2;
	judged(PARTY_OK, CODE_OK); /* this host has no IPv6, and misses nothing */
	assert_warnings("");
}

static void test_warnings(void **state)
{
	(void)state;
	site->http.hsts = NULL;
	leaf.not_after = NOW + 5 * DAY;
	e.opinion.more_connects = 4;
	e.opinion.more_losses = 2;
	e.plain = (struct plain_facts){.reached = true, .connected = true, .code = 200};
	e.http3 = (struct http3_facts){.reached = true, .status = QUIC_SILENT};
	e.before = (struct baseline_facts){.known = true, .issuer = "CN=Another CA"};
	judged(PARTY_OK, CODE_OK);
	assert_warnings("loss expires-soon issuer-changed no-hsts no-redirect quic-blocked");
}

static void test_a_name_that_only_curl_takes(void **state)
{
	(void)state;
	site->tls.chain.name_in_subject_only = true;
	judged(PARTY_OK, CODE_OK);
	assert_warnings(CODE_WRONG_NAME);
}

static void test_hsts_that_is_taken_back(void **state)
{
	(void)state;
	site->http.hsts = "max-age=0";
	judged(PARTY_OK, CODE_OK);
	assert_warnings(CODE_NO_HSTS);
}

static void test_what_was_not_reached_is_unknown(void **state)
{
	(void)state;
	site->tls = (struct tls_facts){0};
	site->http = (struct http_facts){0};
	judged(PARTY_UNKNOWN, CODE_DEADLINE);
	healthy(NULL);
	site->tls = (struct tls_facts){0};
	site->http = (struct http_facts){0};
	options.last_stage = LAST_STAGE_TCP;
	judged(PARTY_OK, CODE_OK);
}

static void ended_at_once(bool reset, uint8_t ttl)
{
	site->tls = (struct tls_facts){0};
	site->http = (struct http_facts){0};
	site->tcp.closed_at_once = !reset;
	site->tcp.reset_at_once = reset;
	site->tcp.sighting.rst_in = reset;
	site->tcp.sighting.rst_ttl = ttl;
}

static void test_a_connection_that_ends_before_a_handshake(void **state)
{
	(void)state;
	ended_at_once(true, 60);
	judged(PARTY_REMOTE_TCP, CODE_RESETS_AT_ONCE);
	healthy(NULL);
	ended_at_once(false, 0);
	judged(PARTY_REMOTE_TCP, CODE_CLOSES_AT_ONCE);
	healthy(NULL);
	ended_at_once(true, 62);
	judged(PARTY_PATH, CODE_RESET_INJECTED);
	healthy(NULL);
	ended_at_once(false, 0);
	options.last_stage = LAST_STAGE_TCP;
	judged(PARTY_REMOTE_TCP, CODE_CLOSES_AT_ONCE);
}

static void test_a_redirect_that_only_the_witness_saw(void **state)
{
	(void)state;
	unconnected(TCP_REFUSED, ECONNREFUSED);
	site->firewall.verdict = FIREWALL_UNKNOWN;
	site->tcp.sighting.diverted = true;
	site->tcp.sighting.diverted_to = address_of("127.0.0.1");
	site->tcp.sighting.diverted_port = 8443;
	judged(PARTY_LOCAL_FIREWALL, CODE_LOCAL_REDIRECT);
	assert_non_null(strstr(e.verdict.text, "127.0.0.1, port 8443"));
}

static void test_losses_at_home(void **state)
{
	(void)state;
	e.opinion.more_connects = 4;
	e.opinion.more_losses = 2;
	site->tcp.bytes.syns_out = site->tcp.sighting.syn_out = 2;
	judged(PARTY_OK, CODE_OK);
	assert_warnings("loss");
	healthy(NULL);
	e.opinion.more_connects = 4;
	e.opinion.more_losses = 2;
	site->tcp.bytes.syns_out = 2;
	judged(PARTY_OK, CODE_OK);
	assert_warnings("output-drop");
}

static void test_a_neighbour_that_our_firewall_keeps_away(void **state)
{
	(void)state;
	unconnected(TCP_TIMED_OUT, ETIMEDOUT);
	site->tcp.sighting.syn_out = 0;
	site->route.neighbour = NEIGHBOUR_UNASKED;
	judged(PARTY_LOCAL_FIREWALL, CODE_OUTPUT_DROP);
	healthy(NULL);
	unconnected(TCP_TIMED_OUT, ETIMEDOUT);
	site->tcp.sighting.syn_out = 0;
	site->route.neighbour = NEIGHBOUR_UNHEARD;
	judged(PARTY_LOCAL_FIREWALL, CODE_INPUT_DROP);
}

/* --- data of a connection that stands --- */

static void test_data_that_this_host_stops(void **state)
{
	(void)state;
	unshaken(TLS_TIMED_OUT);
	site->tls.bytes_out = 517;
	site->tls.bytes_acked = 0;
	e.opinion.other_name_works = OPINION_YES;
	judged(PARTY_PATH, CODE_SNI_FILTER);
	healthy(NULL);
	unshaken(TLS_TIMED_OUT);
	site->tls.bytes_out = 517;
	site->tls.bytes_acked = 0;
	site->tcp.sighting.sees_data = true;
	e.opinion.other_name_works = OPINION_YES;
	judged(PARTY_LOCAL_FIREWALL, CODE_OUTPUT_DROP);
	healthy(NULL);
	unshaken(TLS_RESET);
	site->tls.bytes_out = 517;
	site->tcp.sighting.sees_data = true;
	judged(PARTY_LOCAL_FIREWALL, CODE_OUTPUT_REJECT);
}

static void test_answers_that_this_host_stops(void **state)
{
	(void)state;
	unshaken(TLS_TIMED_OUT);
	site->tls.bytes_out = 517;
	site->tcp.sighting.sees_data = true;
	site->tcp.sighting.data_out = 1;
	site->tcp.sighting.data_in = 4;
	site->tcp.bytes.data_segments_in = 4;
	e.opinion.small_segments_work = OPINION_YES;
	judged(PARTY_PATH, CODE_MTU_BLACK_HOLE);
	healthy(NULL);
	unshaken(TLS_TIMED_OUT);
	site->tls.bytes_out = 517;
	site->tcp.sighting.sees_data = true;
	site->tcp.sighting.data_out = 1;
	site->tcp.sighting.data_in = 4;
	site->tcp.bytes.data_segments_in = 1;
	e.opinion.small_segments_work = OPINION_YES;
	judged(PARTY_LOCAL_FIREWALL, CODE_INPUT_DROP);
}

static void by_proxy(void)
{
	e.by_proxy = true;
	e.proxy = (struct proxy_facts){.url = "http://p:3128",
				       .shown = "http://p:3128",
				       .host = "p",
				       .source = "https_proxy",
				       .reached = true,
				       .code = 200};
}

static void test_a_tunnel_that_leads_nowhere(void **state)
{
	(void)state;
	unshaken(TLS_CLOSED);
	by_proxy();
	e.opinion.direct_works = OPINION_NO;
	judged(PARTY_REMOTE_TLS, CODE_TLS_CLOSED);
	healthy(NULL);
	unshaken(TLS_CLOSED);
	by_proxy();
	e.opinion.direct_works = OPINION_YES;
	judged(PARTY_PROXY, CODE_PROXY_CANNOT_REACH);
}

static void test_a_proxy_that_inspects(void **state)
{
	(void)state;
	untrusted(X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN);
	by_proxy();
	e.opinion.direct_works = OPINION_YES;
	judged(PARTY_INTERCEPTION, CODE_INSPECTING_ISSUER);
	healthy(NULL);
	untrusted(X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN);
	by_proxy();
	e.opinion.direct_works = OPINION_NO;
	judged(PARTY_REMOTE_CERT, CODE_UNKNOWN_ISSUER);
}

static void test_addresses_that_no_site_can_have(void **state)
{
	(void)state;
	unconnected(TCP_UNREACHABLE, ENETUNREACH);
	site->tcp.sighting.syn_out = 0;
	site->address = address_of("255.255.255.255");
	judged(PARTY_RESOLVER, CODE_SINKHOLE);
	healthy(NULL);
	unconnected(TCP_UNREACHABLE, ENETUNREACH);
	site->tcp.sighting.syn_out = 0;
	site->address = address_of("224.0.0.7");
	judged(PARTY_RESOLVER, CODE_SINKHOLE);
	healthy(NULL);
	unconnected(TCP_UNREACHABLE, ENETUNREACH);
	site->tcp.sighting.syn_out = 0;
	judged(PARTY_LOCAL_ROUTE, CODE_NO_ROUTE);
}

static void test_questions_that_are_redirected(void **state)
{
	(void)state;
	no_address(DNS_UNREACHABLE);
	nameserver.firewall = (struct firewall_facts){
		.reached = true, .verdict = FIREWALL_OPEN, .redirect = "127.0.0.1, port 5353"};
	judged(PARTY_LOCAL_FIREWALL, CODE_LOCAL_REDIRECT);
}

static void test_certificates_that_some_refuse(void **state)
{
	(void)state;
	leaf.wants_staple = true;
	judged(PARTY_OK, CODE_OK);
	assert_warnings("staple-bad");
	healthy(NULL);
	leaf.wants_staple = site->tls.chain.has_staple = true;
	judged(PARTY_OK, CODE_OK);
	assert_warnings("");
	healthy(NULL);
	site->tls.chain.name_in_subject_only = true;
	judged(PARTY_OK, CODE_OK);
	assert_warnings("wrong-name");
}

#define CLAIM(test) cmocka_unit_test_setup_teardown(test, healthy, cleared)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(test_a_healthy_site_has_no_finding),
		CLAIM(test_names),
		CLAIM(test_a_sinkhole_is_one_where_nothing_answers),
		CLAIM(test_the_rules_are_blamed_before_the_path),
		CLAIM(test_the_witness_speaks_where_the_rules_are_silent),
		CLAIM(test_rules_and_witness_that_disagree),
		CLAIM(test_a_silent_neighbour_is_no_firewall),
		CLAIM(test_silence_is_the_path_and_a_guess_without_a_witness),
		CLAIM(test_refusals),
		CLAIM(test_a_connection_that_ends_before_a_handshake),
		CLAIM(test_a_redirect_that_only_the_witness_saw),
		CLAIM(test_a_proxy_that_does_not_answer),
		CLAIM(test_a_proxy_that_is_needed),
		CLAIM(test_how_far_the_hello_came),
		CLAIM(test_a_reset_and_where_it_came_from),
		CLAIM(test_who_refuses_http3),
		CLAIM(test_without_a_witness_nothing_is_proved),
		CLAIM(test_alerts),
		CLAIM(test_what_is_no_tls),
		CLAIM(test_trust),
		CLAIM(test_what_no_table_names_is_never_ok),
		CLAIM(test_a_certificate_made_on_the_fly),
		CLAIM(test_dates_and_the_clock),
		CLAIM(test_portals),
		CLAIM(test_all_that_is_wrong_with_a_certificate_is_told),
		CLAIM(test_http),
		CLAIM(test_a_family_that_is_broken),
		CLAIM(test_warnings),
		CLAIM(test_a_name_that_only_curl_takes),
		CLAIM(test_hsts_that_is_taken_back),
		CLAIM(test_what_was_not_reached_is_unknown),
		CLAIM(test_losses_at_home),
		CLAIM(test_a_neighbour_that_our_firewall_keeps_away),
		CLAIM(test_data_that_this_host_stops),
		CLAIM(test_answers_that_this_host_stops),
		CLAIM(test_a_tunnel_that_leads_nowhere),
		CLAIM(test_a_proxy_that_inspects),
		CLAIM(test_addresses_that_no_site_can_have),
		CLAIM(test_questions_that_are_redirected),
		CLAIM(test_certificates_that_some_refuse),
	};

	return cmocka_run_group_tests_name("reach_judge", tests, NULL, NULL);
}
