/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What port 80 says, in a network of the test's own, where that port is free. */
#include "config.h"

#include "cmocka_all.h"

#include "peer.h"
#include "stages.h"

#include <curl/curl.h>
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static bool has_network;
static struct pool pool;
static struct error err;
static struct options options;
static const struct equipment equipment = {.options = &options};
static struct examination examination;
static const struct plain_facts *facts = &examination.plain;

static bool bring_loopback_up(void)
{
	struct ifreq request = {.ifr_name = "lo"};
	const int asked = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool up;

	request.ifr_flags = IFF_UP | IFF_RUNNING;
	up = ioctl(asked, SIOCSIFFLAGS, &request) == 0;
	close(asked);
	return up;
}

static int begin(void **state)
{
	(void)state;
	if (!has_network)
		return 0;
	examination = (struct examination){
		.equipment = &equipment, .pool = &pool, .deadline = deadline_in(20000), .endpoint_count = 1};
	examination.endpoints[0] =
		(struct endpoint){.address = {.family = FAMILY_IPV4, .bytes = {127, 0, 0, 1}}, .port = 443};
	examination.best = &examination.endpoints[0];
	return target_parse("https://site.test/", &pool, &examination.target, &err);
}

static void answer(int socket, const void *how)
{
	const char *bytes = how;
	char request[2048];

	if (request_read(socket, NULL, request, sizeof(request)) && strstr(request, "Host: site.test\r\n"))
		send(socket, bytes, strlen(bytes), 0);
}

static void ask(const char *bytes)
{
	struct peer peer;

	if (!has_network)
		skip();
	if (bytes)
		peer_start(&peer, 80, answer, bytes);
	assert_int_equal(plain_ask(&examination, &err), 0);
	if (bytes)
		peer_stop(&peer);
}

static void test_it_sends_on_to_https(void **state)
{
	(void)state;
	ask("HTTP/1.1 301 Moved\r\nLocation: https://site.test/\r\nContent-Length: 0\r\n\r\n");
	assert_true(facts->reached && facts->connected);
	assert_int_equal(facts->status, HTTP_OK);
	assert_int_equal(facts->code, 301);
	assert_string_equal(facts->location, "https://site.test/");
	assert_true(facts->to_https);
	assert_false(facts->to_other_host);
}

static void test_it_sends_on_to_somebody_else(void **state)
{
	(void)state;
	ask("HTTP/1.1 302 Found\r\nLocation: http://login.test/\r\n\r\n<title>Log in</title>");
	assert_int_equal(facts->code, 302);
	assert_false(facts->to_https);
	assert_true(facts->to_other_host);
	assert_string_equal(facts->title, "Log in");
}

static void test_it_serves_pages(void **state)
{
	(void)state;
	ask("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nLocation: https://site.test/\r\n\r\n");
	assert_int_equal(facts->code, 200);
	assert_false(facts->to_https);
}

static void test_it_says_nothing(void **state)
{
	(void)state;
	ask("");
	assert_true(facts->connected);
	assert_int_equal(facts->status, HTTP_CLOSED);
	assert_int_equal(facts->code, -1);
}

static void test_it_is_closed(void **state)
{
	(void)state;
	ask(NULL);
	assert_true(facts->reached);
	assert_false(facts->connected);
	assert_int_equal(facts->sys, ECONNREFUSED);
}

static void test_it_is_asked_only_where_it_may_help(void **state)
{
	(void)state;
	if (!has_network)
		skip();
	examination.target.port = 8443;
	ask(NULL);
	assert_false(facts->reached);
	examination.endpoints[0].tls = (struct tls_facts){.reached = true, .status = TLS_CLOSED};
	ask(NULL);
	assert_true(facts->reached);
	examination.plain.reached = false;
	examination.by_proxy = true;
	ask(NULL);
	assert_false(facts->reached);
}

#define FRESH(test) cmocka_unit_test_setup(test, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(test_it_sends_on_to_https), FRESH(test_it_sends_on_to_somebody_else),
		FRESH(test_it_serves_pages),      FRESH(test_it_says_nothing),
		FRESH(test_it_is_closed),         FRESH(test_it_is_asked_only_where_it_may_help),
	};
	int failed;

	signal(SIGPIPE, SIG_IGN);
	has_network = (unshare(CLONE_NEWNET) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0) &&
		      bring_loopback_up();
	curl_global_init(CURL_GLOBAL_ALL);
	failed = cmocka_run_group_tests_name("reach_port_80", tests, NULL, NULL);
	curl_global_cleanup();
	pool_free(&pool);
	return failed;
}
