/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which datagrams are taken for the answer of a QUIC server, and what it is understood to say. */
#include "cmocka_all.h"

#include "version_negotiation.h"

#include <string.h>

static const uint8_t destination[CONNECTION_ID_BYTES] = "destinat", source[CONNECTION_ID_BYTES] = "source..";

static struct pool pool;
static struct provocation asked;
static const char *versions;
static bool is_answer;

/* As RFC 8999 draws it, the IDs the other way round. */
static const char head[] = "\x80\0\0\0\0\x08source..\x08"
			   "destinat";
enum { HEAD = sizeof(head) - 1 };

static void read_bytes(const void *bytes, size_t length)
{
	struct error err;

	assert_int_equal(version_negotiation_read(bytes, length, &asked, &pool, &is_answer, &versions, &err),
			 0);
}

static void assert_versions(const char *list, size_t length, const char *expected)
{
	uint8_t bytes[256];

	memcpy(bytes, head, HEAD);
	memcpy(bytes + HEAD, list, length);
	read_bytes(bytes, HEAD + length);
	assert_true(is_answer);
	assert_string_equal(versions, expected);
}

static void test_the_provocation_is_of_no_version_there_is(void **state)
{
	(void)state;
	assert_int_equal(asked.bytes[0] & 0x80, 0x80);
	for (int i = 1; i <= 4; i++)
		assert_int_equal(asked.bytes[i] & 0x0f, 0x0a);
	assert_memory_equal(asked.bytes + 5,
			    "\x08"
			    "destinat"
			    "\x08"
			    "source..",
			    18);
	assert_true(sizeof(asked.bytes) >= 1200);
}

static void test_versions_have_names(void **state)
{
	(void)state;
	assert_versions("", 0, "");
	assert_versions("\0\0\0\1", 4, "1");
	assert_versions("\0\0\0\1\x6b\x33\x43\xcf\xff\0\0\x1d\x51\x30\x35\x30", 16,
			"1, 2, draft-29, 0x51303530");
	assert_versions("\x1a\x2a\x3a\x4a\0\0\0\1", 8, "1");
	assert_versions("\0\0\0\1\0\0", 6, "1");
}

static void test_a_long_list_is_cut(void **state)
{
	char list[160];

	(void)state;
	for (size_t i = 0; i < sizeof(list); i += 4)
		memcpy(list + i, "\0\0\0\1", 4);
	assert_versions(list, sizeof(list),
			"1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "
			"1, 1, 1, 1");
}

static void test_others_are_no_answer(void **state)
{
	uint8_t bytes[HEAD];

	(void)state;
	for (size_t length = 0; length < HEAD; length++) {
		read_bytes(head, length);
		assert_false(is_answer);
	}
	for (size_t i = 0; i < HEAD; i++) {
		memcpy(bytes, head, HEAD);
		bytes[i] ^= 0x80;
		read_bytes(bytes, HEAD);
		assert_false(is_answer);
		assert_null(versions);
	}
	read_bytes(asked.bytes, sizeof(asked.bytes));
	assert_false(is_answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_provocation_is_of_no_version_there_is),
		cmocka_unit_test(test_versions_have_names),
		cmocka_unit_test(test_a_long_list_is_cut),
		cmocka_unit_test(test_others_are_no_answer),
	};
	int failed;

	provocation_make(destination, source, &asked);
	failed = cmocka_run_group_tests_name("reach_version_negotiation", tests, NULL, NULL);
	pool_free(&pool);
	return failed;
}
