/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registry can be explained: every command and option has its words, and every example parses with its own tables.
 */
#include "../../src/cli/arguments.h"
#include "../../src/cli/help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { WORDS_LIMIT = 16 };

static void test_every_command_has_its_words(void **state)
{
	(void)state;
	for (const struct command *const *at = commands; *at; at++) {
		assert_non_null((*at)->operands);
		assert_non_null((*at)->run);
		assert_true(strlen((*at)->summary) > 10 && strlen((*at)->summary) <= 60);
		assert_true(strlen((*at)->description) > 40);
		assert_non_null((*at)->examples);
		assert_non_null((*at)->examples->line);
		assert_true((*at)->operands_min <= (*at)->operands_max);
		assert_true((*at)->completes != COMPLETES_WORD || (*at)->words);
		assert_ptr_equal(command_find((*at)->name), *at);
	}
	assert_null(command_find("nothing"));
}

static void check_group(const struct option_def *group)
{
	for (; group->name; group++) {
		assert_non_null(group->help);
		assert_true(strlen(group->help) > 5);
		assert_int_equal(group->kind != OPTION_FLAG, group->value != NULL);
		assert_int_equal(group->kind == OPTION_OPTIONAL, group->otherwise != NULL);
		assert_int_equal(group->completes == COMPLETES_WORD, group->words != NULL);
		assert_true(group->at < sizeof(struct request));
	}
}

static void test_every_option_has_its_words(void **state)
{
	(void)state;
	check_group(global_options);
	for (const struct command *const *at = commands; *at; at++)
		for (const struct option_def *const *group = (*at)->options; group && *group; group++)
			check_group(*group);
}

static void count_option(const struct command *command, const struct option_def *wanted, unsigned *names,
			 unsigned *letters)
{
	const struct option_def *const *group = command->options;
	const struct option_def *const global[] = {global_options, NULL};

	for (unsigned round = 0; round < 2; round++, group = global)
		for (; group && *group; group++)
			for (const struct option_def *option = *group; option->name; option++) {
				*names += strcmp(option->name, wanted->name) == 0;
				*letters += wanted->letter && option->letter == wanted->letter;
			}
}

static void test_no_command_has_an_option_twice(void **state)
{
	(void)state;
	for (const struct command *const *at = commands; *at; at++)
		for (const struct option_def *const *group = (*at)->options; group && *group; group++)
			for (const struct option_def *option = *group; option->name; option++) {
				unsigned names = 0, letters = 0;

				count_option(*at, option, &names, &letters);
				assert_int_equal(names, 1);
				assert_int_equal(letters, option->letter != 0);
			}
}

static void check_example(const struct command *command, const char *example)
{
	const char *words[WORDS_LIMIT + 1] = {0}, *operands[WORDS_LIMIT];
	const struct command *found = NULL;
	struct error err = {0};
	struct request request;
	char line[256], *rest = NULL;
	size_t count = 0;

	assert_true(strlen(example) < sizeof(line));
	strcpy(line, example);
	for (char *word = strtok_r(line, " ", &rest); word && count < WORDS_LIMIT; count++) {
		words[count] = word;
		word = strtok_r(NULL, " ", &rest);
	}
	assert_string_equal(words[0], "fwport");
	arguments_parse(words + 1, count - 1, operands, &request, &found, &err);
	assert_string_equal(err.text, "");
	assert_ptr_equal(found, command);
}

static void test_every_example_parses(void **state)
{
	(void)state;
	for (const struct command *const *at = commands; *at; at++)
		for (const struct example *example = (*at)->examples; example->line; example++) {
			check_example(*at, example->line);
			assert_true(strlen(example->says) > 5);
		}
}

static void test_overview_lists_every_command_and_global_option(void **state)
{
	CLEANUP(text_free) struct text text = {0};

	(void)state;
	help_overview(&text);
	for (const struct command *const *at = commands; *at; at++)
		assert_int_equal(strstr(text_string(&text), (*at)->summary) != NULL, !(*at)->hidden);
	for (const struct option_def *option = global_options; option->name; option++)
		assert_non_null(strstr(text_string(&text), option->help));
}

