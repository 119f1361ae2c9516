/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where services and profiles come from and who wins, in directories made for each test; and the shipped ones, which must
 * all be good.
 */
#include "cmocka_all.h"

#include "sources_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void service_is(struct world *w, const char *name, const char *origin, unsigned line, const char *port)
{
	const struct service *found;
	char text[PORT_TEXT];

	assert_int_equal(sources_service(&w->sources, name, (struct place){0}, &found, &w->err), 0);
	assert_string_equal(found->name, name);
	assert_string_equal(without_root(w, found->origin), origin);
	assert_int_equal(found->line, line);
	assert_string_equal(port_text(found->ports[0], text), port);
}

static void test_the_first_source_that_knows_a_service_wins(void **state)
{
	struct world *w = *state;

	put(w, "config/services", "https = 4430\n");
	put(w, "data/services", "https=443\nhttp=80\n");
	put(w, "etc/services", "https 1/tcp\nhttp 2/tcp\ntelnet 23/tcp\n");
	service_is(w, "https", "/config/services", 1, "4430/tcp");
	service_is(w, "http", "/data/services", 2, "80/tcp");
	service_is(w, "telnet", "/etc/services", 3, "23/tcp");
}

static void test_all_definitions_of_a_service_are_told_winner_first(void **state)
{
	struct world *w = *state;
	struct service_list all;

	put(w, "config/services", "https = 4430\n");
	put(w, "data/services", "https=443\n");
	put(w, "etc/services", "https 1/tcp\n");
	assert_int_equal(sources_service_all(&w->sources, "https", &all, &w->err), 0);
	assert_int_equal(all.count, 3);
	assert_int_equal(all.list[0].ports[0].ports.first, 4430);
	assert_int_equal(all.list[1].ports[0].ports.first, 443);
	assert_int_equal(all.list[2].ports[0].ports.first, 1);
	assert_int_equal(sources_service_all(&w->sources, "nothing", &all, &w->err), 0);
	assert_int_equal(all.count, 0);
}

static void test_services_are_listed_sorted_and_winners_only(void **state)
{
	struct world *w = *state;
	struct service_list all;

	put(w, "config/services", "web=8080\n");
	put(w, "data/services", "https=443\nweb=80\nalpha=1\n");
	put(w, "etc/services", "telnet 23/tcp\n");
	assert_int_equal(sources_services(&w->sources, false, &all, &w->err), 0);
	assert_int_equal(all.count, 3);
	assert_string_equal(all.list[0].name, "alpha");
	assert_string_equal(all.list[1].name, "https");
	assert_string_equal(all.list[2].name, "web");
	assert_int_equal(all.list[2].ports[0].ports.first, 8080);
	assert_int_equal(sources_services(&w->sources, true, &all, &w->err), 0);
	assert_int_equal(all.count, 4);
	assert_string_equal(all.list[2].name, "telnet");
}

static void test_no_source_at_all_is_an_unknown_name(void **state)
{
	struct world *w = *state;
	const struct service *found;
	struct service_list all;

	assert_int_equal(sources_service(&w->sources, "https", (struct place){0}, &found, &w->err), -1);
	assert_int_equal(w->err.kind, ERROR_USAGE);
	assert_string_equal(without_root(w, w->err.text),
			    "no service is called \"https\" (looked in /config/services, /data/services and "
			    "/etc/services)");
	assert_string_equal(w->err.hint, "fwport services lists the names; a port is written 443 or 443/udp");
	assert_int_equal(sources_services(&w->sources, true, &all, &w->err), 0);
	assert_int_equal(all.count, 0);
}

static void test_an_unknown_service_tells_the_nearest_the_first_of_its_file(void **state)
{
	struct world *w = *state;
	struct service service;

	put(w, "data/services", "https=443\nftps=990\n");
	assert_int_equal(catalog_service("htps", (struct place){0}, &w->pool, &service, &w->err), -1);
	assert_string_equal(w->err.hint, "did you mean https?");
}

