/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Generations: what is written reads back, and the old ones go.
 */
#include "cmocka_all.h"

#include "fwport/files.h"
#include "fwport/generation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/fwport-generation-XXXXXX";
static struct opening opening = {
	.id = 3, .port = {PROTOCOL_TCP, {443, 443}}, .scope = {.families = FAMILIES_BOTH}};

static const char *path_of(uint32_t id, const char *ending)
{
	static char path[sizeof(directory) + 64];

	snprintf(path, sizeof(path), "%s/generations/%u.%s", directory, id, ending);
	return path;
}

static struct generation sample(uint32_t id)
{
	static const char *const steps[] = {"+ rule in ip filter INPUT: comment \"a\\\"b\"",
					    "- table inet fwport"};

	return (struct generation){
		.id = id,
		.time = 1700000000,
		.action = "open",
		.actor = {.has_loginuid = true,
			  .loginuid = 1000,
			  .uid = 0,
			  .pid = 99,
			  .login = "alice",
			  .sudo_user = "alice",
			  .tty = "pts/1",
			  .ssh_peer = "192.0.2.7",
			  .ssh_client = "192.0.2.8",
			  .command = "fwport open 443"},
		.reason = "ticket\n12",
		.forced = "the connection from 192.0.2.7",
		.steps = steps,
		.step_count = 2,
		.deadline = 1234,
		.confirmed = true,
		.before = {.generation = id - 1, .next_id = 3},
		.after = {.generation = id, .next_id = 4, .openings = {&opening, 1}},
	};
}

static void write_generation(uint32_t id)
{
	struct generation generation = sample(id);
	struct error err = {0};

	assert_int_equal(generation_write(&generation, &err), 0);
}

static size_t ids(struct pool *pool, uint32_t **out)
{
	size_t count;
	struct error err = {0};

	assert_int_equal(generation_list(pool, out, &count, &err), 0);
	return count;
}

static void test_every_field_survives_the_round_trip(void **unused)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct generation before = sample(7), after;
	struct error err = {0};

	(void)unused;
	write_generation(7);
	assert_int_equal(generation_read(7, &pool, &after, &err), 0);
	assert_int_equal(after.id, 7);
	assert_int_equal(after.time, before.time);
	assert_string_equal(after.action, "open");
	assert_string_equal(after.reason, before.reason);
	assert_string_equal(after.forced, before.forced);
	assert_true(after.actor.has_loginuid);
	assert_int_equal(after.actor.loginuid, 1000);
	assert_int_equal(after.actor.pid, 99);
	assert_string_equal(after.actor.login, "alice");
	assert_string_equal(after.actor.sudo_user, "alice");
	assert_string_equal(after.actor.tty, "pts/1");
	assert_string_equal(after.actor.ssh_peer, "192.0.2.7");
	assert_string_equal(after.actor.ssh_client, "192.0.2.8");
	assert_string_equal(after.actor.command, "fwport open 443");
	assert_int_equal(after.deadline, 1234);
	assert_true(after.confirmed);
	assert_int_equal(after.step_count, 2);
	assert_string_equal(after.steps[0], before.steps[0]);
	assert_int_equal(after.before.generation, 6);
	assert_int_equal(after.after.openings.count, 1);
	assert_true(opening_equal(&after.after.openings.list[0], &opening));
}

static void test_one_that_is_not_there_is_said_so(void **unused)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct generation out;
	struct error err = {0};

	(void)unused;
	assert_int_equal(generation_read(4000, &pool, &out, &err), -1);
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_string_equal(err.text, "there is no generation 4000");
}

static void test_damage_is_named(void **unused)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct generation out;
	struct error err = {0};

	(void)unused;
	write_generation(8);
	assert_int_equal(file_write(path_of(8, "json"), "{\"format\":1,", 12, 0600, &err), 0);
	assert_int_equal(generation_read(8, &pool, &out, &err), -1);
	assert_int_equal(err.kind, ERROR_FILE);
	assert_non_null(strstr(err.text, "generations/8.json:1:12: the generation is damaged"));
	generation_remove(8);
}

static void test_the_oldest_go_and_the_last_two_stay(void **unused)
{
	CLEANUP(pool_free) struct pool pool = {0};
	uint32_t *list;
	size_t count;

	(void)unused;
	for (uint32_t id = 1; id <= 210; id++)
		write_generation(id);
	generation_prune(210);
	count = ids(&pool, &list);
	assert_int_equal(count, 200);
	assert_int_equal(list[0], 11);
	assert_int_equal(list[199], 210);
	/* A large one uses up the room of those before it. */
	assert_int_equal(truncate(path_of(209, "json"), 100 << 20), 0);
	generation_prune(210);
	count = ids(&pool, &list);
	assert_int_equal(count, 2);
	assert_int_equal(list[0], 209);
	generation_remove(209);
	generation_remove(210);
}

static void test_what_others_can_write_is_not_trusted(void **unused)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct generation out;
	struct error err = {0};

	(void)unused;
	write_generation(9);
	assert_int_equal(chmod(path_of(9, "json"), 0666), 0);
	assert_int_equal(generation_read(9, &pool, &out, &err), -1);
	assert_int_equal(err.kind, ERROR_PERMISSION);
	assert_int_equal(chmod(path_of(9, "json"), 0600), 0);
	assert_int_equal(generation_read(9, &pool, &out, &err), 0);
	generation_remove(9);
}

static void test_where_others_can_swap_them_none_is_trusted(void **unused)
{
	CLEANUP(pool_free) struct pool pool = {0};
	char place[128];
	struct generation out;
	struct error err = {0};

	(void)unused;
	write_generation(9);
	snprintf(place, sizeof(place), "%s", path_of(9, "json"));
	*strrchr(place, '/') = '\0';
	assert_int_equal(chmod(place, 0777), 0);
	assert_int_equal(generation_read(9, &pool, &out, &err), -1);
	assert_int_equal(err.kind, ERROR_PERMISSION);
	assert_int_equal(chmod(place, 0700), 0);
	generation_remove(9);
}

static void test_one_that_never_came_about_leaves_no_file(void **unused)
{
	struct error err = {0};

	(void)unused;
	write_generation(7);
	assert_int_equal(file_write(path_of(7, "json.new"), "{", 1, 0600, &err),
			 0); /* killed in writing it once more */
	generation_remove(7);
	assert_int_equal(access(path_of(7, "json"), F_OK), -1);
	assert_int_equal(access(path_of(7, "json.new"), F_OK), -1);
}

static int make_directory(void **unused)
{
	(void)unused;
	return mkdtemp(directory) && setenv("FWPORT_STATE_DIR", directory, 1) == 0 ? 0 : -1;
}

static int remove_directory(void **unused)
{
	char path[sizeof(directory) + 16];

	(void)unused;
	generation_remove(7);
	snprintf(path, sizeof(path), "%s/generations", directory);
	return rmdir(path) == 0 ? rmdir(directory) : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_field_survives_the_round_trip),
		cmocka_unit_test(test_one_that_is_not_there_is_said_so),
		cmocka_unit_test(test_damage_is_named),
		cmocka_unit_test(test_the_oldest_go_and_the_last_two_stay),
		cmocka_unit_test(test_what_others_can_write_is_not_trusted),
		cmocka_unit_test(test_where_others_can_swap_them_none_is_trusted),
		cmocka_unit_test(test_one_that_never_came_about_leaves_no_file),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
