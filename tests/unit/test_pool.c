/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pool: alignment, zeroes, arrays that grow, refusal of absurd sizes.
 */
#include "cmocka_all.h"

#include "fwport/pool.h"

#include <stdalign.h>
#include <string.h>

static void test_memory_is_zeroed_and_aligned_also_after_reuse(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};

	(void)state;
	for (size_t size = 1; size < 40000; size = size * 3 + 1) {
		unsigned char *at = pool_alloc(&pool, size);

		assert_non_null(at);
		assert_int_equal((uintptr_t)at % alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(at[i], 0);
		memset(at, 0xff, size);
	}
}

static void test_array_keeps_its_items_while_it_grows(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	unsigned *numbers = NULL;

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		numbers = pool_grow(&pool, numbers, i, sizeof(*numbers));
		assert_non_null(numbers);
		numbers[i] = i;
	}
	for (unsigned i = 0; i < 5000; i++)
		assert_int_equal(numbers[i], i);
}

static void test_absurd_sizes_are_refused(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};

	(void)state;
	assert_null(pool_alloc(&pool, SIZE_MAX - 3));
	assert_null(pool_grow(&pool, NULL, SIZE_MAX / 2 + 1, 16));
}

static void test_text_and_format_are_copies(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	char word[] = "https";
	char *copy = pool_text(&pool, word);

	(void)state;
	word[0] = 'X';
	assert_string_equal(copy, "https");
	assert_string_equal(pool_format(&pool, "%s=%d", copy, 443), "https=443");
}

static void test_freed_pool_is_empty_and_usable(void **state)
{
	struct pool pool = {0};

	(void)state;
	assert_non_null(pool_alloc(&pool, 10));
	pool_free(&pool);
	assert_null(pool.blocks);
	pool_free(&pool);
	assert_non_null(pool_alloc(&pool, 10));
	pool_free(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_is_zeroed_and_aligned_also_after_reuse),
		cmocka_unit_test(test_array_keeps_its_items_while_it_grows),
		cmocka_unit_test(test_absurd_sizes_are_refused),
		cmocka_unit_test(test_text_and_format_are_copies),
		cmocka_unit_test(test_freed_pool_is_empty_and_usable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