static void test_what_cannot_be_a_service_is_quoted(void **state)
{
	struct world *w = *state;
	struct service service;

	assert_int_equal(catalog_service("a\x1b[2J", (struct place){0}, &w->pool, &service, &w->err), -1);
	assert_int_equal(w->err.kind, ERROR_USAGE);
	assert_string_equal(
		w->err.text,
		"\"a\\x1b[2J\" is neither a port nor the name of a service; allowed are letters, digits "
		"and - _ . + (a letter or digit first), at most 63 characters");
	assert_int_equal(catalog_service("", (struct place){0}, &w->pool, &service, &w->err), -1);
	assert_int_equal(catalog_service("https/udp", (struct place){0}, &w->pool, &service, &w->err), -1);
	assert_string_equal(w->err.text, "\"https/udp\" is neither a port (443, 443/udp) nor a service; "
					 "a service brings its own protocol");
}

static void test_a_source_that_does_not_parse_is_an_error(void **state)
{
	struct world *w = *state;
	struct service service;

	put(w, "config/services", "https=443\nhttp=0\n");
	put(w, "data/services", "https=443\n");
	assert_int_equal(catalog_service("https", (struct place){0}, &w->pool, &service, &w->err), -1);
	assert_int_equal(w->err.kind, ERROR_FILE);
	assert_string_equal(without_root(w, w->err.text),
			    "/config/services:2:6: port \"0\" is out of range 1-65535");
}

static void test_a_source_behind_the_winner_is_not_read(void **state)
{
	struct world *w = *state;

	put(w, "config/services", "https=443\n");
	put(w, "data/services", "[broken\n");
	service_is(w, "https", "/config/services", 1, "443/tcp");
}

static void test_a_source_that_cannot_be_read_is_an_error(void **state)
{
	struct world *w = *state;
	struct service service;

	mkdir(path(w, "data/services"), 0755);
	assert_int_equal(catalog_service("https", (struct place){0}, &w->pool, &service, &w->err), -1);
	assert_int_equal(w->err.kind, ERROR_FILE);
	assert_string_equal(without_root(w, w->err.text),
			    "cannot read services: /data/services: Is a directory");
}

static void profile_is(struct world *w, const char *name, const char *expected_path, unsigned port)
{
	struct profile profile;

	assert_int_equal(catalog_profile(name, &w->pool, &profile, &w->err), 0);
	assert_string_equal(without_root(w, profile.path), expected_path);
	assert_int_equal(profile.openings.list[0].port.ports.first, port);
}

static void profile_fails(struct world *w, const char *name, enum error_kind kind, const char *sentence)
{
	struct profile profile;

	assert_int_equal(catalog_profile(name, &w->pool, &profile, &w->err), -1);
	assert_int_equal(w->err.kind, kind);
	assert_string_equal(without_root(w, w->err.text), sentence);
}

static void test_the_configured_profile_wins_entirely(void **state)
{
	struct world *w = *state;

	put(w, "data/profiles/web.profile", "https=443\nhttp=80\n");
	profile_is(w, "web", "/data/profiles/web.profile", 443);
	put(w, "config/profiles/web.profile", "mine=8443\n");
	profile_is(w, "web", "/config/profiles/web.profile", 8443);
	profile_is(w, path(w, "data/profiles/web.profile"), "/data/profiles/web.profile", 443);
}

static void test_an_unknown_profile_tells_the_nearest(void **state)
{
	struct world *w = *state;

	put(w, "data/profiles/mail.profile", "smtp=25\n");
	profile_fails(w, "mial", ERROR_USAGE,
		      "no profile is called \"mial\" (looked in /config/profiles and /data/profiles)");
	assert_string_equal(w->err.hint, "did you mean mail?");
	profile_fails(w, "../x\n", ERROR_FILE, "cannot read profile: ../x\n: No such file or directory");
	profile_fails(w, "..", ERROR_USAGE,
		      "no profile is called \"..\" (looked in /config/profiles and /data/profiles)");
	profile_fails(w, "", ERROR_USAGE,
		      "no profile is called \"\" (looked in /config/profiles and /data/profiles)");
}

