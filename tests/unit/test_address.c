/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses and prefixes of both families.
 */
#include "cmocka_all.h"

#include "fwport/address.h"

static struct prefix prefix_of(const char *text)
{
	struct prefix prefix;
	struct error err = {0};

	assert_int_equal(prefix_parse(text, (struct place){0}, &prefix, &err), 0);
	return prefix;
}

static struct address address_of(const char *text)
{
	struct address address;
	struct error err = {0};

	assert_int_equal(address_parse(text, (struct place){0}, &address, &err), 0);
	return address;
}

static void refuses(const char *text, const char *sentence)
{
	struct prefix prefix;
	struct error err = {0};

	assert_int_equal(prefix_parse(text, (struct place){0}, &prefix, &err), -1);
	assert_string_equal(err.text, sentence);
}

static void test_prefixes_print_as_they_were_written(void **state)
{
	static const char *const texts[] = {"10.0.0.0/8",    "192.0.2.1", "0.0.0.0/0",
					    "2001:db8::/32", "::1",       "::/0"};
	char out[ADDRESS_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct prefix prefix = prefix_of(texts[i]);

		assert_string_equal(prefix_text(&prefix, out), texts[i]);
	}
}

static void test_wrong_prefixes_are_named(void **state)
{
	(void)state;
	refuses("10.0.0.0/33", "prefix \"10.0.0.0/33\": the length is not a number from 0 to 32");
	refuses("10.0.0.0/", "prefix \"10.0.0.0/\": the length is not a number from 0 to 32");
	refuses("2001:db8::/129", "prefix \"2001:db8::/129\": the length is not a number from 0 to 128");
	refuses("10.0.0.1/8",
		"prefix \"10.0.0.1/8\" has bits set behind its length, did you mean 10.0.0.0/8");
	refuses("10.0.0", "address \"10.0.0\" is neither IPv4 (192.0.2.1) nor IPv6 (2001:db8::1)");
	refuses("", "address \"\" is neither IPv4 (192.0.2.1) nor IPv6 (2001:db8::1)");
	refuses("example.org", "address \"example.org\" is neither IPv4 (192.0.2.1) nor IPv6 (2001:db8::1)");
	refuses("1111111111111111111111111111111111111111111111111111111111111111111111111111/8",
		"address \"1111111111111111111111111111111111111111111111111111111111111111111111111111/8\" "
		"is neither "
		"IPv4 (192.0.2.1) nor IPv6 (2001:db8::1)");
}

static void test_prefix_contains_only_its_own_family_and_bits(void **state)
{
	struct prefix ten = prefix_of("10.0.0.0/9"), all = prefix_of("0.0.0.0/0"),
		      doc = prefix_of("2001:db8::/33");
	struct address in = address_of("10.127.255.255"), out = address_of("10.128.0.0"),
		       six = address_of("2001:db8:7fff::1"), other = address_of("2001:db8:8000::1");

	(void)state;
	assert_true(prefix_contains(&ten, &in));
	assert_false(prefix_contains(&ten, &out));
	assert_true(prefix_contains(&all, &out));
	assert_false(prefix_contains(&all, &six));
	assert_true(prefix_contains(&doc, &six));
	assert_false(prefix_contains(&doc, &other));
}

static void test_special_addresses(void **state)
{
	struct address local4 = address_of("169.254.1.1"), local6 = address_of("fe80::1"),
		       loop4 = address_of("127.8.8.8"), loop6 = address_of("::1"),
		       global = address_of("2001:db8::1"), documentation4 = address_of("192.0.2.1"), nobody;

	(void)state;
	assert_true(address_is_link_local(&local4));
	assert_true(address_is_link_local(&local6));
	assert_false(address_is_link_local(&global));
	assert_true(address_is_loopback(&loop4));
	assert_true(address_is_loopback(&loop6));
	assert_false(address_is_loopback(&global));
	assert_true(address_is_multicast(&(struct address){FAMILY_IPV4, {239, 1, 2, 3}}));
	assert_true(address_is_multicast(&(struct address){FAMILY_IPV6, {0xff, 0x02}}));
	assert_false(address_is_multicast(&(struct address){FAMILY_IPV4, {240}}));
	assert_false(address_is_multicast(&global));
	nobody = address_of_nobody(FAMILY_IPV4);
	assert_true(address_equal(&nobody, &documentation4));
	nobody = address_of_nobody(FAMILY_IPV6);
	assert_true(address_equal(&nobody, &global));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prefixes_print_as_they_were_written),
		cmocka_unit_test(test_wrong_prefixes_are_named),
		cmocka_unit_test(test_prefix_contains_only_its_own_family_and_bits),
		cmocka_unit_test(test_special_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
