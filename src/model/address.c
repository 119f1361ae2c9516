/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses and prefixes: text and back, containment, and the few special ranges that decide whether a family applies.
 */
#include "fwport/address.h"

#include "fwport/pool.h"
#include "fwport/text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	int af;
	unsigned size;
	const char *name, *word;
} families[FAMILY_COUNT] = {
	[FAMILY_IPV4] = {AF_INET, 4, "IPv4", "ipv4"},
	[FAMILY_IPV6] = {AF_INET6, 16, "IPv6", "ipv6"},
};

unsigned address_size(enum family family)
{
	return families[family].size;
}

const char *family_name(enum family family)
{
	return families[family].name;
}

const char *family_word(enum family family)
{
	return families[family].word;
}

static int address_error(const char *text, struct place at, struct error *err)
{
	CLEANUP(text_free) struct text quoted = {0};

	text_add_quoted(&quoted, text);
	return error_at(err, at, "address %s is neither IPv4 (192.0.2.1) nor IPv6 (2001:db8::1)",
			text_string(&quoted));
}

int address_parse(const char *text, struct place at, struct address *out, struct error *err)
{
	struct address address = {.family = strchr(text, ':') ? FAMILY_IPV6 : FAMILY_IPV4};

	if (inet_pton(families[address.family].af, text, address.bytes) != 1)
		return address_error(text, at, err);
	*out = address;
	return 0;
}

/* Clears the host bits; says whether there were any. */
static bool prefix_trim(struct prefix *prefix)
{
	bool trimmed = false;

	for (unsigned bit = prefix->length; bit < address_size(prefix->address.family) * 8; bit++) {
		uint8_t mask = (uint8_t)(0x80u >> bit % 8);

		trimmed |= (prefix->address.bytes[bit / 8] & mask) != 0;
		prefix->address.bytes[bit / 8] &= (uint8_t)~mask;
	}
	return trimmed;
}

static int length_parse(const char *digits, const char *text, struct prefix *prefix, struct place at,
			struct error *err)
{
	unsigned most = address_size(prefix->address.family) * 8;
	CLEANUP(text_free) struct text quoted = {0};
	size_t count = strspn(digits, "0123456789");
	unsigned long length = strtoul(digits, NULL, 10);

	if (count && count <= 3 && !digits[count] && length <= most) {
		prefix->length = (uint8_t)length;
		return 0;
	}
	text_add_quoted(&quoted, text);
	return error_at(err, at, "prefix %s: the length is not a number from 0 to %u", text_string(&quoted),
			most);
}

int prefix_parse(const char *text, struct place at, struct prefix *out, struct error *err)
{
	size_t length = strcspn(text, "/");
	char address[ADDRESS_TEXT], meant[ADDRESS_TEXT];
	struct prefix prefix = {0};

	if (length >= sizeof(address))
		return address_error(text, at, err);
	memcpy(address, text, length);
	address[length] = '\0';
	if (address_parse(address, at, &prefix.address, err) < 0)
		return -1;
	prefix.length = (uint8_t)(address_size(prefix.address.family) * 8);
	if (text[length] == '/' && length_parse(text + length + 1, text, &prefix, at, err) < 0)
		return -1;
	if (prefix_trim(&prefix))
		return error_at(err, at, "prefix \"%s\" has bits set behind its length, did you mean %s",
				text, prefix_text(&prefix, meant));
	*out = prefix;
	return 0;
}

struct prefix prefix_of_address(const struct address *address)
{
	return (struct prefix){.address = *address, .length = (uint8_t)(address_size(address->family) * 8)};
}

bool prefix_contains(const struct prefix *prefix, const struct address *address)
{
	unsigned whole = prefix->length / 8, rest = prefix->length % 8;

	if (prefix->address.family != address->family ||
	    memcmp(prefix->address.bytes, address->bytes, whole) != 0)
		return false;
	return !rest || ((prefix->address.bytes[whole] ^ address->bytes[whole]) >> (8 - rest)) == 0;
}

bool address_equal(const struct address *a, const struct address *b)
{
	return a->family == b->family && !memcmp(a->bytes, b->bytes, address_size(a->family));
}

bool prefix_equal(const struct prefix *a, const struct prefix *b)
{
	return a->length == b->length && address_equal(&a->address, &b->address);
}

bool address_is_link_local(const struct address *address)
{
	if (address->family == FAMILY_IPV4)
		return address->bytes[0] == 169 && address->bytes[1] == 254;
	return address->bytes[0] == 0xfe && (address->bytes[1] & 0xc0) == 0x80;
}

bool address_is_loopback(const struct address *address)
{
	static const uint8_t one[16] = {[15] = 1};

	if (address->family == FAMILY_IPV4)
		return address->bytes[0] == 127;
	return !memcmp(address->bytes, one, sizeof(one));
}

bool address_is_multicast(const struct address *address)
{
	if (address->family == FAMILY_IPV4)
		return (address->bytes[0] & 0xf0) == 0xe0;
	return address->bytes[0] == 0xff;
}

struct address address_of_nobody(enum family family)
{
	static const uint8_t bytes[FAMILY_COUNT][16] = {
		[FAMILY_IPV4] = {192, 0, 2, 1},
		[FAMILY_IPV6] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1},
	};
	struct address address = {.family = family};

	memcpy(address.bytes, bytes[family], sizeof(address.bytes));
	return address;
}

/* As inet_ntop would, which goes through printf. */
static void ipv4_text(const uint8_t bytes[4], char *out)
{
	for (int i = 0; i < 4; i++) {
		if (bytes[i] >= 100)
			*out++ = (char)('0' + bytes[i] / 100);
		if (bytes[i] >= 10)
			*out++ = (char)('0' + bytes[i] / 10 % 10);
		*out++ = (char)('0' + bytes[i] % 10);
		*out++ = i < 3 ? '.' : '\0';
	}
}

const char *address_text(const struct address *address, char out[ADDRESS_TEXT])
{
	if (address->family == FAMILY_IPV4)
		ipv4_text(address->bytes, out);
	else if (!inet_ntop(families[address->family].af, address->bytes, out, ADDRESS_TEXT))
		snprintf(out, ADDRESS_TEXT, "?");
	return out;
}

const char *prefix_text(const struct prefix *prefix, char out[ADDRESS_TEXT])
{
	address_text(&prefix->address, out);
	if (prefix->length < address_size(prefix->address.family) * 8)
		snprintf(out + strlen(out), ADDRESS_TEXT - strlen(out), "/%u", prefix->length);
	return out;
}
