/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs of others: how they end, and what they inherit.
 */
#include "cmocka_all.h"

#include "fwport/pool.h"
#include "fwport/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static int asked_shell(const char *line, unsigned milliseconds, struct text *out)
{
	const char *const argv[] = {"/bin/sh", "-c", line, NULL};

	return program_ask(argv, milliseconds, -1, out);
}

static void test_what_it_prints_either_way_is_the_answer(void **state)
{
	CLEANUP(text_free) struct text answer = {0};

	(void)state;
	assert_int_equal(asked_shell("echo one; echo two >&2; exit 3", PATIENCE, &answer), 3);
	assert_string_equal(text_string(&answer), "one\ntwo\n");
}

static void test_an_answer_without_an_end_is_cut(void **state)
{
	CLEANUP(text_free) struct text answer = {0};

	(void)state;
	assert_int_equal(asked_shell("yes | head -c 100000", PATIENCE, &answer), 0);
	assert_int_equal(answer.length, PROGRAM_ANSWER_MOST);
}

static void test_who_is_asked_has_nothing_of_our_environment(void **state)
{
	CLEANUP(text_free) struct text answer = {0};

	(void)state;
	setenv("FWPORT_SECRET", "1", 1);
	assert_int_equal(asked_shell("echo $LC_ALL$FWPORT_SECRET", PATIENCE, &answer), 0);
	assert_string_equal(text_string(&answer), "C\n");
}

static void test_who_is_asked_holds_the_lock_too(void **state)
{
	const char *const argv[] = {
		"/bin/sh", "-c", "readlink /proc/self/fd/$1 /proc/self/fd/$2", "sh", "200", "201", NULL};
	CLEANUP(text_free) struct text answer = {0};

	(void)state;
	assert_int_equal(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 200), 200);
	assert_int_equal(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 201), 201);
	assert_int_equal(program_ask(argv, PATIENCE, 200, &answer), 1);
	assert_non_null(strchr(text_string(&answer), '\n'));
	close(200);
	close(201);
}

static void test_who_does_not_answer_is_killed(void **state)
{
	CLEANUP(text_free) struct text answer = {0};

	(void)state;
	assert_int_equal(asked_shell("sleep 1000 & wait", 20, &answer), -1);
	assert_int_equal(errno, ETIMEDOUT);
}

static void test_who_cannot_be_asked_is_told_apart(void **state)
{
	const char *const nowhere[] = {"/nowhere/program", NULL};
	CLEANUP(text_free) struct text answer = {0};

	(void)state;
	assert_int_equal(program_ask(nowhere, PATIENCE, -1, &answer), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(asked_shell("kill -9 $$", PATIENCE, &answer), -1);
	assert_int_equal(errno, 0);
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
		cmocka_unit_test(test_what_it_prints_either_way_is_the_answer),
		cmocka_unit_test(test_an_answer_without_an_end_is_cut),
		cmocka_unit_test(test_who_is_asked_has_nothing_of_our_environment),
		cmocka_unit_test(test_who_is_asked_holds_the_lock_too),
		cmocka_unit_test(test_who_does_not_answer_is_killed),
		cmocka_unit_test(test_who_cannot_be_asked_is_told_apart),
		cmocka_unit_test(test_signals_held_back_are_not_held_back_from_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
