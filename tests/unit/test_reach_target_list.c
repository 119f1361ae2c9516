/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of targets: what a line is, and what is said of one that is none. */
#include "cmocka_all.h"

#include "target_list.h"

#include "fwport/files.h"

#include <string.h>
#include <unistd.h>

static struct pool pool;
static struct error err;
static struct target_list list;

static int read_list(const char *text, size_t length)
{
	const struct options options = {.file = "sites.txt"};
	int ends[2], status;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], text, length), (ssize_t)length);
	close(ends[1]);
	status = target_list_read(&options, ends[0], &pool, &list, &err);
	close(ends[0]);
	return status;
}

static void assert_refused(const char *text, const char *sentence)
{
	err = (struct error){0};
	assert_int_equal(read_list(text, strlen(text)), -1);
	assert_int_equal(err.kind, ERROR_FILE);
	assert_string_equal(err.text, sentence);
}

static void test_a_target_a_line(void **state)
{
	static const char text[] =
		"# ours\n\n  example.com\t# the shop\r\nhttps://example.org/a#b\n[2001:db8::7]:8443";

	(void)state;
	assert_int_equal(read_list(text, sizeof(text) - 1), 0);
	assert_int_equal(list.count, 3);
	assert_string_equal(list.list[0].host, "example.com");
	assert_string_equal(list.list[1].text, "https://example.org/a#b");
	assert_int_equal(list.list[2].port, 8443);
}

static void test_the_line_that_is_none_is_named(void **state)
{
	(void)state;
	assert_refused("example.com\n\nhttp://example.org/\n",
		       "sites.txt:3: \"http://example.org/\" is not a target: it is not https");
	assert_non_null(strstr(err.hint, "example.com:8443"));
	assert_refused("example.com:0\n",
		       "sites.txt:1: \"example.com:0\" is not a target: port 0 cannot be connected to");
}

static void test_an_empty_list_is_a_mistake(void **state)
{
	const char *sentence =
		"sites.txt names no target; a line is a URL, HOST or HOST:PORT, or begins with #";

	(void)state;
	assert_refused("", sentence);
	assert_refused("# none yet\n\n", sentence);
}

static void test_a_file_that_is_no_text(void **state)
{
	(void)state;
	assert_int_equal(read_list("a\0b\n", 4), -1);
	assert_string_equal(err.text, "sites.txt is not text: it has a byte of value 0");
}

static void test_the_command_line_needs_no_place(void **state)
{
	const char *const targets[] = {"example.com", "gopher://x"};
	const struct options options = {.targets = targets, .target_count = 2};

	(void)state;
	assert_int_equal(target_list_read(&options, -1, &pool, &list, &err), -1);
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_string_equal(err.text, "\"gopher://x\" is not a target: it is not https");
}

static void test_a_file_that_is_missing(void **state)
{
	const struct options options = {.file = "/nonexistent/sites.txt"}, none = {0};
	int fd;

	(void)state;
	assert_int_equal(target_list_open(&options, &fd, &err), -1);
	assert_int_equal(err.kind, ERROR_FILE);
	assert_string_equal(err.text, "cannot read /nonexistent/sites.txt: No such file or directory");
	assert_int_equal(target_list_open(&none, &fd, &err), 0);
	assert_int_equal(fd, -1);
}

static int drop_pool(void **state)
{
	(void)state;
	pool_free(&pool);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_target_a_line),
		cmocka_unit_test(test_the_line_that_is_none_is_named),
		cmocka_unit_test(test_an_empty_list_is_a_mistake),
		cmocka_unit_test(test_a_file_that_is_no_text),
		cmocka_unit_test(test_the_command_line_needs_no_place),
		cmocka_unit_test(test_a_file_that_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, drop_pool);
}