static void test_a_profile_that_cannot_be_read_is_never_passed_over(void **state)
{
	struct world *w = *state;

	put(w, "data/profiles/web.profile", "https=443\n");
	assert_int_equal(symlink("web.profile", path(w, "config/profiles/web.profile")), 0);
	profile_fails(w, "web", ERROR_FILE,
		      "cannot read profile: /config/profiles/web.profile: Too many levels of symbolic links");
	unlink(path(w, "config/profiles/web.profile"));
	assert_int_equal(symlink("nowhere", path(w, "config/profiles/web.profile")), 0);
	profile_fails(w, "web", ERROR_FILE,
		      "cannot read profile: /config/profiles/web.profile: No such file or directory");
	unlink(path(w, "config/profiles/web.profile"));
	mkdir(path(w, "config/profiles/web.profile"), 0755);
	profile_fails(w, "web", ERROR_FILE,
		      "cannot read profile: /config/profiles/web.profile: Is a directory");
}

static void test_a_profile_of_10_megabytes_is_refused(void **state)
{
	struct world *w = *state;

	put(w, "config/profiles/big.profile", "");
	assert_int_equal(truncate(path(w, "config/profiles/big.profile"), 10 << 20), 0);
	profile_fails(
		w, "big", ERROR_FILE,
		"cannot read profile: /config/profiles/big.profile: 10485760 bytes are too many, at most "
		"4194304 are read");
}

static void test_a_profile_uses_the_services_that_win(void **state)
{
	struct world *w = *state;

	put(w, "config/services", "https = 4430\n");
	put(w, "data/services", "https=443\n");
	put(w, "data/profiles/web.profile", "web = https\n");
	profile_is(w, "web", "/data/profiles/web.profile", 4430);
	put(w, "data/profiles/web.profile", "https = 443\nweb = htps\n");
	profile_fails(w, "web", ERROR_FILE,
		      "/data/profiles/web.profile:2:7: no service is called \"htps\" (looked in "
		      "/config/services, /data/services and /etc/services)");
	assert_string_equal(w->err.hint, "did you mean https?");
}

static void test_profiles_are_listed_sorted_also_the_broken(void **state)
{
	struct world *w = *state;
	struct profile *list;
	size_t count;

	put(w, "data/profiles/web.profile", "[profile]\ntitle = Shipped\n[in]\nhttps=443\n");
	put(w, "data/profiles/api.profile", "https=443\n");
	put(w, "config/profiles/web.profile", "[profile]\ntitle = Mine\n[in]\nhttps=443\n");
	put(w, "config/profiles/bad.profile", "[profile]\ntitle = Bad\n[in]\nhttps=0\n");
	put(w, "config/profiles/notes.txt", "x");
	put(w, "config/profiles/.profile", "x");
	put(w, "config/profiles/a b.profile", "x");
	assert_int_equal(catalog_profiles(&w->pool, &list, &count, &w->err), 0);
	assert_int_equal(count, 3);
	assert_string_equal(list[0].name, "api");
	assert_string_equal(list[1].name, "bad");
	assert_null(list[1].title);
	assert_string_equal(without_root(w, list[1].error),
			    "/config/profiles/bad.profile:4:7: port \"0\" is out of range 1-65535");
	assert_int_equal(list[1].openings.count, 0);
	assert_string_equal(list[2].name, "web");
	assert_string_equal(list[2].title, "Mine");
}

