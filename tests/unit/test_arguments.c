/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parser of the command line, with the real registry: what is understood, and the exact sentence where it is not.
 */
#include "../../src/cli/arguments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { WORDS_LIMIT = 16 };

struct parsed {
	char line[256]; /* the words point into it */
	const char *words[WORDS_LIMIT + 1], *operands[WORDS_LIMIT];
	size_t count;
	struct request request;
	const struct command *command;
	struct error err;
	int result;
};

/* Splits at blanks; a word of one '^' is the empty word. */
static struct parsed *parse(struct parsed *parsed, const char *words)
{
	char *rest = NULL;

	*parsed = (struct parsed){0};
	assert_true(strlen(words) < sizeof(parsed->line));
	strcpy(parsed->line, words);
	for (char *word = strtok_r(parsed->line, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		parsed->words[parsed->count++] = strcmp(word, "^") == 0 ? "" : word;
	parsed->result = arguments_parse(parsed->words, parsed->count, parsed->operands, &parsed->request,
					 &parsed->command, &parsed->err);
	return parsed;
}

static void assert_usage(const char *words, const char *text, const char *hint)
{
	struct parsed parsed;

	parse(&parsed, words);
	assert_int_equal(parsed.result, -1);
	assert_int_equal(parsed.err.kind, ERROR_USAGE);
	assert_string_equal(parsed.err.text, text);
	assert_string_equal(parsed.err.hint, hint);
}

static void assert_parses(struct parsed *parsed, const char *words, const char *command)
{
	parse(parsed, words);
	assert_string_equal(parsed->err.text, "");
	assert_int_equal(parsed->result, 0);
	if (command)
		assert_string_equal(parsed->command->name, command);
	else
		assert_null(parsed->command);
}

static void test_first_word_is_the_command_and_the_others_are_operands(void **state)
{
	struct parsed parsed;

	(void)state;
	assert_parses(&parsed, "open https 8443/tcp", "open");
	assert_int_equal(parsed.request.operand_count, 2);
	assert_string_equal(parsed.request.operands[0], "https");
	assert_string_equal(parsed.request.operands[1], "8443/tcp");
}

static void test_value_follows_equals_or_is_the_next_word(void **state)
{
	struct parsed parsed;

	(void)state;
	assert_parses(&parsed, "open --iface=eth0 443", "open");
	assert_string_equal(parsed.request.iface, "eth0");
	assert_parses(&parsed, "open --iface eth0 443", "open");
	assert_string_equal(parsed.request.iface, "eth0");
	assert_int_equal(parsed.request.operand_count, 1);
}

static void test_next_word_is_the_value_even_if_it_looks_like_an_option(void **state)
{
	struct parsed parsed;

	(void)state;
	assert_parses(&parsed, "open 443 --reason --because", "open");
	assert_string_equal(parsed.request.reason, "--because");
}

static void test_options_and_operands_mix(void **state)
{
	struct parsed parsed;

	(void)state;
	assert_parses(&parsed, "--json open -4 443 --dry-run 80 --from 10.0.0.0/8", "open");
	assert_true(parsed.request.json && parsed.request.ipv4 && parsed.request.dry_run);
	assert_false(parsed.request.ipv6 || parsed.request.quiet || parsed.request.force);
	assert_string_equal(parsed.request.from, "10.0.0.0/8");
	assert_int_equal(parsed.request.operand_count, 2);
}

static void test_letters_are_bundled(void **state)
{
	struct parsed parsed;

	(void)state;
	assert_parses(&parsed, "open -46qv 443", "open");
	assert_true(parsed.request.ipv4 && parsed.request.ipv6);
	assert_true(parsed.request.quiet && parsed.request.verbose);
}

static void test_double_dash_ends_the_options(void **state)
{
	struct parsed parsed;

	(void)state;
	assert_parses(&parsed, "open -- --json -4", "open");
	assert_false(parsed.request.json);
	assert_int_equal(parsed.request.operand_count, 2);
	assert_string_equal(parsed.request.operands[0], "--json");
	assert_false(arguments_want_json(parsed.words, parsed.count));
}

static void test_single_dash_is_an_operand(void **state)
{
	struct parsed parsed;

	(void)state;
	assert_parses(&parsed, "open -", "open");
	assert_string_equal(parsed.request.operands[0], "-");
}

static void test_a_flag_twice_is_one_flag(void **state)
{
	struct parsed parsed;

	(void)state;
	assert_parses(&parsed, "status --json --json -qq", "status");
	assert_true(parsed.request.json && parsed.request.quiet);
}

static void test_help_and_version_need_no_command_and_no_operands(void **state)
{
	struct parsed parsed;

	(void)state;
	assert_parses(&parsed, "--version", NULL);
	assert_true(parsed.request.version);
	assert_parses(&parsed, "open -h", "open");
	assert_true(parsed.request.help);
	assert_parses(&parsed, "-q", NULL);
}

static void test_unknown_command_names_the_nearest(void **state)
{
	(void)state;
	assert_usage("opne https", "unknown command \"opne\"", "did you mean fwport open?");
	assert_usage("frobnicate", "unknown command \"frobnicate\"", "fwport --help lists the commands");
	assert_usage("^", "unknown command \"\"", "fwport --help lists the commands");
}

static void test_unknown_option_names_the_nearest(void **state)
{
	(void)state;
	assert_usage("open 443 --frm=10.0.0.1", "unknown option --frm", "did you mean --from?");
	assert_usage("--jsn status", "unknown option --jsn", "did you mean --json?");
	assert_usage("open -x 443", "unknown option -x", "fwport open --help lists the options");
	assert_usage("--xylophone", "unknown option --xylophone", "fwport --help lists the options");
}

static void test_option_of_another_command_is_told_apart_from_a_typing_error(void **state)
{
	(void)state;
	assert_usage("status --from=10.0.0.1", "fwport status does not take --from", "fwport help status");
	assert_usage("status -4", "fwport status does not take -4", "fwport help status");
	assert_usage("why in 443 --out", "fwport why does not take --out", "fwport help why");
	assert_usage("--from 10.0.0.1 open 443", "--from stands before the command",
		     "put it behind: fwport COMMAND --from");
}

static void test_missing_value_says_which(void **state)
{
	(void)state;
	assert_usage("open 443 --from", "--from needs a value: --from PREFIX,..", "");
	assert_usage("open 443 --from=", "--from has an empty value, it takes PREFIX,..", "");
}

static void test_flag_takes_no_value(void **state)
{
	(void)state;
	assert_usage("status --json=yes", "--json takes no value, \"yes\" is too much", "");
}

static void test_who_asks_for_json_in_a_line_that_is_wrong_gets_it(void **state)
{
	struct parsed parsed;

	(void)state;
	parse(&parsed, "status --json=yes");
	assert_true(arguments_want_json(parsed.words, parsed.count));
	assert_string_equal(parsed.command->name, "status");
	parse(&parsed, "--json opne");
	assert_true(arguments_want_json(parsed.words, parsed.count));
	assert_null(parsed.command);
}

static void test_value_option_twice_is_refused(void **state)
{
	(void)state;
	assert_usage("open 443 --from 10.0.0.1 --from 10.0.0.2",
		     "--from is given twice, \"10.0.0.1\" and \"10.0.0.2\"", "");
}

static void test_a_value_that_may_be_left_out_needs_an_equals(void **state)
{
	struct parsed parsed;

	(void)state;
	assert_parses(&parsed, "open --confirm 443", "open");
	assert_string_equal(parsed.request.confirm, "60");
	assert_int_equal(parsed.request.operand_count, 1);
	assert_parses(&parsed, "open --confirm=90 443", "open");
	assert_string_equal(parsed.request.confirm, "90");
	assert_usage("open 443 --confirm=", "--confirm has an empty value, it takes SECONDS", "");
}

static void test_only_the_listed_words_are_values(void **state)
{
	(void)state;
	assert_usage("--backend pf status", "--backend \"pf\" is not one of auto, nft, iptables", "");
	assert_usage("status --color=blue", "--color \"blue\" is not one of auto, always, never", "");
}

static void test_operands_are_counted(void **state)
{
	(void)state;
	assert_usage("open", "fwport open needs SERVICE|PORT[-PORT][/PROTO]...", "fwport help open");
	assert_usage("why in", "fwport why needs in|out SERVICE|PORT[-PORT][/PROTO]...", "fwport help why");
	assert_usage("status 443", "fwport status takes no operands, \"443\" is too much", "");
	assert_usage("services a b", "fwport services takes at most 1 operand, \"b\" is too much", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_word_is_the_command_and_the_others_are_operands),
		cmocka_unit_test(test_value_follows_equals_or_is_the_next_word),
		cmocka_unit_test(test_next_word_is_the_value_even_if_it_looks_like_an_option),
		cmocka_unit_test(test_options_and_operands_mix),
		cmocka_unit_test(test_letters_are_bundled),
		cmocka_unit_test(test_double_dash_ends_the_options),
		cmocka_unit_test(test_single_dash_is_an_operand),
		cmocka_unit_test(test_a_flag_twice_is_one_flag),
		cmocka_unit_test(test_help_and_version_need_no_command_and_no_operands),
		cmocka_unit_test(test_unknown_command_names_the_nearest),
		cmocka_unit_test(test_unknown_option_names_the_nearest),
		cmocka_unit_test(test_option_of_another_command_is_told_apart_from_a_typing_error),
		cmocka_unit_test(test_missing_value_says_which),
		cmocka_unit_test(test_flag_takes_no_value),
		cmocka_unit_test(test_who_asks_for_json_in_a_line_that_is_wrong_gets_it),
		cmocka_unit_test(test_value_option_twice_is_refused),
		cmocka_unit_test(test_a_value_that_may_be_left_out_needs_an_equals),
		cmocka_unit_test(test_only_the_listed_words_are_values),
		cmocka_unit_test(test_operands_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
