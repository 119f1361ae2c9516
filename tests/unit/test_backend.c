/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The choice of a backend.
 */
#include "cmocka_all.h"

#include "fwport/backend.h"

static void test_nothing_chooses_auto(void **state)
{
	const struct backend *backend = NULL;
	struct error err = {0};

	(void)state;
	assert_int_equal(backend_choose(NULL, &backend, &err), 0);
	assert_string_equal(backend->name, "auto");
	assert_int_equal(backend_choose("nft", &backend, &err), 0);
	assert_string_equal(backend->name, "nft");
}

static void test_unknown_backend_says_what_there_is(void **state)
{
	const struct backend *backend = NULL;
	struct error err = {0};

	(void)state;
	assert_int_equal(backend_choose("pf", &backend, &err), -1);
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_string_equal(err.text, "backend \"pf\" is not auto or nft or iptables");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_chooses_auto),
		cmocka_unit_test(test_unknown_backend_says_what_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
