/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The heap grows at once, where malloc is that of the C library and there is much to come. */
#define _DEFAULT_SOURCE /* sbrk */

#include "cmocka_all.h"

#include "fwport/heap.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECES = 20000, PIECE_BYTES = 200, FEW_BYTES = 100000 };

/* Then malloc is another, which this is not about. */
#ifdef __SANITIZE_ADDRESS__
static const bool is_sanitized = true;
#else
static const bool is_sanitized = false;
#endif

static void *pieces[PIECES];

static void pieces_take(void)
{
	for (size_t i = 0; i < PIECES; i++) {
		pieces[i] = malloc(PIECE_BYTES);
		assert_non_null(pieces[i]);
		memset(pieces[i], 1, PIECE_BYTES);
	}
}

static void pieces_free(void)
{
	for (size_t i = 0; i < PIECES; i++)
		free(pieces[i]);
}

static void test_what_is_little_or_absurd_changes_nothing(void **state)
{
	const void *end = sbrk(0);

	(void)state;
	assert_null(heap_expect(0));
	assert_null(heap_expect(FEW_BYTES));
	assert_null(heap_expect(SIZE_MAX));
	assert_ptr_equal(sbrk(0), end);
}

static void test_heap_grows_once_for_all_that_is_expected(void **state)
{
	const void *end;
	void *before;

	(void)state;
	if (is_sanitized)
		return;
	before = heap_expect((size_t)PIECES * (PIECE_BYTES + 2 * sizeof(size_t)));
	end = sbrk(0);
	pieces_take();
	assert_ptr_equal(sbrk(0), end);
	pieces_free();
	free(before);
	assert_ptr_equal(sbrk(0), end);
}

int main(void)
{
	const struct CMUnitTest tests_here[] = {
		cmocka_unit_test(test_what_is_little_or_absurd_changes_nothing),
		cmocka_unit_test(test_heap_grows_once_for_all_that_is_expected),
	};

	return cmocka_run_group_tests(tests_here, NULL, NULL);
}
