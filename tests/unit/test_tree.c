/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines below each other: drawn on a terminal, indented elsewhere.
 */
#include "../../src/cli/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static void grow(struct tree *tree)
{
	tree_add(tree, 0, "%d/tcp", 443);
	tree_add_marked(tree, 1, "SYN: ", MARK_BAD, "drop", "");
	tree_add(tree, 2, "ip filter INPUT");
	tree_add(tree, 3, "drop comment \"a\nb\"");
	tree_add(tree, 2, "inet late input");
	tree_add(tree, 1, "ACK");
	tree_add_command(tree, 1, "fix", "fwport open 443");
	tree_add(tree, 0, "80/tcp");
	tree_draw(tree);
}

static void assert_grown(struct screen screen, const char *expected)
{
	char *text = NULL;
	size_t length = 0;
	struct output output = {.out = open_memstream(&text, &length), .screen = screen};
	CLEANUP(tree_free) struct tree tree = {.output = &output};

	assert_non_null(output.out);
	grow(&tree);
	fclose(output.out);
	assert_string_equal(text, expected);
	free(text);
}

static void test_in_a_pipe_lines_are_indented(void **state)
{
	(void)state;
	assert_grown((struct screen){0}, "443/tcp\n"
					 "  SYN: drop\n"
					 "    ip filter INPUT\n"
					 "                 drop comment \"a\\x0ab\"\n"
					 "    inet late input\n"
					 "  ACK\n"
					 "  fix: fwport open 443\n"
					 "80/tcp\n");
}

static void test_without_such_letters_it_is_typed(void **state)
{
	(void)state;
	assert_grown((struct screen){.columns = 80}, "443/tcp\n"
						     "|- SYN: drop\n"
						     "|  |- ip filter INPUT\n"
						     "|  |  `- drop comment \"a\\x0ab\"\n"
						     "|  `- inet late input\n"
						     "|- ACK\n"
						     "\v`- fix: fwport open 443\n"
						     "80/tcp\n");
}

static void test_on_a_terminal_it_is_drawn_with_signs(void **state)
{
	(void)state;
	assert_grown((struct screen){80, true, true}, "443/tcp\n"
						      "├─ SYN: \033[31m✗\u00a0drop\033[0m\n"
						      "│  ├─ ip filter INPUT\n"
						      "│  │  └─ drop comment \"a\\x0ab\"\n"
						      "│  └─ inet late input\n"
						      "├─ ACK\n"
						      "\v└─ fix: fwport open 443\n"
						      "80/tcp\n");
}

static void test_what_stands_below_a_branch_is_deeper_where_it_is_drawn(void **state)
{
	for (size_t columns = 0; columns <= 80; columns += 80) {
		char *text = NULL;
		size_t length = 0;
		struct output output = {.out = open_memstream(&text, &length),
					.screen = {.columns = columns}};
		CLEANUP(tree_free) struct tree tree = {.output = &output};

		(void)state;
		assert_non_null(output.out);
		tree_add(&tree, 0, "443/tcp");
		tree_add(&tree, 1, "forwarded");
		tree.below = 1;
		tree_add(&tree, 1, "SYN");
		tree.below = 0;
		tree_add(&tree, 1, "fix");
		tree_draw(&tree);
		fclose(output.out);
		assert_string_equal(text, columns ? "443/tcp\n|- forwarded\n|  `- SYN\n`- fix\n"
						  : "443/tcp\n  forwarded\n  SYN\n  fix\n");
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_a_pipe_lines_are_indented),
		cmocka_unit_test(test_without_such_letters_it_is_typed),
		cmocka_unit_test(test_on_a_terminal_it_is_drawn_with_signs),
		cmocka_unit_test(test_what_stands_below_a_branch_is_deeper_where_it_is_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
