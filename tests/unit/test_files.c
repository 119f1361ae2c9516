/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files: ceilings, what is no regular file, atomic replacement, locks. In a directory of its own.
 */
#include "cmocka_all.h"

#include "fwport/files.h"
#include "fwport/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[64];

static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static int make_directory(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/fwport-test-XXXXXX");
	return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", directory);
	return system(command);
}

static void test_replaced_file_reads_back(void **state)
{
	CLEANUP(text_free) struct text text = {0};
	struct error err = {0};
	struct stat status;

	(void)state;
	assert_int_equal(file_replace(path_of("a"), "one", 3, 0600, &err), 0);
	assert_int_equal(file_replace(path_of("a"), "second", 6, 0640, &err), 0);
	assert_int_equal(file_read(path_of("a"), 100, &text, &err), 0);
	assert_string_equal(text_string(&text), "second");
	assert_int_equal(stat(path_of("a"), &status), 0);
	assert_int_equal(status.st_mode & 0777, 0640);
	assert_int_equal(access(path_of("a.new"), F_OK), -1);
}

static void test_file_over_the_limit_is_refused(void **state)
{
	CLEANUP(text_free) struct text text = {0};
	struct error err = {0};
	char sentence[200];

	(void)state;
	assert_int_equal(file_replace(path_of("big"), "0123456789", 10, 0600, &err), 0);
	assert_int_equal(file_read(path_of("big"), 9, &text, &err), -1);
	snprintf(sentence, sizeof(sentence), "%s: 10 bytes are too many, at most 9 are read", path_of("big"));
	assert_string_equal(err.text, sentence);
	assert_int_equal(err.kind, ERROR_FILE);
	assert_int_equal(file_read(path_of("big"), 10, &text, &err), 0);
}

static void test_missing_file_is_told_from_an_unreadable_one(void **state)
{
	CLEANUP(text_free) struct text text = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(file_read(path_of("none"), 10, &text, &err), -1);
	assert_int_equal(err.sys, ENOENT);
	assert_int_equal(symlink("loop", path_of("loop")), 0);
	assert_int_equal(file_read(path_of("loop"), 10, &text, &err), -1);
	assert_int_equal(err.sys, ELOOP);
	assert_int_equal(err.kind, ERROR_FILE);
}

static void test_fifo_and_directory_do_not_hang(void **state)
{
	CLEANUP(text_free) struct text text = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(mkfifo(path_of("fifo"), 0600), 0);
	assert_int_equal(file_read(path_of("fifo"), 10, &text, &err), -1);
	assert_non_null(strstr(err.text, "not a regular file"));
	assert_int_equal(file_read(directory, 10, &text, &err), -1);
	assert_non_null(strstr(err.text, "Is a directory"));
}

/* A directory with this mode, a file outside of it, and in it a link to the file that belongs to that user. */
static const char *link_in_directory(mode_t mode, uid_t owner)
{
	struct error err;
	char place[128];

	strcpy(place, path_of("shared"));
	unlink(path_of("shared/link"));
	assert_true(mkdir(place, 0700) == 0 || errno == EEXIST);
	assert_int_equal(chmod(place, mode), 0);
	assert_int_equal(file_replace(path_of("secret"), "secret", 6, 0600, &err), 0);
	assert_int_equal(symlink("../secret", path_of("shared/link")), 0);
	assert_int_equal(lchown(path_of("shared/link"), owner, (gid_t)-1), 0);
	return path_of("shared/link");
}

static bool link_is_followed(mode_t mode, uid_t owner)
{
	CLEANUP(text_free) struct text text = {0};
	struct error err = {0};

	if (file_read(link_in_directory(mode, owner), 10, &text, &err) == 0)
		return true;
	assert_int_equal(err.kind, ERROR_FILE);
	assert_non_null(
		strstr(err.text, "shared/link: a symbolic link in a directory that others can write"));
	assert_int_equal(text.length, 0);
	return false;
}

