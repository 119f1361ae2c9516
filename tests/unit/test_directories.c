/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The catalogues of ufw and firewalld as sources of services: who wins, what includes what, and what becomes of files that cannot be
 * used.
 */
#include "cmocka_all.h"

#include "fwport/text.h"
#include "sources_world.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int world_with_neighbours(void **state)
{
	static const char *const directories[] = {"ufw", "firewalld", "shipped"};

	if (world_make(state) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		mkdir(path(*state, directories[i]), 0755);
	return 0;
}

/* A service of firewalld with these elements. */
static void put_service(struct world *w, const char *name, const char *elements)
{
	put(w, name, pool_format(&w->pool, "<?xml version=\"1.0\"?>\n<service>%s</service>\n", elements));
}

static void is(struct world *w, const char *name, const char *origin, const char *ports)
{
	const struct service *found;
	CLEANUP(text_free) struct text all = {0};
	char text[PORT_TEXT];

	assert_int_equal(sources_service(&w->sources, name, (struct place){0}, &found, &w->err), 0);
	assert_string_equal(without_root(w, found->origin), origin);
	for (size_t i = 0; i < found->port_count; i++)
		text_add(&all, "%s%s", i ? " " : "", port_text(found->ports[i], text));
	assert_string_equal(text_string(&all), ports);
}

static void fails(struct world *w, const char *name, enum error_kind kind, const char *sentence,
		  const char *hint)
{
	const struct service *found;

	w->err = (struct error){0};
	assert_int_equal(sources_service(&w->sources, name, (struct place){0}, &found, &w->err), -1);
	assert_string_equal(without_root(w, w->err.text), sentence);
	assert_int_equal(w->err.kind, kind);
	assert_string_equal(w->err.hint, hint);
}

static void test_the_order_is_ours_ufw_firewalld_and_the_system(void **state)
{
	struct world *w = *state;

	put(w, "data/services", "one=1\n");
	put(w, "ufw/apps", "[one]\nports=11/tcp\n[two]\nports=12/tcp\n");
	put_service(w, "firewalld/two.xml", "<port protocol='tcp' port='22'/>");
	put_service(w, "firewalld/three.xml", "<port protocol='tcp' port='23'/>");
	put_service(w, "shipped/three.xml", "<port protocol='tcp' port='33'/>");
	put_service(w, "shipped/four.xml", "<port protocol='udp' port='34'/>");
	put(w, "etc/services", "four 44/tcp\nfive 45/tcp\n");
	is(w, "one", "/data/services", "1/tcp");
	is(w, "two", "/ufw/apps", "12/tcp");
	is(w, "three", "/firewalld/three.xml", "23/tcp");
	is(w, "four", "/shipped/four.xml", "34/udp");
	is(w, "five", "/etc/services", "45/tcp");
}

static void test_names_of_applications_have_spaces(void **state)
{
	struct world *w = *state;

	put(w, "ufw/nginx", "[Nginx Full]\ntitle=Web\nports=80,443/tcp\n");
	is(w, "Nginx Full", "/ufw/nginx", "80/tcp 443/tcp");
	fails(w, "Nginx Ful", ERROR_USAGE,
	      "no service is called \"Nginx Ful\" (looked in /config/services, /data/services, /ufw, "
	      "/firewalld, /shipped and /etc/services)",
	      "did you mean Nginx Full?");
}

static void test_of_two_applications_the_last_file_counts(void **state)
{
	struct world *w = *state;
	struct service_list all;

	put(w, "ufw/a", "[Web]\nports=80/tcp\n");
	put(w, "ufw/b", "[Web]\nports=81/tcp\n");
	put(w, "ufw/c.dpkg-old", "[Web]\nports=82/tcp\n");
	put(w, "ufw/d~", "[Web]\nports=83/tcp\n");
	put(w, "ufw/.e", "[Web]\nports=84/tcp\n");
	is(w, "Web", "/ufw/b", "81/tcp");
	assert_int_equal(sources_services(&w->sources, true, &all, &w->err), 0);
	assert_int_equal(all.count, 1);
	assert_int_equal(sources_services(&w->sources, false, &all, &w->err), 0);
	assert_int_equal(all.count, 0);
}

static void test_a_file_that_cannot_be_used_spoils_no_other(void **state)
{
	struct world *w = *state;

	put(w, "ufw/broken", "[Web\n");
	put(w, "ufw/good", "[Good]\nports=1/tcp\n");
	put(w, "shipped/bad.xml", "<service><port/></service>");
	put(w, "shipped/evil.xml", "<!DOCTYPE service><service/>");
	is(w, "Good", "/ufw/good", "1/tcp");
	fails(w, "broken", ERROR_FILE, "/ufw/broken:1:1: \"[Web\" has no \"]\"; a section is written [NAME]",
	      "");
	fails(w, "bad", ERROR_FILE, "/shipped/bad.xml:1:10: <port> has no protocol", "");
	fails(w, "evil", ERROR_FILE,
	      "/shipped/evil.xml:1:18: a DOCTYPE; a service has none, and it is not read", "");
}

static void test_a_large_file_is_not_read(void **state)
{
	struct world *w = *state;
	char *large = pool_alloc(&w->pool, 70000);

	memset(large, ' ', 69999);
	put_service(w, "shipped/large.xml", large);
	fails(w, "large", ERROR_FILE, "/shipped/large.xml: 70041 bytes are too many, at most 65536 are read",
	      "");
}

static void test_includes_are_followed_and_ports_told_once(void **state)
{
	struct world *w = *state;

	put_service(w, "shipped/a.xml",
		    "<include service='b'/><include service='c'/>"
		    "<port protocol='tcp' port='1'/>");
	put_service(w, "shipped/b.xml", "<port protocol='tcp' port='1'/><port protocol='tcp' port='2'/>");
	put_service(w, "shipped/c.xml", "<port protocol='tcp' port='3'/>");
	put_service(w, "firewalld/c.xml", "<port protocol='tcp' port='33'/><helper name='tftp'/>");
	is(w, "a", "/shipped/a.xml", "1/tcp 2/tcp 33/tcp");
}

static void test_helpers_of_what_is_included_are_told(void **state)
{
	struct world *w = *state;
	const struct service *found;

	put_service(w, "shipped/a.xml", "<helper name='ftp'/><include service='b'/>");
	put_service(w, "shipped/b.xml", "<port protocol='tcp' port='1'/><helper name='tftp'/>");
	assert_int_equal(sources_service(&w->sources, "a", (struct place){0}, &found, &w->err), 0);
	assert_string_equal(found->helpers, "ftp, tftp");
}

static void test_includes_that_lead_nowhere_or_round_are_refused(void **state)
{
	struct world *w = *state;

	put_service(w, "shipped/a.xml", "<include service='b'/><port protocol='tcp' port='1'/>");
	put_service(w, "shipped/b.xml", "<include service='a'/>");
	put_service(w, "shipped/c.xml", "<include service='../etc/passwd'/>");
	put_service(w, "shipped/d.xml", "<include service='d'/>");
	fails(w, "a", ERROR_FILE, "/shipped/b.xml: \"a\" includes itself", "its ports by number: 1/tcp");
	fails(w, "c", ERROR_FILE,
	      "/shipped/c.xml: includes ../etc/passwd, which no file of firewalld describes", "");
	fails(w, "d", ERROR_FILE, "/shipped/d.xml: \"d\" includes itself", "");
}

static void test_includes_end_somewhere(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 20; i++)
		put_service(w, pool_format(&w->pool, "shipped/s%d.xml", i),
			    pool_format(&w->pool, "<include service='s%d'/>", i + 1));
	fails(w, "s0", ERROR_FILE, "/shipped/s7.xml: more than 8 services include each other", "");
}

