/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which answers belong to a question, and what they say. */
#include "cmocka_all.h"

#include "dns_message.h"

#include <string.h>

static struct pool pool;
static struct error err;
static struct dns_query query;
static struct dns_answer answer;
static enum dns_kind kind;

static uint8_t packet[512];
static size_t length;

/* An answer without records, which repeats the question. */
static void answer_begin(enum family family, uint8_t rcode)
{
	assert_null(dns_query_make("www.example", family, 0, &query));
	memcpy(packet, query.bytes, query.length);
	length = query.length;
	packet[2] |= 0x80;
	packet[3] = 0x80 | rcode;
	answer = (struct dns_answer){.rcode = -1};
}

/* A record of the name asked for. */
static void answer_add(uint8_t type, const void *data, uint8_t size)
{
	const uint8_t head[] = {0xc0, 0x0c, 0, type, 0, 1, 0, 0, 0, 60, 0, size};

	memcpy(packet + length, head, sizeof(head));
	memcpy(packet + length + sizeof(head), data, size);
	length += sizeof(head) + size;
	packet[7]++;
}

static void read_it(void)
{
	assert_int_equal(dns_message_read(&query, packet, length, &pool, &kind, &answer, &err), 0);
}

static void test_addresses(void **state)
{
	static const uint8_t ipv6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 7};
	char text[ADDRESS_TEXT];

	(void)state;
	answer_begin(FAMILY_IPV4, 0);
	answer_add(1, "\xc0\x00\x02\x07", 4);
	answer_add(1, "\xc0\x00\x02\x07", 4);
	read_it();
	assert_int_equal(kind, DNS_KIND_ANSWER);
	assert_int_equal(answer.status, DNS_OK);
	assert_int_equal(answer.addresses.count, 1);
	assert_string_equal(address_text(&answer.addresses.list[0], text), "192.0.2.7");
	assert_null(answer.canonical);
	answer_begin(FAMILY_IPV6, 0);
	answer_add(28, ipv6, sizeof(ipv6));
	read_it();
	assert_int_equal(answer.status, DNS_OK);
	assert_string_equal(address_text(&answer.addresses.list[0], text), "2001:db8::7");
}

static void test_an_alias_leads_to_the_canonical_name(void **state)
{
	(void)state;
	answer_begin(FAMILY_IPV4, 0);
	answer_add(5, "\3web\xc0\x10", 6);
	read_it();
	assert_int_equal(answer.status, DNS_NODATA);
	assert_string_equal(answer.canonical, "web.example");
}

static void test_codes(void **state)
{
	static const struct {
		uint8_t rcode;
		enum dns_status status;
	} rows[] = {{0, DNS_NODATA},
		    {2, DNS_SERVFAIL},
		    {3, DNS_NXDOMAIN},
		    {4, DNS_OTHER_RCODE},
		    {5, DNS_REFUSED}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		answer_begin(FAMILY_IPV4, rows[i].rcode);
		read_it();
		assert_int_equal(kind, DNS_KIND_ANSWER);
		assert_int_equal(answer.rcode, rows[i].rcode);
		assert_int_equal(answer.status, rows[i].status);
	}
}

static void test_a_refusal_need_not_repeat_the_question(void **state)
{
	(void)state;
	answer_begin(FAMILY_IPV4, 5);
	packet[5] = 0;
	length = 12;
	read_it();
	assert_int_equal(answer.status, DNS_REFUSED);
	answer_begin(FAMILY_IPV4, 0);
	packet[5] = 0;
	length = 12;
	read_it();
	assert_int_equal(kind, DNS_KIND_STRANGE);
}

static void test_what_answers_something_else_is_strange(void **state)
{
	(void)state;
	answer_begin(FAMILY_IPV4, 0);
	packet[0] ^= 1;
	read_it();
	assert_int_equal(kind, DNS_KIND_STRANGE);
	answer_begin(FAMILY_IPV4, 0);
	packet[2] &= 0x7f;
	read_it();
	assert_int_equal(kind, DNS_KIND_STRANGE);
	answer_begin(FAMILY_IPV4, 0);
	packet[13] = 'x';
	read_it();
	assert_int_equal(kind, DNS_KIND_STRANGE);
	answer_begin(FAMILY_IPV4, 0);
	packet[length - 3] = 28;
	read_it();
	assert_int_equal(kind, DNS_KIND_STRANGE);
	assert_int_equal(answer.rcode, -1);
}

static void test_letters_may_come_back_in_the_other_case(void **state)
{
	(void)state;
	answer_begin(FAMILY_IPV4, 3);
	packet[13] = 'W';
	read_it();
	assert_int_equal(answer.status, DNS_NXDOMAIN);
}

static void test_truncation_asks_for_more(void **state)
{
	(void)state;
	answer_begin(FAMILY_IPV4, 0);
	packet[2] |= 0x02;
	read_it();
	assert_int_equal(kind, DNS_KIND_TRUNCATED);
}

static void test_every_cut_of_an_answer_is_survived(void **state)
{
	size_t whole;

	(void)state;
	answer_begin(FAMILY_IPV4, 0);
	answer_add(5, "\3web\xc0\x10", 6);
	answer_add(1, "\xc0\x00\x02\x07", 4);
	for (whole = length, length = 0; length < whole; length++) {
		read_it();
		assert_int_equal(kind, length < query.length ? DNS_KIND_STRANGE : DNS_KIND_ANSWER);
		assert_int_equal(answer.status, length < query.length ? DNS_OK : DNS_GARBAGE);
	}
}

static void test_control_characters_are_no_name(void **state)
{
	(void)state;
	answer_begin(FAMILY_IPV4, 0);
	answer_add(5, "\3a\x1b\n\xc0\x10", 6);
	answer_add(1, "\xc0\x00\x02\x07", 4);
	read_it();
	assert_int_equal(answer.status, DNS_GARBAGE);
	assert_null(answer.canonical);
}

static void test_names_that_nobody_can_be_asked_for(void **state)
{
	char label[80];

	(void)state;
	memset(label, 'a', sizeof(label));
	label[sizeof(label) - 1] = '\0';
	assert_non_null(dns_query_make(label, FAMILY_IPV4, 0, &query));
	assert_non_null(dns_query_make("a..b", FAMILY_IPV4, 0, &query));
	assert_null(dns_query_make("a.b.", FAMILY_IPV4, 1232, &query));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_an_alias_leads_to_the_canonical_name),
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_a_refusal_need_not_repeat_the_question),
		cmocka_unit_test(test_what_answers_something_else_is_strange),
		cmocka_unit_test(test_letters_may_come_back_in_the_other_case),
		cmocka_unit_test(test_truncation_asks_for_more),
		cmocka_unit_test(test_every_cut_of_an_answer_is_survived),
		cmocka_unit_test(test_control_characters_are_no_name),
		cmocka_unit_test(test_names_that_nobody_can_be_asked_for),
	};
	int failed = cmocka_run_group_tests_name("reach_dns_message", tests, NULL, NULL);

	pool_free(&pool);
	return failed;
}
