/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ClientHellos by hand, byte for byte, and answers whole, cut off and wrong. */
#include "config.h"

#include "cmocka_all.h"

#include "hello.h"

#include <string.h>

static const uint16_t suites[] = {0x0005, 0x002f};

static void test_sslv3_has_no_extensions(void **state)
{
	const struct hello hello = {
		.version = VERSION_SSL3, .suites = suites, .suite_count = 2, .name = "example.com"};
	uint8_t bytes[HELLO_MOST];
	const size_t length = hello_build(&hello, bytes);

	(void)state;
	assert_int_equal(length, 5 + 4 + 2 + 32 + 1 + 2 + 4 + 2);
	assert_memory_equal(bytes, "\x16\x03\x00\x00\x2f\x01\x00\x00\x2b\x03\x00", 11);
	assert_memory_equal(bytes + length - 8, "\x00\x04\x00\x05\x00\x2f\x01\x00", 8);
}

static void test_a_name_and_a_heartbeat(void **state)
{
	const struct hello hello = {.version = VERSION_TLS1_2,
				    .suites = suites,
				    .suite_count = 1,
				    .name = "a.example",
				    .heartbeat = true};
	uint8_t bytes[HELLO_MOST];
	const size_t length = hello_build(&hello, bytes);

	(void)state;
	assert_true(length > 0);
	assert_memory_equal(bytes, "\x16\x03\x01",
			    3); /* the record's version is that of TLS 1.0, for old middleboxes */
	assert_int_equal(bytes[3] << 8 | bytes[4], length - 5);
	assert_non_null(memmem(bytes, length,
			       "\x00\x00\x00\x0e\x00\x0c\x00\x00\x09"
			       "a.example",
			       18));
	assert_memory_equal(bytes + length - 5, "\x00\x0f\x00\x01\x01", 5);
}

static void test_a_name_that_does_not_fit(void **state)
{
	char name[HELLO_MOST + 1];
	const struct hello hello = {
		.version = VERSION_TLS1_2, .suites = suites, .suite_count = 1, .name = name};
	uint8_t bytes[HELLO_MOST];

	(void)state;
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(hello_build(&hello, bytes), 0);
}

/* TLS 1.2, no session, suite 0x002f, and an extension that it takes heartbeats with. */
static const uint8_t accepted[] = "\x16\x03\x03\x00\x31\x02\x00\x00\x2d\x03\x03"
				  "01234567890123456789012345678901"
				  "\x00\x00\x2f\x00\x00\x05\x00\x0f\x00\x01\x01";

static void test_an_answer(void **state)
{
	const struct hello_answer answer = hello_parse(accepted, sizeof(accepted) - 1);

	(void)state;
	assert_int_equal(answer.kind, HELLO_ACCEPTED);
	assert_int_equal(answer.version, VERSION_TLS1_2);
	assert_int_equal(answer.suite, 0x002f);
	assert_true(answer.heartbeat);
}

static void test_answers_that_are_cut_off(void **state)
{
	(void)state;
	assert_int_equal(hello_parse(accepted, 0).kind, HELLO_NOTHING);
	for (size_t length = 1; length < 47; length++)
		assert_int_equal(hello_parse(accepted, length).kind, HELLO_NO_TLS);
	assert_int_equal(hello_parse(accepted, 47).kind, HELLO_ACCEPTED);
	assert_false(hello_parse(accepted, 50).heartbeat);
}

static void test_refusals(void **state)
{
	(void)state;
	assert_int_equal(hello_parse((const uint8_t *)"\x15\x03\x01\x00\x02\x02\x28", 7).kind, HELLO_REFUSED);
	assert_int_equal(hello_parse((const uint8_t *)"\x15\x03\x01\x00\x02\x02\x28", 7).alert, 40);
	assert_int_equal(hello_parse((const uint8_t *)"\x15\x03\x01\x00\x02\x02", 6).kind, HELLO_NO_TLS);
	assert_int_equal(hello_parse((const uint8_t *)"HTTP/1.1 400 Bad", 16).kind, HELLO_NO_TLS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sslv3_has_no_extensions),
		cmocka_unit_test(test_a_name_and_a_heartbeat),
		cmocka_unit_test(test_a_name_that_does_not_fit),
		cmocka_unit_test(test_an_answer),
		cmocka_unit_test(test_answers_that_are_cut_off),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests_name("reach_hello", tests, NULL, NULL);
}
