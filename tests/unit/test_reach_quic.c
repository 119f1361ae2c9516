/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether QUIC is there, by what comes back for a version that nobody speaks. */
#include "cmocka_all.h"

#include "oracle.h"
#include "stages.h"
#include "version_negotiation.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct pool pool;
static struct error err;
static struct options options;
static struct equipment equipment;
static struct examination examination;
static const struct http3_facts *facts = &examination.http3;

/* --- servers --- */

struct server {
	int socket;
	uint16_t port;
	bool garbage_first;
	pthread_t thread;
};

static void server_bind(struct server *server)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(at);

	server->socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(server->socket, (struct sockaddr *)&at, length), 0);
	assert_int_equal(getsockname(server->socket, (struct sockaddr *)&at, &length), 0);
	server->port = ntohs(at.sin_port);
}

/* The IDs the other way round, and version 1. */
static size_t negotiate(const uint8_t *asked, uint8_t *out)
{
	const size_t id = 1 + CONNECTION_ID_BYTES;

	memset(out, 0, 5);
	out[0] = 0x80;
	memcpy(out + 5, asked + 5 + id, id);
	memcpy(out + 5 + id, asked + 5, id);
	memcpy(out + 5 + 2 * id, "\0\0\0\1", 4);
	return 5 + 2 * id + 4;
}

static void *serve(void *data)
{
	const struct server *server = data;
	struct sockaddr_in from;
	socklen_t length = sizeof(from);
	uint8_t asked[2048], answer[64];
	const ssize_t got =
		recvfrom(server->socket, asked, sizeof(asked), 0, (struct sockaddr *)&from, &length);

	if (server->garbage_first)
		sendto(server->socket, "garbage", 7, 0, (struct sockaddr *)&from, length);
	if (got == PROVOCATION_BYTES)
		sendto(server->socket, answer, negotiate(asked, answer), 0, (struct sockaddr *)&from, length);
	return NULL;
}

/* --- the client --- */

static int begin(void **state)
{
	static struct endpoint *endpoint = &examination.endpoints[0];

	(void)state;
	equipment = (struct equipment){.options = &options};
	examination = (struct examination){.equipment = &equipment,
					   .pool = &pool,
					   .deadline = deadline_in(20000),
					   .endpoint_count = 1,
					   .best = endpoint};
	endpoint->address = (struct address){.family = FAMILY_IPV4, .bytes = {127, 0, 0, 1}};
	endpoint->tcp.ms = -1;
	endpoint->http.advertises_h3 = true;
	return 0;
}

static void ask(uint16_t port)
{
	examination.endpoints[0].http.h3_port = port;
	assert_int_equal(quic_ask(&examination, &err), 0);
}

static void ask_server(bool garbage_first)
{
	struct server server = {.garbage_first = garbage_first};

	server_bind(&server);
	pthread_create(&server.thread, NULL, serve, &server);
	ask(server.port);
	pthread_join(server.thread, NULL);
	close(server.socket);
}

static void test_it_answers(void **state)
{
	(void)state;
	ask_server(false);
	assert_true(facts->reached);
	assert_int_equal(facts->status, QUIC_ANSWERS);
	assert_string_equal(facts->versions, "1");
	assert_true(facts->ms >= 0);
}

static void test_what_is_no_answer_is_passed_over(void **state)
{
	(void)state;
	ask_server(true);
	assert_int_equal(facts->status, QUIC_ANSWERS);
}

static void test_its_port_is_closed(void **state)
{
	struct server server;

	(void)state;
	server_bind(&server);
	close(server.socket);
	ask(server.port);
	assert_int_equal(facts->status, QUIC_REFUSED);
	assert_int_equal(facts->sys, ECONNREFUSED);
	assert_true(facts->icmp.known && facts->icmp.from_known);
	assert_true(address_equal(&facts->icmp.from, &examination.best->address));
	assert_true(facts->ms < 0);
}

static void test_it_is_silent(void **state)
{
	struct server server;

	(void)state;
	examination.deadline = deadline_in(50);
	server_bind(&server);
	ask(server.port);
	close(server.socket);
	assert_int_equal(facts->status, QUIC_SILENT);
	assert_null(facts->versions);
}

static void test_it_is_not_asked_for(void **state)
{
	(void)state;
	examination.endpoints[0].http.advertises_h3 = false;
	ask(9);
	assert_false(facts->reached);
	examination.endpoints[0].http.advertises_h3 = true;
	examination.by_proxy = true;
	ask(9);
	assert_false(facts->reached);
}

#define FRESH(test) cmocka_unit_test_setup(test, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(test_it_answers),          FRESH(test_what_is_no_answer_is_passed_over),
		FRESH(test_its_port_is_closed),  FRESH(test_it_is_silent),
		FRESH(test_it_is_not_asked_for),
	};
	int failed = cmocka_run_group_tests_name("reach_quic", tests, NULL, NULL);

	pool_free(&pool);
	return failed;
}
