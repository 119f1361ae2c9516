/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims about the list of virtual services, as IPVS writes it (ip_vs_ctl.c).
 */
#include "cmocka_all.h"
#include "interceptors.h"

static struct pool pool;
static struct host host;

static int forget(void **state)
{
	(void)state;
	pool_free(&pool);
	host = (struct host){0};
	return 0;
}

static void parse(const char *lines)
{
	struct error err;

	assert_int_equal(virtual_services_parse(lines, &pool, &host, &err), 0);
}

static const char head[] = "IP Virtual Server version 1.2.1 (size=4096)\n"
			   "Prot LocalAddress:Port Scheduler Flags\n"
			   "  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\n";

static void test_no_services(void **state)
{
	(void)state;
	parse(head);
	parse("");
	assert_int_equal(host.interceptor_count, 0);
}

static void test_services_of_both_families_and_of_a_mark(void **state)
{
	(void)state;
	parse("TCP  C000020A:01BB wlc  \n"
	      "  -> 0A000001:01BB      Masq    1      0          0         \n"
	      "UDP  [2001:0db8:0000:0000:0000:0000:0000:0010]:0035 rr \n"
	      "FWM  0000002A rr\n");
	assert_int_equal(host.interceptor_count, 3);
	assert_string_equal(host.interceptors[0].name, "192.0.2.10:443/tcp");
	assert_int_equal(host.interceptors[0].families, FAMILY_BIT(FAMILY_IPV4));
	assert_int_equal(host.interceptors[0].service.port, 443);
	assert_string_equal(host.interceptors[1].name, "[2001:db8::10]:53/udp");
	assert_int_equal(host.interceptors[1].families, FAMILY_BIT(FAMILY_IPV6));
	assert_string_equal(host.interceptors[2].name, "of mark 0x2a");
	assert_true(host.interceptors[2].service.marked);
	assert_int_equal(host.interceptors[2].families, FAMILIES_BOTH);
}

static void test_a_line_that_is_cut_is_no_service(void **state)
{
	(void)state;
	parse("TCP  C000\nTCP\nTCP  [zz]:01BB rr\nSCTP C000020A:0001");
	assert_int_equal(host.interceptor_count, 1);
	assert_string_equal(host.interceptors[0].name, "192.0.2.10:1/sctp");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_no_services, forget),
		cmocka_unit_test_teardown(test_services_of_both_families_and_of_a_mark, forget),
		cmocka_unit_test_teardown(test_a_line_that_is_cut_is_no_service, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
