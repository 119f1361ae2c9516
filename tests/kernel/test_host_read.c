/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host as read from a network namespace that each test makes for itself and fills with ip(8).
 */
#define _GNU_SOURCE /* unshare */
#include "fwport/host_read.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <sched.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static struct pool pool;
static struct error err;

static void run(const char *command)
{
	assert_int_equal(system(command), 0);
}

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
	pool_free(&pool);
	return unsetenv("SSH_CONNECTION");
}

static struct host read_host(void)
{
	struct host host;

	assert_int_equal(host_read(&pool, &host, &err), 0);
	return host;
}

static struct address address(const char *text)
{
	struct address parsed;

	assert_int_equal(address_parse(text, (struct place){0}, &parsed, &err), 0);
	return parsed;
}

static const struct host_address *held_address(const struct host *host, const char *text)
{
	struct address wanted = address(text);

	for (size_t i = 0; i < host->address_count; i++)
		if (address_equal(&host->addresses[i].address, &wanted))
			return &host->addresses[i];
	return NULL;
}

static const struct route *route_to(const struct host *host, const char *text, uint32_t table)
{
	char to[ADDRESS_TEXT];

	for (size_t i = 0; i < host->route_count; i++)
		if (host->routes[i].table == table && !strcmp(prefix_text(&host->routes[i].to, to), text))
			return &host->routes[i];
	return NULL;
}

static void test_a_new_namespace_has_the_loopback_link_and_its_addresses(void **state)
{
	struct host host = read_host();

	(void)state;
	assert_string_equal(host_link(&host, 1)->name, "lo");
	assert_true(host_link(&host, 1)->loopback);
	assert_true(host_link(&host, 1)->up);
	assert_null(host_link(&host, 1)->kind);
	assert_non_null(held_address(&host, "127.0.0.1"));
	assert_non_null(held_address(&host, "::1"));
	assert_false(host_has_default_route(&host, FAMILY_IPV4, 1));
}

static void test_links_have_kind_master_group_and_state(void **state)
{
	const struct link *veth, *port, *bridge;
	struct host host;

	(void)state;
	run("ip link add veth0 group 42 type veth peer name veth1 && ip link add br0 type bridge &&"
	    "ip link set veth1 master br0 && ip link set br0 up && ip link set veth1 arp off");
	host = read_host();
	veth = host_link_named(&host, "veth0");
	port = host_link_named(&host, "veth1");
	bridge = host_link_named(&host, "br0");
	assert_string_equal(veth->kind, "veth");
	assert_int_equal(veth->group, 42);
	assert_int_equal(veth->master, 0);
	assert_int_equal(veth->type, ARPHRD_ETHER);
	assert_false(veth->up);
	assert_false(veth->noarp);
	assert_int_equal(port->master, bridge->index);
	assert_true(port->noarp);
	assert_string_equal(bridge->kind, "bridge");
	assert_true(bridge->up);
}

static void test_route_localnet_counts_for_one_interface_or_for_all(void **state)
{
	struct host host;

	(void)state;
	run("ip link add d0 type veth peer name p0");
	run("echo 1 >/proc/sys/net/ipv4/conf/d0/route_localnet");
	host = read_host();
	assert_true(host_link_named(&host, "d0")->routes_loopback);
	assert_false(host_link_named(&host, "p0")->routes_loopback);
	run("echo 1 >/proc/sys/net/ipv4/conf/all/route_localnet");
	host = read_host();
	assert_true(host_link_named(&host, "p0")->routes_loopback);
}

static void test_addresses_have_their_network_and_link(void **state)
{
	const struct host_address *held;
	char text[ADDRESS_TEXT];
	struct host host;

	(void)state;
	run("ip link add d0 type veth peer name p0 && ip addr add 192.0.2.77/26 dev d0 && ip addr add "
	    "2001:db8::7/64 dev "
	    "d0 nodad");
	host = read_host();
	held = held_address(&host, "192.0.2.77");
	assert_string_equal(prefix_text(&held->prefix, text), "192.0.2.64/26");
	assert_int_equal(held->link, host_link_named(&host, "d0")->index);
	held = held_address(&host, "2001:db8::7");
	assert_string_equal(prefix_text(&held->prefix, text), "2001:db8::/64");
}

