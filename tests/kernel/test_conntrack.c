/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What connection tracking knows of connections that are there, in a network namespace that each test makes for itself.
 */
#define _GNU_SOURCE /* unshare */
#include "fwport/host_read.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

static struct pool pool;
static struct error err;

/* A server that listens on one port, and its client that asks for another, which may be the same. */
static struct {
	int listener, client, server;
	uint16_t client_port;
} pair;

static int new_host(void **state)
{
	(void)state;
	if (unshare(CLONE_NEWNET) < 0)
		return -1;
	return system("ip link set lo up");
}

static int forget(void **state)
{
	(void)state;
	close(pair.client);
	close(pair.server);
	close(pair.listener);
	pool_free(&pool);
	return 0;
}

static void ruleset(const char *rules)
{
	FILE *nft = popen("nft -f -", "w");

	assert_non_null(nft);
	assert_true(fputs(rules, nft) >= 0);
	assert_int_equal(pclose(nft), 0);
}

static struct sockaddr_in6 at(int family, uint16_t port)
{
	struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

	assert_int_equal(
		inet_pton(AF_INET6, family == AF_INET ? "::ffff:127.0.0.1" : "::1", &address.sin6_addr), 1);
	return address;
}

static void connect_pair(int family, uint16_t asked, uint16_t listened)
{
	struct sockaddr_in6 here = at(family, listened), there = at(family, asked), client;
	socklen_t length = sizeof(client);

	pair.listener = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pair.client = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(pair.listener, (struct sockaddr *)&here, sizeof(here)), 0);
	assert_int_equal(listen(pair.listener, 1), 0);
	assert_int_equal(connect(pair.client, (struct sockaddr *)&there, sizeof(there)), 0);
	pair.server = accept4(pair.listener, NULL, NULL, SOCK_CLOEXEC);
	assert_true(pair.server >= 0);
	assert_int_equal(getsockname(pair.client, (struct sockaddr *)&client, &length), 0);
	pair.client_port = ntohs(client.sin6_port);
}

/* Of the side that has this port as its own. */
static struct tracking tracking_of(uint16_t port)
{
	struct connections found;

	assert_int_equal(connections_read(&pool, &found, &err), 0);
	assert_int_equal(found.count, 2);
	connections_track(&found);
	return found.list[found.list[0].local_port == port ? 0 : 1].tracking;
}

static void test_a_connection_that_began_before_tracking_has_no_entry(void **state)
{
	(void)state;
	connect_pair(AF_INET, 22, 22);
	ruleset("add table ip t; add chain ip t in { type filter hook input priority 0; };"
		"add rule ip t in ct state established accept");
	assert_int_equal(tracking_of(22).known, TRACKING_NONE);
}

static void entry_tells_who_began(int family)
{
	struct tracking server, client;

	ruleset("add table inet t; add chain inet t in { type filter hook input priority 0; };"
		"add rule inet t in ct state new ct mark set 7");
	connect_pair(family, 22, 22);
	server = tracking_of(22);
	client = tracking_of(pair.client_port);
	assert_int_equal(server.known, TRACKING_ENTRY);
	assert_true(server.answered);
	assert_false(server.begun_here);
	assert_int_equal(server.mark, 7);
	assert_int_equal(server.asked_port, 22);
	assert_true(address_is_loopback(&server.asked));
	assert_int_equal(client.known, TRACKING_ENTRY);
	assert_true(client.begun_here);
}

static void test_an_entry_tells_who_began_and_its_mark(void **state)
{
	(void)state;
	entry_tells_who_began(AF_INET);
}

static void test_an_entry_of_ipv6_tells_the_same(void **state)
{
	(void)state;
	entry_tells_who_began(AF_INET6);
}

static void test_an_entry_tells_where_nat_moved_it_from(void **state)
{
	struct tracking server;

	(void)state;
	ruleset("add table ip t; add chain ip t out { type nat hook output priority -100; };"
		"add rule ip t out tcp dport 22 redirect to :2222");
	connect_pair(AF_INET, 22, 2222);
	server = tracking_of(2222);
	assert_int_equal(server.known, TRACKING_ENTRY);
	assert_false(server.begun_here);
	assert_int_equal(server.asked_port, 22);
}

/* What is told of one connection says nothing about the next. */
static void test_a_connection_that_is_not_there_has_no_entry(void **state)
{
	struct connection list[2] = {{.local_port = 22, .peer_port = 50000}};
	struct connections connections = {.list = list, .count = 1};

	(void)state;
	ruleset("add table ip t; add chain ip t in { type filter hook input priority 0; };"
		"add rule ip t in ct state established accept");
	connect_pair(AF_INET, 22, 22);
	connections_track(&connections);
	assert_int_equal(list[0].tracking.known, TRACKING_NONE);
}

#define HOST_TEST(test) cmocka_unit_test_setup_teardown(test, new_host, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOST_TEST(test_a_connection_that_began_before_tracking_has_no_entry),
		HOST_TEST(test_an_entry_tells_who_began_and_its_mark),
		HOST_TEST(test_an_entry_of_ipv6_tells_the_same),
		HOST_TEST(test_an_entry_tells_where_nat_moved_it_from),
		HOST_TEST(test_a_connection_that_is_not_there_has_no_entry),
	};

	if (unshare(CLONE_NEWNET) < 0) {
		printf("1..0 # SKIP no network namespace can be made (needs CAP_SYS_ADMIN; unshare -rn gives "
		       "it)\n");
		return 0;
	}
	if (system("ip link set lo up 2>/dev/null && nft list ruleset >/dev/null 2>&1") != 0) {
		printf("1..0 # SKIP ip(8) or nft(8) is not there\n");
		return 0;
	}
	return cmocka_run_group_tests_name("conntrack", tests, NULL, NULL);
}
