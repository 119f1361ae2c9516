/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs of others: how they end, and what they inherit.
 */
#include "cmocka_all.h"

#include "fwport/program.h"

#include <signal.h>
#include <stddef.h>

enum { PATIENCE = 10000 };

static int shell(const char *line, unsigned milliseconds)
{
	const char *const argv[] = {"/bin/sh", "-c", line, NULL};

	return program_run(argv, milliseconds);
}

static void test_the_exit_status_is_told(void **state)
{
	(void)state;
	assert_int_equal(shell("exit 0", PATIENCE), 0);
	assert_int_equal(shell("exit 7", PATIENCE), 7);
}

static void test_what_cannot_be_started_or_is_killed_has_none(void **state)
{
	const char *const nowhere[] = {"/nowhere/program", NULL};

	(void)state;
	assert_int_equal(program_run(nowhere, PATIENCE), -1);
	assert_int_equal(shell("kill -9 $$", PATIENCE), -1);
}

static void test_what_takes_too_long_is_killed(void **state)
{
	(void)state;
	assert_int_equal(shell("exec sleep 1000", 20), -1);
}

static void test_it_reads_and_prints_nothing(void **state)
{
	(void)state;
	assert_int_equal(shell("! read line && for fd in 0 1 2; do test /proc/self/fd/$fd -ef /dev/null || "
			       "exit 1; done",
			       PATIENCE),
			 0);
}

static void test_signals_held_back_are_not_held_back_from_it(void **state)
{
	sigset_t term, before;
	int status;

	(void)state;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &before);
	status = shell("kill -TERM $$; exit 0", PATIENCE);
	sigprocmask(SIG_SETMASK, &before, NULL);
	assert_int_equal(status, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_exit_status_is_told),
		cmocka_unit_test(test_what_cannot_be_started_or_is_killed_has_none),
		cmocka_unit_test(test_what_takes_too_long_is_killed),
		cmocka_unit_test(test_it_reads_and_prints_nothing),
		cmocka_unit_test(test_signals_held_back_are_not_held_back_from_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
