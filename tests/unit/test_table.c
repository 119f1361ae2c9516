/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables and lines: what is aligned, and that nothing a stranger named moves the cursor.
 */
#include "fwport/plain.h"
#include "fwport/pool.h"
#include "fwport/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

struct page {
	char *text;
	size_t length;
	FILE *out;
};

static void page_open(struct page *page)
{
	*page = (struct page){0};
	page->out = open_memstream(&page->text, &page->length);
	assert_non_null(page->out);
}

static void assert_page(struct page *page, const char *expected)
{
	assert_int_equal(fclose(page->out), 0);
	assert_string_equal(page->text, expected);
	free(page->text);
}

static void print(struct page *page, const struct column *columns, size_t column_count,
		  const char *const *cells, size_t rows, bool color)
{
	const struct screen screen = {.color = color};
	struct error err = {0};

	page_open(page);
	assert_int_equal(table_print(page->out, columns, column_count, cells, rows, &screen, &err), 0);
}

static void test_columns_are_aligned_under_headings(void **state)
{
	static const struct column columns[] = {{.heading = "SERVICE"},
						{.heading = "PACKETS", .right = true}};
	static const char *const cells[] = {"https", "7", "dns", "12345678"};
	struct page page;

	(void)state;
	print(&page, columns, 2, cells, 2, false);
	assert_page(&page, "SERVICE   PACKETS\n"
			   "https           7\n"
			   "dns      12345678\n");
}

static void test_without_headings_there_are_only_rows(void **state)
{
	static const struct column columns[2] = {0};
	static const char *const cells[] = {"https 443/tcp", "open", "22/tcp", "blocked"};
	struct page page;

	(void)state;
	print(&page, columns, 2, cells, 2, false);
	assert_page(&page, "https 443/tcp  open\n"
			   "22/tcp         blocked\n");
}

static void test_an_absent_cell_is_empty(void **state)
{
	static const struct column columns[] = {{.heading = "A"}, {.heading = "B"}, {.heading = "C"}};
	static const char *const cells[] = {"1", NULL, "3"};
	struct page page;

	(void)state;
	print(&page, columns, 3, cells, 1, false);
	assert_page(&page, "A  B  C\n1     3\n");
}

static void test_control_characters_in_cells_are_escaped(void **state)
{
	static const struct column columns[] = {{.heading = "PROGRAM"}};
	static const char *const cells[] = {"\033[2Jevil\r\n\x7f\xc2\x9b"};
	struct page page;

	(void)state;
	print(&page, columns, 1, cells, 1, true);
	assert_page(&page, "\033[1mPROGRAM\033[0m\n\\x1b[2Jevil\\x0d\\x0a\\x7f\\x9b\n");
}

static void test_long_cells_are_not_cut(void **state)
{
	static const struct column columns[2] = {0};
	static char cell[301];
	const char *const cells[] = {cell, "end"};
	struct page page;
	char expected[310];

	(void)state;
	for (size_t i = 0; i < 300; i++)
		cell[i] = 'x';
	snprintf(expected, sizeof(expected), "%s  end\n", cell);
	print(&page, columns, 2, cells, 1, false);
	assert_page(&page, expected);
}

/* What a cell looks like in a locale. A table that never ends is stopped. */
static void assert_cell(const char *locale, const char *cell, const char *expected)
{
	static const struct column columns[2] = {0};
	const char *const cells[] = {cell, "end"};
	char *before = getenv("LC_ALL") ? strdup(getenv("LC_ALL")) : NULL;
	struct page page;

	setenv("LC_ALL", locale, 1);
	alarm(10);
	print(&page, columns, 2, cells, 1, false);
	alarm(0);
	assert_page(&page, expected);
	if (before)
		setenv("LC_ALL", before, 1);
	else
		unsetenv("LC_ALL");
	free(before);
}

static void test_letters_are_shown_where_the_locale_has_them(void **state)
{
	(void)state;
	assert_cell("C.UTF-8", "caf\xc3\xa9", "caf\xc3\xa9  end\n");
	assert_cell("C", "caf\xc3\xa9", "caf\\xc3\\xa9  end\n");
	assert_cell("xx_XX.UTF-8", "caf\xc3\xa9", "caf\\xc3\\xa9  end\n");
}

static void test_bytes_that_are_no_letters_are_escaped(void **state)
{
	(void)state;
	assert_cell("C.UTF-8", "s\xe9rvice", "s\\xe9rvice  end\n");
	assert_cell("C.UTF-8", "cut\xe2\x86", "cut\\xe2\\x86  end\n");
	assert_cell("C.UTF-8", "\xff\xfe\xed\xa0\x80", "\\xff\\xfe\\xed\\xa0\\x80  end\n");
	assert_cell("C", "\xff", "\\xff  end\n");
}

/* What a table looks like on a terminal so wide. */
static void assert_narrow(size_t width, const struct column *columns, size_t column_count,
			  const char *const *cells, size_t rows, const char *expected)
{
	const struct screen screen = {.columns = width};
	struct error err = {0};
	struct page page;

	setenv("LC_ALL", "C.UTF-8", 1);
	page_open(&page);
	assert_int_equal(table_print(page.out, columns, column_count, cells, rows, &screen, &err), 0);
	assert_page(&page, expected);
	unsetenv("LC_ALL");
}