static void test_no_directory_is_no_profile(void **state)
{
	struct world *w = *state;
	struct profile *list;
	size_t count = 1;

	setenv("FWPORT_CONFIG_DIR", path(w, "nowhere"), 1);
	setenv("FWPORT_DATA_DIR", path(w, "nowhere"), 1);
	assert_int_equal(catalog_profiles(&w->pool, &list, &count, &w->err), 0);
	assert_int_equal(count, 0);
	put(w, "nowhere", "a file where a directory should be");
	assert_int_equal(catalog_profiles(&w->pool, &list, &count, &w->err), -1);
	assert_string_equal(without_root(w, w->err.text),
			    "cannot list profiles: /nowhere/profiles: Not a directory");
}

/* What is in profiles/ of this tree, laid out as it is installed. */
static void use_shipped(struct world *w)
{
	const char *top = getenv("top_srcdir");
	const char *from = pool_format(&w->pool, "%s/profiles", top ? top : ".");
	char *whole = realpath(from, NULL);

	assert_non_null(whole);
	rmdir(path(w, "data/profiles"));
	assert_int_equal(symlink(whole, path(w, "data/profiles")), 0);
	assert_int_equal(symlink("profiles/services", path(w, "data/services")), 0);
	free(whole);
}

static void test_every_shipped_profile_is_good_and_says_what_it_is(void **state)
{
	struct world *w = *state;
	struct profile *list;
	size_t count;

	use_shipped(w);
	assert_int_equal(catalog_profiles(&w->pool, &list, &count, &w->err), 0);
	assert_true(count >= 12);
	for (size_t i = 0; i < count; i++) {
		if (!list[i].title)
			fail_msg("%s", list[i].description);
		assert_non_null(list[i].description);
		assert_true(list[i].openings.count > 0);
	}
}

static void test_the_shipped_services_are_what_people_expect(void **state)
{
	static const char *const expected[][2] = {
		{"https", "443/tcp"}, {"https-alt", "8443/tcp"}, {"http", "80/tcp"}, {"http3", "443/udp"},
		{"ssh", "22/tcp"},    {"smtp", "25/tcp"},        {"dns", "53/udp"},
	};
	struct world *w = *state;
	struct service service;
	char text[PORT_TEXT];

	use_shipped(w);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		assert_int_equal(
			catalog_service(expected[i][0], (struct place){0}, &w->pool, &service, &w->err), 0);
		assert_string_equal(without_root(w, service.origin), "/data/services");
		assert_string_equal(port_text(service.ports[0], text), expected[i][1]);
	}
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_make, world_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(test_the_first_source_that_knows_a_service_wins),
		IN_A_WORLD(test_all_definitions_of_a_service_are_told_winner_first),
		IN_A_WORLD(test_services_are_listed_sorted_and_winners_only),
		IN_A_WORLD(test_no_source_at_all_is_an_unknown_name),
		IN_A_WORLD(test_an_unknown_service_tells_the_nearest_the_first_of_its_file),
		IN_A_WORLD(test_what_cannot_be_a_service_is_quoted),
		IN_A_WORLD(test_a_source_that_does_not_parse_is_an_error),
		IN_A_WORLD(test_a_source_behind_the_winner_is_not_read),
		IN_A_WORLD(test_a_source_that_cannot_be_read_is_an_error),
		IN_A_WORLD(test_the_configured_profile_wins_entirely),
		IN_A_WORLD(test_an_unknown_profile_tells_the_nearest),
		IN_A_WORLD(test_a_profile_that_cannot_be_read_is_never_passed_over),
		IN_A_WORLD(test_a_profile_of_10_megabytes_is_refused),
		IN_A_WORLD(test_a_profile_uses_the_services_that_win),
		IN_A_WORLD(test_profiles_are_listed_sorted_also_the_broken),
		IN_A_WORLD(test_no_directory_is_no_profile),
		IN_A_WORLD(test_every_shipped_profile_is_good_and_says_what_it_is),
		IN_A_WORLD(test_the_shipped_services_are_what_people_expect),
	};

	return cmocka_run_group_tests_name("catalog", tests, NULL, NULL);
}
