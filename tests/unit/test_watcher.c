/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a watcher runs is what its lock says. */
#include "cmocka_all.h"

#include "fwport/files.h"
#include "fwport/watcher.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char directory[] = "/tmp/watcher.XXXXXX";

static int start(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	return setenv("FWPORT_RUN_DIR", directory, 1);
}

static int end(void **state)
{
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "%s/watch.lock", directory);
	unlink(path);
	return rmdir(directory);
}

static void test_none_runs_at_first(void **state)
{
	(void)state;
	assert_false(watcher_find().runs);
}

static void test_one_runs_while_it_has_the_lock(void **state)
{
	struct watcher found;
	struct error err = {0};
	int lock = -1, second = -1;

	(void)state;
	assert_int_equal(watcher_begin(&lock, &err), 0);
	found = watcher_find();
	assert_true(found.runs);
	assert_int_equal(found.pid, getpid());
	assert_int_equal(found.restored, 0);
	assert_int_equal(watcher_begin(&second, &err), -1);
	assert_int_equal(err.kind, ERROR_BUSY);
	assert_string_equal(err.text, "another fwport watch runs already");
	descriptor_close(&lock);
	assert_false(watcher_find().runs); /* though the file is there still */
}

static void test_what_it_did_is_read(void **state)
{
	const struct watcher told = {
		.pid = 812, .restored = 12345, .last = 1764123456, .after = "nft (process 9)"};
	struct watcher found;
	struct error err = {0};
	int lock = -1;

	(void)state;
	assert_int_equal(watcher_begin(&lock, &err), 0);
	watcher_note(lock, &told);
	found = watcher_find();
	assert_int_equal(found.pid, 812);
	assert_int_equal(found.restored, 12345);
	assert_int_equal(found.last, 1764123456);
	assert_string_equal(found.after, "nft (process 9)");
	watcher_note(lock, &(struct watcher){.pid = 1});
	found = watcher_find();
	assert_int_equal(found.restored, 0);
	assert_string_equal(found.after, "");
	descriptor_close(&lock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none_runs_at_first),
		cmocka_unit_test(test_one_runs_while_it_has_the_lock),
		cmocka_unit_test(test_what_it_did_is_read),
	};

	return cmocka_run_group_tests(tests, start, end);
}