static void test_of_a_point_to_point_address_ours_is_the_local_end(void **state)
{
	char text[ADDRESS_TEXT];
	struct host host;

	(void)state;
	run("ip link add d0 type veth peer name p0 && ip addr add 10.9.0.1 peer 10.9.0.2/32 dev d0");
	host = read_host();
	assert_null(held_address(&host, "10.9.0.2"));
	assert_string_equal(prefix_text(&held_address(&host, "10.9.0.1")->prefix, text), "10.9.0.2");
}

static void test_routes_of_every_table_and_type_are_read(void **state)
{
	const struct route *route;
	struct host host;
	uint32_t link;

	(void)state;
	run("ip link add d0 type veth peer name p0 && ip addr add 192.0.2.1/24 dev d0 && ip link set d0 up &&"
	    "ip route add default via 192.0.2.254 metric 50 && ip route add blackhole 203.0.113.0/24 &&"
	    "ip route add default dev d0 src 192.0.2.1 table 51820 && ip -6 route add 2001:db8:5::/48 dev "
	    "d0");
	host = read_host();
	link = host_link_named(&host, "d0")->index;
	route = route_to(&host, "0.0.0.0/0", RT_TABLE_MAIN);
	assert_int_equal(route->link, link);
	assert_int_equal(route->metric, 50);
	assert_int_equal(route->type, RTN_UNICAST);
	assert_false(route->has_source);
	assert_int_equal(route_to(&host, "203.0.113.0/24", RT_TABLE_MAIN)->type, RTN_BLACKHOLE);
	route = route_to(&host, "0.0.0.0/0", 51820);
	assert_true(route->has_source);
	assert_memory_equal(route->source.bytes, ((uint8_t[]){192, 0, 2, 1}), 4);
	assert_int_equal(route_to(&host, "192.0.2.1", RT_TABLE_LOCAL)->type, RTN_LOCAL);
	assert_int_equal(route_to(&host, "2001:db8:5::/48", RT_TABLE_MAIN)->link, link);
	assert_int_equal(route_to(&host, "192.0.2.0/24", RT_TABLE_MAIN)->link, link);
}

static void test_a_multipath_route_is_one_route_for_each_of_its_interfaces(void **state)
{
	struct host host;

	(void)state;
	run("for d in d0 d1; do ip link add $d type veth peer name p$d; ip link set $d up; done;"
	    "ip addr add 192.0.2.1/24 dev d0; ip addr add 198.51.100.1/24 dev d1;"
	    "ip route add default nexthop via 192.0.2.2 dev d0 nexthop via 198.51.100.2 dev d1");
	host = read_host();
	assert_true(host_has_default_route(&host, FAMILY_IPV4, host_link_named(&host, "d0")->index));
	assert_true(host_has_default_route(&host, FAMILY_IPV4, host_link_named(&host, "d1")->index));
	assert_int_equal(route_to(&host, "0.0.0.0/0", RT_TABLE_MAIN)->link,
			 host_link_named(&host, "d0")->index);
}

static int listen_on(const char *where, uint16_t port, int type, int only_ipv6)
{
	bool six = strchr(where, ':');
	struct sockaddr_in6 at6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	struct sockaddr_in at4 = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(six ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	if (six)
		assert_int_equal(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only_ipv6, sizeof(only_ipv6)), 0);
	assert_int_equal(six ? inet_pton(AF_INET6, where, &at6.sin6_addr)
			     : inet_pton(AF_INET, where, &at4.sin_addr),
			 1);
	assert_int_equal(six ? bind(fd, (struct sockaddr *)&at6, sizeof(at6))
			     : bind(fd, (struct sockaddr *)&at4, sizeof(at4)),
			 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, 5), 0);
	return fd;
}

static struct listeners read_listeners(enum protocol protocol, uint16_t port)
{
	struct listeners listeners;

	assert_int_equal(listeners_read(protocol, port, true, &pool, &listeners, &err), 0);
	return listeners;
}