static void test_prose_is_folded_in_its_column(void **state)
{
	static const struct column columns[] = {{.heading = "PORT"}, {.heading = "BY", .folds = true}};
	static const char *const cells[] = {"443/tcp", "by rule 6 of ip filter INPUT", "22/tcp", ""};

	(void)state;
	assert_narrow(30, columns, 2, cells, 2,
		      "\vPORT     BY\n"
		      "\v443/tcp  by rule 6 of ip\n"
		      "\v         filter INPUT\n"
		      "\v22/tcp   \n");
}

/* A path could not be copied. */
static void test_words_are_not_broken(void **state)
{
	static const struct column columns[] = {
		{.heading = "NAME"}, {.heading = "TITLE", .folds = true}, {.heading = "FILE", .folds = true}};
	static const char *const cells[] = {"web", "What a web server needs",
					    "/etc/fwport/profiles/web.profile"};

	(void)state;
	assert_narrow(60, columns, 3, cells, 1,
		      "\vNAME  TITLE                 FILE\n"
		      "\vweb   What a web server     /etc/fwport/profiles/web.profile\n"
		      "\v      needs                 \n");
	assert_narrow(50, columns, 3, cells, 1,
		      "\vNAME  TITLE\n"
		      "\vweb   What a web server needs\n"
		      "  /etc/fwport/profiles/web.profile\n");
}

static void test_prose_that_would_be_too_narrow_stands_below_its_row(void **state)
{
	static const struct column columns[] = {
		{.heading = "PORT"}, {.heading = "BY", .folds = true}, {.heading = "N", .right = true}};
	static const char *const cells[] = {"443/tcp", "by rule 6 of ip filter INPUT", "7", "22/tcp", "",
					    "12"};

	(void)state;
	assert_narrow(24, columns, 3, cells, 2,
		      "\vPORT      N\n"
		      "\v443/tcp   7\n"
		      "  by rule 6 of ip filter INPUT\n"
		      "\v22/tcp   12\n");
}

static void test_a_table_that_is_too_wide_without_prose_is_a_list(void **state)
{
	static const struct column columns[] = {
		{.heading = "PORT"}, {.heading = "FAMILY"}, {.heading = "BY", .folds = true}};
	static const char *const cells[] = {"60000-60010/udp", "IPv4", "by rule 6"};

	(void)state;
	assert_narrow(20, columns, 3, cells, 1, "PORT: 60000-60010/udp\n  FAMILY: IPv4\n  BY: by rule 6\n");
}

static void test_wide_letters_count_twice(void **state)
{
	static const struct column columns[] = {{.heading = "P"}, {.heading = "BY", .folds = true}};
	static const char *const cells[] = {"1", "日本語日本 日本語日 日本"};

	(void)state;
	assert_narrow(24, columns, 2, cells, 1,
		      "\vP  BY\n"
		      "\v1  日本語日本 日本語日\n"
		      "\v   日本\n");
}

static enum mark mark_open(const char *cell)
{
	return strcmp(cell, "open") == 0 ? MARK_GOOD : MARK_NONE;
}

static void test_a_cell_may_have_a_sign_and_a_colour(void **state)
{
	static const struct column columns[] = {{.mark = mark_open}, {.folds = true}};
	static const char *const cells[] = {"open", "443"};
	struct screen screen = {.columns = 80, .color = true, .letters = true};
	struct error err = {0};
	struct page page;

	(void)state;
	setenv("LC_ALL", "C.UTF-8", 1);
	page_open(&page);
	assert_int_equal(table_print(page.out, columns, 2, cells, 1, &screen, &err), 0);
	assert_page(&page, "\033[32m\xe2\x9c\x93\xc2\xa0open\033[0m  443\n");
	screen = (struct screen){.columns = 80};
	page_open(&page);
	assert_int_equal(table_print(page.out, columns, 2, cells, 1, &screen, &err), 0);
	assert_page(&page, "open  443\n");
	unsetenv("LC_ALL");
}

static void test_a_line_stays_one_line(void **state)
{
	struct page page;

	(void)state;
	page_open(&page);
	plain_line(page.out, "chain %s: %d", "in\nput\033]0;x\007", 7);
	assert_page(&page, "chain in\\x0aput\\x1b]0;x\\x07: 7\n");
}

static void test_letters_beyond_ascii_are_kept(void **state)
{
	struct page page;

	(void)state;
	page_open(&page);
	plain_line(page.out, "%s", "caf\xc3\xa9 \xe2\x86\x92 \xc2\xa0");
	assert_page(&page, "caf\xc3\xa9 \xe2\x86\x92 \xc2\xa0\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns_are_aligned_under_headings),
		cmocka_unit_test(test_without_headings_there_are_only_rows),
		cmocka_unit_test(test_an_absent_cell_is_empty),
		cmocka_unit_test(test_control_characters_in_cells_are_escaped),
		cmocka_unit_test(test_long_cells_are_not_cut),
		cmocka_unit_test(test_letters_are_shown_where_the_locale_has_them),
		cmocka_unit_test(test_bytes_that_are_no_letters_are_escaped),
		cmocka_unit_test(test_prose_is_folded_in_its_column),
		cmocka_unit_test(test_words_are_not_broken),
		cmocka_unit_test(test_prose_that_would_be_too_narrow_stands_below_its_row),
		cmocka_unit_test(test_a_table_that_is_too_wide_without_prose_is_a_list),
		cmocka_unit_test(test_wide_letters_count_twice),
		cmocka_unit_test(test_a_cell_may_have_a_sign_and_a_colour),
		cmocka_unit_test(test_a_line_stays_one_line),
		cmocka_unit_test(test_letters_beyond_ascii_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
