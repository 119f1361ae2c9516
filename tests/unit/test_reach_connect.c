/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connecting, to servers of this process on the loopback interface. */
#include "cmocka_all.h"

#include "socket_address.h"
#include "stages.h"
#include "witness.h"

#include "fwport/files.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static struct options options;
static struct equipment equipment = {.options = &options};
static struct examination examination;
static int sockets[ENDPOINTS_MOST];
static struct error err;

static struct address loopback(enum family family)
{
	struct address address;

	assert_int_equal(
		address_parse(family == FAMILY_IPV4 ? "127.0.0.1" : "::1", (struct place){0}, &address, &err),
		0);
	return address;
}

/* Bound, and listening unless the backlog is -1: such a port is ours, and refuses. */
static int serve(enum family family, int backlog, uint16_t *port)
{
	const struct address address = loopback(family);
	struct socket_address at = socket_address_of(&address, 0, NULL);
	struct address ignored;
	int fd = socket(socket_family(family), SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at.storage, at.length), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at.storage, &at.length), 0);
	assert_true(socket_address_read((const struct sockaddr *)&at.storage, &ignored, port));
	if (backlog >= 0)
		assert_int_equal(listen(fd, backlog), 0);
	return fd;
}

static struct endpoint *add_endpoint(enum family family, uint16_t port)
{
	struct endpoint *endpoint = &examination.endpoints[examination.endpoint_count++];

	*endpoint = (struct endpoint){.address = loopback(family), .port = port};
	return endpoint;
}

static int setup(void **state)
{
	(void)state;
	options = (struct options){.last_stage = LAST_STAGE_HTTP};
	examination = (struct examination){.equipment = &equipment, .deadline = deadline_in(10000)};
	return 0;
}

static void close_all(void)
{
	for (size_t i = 0; i < examination.endpoint_count; i++)
		connection_close(&examination, &examination.endpoints[i], &sockets[i]);
}

static void test_both_families_connect(void **state)
{
	uint16_t port4, port6;
	CLEANUP(descriptor_close) int server4 = serve(FAMILY_IPV4, 1, &port4);
	CLEANUP(descriptor_close) int server6 = serve(FAMILY_IPV6, 1, &port6);
	const struct endpoint *ipv4 = add_endpoint(FAMILY_IPV4, port4);
	const struct endpoint *ipv6 = add_endpoint(FAMILY_IPV6, port6);

	(void)state;
	connect_all(&examination, sockets);
	assert_true(sockets[0] >= 0 && sockets[1] >= 0);
	assert_int_equal(ipv4->tcp.status, TCP_OK);
	assert_int_equal(ipv6->tcp.status, TCP_OK);
	assert_true(ipv4->tcp.reached && ipv4->tcp.ms >= 0 && ipv4->tcp.local_port);
	assert_false(ipv4->tcp.closed_at_once || ipv4->tcp.reset_at_once || ipv4->tcp.has_info);
	close_all();
	assert_true(ipv4->tcp.has_info && ipv4->tcp.info.tcpi_snd_mss);
	assert_int_equal(sockets[0], -1);
}

static void test_a_closed_port_refuses(void **state)
{
	uint16_t port;
	CLEANUP(descriptor_close) int server = serve(FAMILY_IPV4, -1, &port);
	const struct endpoint *endpoint = add_endpoint(FAMILY_IPV4, port);

	(void)state;
	connect_all(&examination, sockets);
	assert_int_equal(sockets[0], -1);
	assert_int_equal(endpoint->tcp.status, TCP_REFUSED);
	assert_int_equal(endpoint->tcp.sys, ECONNREFUSED);
	assert_false(endpoint->tcp.icmp.known);
	assert_true(endpoint->tcp.ms < 0 && endpoint->tcp.has_info);
}

static void test_who_hangs_up_at_once_is_seen(void **state)
{
	uint16_t port;
	CLEANUP(descriptor_close) int server = serve(FAMILY_IPV4, 1, &port);
	const struct endpoint *endpoint = add_endpoint(FAMILY_IPV4, port);
	struct attempt_end {
		bool reset;
	} const ends[] = {{false}, {true}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct linger linger = {.l_onoff = ends[i].reset};
		int accepted;

		examination.endpoints[0].tcp = (struct tcp_facts){0};
		connect_all(&examination, sockets);
		accepted = accept(server, NULL, NULL);
		setsockopt(accepted, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
		descriptor_close(&accepted);
		connection_close(&examination, &examination.endpoints[0], &sockets[0]);
		assert_int_equal(endpoint->tcp.status, TCP_OK);
		assert_int_equal(endpoint->tcp.closed_at_once, !ends[i].reset);
		assert_int_equal(endpoint->tcp.reset_at_once, ends[i].reset);
	}
}

static void test_no_descriptor_is_a_limit_of_ours(void **state)
{
	const struct endpoint *endpoint = add_endpoint(FAMILY_IPV4, 1);
	struct rlimit before, none;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	connect_all(&examination, sockets);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(endpoint->tcp.status, TCP_LOCAL);
	assert_int_equal(endpoint->tcp.sys, EMFILE);
}

static void test_a_hopeless_route_is_not_tried(void **state)
{
	struct endpoint *endpoint = add_endpoint(FAMILY_IPV4, 1);

	(void)state;
	endpoint->route = (struct route_facts){.reached = true, .status = ROUTE_BLACKHOLE};
	connect_all(&examination, sockets);
	assert_false(endpoint->tcp.reached);
}

/* A full backlog answers no SYN. */
static void test_silence_lasts_no_longer_than_the_examination(void **state)
{
	uint16_t port;
	CLEANUP(descriptor_close) int server = serve(FAMILY_IPV4, 0, &port);
	const struct endpoint *first = add_endpoint(FAMILY_IPV4, port);
	const struct endpoint *second = add_endpoint(FAMILY_IPV4, port);

	(void)state;
	examination.deadline = deadline_in(300);
	connect_all(&examination, sockets);
	assert_int_equal(first->tcp.status, TCP_OK);
	assert_int_equal(second->tcp.status, TCP_TIMED_OUT);
	assert_int_equal(second->tcp.sys, ETIMEDOUT);
	assert_int_equal(sockets[1], -1);
	assert_true(second->tcp.info.tcpi_state == TCP_SYN_SENT);
	close_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_both_families_connect, setup),
		cmocka_unit_test_setup(test_a_closed_port_refuses, setup),
		cmocka_unit_test_setup(test_who_hangs_up_at_once_is_seen, setup),
		cmocka_unit_test_setup(test_no_descriptor_is_a_limit_of_ours, setup),
		cmocka_unit_test_setup(test_a_hopeless_route_is_not_tried, setup),
		cmocka_unit_test_setup(test_silence_lasts_no_longer_than_the_examination, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