static void test_a_listener_on_one_address_is_not_any(void **state)
{
	int fd = listen_on("127.0.0.1", 443, SOCK_STREAM, 0);
	struct listeners listeners = read_listeners(PROTOCOL_TCP, 443);

	(void)state;
	assert_int_equal(listeners.count, 1);
	assert_int_equal(listeners.list[0].family, FAMILY_IPV4);
	assert_memory_equal(listeners.list[0].address.bytes, ((uint8_t[]){127, 0, 0, 1}), 4);
	assert_false(listeners.list[0].any);
	assert_false(listeners.list[0].both_families);
	assert_int_equal(listeners.list[0].port, 443);
	close(fd);
}

static void test_who_listens_is_read_where_rules_look_for_sockets(void **state)
{
	const int on = 1;
	int fd = listen_on("127.0.0.1", 443, SOCK_STREAM, 0),
	    other = listen_on("127.0.0.1", 53, SOCK_DGRAM, 0);
	const struct op looks = {.kind = OP_HANDOVER, .handover.kind = HANDOVER_SOCKET};
	struct rule rule = {.ops = &looks}, *rules[] = {&rule};
	struct chain chain = {.rules = rules, .rule_count = 1}, *chains[] = {&chain};
	struct table table = {.chains = chains, .chain_count = 1}, *tables[] = {&table};
	const struct ruleset ruleset = {.tables = tables, .table_count = 1};
	struct host host = {0};

	(void)state;
	assert_int_equal(setsockopt(fd, IPPROTO_IP, IP_TRANSPARENT, &on, sizeof(on)), 0);
	assert_int_equal(host_read_sockets(&ruleset, &pool, &host, &err), 0);
	assert_null(host.listeners);
	rule.op_count = 1;
	assert_int_equal(host_read_sockets(&ruleset, &pool, &host, &err), 0);
	assert_int_equal(host.listeners->count, 2);
	assert_true(host.listeners->list[0].transparent);
	assert_int_equal(host.listeners->list[1].protocol, PROTOCOL_UDP);
	assert_false(host.listeners->list[1].transparent);
	close(fd);
	close(other);
}

static void test_an_ipv6_listener_serves_both_families_unless_it_is_v6only(void **state)
{
	int both = listen_on("::", 443, SOCK_STREAM, 0), one = listen_on("::", 8443, SOCK_STREAM, 1);
	struct listeners listeners = read_listeners(PROTOCOL_TCP, 443);

	(void)state;
	assert_int_equal(listeners.count, 1);
	assert_int_equal(listeners.list[0].family, FAMILY_IPV6);
	assert_true(listeners.list[0].any);
	assert_true(listeners.list[0].both_families);
	listeners = read_listeners(PROTOCOL_TCP, 8443);
	assert_int_equal(listeners.count, 1);
	assert_true(listeners.list[0].any);
	assert_false(listeners.list[0].both_families);
	close(both);
	close(one);
}

static void test_a_listener_has_the_process_that_holds_it(void **state)
{
	int fd = listen_on("0.0.0.0", 443, SOCK_STREAM, 0);
	struct listeners listeners;

	(void)state;
	prctl(PR_SET_NAME, "web (server) 1");
	listeners = read_listeners(PROTOCOL_TCP, 443);
	assert_int_equal(listeners.list[0].pid, getpid());
	assert_string_equal(listeners.list[0].program, "web (server) 1");
	assert_int_equal(listeners.list[0].uid, getuid());
	close(fd);
}

static void test_udp_and_tcp_listeners_are_told_apart(void **state)
{
	int fd = listen_on("0.0.0.0", 443, SOCK_DGRAM, 0);

	(void)state;
	assert_int_equal(read_listeners(PROTOCOL_TCP, 443).count, 0);
	assert_int_equal(read_listeners(PROTOCOL_UDP, 443).count, 1);
	assert_int_equal(read_listeners(PROTOCOL_UDP, 444).count, 0);
	assert_int_equal(read_listeners(PROTOCOL_UDP, 0).count, 1);
	close(fd);
}

static int connect_to(uint16_t port)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