static void test_help_of_a_command_lists_its_options_and_examples(void **state)
{
	(void)state;
	for (const struct command *const *at = commands; *at; at++) {
		CLEANUP(text_free) struct text text = {0};

		help_command(*at, &text);
		for (const struct option_def *const *group = (*at)->options; group && *group; group++)
			for (const struct option_def *option = *group; option->name; option++)
				assert_non_null(strstr(text_string(&text), option->help));
		for (const struct example *example = (*at)->examples; example->line; example++)
			assert_non_null(strstr(text_string(&text), example->line));
	}
}

static void check_width(const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		if (length > 100)
			fail_msg("%zu columns: %.*s", length, (int)length, text);
		text += length + (text[length] != '\0');
	}
}

static void test_help_is_not_wider_than_a_page(void **state)
{
	CLEANUP(text_free) struct text overview = {0};

	(void)state;
	help_overview(&overview);
	check_width(text_string(&overview));
	for (const struct command *const *at = commands; *at; at++) {
		CLEANUP(text_free) struct text text = {0};

		help_command(*at, &text);
		check_width(text_string(&text));
	}
}

static void test_help_of_status_is_exactly_this(void **state)
{
	static const char expected[] =
		"fwport status: show our openings and what the kernel does with them\n"
		"\n"
		"Usage: fwport status [OPTION]...\n"
		"\n"
		"Each opening is judged on the live ruleset, not on what was recorded. LISTENER\n"
		"is the process that serves the port, PACKETS what our own rule has counted\n"
		"(nothing where one rule of iptables-legacy is for several openings). A warning\n"
		"says where nf_tables and iptables-legacy both have rules.\n"
		"\n"
		"What has expired is shown until the next change forgets it.\n"
		"\n"
		"Who else keeps rules here is told by what they leave in the ruleset (ufw,\n"
		"firewalld, docker, podman, fail2ban, libvirt, kube-proxy and others), and of\n"
		"nftables.service, netfilter-persistent and the services of iptables by whether\n"
		"systemd has them active; for each, how long rules of ours live where it may\n"
		"remove them.\n"
		"\n"
		"Exit status 1: an opening is not open, though it has not expired.\n"
		"\n"
		"Options:\n"
		"      --backend auto|nft|iptables\n"
		"                          which packet filter holds our own rules\n"
		"      --json              print JSON, one object per line, errors too\n"
		"  -q, --quiet             print nothing but errors\n"
		"  -v, --verbose           print more: each step, each chain\n"
		"      --color auto|always|never\n"
		"                          colour the output; auto: on a terminal without NO_COLOR\n"
		"  -h, --help              print help and exit\n"
		"      --version           print the version and the licence and exit\n"
		"\n"
		"Examples:\n"
		"  fwport status\n"
		"      shows what fwport opened, and whether it is open\n"
		"  fwport status --json\n"
		"      the same for programs\n";
	CLEANUP(text_free) struct text text = {0};

	(void)state;
	help_command(command_find("status"), &text);
	assert_string_equal(text_string(&text), expected);
}

static void test_version_tells_the_licence(void **state)
{
	CLEANUP(text_free) struct text text = {0};

	(void)state;
	help_version(&text);
	assert_memory_equal(text_string(&text), "fwport ", 7);
	assert_non_null(strstr(text_string(&text), "GNU GPL version 2 or later"));
	assert_non_null(strstr(text_string(&text), "NO WARRANTY"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_command_has_its_words),
		cmocka_unit_test(test_every_option_has_its_words),
		cmocka_unit_test(test_no_command_has_an_option_twice),
		cmocka_unit_test(test_every_example_parses),
		cmocka_unit_test(test_overview_lists_every_command_and_global_option),
		cmocka_unit_test(test_help_of_a_command_lists_its_options_and_examples),
		cmocka_unit_test(test_help_is_not_wider_than_a_page),
		cmocka_unit_test(test_help_of_status_is_exactly_this),
		cmocka_unit_test(test_version_tells_the_licence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
