/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The actor: what is found is told as such, what is claimed as a claim, and nothing of it breaks a line.
 */
#include "cmocka_all.h"

#include "fwport/host_read.h"
#include "fwport/pool.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int no_claims(void **state)
{
	(void)state;
	return unsetenv("SUDO_USER") | unsetenv("SSH_CONNECTION") | unsetenv("SSH_CLIENT");
}

static struct actor read_with(const char *const *words, size_t count, struct pool *pool)
{
	struct actor actor;
	struct error err;

	assert_int_equal(actor_read(words, count, pool, &actor, &err), 0);
	return actor;
}

static void assert_told(const struct actor *actor, const char *expected)
{
	CLEANUP(text_free) struct text text = {0};

	actor_add(actor, &text);
	assert_string_equal(text_string(&text), expected);
}

static void test_the_process_is_read(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct actor actor = read_with(NULL, 0, &pool);

	(void)state;
	assert_int_equal(actor.uid, getuid());
	assert_int_equal(actor.pid, getpid());
	assert_string_equal(actor.command, "fwport");
	assert_null(actor.sudo_user);
	assert_null(actor.ssh_client);
	assert_null(actor_address(&actor));
}

static void test_the_command_is_a_line_for_a_shell(void **state)
{
	static const char *const words[] = {"open", "443", "--reason", "two\nlines", "--from", "it's"};
	CLEANUP(pool_free) struct pool pool = {0};
	struct actor actor = read_with(words, 6, &pool);

	(void)state;
	assert_string_equal(actor.command, "fwport open 443 --reason $'two\\x0alines' --from 'it'\\''s'");
}

static void test_a_long_command_is_cut_between_words(void **state)
{
	static const char *words[2000];
	CLEANUP(pool_free) struct pool pool = {0};
	struct actor actor;
	size_t length;

	(void)state;
	for (size_t i = 0; i < 2000; i++)
		words[i] = "65535";
	actor = read_with(words, 2000, &pool);
	length = strlen(actor.command);
	assert_in_range(length, 4000, 4200);
	assert_string_equal(actor.command + length - 9, "65535 ...");
}

static void test_claims_are_escaped_and_bounded(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	char long_name[1000];
	struct actor actor;

	(void)state;
	memset(long_name, 'a', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	setenv("SUDO_USER", "root\nFWPORT_RESULT=done", 1);
	setenv("SSH_CONNECTION", "192.0.2.7\x1b 51820 192.0.2.10 22", 1);
	actor = read_with(NULL, 0, &pool);
	assert_string_equal(actor.sudo_user, "root\\x0aFWPORT_RESULT=done");
	assert_string_equal(actor.ssh_client, "192.0.2.7\\x1b");
	setenv("SUDO_USER", long_name, 1);
	actor = read_with(NULL, 0, &pool);
	assert_int_equal(strlen(actor.sudo_user), 256);
	no_claims(NULL);
}

/* Nothing is connected to this test by that name, so it stays a claim. */
static void test_a_claimed_connection_is_not_evidence(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct actor actor;

	(void)state;
	setenv("SSH_CLIENT", "192.0.2.7 51820 22", 1);
	actor = read_with(NULL, 0, &pool);
	assert_null(actor.ssh_peer);
	assert_string_equal(actor_address(&actor), "192.0.2.7");
	no_claims(NULL);
}

static void test_who_it_is_in_words(void **state)
{
	(void)state;
	assert_told(&(struct actor){.has_loginuid = true,
				    .loginuid = 1000,
				    .login = "alice",
				    .tty = "pts/1",
				    .sudo_user = "alice",
				    .ssh_peer = "192.0.2.7",
				    .ssh_client = "192.0.2.8"},
		    "alice (1000), as uid 0, sudo for alice, tty pts/1, from 192.0.2.7");
	assert_told(&(struct actor){.has_loginuid = true, .loginuid = 1000, .uid = 1000}, "uid 1000");
	assert_told(&(struct actor){.ssh_client = "192.0.2.8"},
		    "no login, as uid 0, claims to come from 192.0.2.8");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_process_is_read),
		cmocka_unit_test(test_the_command_is_a_line_for_a_shell),
		cmocka_unit_test(test_a_long_command_is_cut_between_words),
		cmocka_unit_test(test_claims_are_escaped_and_bounded),
		cmocka_unit_test(test_a_claimed_connection_is_not_evidence),
		cmocka_unit_test(test_who_it_is_in_words),
	};

	return cmocka_run_group_tests(tests, no_claims, NULL);
}