/* A connection that comes from another host, as far as addresses tell. */
static int call_to(uint16_t port)
{
	struct sockaddr_in from = {.sin_family = AF_INET},
			   to = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(inet_pton(AF_INET, "192.0.2.2", &from.sin_addr), 1);
	assert_int_equal(inet_pton(AF_INET, "192.0.2.1", &to.sin_addr), 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof(from)), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static int ssh_listens(void)
{
	run("ip addr add 192.0.2.1/32 dev lo; ip addr add 192.0.2.2/32 dev lo");
	return listen_on("0.0.0.0", 2222, SOCK_STREAM, 0);
}

static uint16_t local_port(int fd)
{
	struct sockaddr_in at;
	socklen_t length = sizeof(at);

	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &length), 0);
	return ntohs(at.sin_port);
}

static size_t count(uint16_t first, uint16_t last, bool inbound)
{
	size_t found;

	assert_int_equal(
		connections_count(PROTOCOL_TCP, (struct port_range){first, last}, inbound, &found, &err), 0);
	return found;
}

static void test_connections_are_counted_by_port_range_and_direction(void **state)
{
	int listener = listen_on("::", 443, SOCK_STREAM, 0), client = connect_to(443);
	int server = accept(listener, NULL, NULL), second = connect_to(443);
	uint16_t port = local_port(client);

	(void)state;
	assert_int_equal(count(443, 443, true), 2);
	assert_int_equal(count(443, 443, false), 2);
	assert_int_equal(count(400, 500, true), 2);
	assert_int_equal(count(444, 500, true), 0);
	assert_int_equal(count(port, port, true), 1);
	assert_int_equal(count(80, 80, false), 0);
	close(second);
	close(server);
	close(client);
	close(listener);
}

/* What a process says that asks for its session: "evidence|count|local port|peer port". */
static void ask_session(int out)
{
	CLEANUP(pool_free) struct pool own = {0};
	struct connections found;
	char line[160];
	int length;

	if (session_connections(&own, &found, &err) < 0)
		length = snprintf(line, sizeof(line), "error: %s", err.text);
	else
		length = snprintf(line, sizeof(line), "%s|%zu|%u|%u", found.evidence, found.count,
				  found.count ? found.list[0].local_port : 0,
				  found.count ? found.list[0].peer_port : 0);
	_exit(write(out, line, (size_t)length) == length ? 0 : 1);
}

/* sshd as it is: it holds the accepted connection, and the shell's command asks two generations below. */
static void be_sshd(int listener, int out)
{
	int connection = accept(listener, NULL, NULL);
	pid_t shell;

	close(listener);
	prctl(PR_SET_NAME, "sshd-session");
	shell = fork();
	if (shell == 0) {
		close(connection);
		if (fork() == 0)
			ask_session(out);
		wait(NULL);
		_exit(0);
	}
	waitpid(shell, NULL, 0);
	_exit(0);
}

static void read_line(int fd, char *line, size_t size)
{
	ssize_t got = read(fd, line, size - 1);

	assert_true(got > 0);
	line[got] = '\0';
}

static void test_the_session_is_the_connection_of_the_sshd_above_us(void **state)
{
	int listener = ssh_listens(), pipes[2], client, forward;
	char line[160], expected[160];
	pid_t sshd;

	(void)state;
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	sshd = fork();
	if (sshd == 0)
		be_sshd(listener, pipes[1]);
	client = call_to(2222);
	forward = call_to(2222); /* somebody else's */
	read_line(pipes[0], line, sizeof(line));
	snprintf(expected, sizeof(expected), "sshd-session (pid %d)|1|2222|%u", (int)sshd,
		 local_port(client));
	assert_string_equal(line, expected);
	waitpid(sshd, NULL, 0);
	close(forward);
	close(client);
	close(listener);
	close(pipes[0]);
	close(pipes[1]);
}

static struct connections session(void)
{
	struct connections found;

	assert_int_equal(session_connections(&pool, &found, &err), 0);
	return found;
}

static void test_without_an_sshd_above_us_the_environment_is_believed_if_it_is_true(void **state)
{
	int listener = ssh_listens(), client = call_to(2222);
	char value[80];
	struct connections found;

	(void)state;
	snprintf(value, sizeof(value), "192.0.2.2 %u 192.0.2.1 2222", local_port(client));
	setenv("SSH_CONNECTION", value, 1);
	found = session();
	assert_string_equal(found.evidence, "SSH_CONNECTION");
	assert_int_equal(found.count, 1);
	assert_int_equal(found.list[0].peer_port, local_port(client));
	setenv("SSH_CONNECTION", "192.0.2.2 1 192.0.2.1 2222", 1);
	prctl(PR_SET_NAME, "not sshd");
	assert_string_equal(session().evidence, "none");
	close(client);
	close(listener);
}