static void test_links_are_followed_where_others_cannot_put_them(void **state)
{
	(void)state;
	assert_true(link_is_followed(0755, getuid()));
	assert_false(link_is_followed(0777, getuid()));
	assert_false(link_is_followed(0775, getuid()));
	assert_true(link_is_followed(01777, getuid()));
	if (getuid() == 0)
		assert_false(link_is_followed(01777, 65534));
}

static void test_what_stands_in_the_way_of_a_new_file_is_not_written_to(void **state)
{
	CLEANUP(text_free) struct text text = {0};
	struct error err = {0};
	struct stat status;
	char victim[128];

	(void)state;
	strcpy(victim, path_of("victim"));
	assert_int_equal(file_replace(victim, "victim", 6, 0600, &err), 0);
	assert_int_equal(link(victim, path_of("state.new")), 0);
	assert_int_equal(file_replace(path_of("state"), "state", 5, 0600, &err), 0);
	assert_int_equal(symlink("victim", path_of("state.new")), 0);
	assert_int_equal(file_replace(path_of("state"), "state", 5, 0600, &err), 0);
	assert_int_equal(lstat(path_of("state"), &status), 0);
	assert_true(S_ISREG(status.st_mode));
	assert_int_equal(file_read(victim, 10, &text, &err), 0);
	assert_string_equal(text_string(&text), "victim");
}

static void test_failed_replacement_leaves_the_old_file(void **state)
{
	CLEANUP(text_free) struct text text = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(file_replace(path_of("kept"), "old", 3, 0600, &err), 0);
	assert_int_equal(mkdir(path_of("kept.new"), 0700), 0);
	assert_int_equal(file_replace(path_of("kept"), "new", 3, 0600, &err), -1);
	assert_int_equal(err.kind, ERROR_SYSTEM);
	assert_int_equal(file_read(path_of("kept"), 10, &text, &err), 0);
	assert_string_equal(text_string(&text), "old");
}

static void test_second_lock_is_busy_and_names_the_file(void **state)
{
	CLEANUP(descriptor_close) int first = -1, second = -1;
	struct error err = {0};

	(void)state;
	assert_int_equal(lock_take(path_of("lock"), 0, &first, &err), 0);
	assert_int_equal(lock_take(path_of("lock"), 20, &second, &err), -1);
	assert_int_equal(err.kind, ERROR_BUSY);
	assert_non_null(strstr(err.text, path_of("lock")));
	assert_int_equal(second, -1);
	descriptor_close(&first);
	assert_int_equal(lock_take(path_of("lock"), 0, &second, &err), 0);
}

static void test_directories_are_made_with_their_parents(void **state)
{
	struct error err = {0};
	struct stat status;

	(void)state;
	assert_int_equal(directory_make(path_of("x/y/z"), 0700, &err), 0);
	assert_int_equal(directory_make(path_of("x/y/z"), 0700, &err), 0);
	assert_int_equal(stat(path_of("x/y/z"), &status), 0);
	assert_int_equal(status.st_mode & 0777, 0700);
}

static void test_environment_moves_the_directories(void **state)
{
	(void)state;
	setenv("FWPORT_STATE_DIR", "/somewhere", 1);
	assert_string_equal(directory_path(DIRECTORY_STATE), "/somewhere");
	setenv("FWPORT_STATE_DIR", "", 1);
	assert_string_not_equal(directory_path(DIRECTORY_STATE), "");
	unsetenv("FWPORT_STATE_DIR");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replaced_file_reads_back),
		cmocka_unit_test(test_file_over_the_limit_is_refused),
		cmocka_unit_test(test_missing_file_is_told_from_an_unreadable_one),
		cmocka_unit_test(test_fifo_and_directory_do_not_hang),
		cmocka_unit_test(test_links_are_followed_where_others_cannot_put_them),
		cmocka_unit_test(test_what_stands_in_the_way_of_a_new_file_is_not_written_to),
		cmocka_unit_test(test_failed_replacement_leaves_the_old_file),
		cmocka_unit_test(test_second_lock_is_busy_and_names_the_file),
		cmocka_unit_test(test_directories_are_made_with_their_parents),
		cmocka_unit_test(test_environment_moves_the_directories),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