static void test_what_is_more_than_ports_is_refused_as_a_whole(void **state)
{
	struct world *w = *state;

	put_service(w, "shipped/vpn.xml", "<port protocol='tcp' port='1723'/><protocol value='gre'/>");
	put_service(w, "shipped/none.xml", "");
	fails(w, "vpn", ERROR_FILE,
	      "/shipped/vpn.xml: \"vpn\" of firewalld is more than ports: protocol \"gre\"",
	      "its ports by number: 1723/tcp");
	fails(w, "none", ERROR_FILE, "/shipped/none.xml: no port is in it", "");
}

static void test_all_definitions_are_told(void **state)
{
	struct world *w = *state;
	struct service_list all;

	put(w, "data/services", "web=80\n");
	put(w, "ufw/web", "[web]\nports=81/tcp\n");
	put_service(w, "shipped/web.xml", "<port protocol='tcp' port='82'/>");
	put_service(w, "shipped/0-AD.xml", "<port protocol='tcp' port='83'/>");
	put(w, "shipped/README", "no service");
	assert_int_equal(sources_service_all(&w->sources, "web", &all, &w->err), 0);
	assert_int_equal(all.count, 3);
	assert_int_equal(all.list[2].ports[0].ports.first, 82);
	assert_int_equal(sources_services(&w->sources, true, &all, &w->err), 0);
	assert_int_equal(all.count, 2);
	assert_string_equal(all.list[0].name, "0-AD");
	assert_int_equal(all.list[1].ports[0].ports.first, 80);
}

/* The directories hold what cannot be listed at all, and nobody notices. */
static void test_directories_are_not_looked_into_for_a_name_of_ours(void **state)
{
	struct world *w = *state;

	put(w, "data/services", "https=443\n");
	put(w, "ufw/broken", "[Web\n");
	is(w, "https", "/data/services", "443/tcp");
	assert_false(w->sources.shelves[SOURCE_UFW].filled);
	assert_int_equal(w->sources.shelves[SOURCE_FIREWALLD_DATA].services.count, 0);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_with_neighbours, world_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(test_the_order_is_ours_ufw_firewalld_and_the_system),
		IN_A_WORLD(test_names_of_applications_have_spaces),
		IN_A_WORLD(test_of_two_applications_the_last_file_counts),
		IN_A_WORLD(test_a_file_that_cannot_be_used_spoils_no_other),
		IN_A_WORLD(test_a_large_file_is_not_read),
		IN_A_WORLD(test_includes_are_followed_and_ports_told_once),
		IN_A_WORLD(test_helpers_of_what_is_included_are_told),
		IN_A_WORLD(test_includes_that_lead_nowhere_or_round_are_refused),
		IN_A_WORLD(test_includes_end_somewhere),
		IN_A_WORLD(test_what_is_more_than_ports_is_refused_as_a_whole),
		IN_A_WORLD(test_all_definitions_are_told),
		IN_A_WORLD(test_directories_are_not_looked_into_for_a_name_of_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