static void test_else_all_connections_to_listening_sshds_count(void **state)
{
	int listener = ssh_listens(), client = call_to(2222), second = call_to(2222),
	    nested = connect_to(2222); /* `ssh localhost` in one of them */
	struct connections found;

	(void)state;
	prctl(PR_SET_NAME, "sshd");
	found = session();
	assert_string_equal(found.evidence, "all connections to listening sshds");
	assert_int_equal(found.count, 2);
	assert_int_equal(found.list[0].local_port, 2222);
	prctl(PR_SET_NAME, "test");
	close(nested);
	close(second);
	close(client);
	close(listener);
}

static void test_an_empty_host_has_no_session(void **state)
{
	(void)state;
	assert_int_equal(session().count, 0);
	assert_string_equal(session().evidence, "none");
}

static void test_asking_for_legacy_tables_registers_none(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_string_equal(legacy_tables(FAMILY_IPV4, &pool), "");
		assert_string_equal(legacy_tables(FAMILY_IPV6, &pool), "");
	}
}

static void test_registered_legacy_tables_are_named(void **state)
{
	const char *names;

	(void)state;
	if (system("command -v iptables-legacy >/dev/null") != 0) {
		print_message("# there is no iptables-legacy to register a table with\n");
		return;
	}
	run("export XTABLES_LOCKFILE=$(mktemp); iptables-legacy -t nat -S >/dev/null && iptables-legacy -t "
	    "filter -S "
	    ">/dev/null; status=$?; rm -f $XTABLES_LOCKFILE; exit $status");
	names = legacy_tables(FAMILY_IPV4, &pool);
	assert_true(strcmp(names, "filter nat") == 0 || strcmp(names, "nat filter") == 0);
	assert_string_equal(legacy_tables(FAMILY_IPV6, &pool), "");
}

#define HOST_TEST(test) cmocka_unit_test_setup_teardown(test, new_host, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOST_TEST(test_a_new_namespace_has_the_loopback_link_and_its_addresses),
		HOST_TEST(test_links_have_kind_master_group_and_state),
		HOST_TEST(test_route_localnet_counts_for_one_interface_or_for_all),
		HOST_TEST(test_addresses_have_their_network_and_link),
		HOST_TEST(test_of_a_point_to_point_address_ours_is_the_local_end),
		HOST_TEST(test_routes_of_every_table_and_type_are_read),
		HOST_TEST(test_a_multipath_route_is_one_route_for_each_of_its_interfaces),
		HOST_TEST(test_a_listener_on_one_address_is_not_any),
		HOST_TEST(test_who_listens_is_read_where_rules_look_for_sockets),
		HOST_TEST(test_an_ipv6_listener_serves_both_families_unless_it_is_v6only),
		HOST_TEST(test_a_listener_has_the_process_that_holds_it),
		HOST_TEST(test_udp_and_tcp_listeners_are_told_apart),
		HOST_TEST(test_connections_are_counted_by_port_range_and_direction),
		HOST_TEST(test_the_session_is_the_connection_of_the_sshd_above_us),
		HOST_TEST(test_without_an_sshd_above_us_the_environment_is_believed_if_it_is_true),
		HOST_TEST(test_else_all_connections_to_listening_sshds_count),
		HOST_TEST(test_an_empty_host_has_no_session),
		HOST_TEST(test_asking_for_legacy_tables_registers_none),
		HOST_TEST(test_registered_legacy_tables_are_named),
	};

	if (unshare(CLONE_NEWNET) < 0) {
		printf("1..0 # SKIP no network namespace can be made (needs CAP_SYS_ADMIN; unshare -rn gives "
		       "it)\n");
		return 0;
	}
	if (system("ip link set lo up 2>/dev/null") != 0) {
		printf("1..0 # SKIP ip(8) is not there\n");
		return 0;
	}
	return cmocka_run_group_tests_name("host_read", tests, NULL, NULL);
}
