/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values in nft's notation: numbers, addresses, words, sets of flags; and bytes where nothing better is known.
 */
#include "rule_text_match.h"

#include "fwport/lifetime.h"

#include <endian.h>
#include <string.h>

enum { WORD_BYTES = 8, HOUR_SECONDS = 3600, MINUTE_SECONDS = 60, SECOND = 1000 * 1000 * 1000 };

uint64_t value_number(const struct bytes *value, bool host_order)
{
	bool little = host_order && BYTE_ORDER == LITTLE_ENDIAN;
	uint64_t number = 0;

	for (uint8_t i = 0; i < value->length; i++)
		number = number << 8 | value->at[little ? value->length - 1 - i : i];
	return number;
}

void name_text(const char *name, struct text *out)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:+%@";

	if (name && *name && strspn(name, plain) == strlen(name))
		text_add(out, "%s", name);
	else
		text_add_quoted(out, name ? name : "");
}

static void hex_text(const struct bytes *value, struct text *out)
{
	text_add(out, "0x");
	for (uint8_t i = 0; i < value->length; i++)
		text_add(out, "%02x", value->at[i]);
}

static void address_value_text(enum family family, const struct bytes *value, struct text *out)
{
	struct address address = {.family = family};
	char text[ADDRESS_TEXT];

	memcpy(address.bytes, value->at,
	       value->length < sizeof(address.bytes) ? value->length : sizeof(address.bytes));
	text_add(out, "%s", address_text(&address, text));
}

static void ether_text(const struct bytes *value, struct text *out)
{
	for (uint8_t i = 0; i < value->length; i++)
		text_add(out, "%s%02x", i ? ":" : "", value->at[i]);
}

/* The bytes end where the string does, or earlier: then only its beginning is asked for. */
static void string_text(const struct bytes *value, struct text *out)
{
	char string[REGISTER_BYTES + 2] = {0};

	memcpy(string, value->at, value->length);
	if (!memchr(value->at, '\0', value->length) && value->length < 15)
		string[value->length] = '*';
	text_add_quoted(out, string);
}

static const char *word_find(const struct word *words, uint64_t number)
{
	for (; words && words->name; words++)
		if (words->value == number)
			return words->name;
	return NULL;
}

static void word_text(const struct word *words, uint64_t number, struct text *out)
{
	const char *word = word_find(words, number);

	if (word)
		text_add(out, "%s", word);
	else
		text_add(out, "%llu", (unsigned long long)number);
}

static void bits_text(const struct word *words, uint64_t number, struct text *out)
{
	const char *separator = "";
	uint64_t left = number;

	for (; words && words->name; words++)
		if (number & words->value) {
			text_add(out, "%s%s", separator, words->name);
			left &= ~(uint64_t)words->value;
			separator = ",";
		}
	if (left || !number)
		text_add(out, "%s0x%llx", separator, (unsigned long long)left);
}

static void hour_text(uint64_t seconds, struct text *out)
{
	text_add(out, "\"%02u:%02u", (unsigned)(seconds / HOUR_SECONDS),
		 (unsigned)(seconds % HOUR_SECONDS / MINUTE_SECONDS));
	if (seconds % MINUTE_SECONDS)
		text_add(out, ":%02u", (unsigned)(seconds % MINUTE_SECONDS));
	text_add(out, " UTC\"");
}

void value_text(const struct value_type *type, bool swapped, const struct bytes *value, struct text *out)
{
	bool host_order = type->host_order != swapped;
	uint64_t number = value->length <= WORD_BYTES ? value_number(value, host_order) : 0;
	bool long_number = value->length > WORD_BYTES;
	char moment[MOMENT_TEXT];

	switch (type->kind) {
	case VALUE_IPV4:
		address_value_text(FAMILY_IPV4, value, out);
		return;
	case VALUE_IPV6:
		address_value_text(FAMILY_IPV6, value, out);
		return;
	case VALUE_ETHER:
		ether_text(value, out);
		return;
	case VALUE_STRING:
		string_text(value, out);
		return;
	case VALUE_HEX:
		hex_text(value, out);
		return;
	case VALUE_NUMBER:
	case VALUE_MARK:
	case VALUE_WORD:
	case VALUE_BITS:
	case VALUE_HOUR:
	case VALUE_DATE:
		break;
	}
	number >>= type->shift;
	if (long_number)
		hex_text(value, out);
	else if (type->kind == VALUE_MARK)
		text_add(out, "0x%08llx", (unsigned long long)number);
	else if (type->kind == VALUE_BITS)
		bits_text(type->words, number, out);
	else if (type->kind == VALUE_HOUR)
		hour_text(number, out);
	else if (type->kind == VALUE_DATE)
		text_add(out, "\"%s\"", moment_text((int64_t)(number / SECOND), moment));
	else
		word_text(type->words, number, out);
}

static bool is_address(const struct value_type *type)
{
	return type->kind == VALUE_IPV4 || type->kind == VALUE_IPV6;
}

/* How many leading bits the two have in common, when the rest is all zeros in one and all ones in the other; else -1. */
static int prefix_of_range(const struct bytes *from, const struct bytes *to)
{
	int length = 0, bits = from->length * 8;
	bool behind = false;

	for (int i = 0; i < bits; i++) {
		unsigned a = from->at[i / 8] >> (7 - i % 8) & 1, b = to->at[i / 8] >> (7 - i % 8) & 1;

		behind = behind || a != b;
		if (behind && (a || !b))
			return -1;
		length += !behind;
	}
	return length;
}

void range_text(const struct value_type *type, bool swapped, const struct bytes *from, const struct bytes *to,
		struct text *out)
{
	bool single = from->length == to->length && !memcmp(from->at, to->at, from->length);
	int prefix = from->length == to->length ? prefix_of_range(from, to) : -1;
	struct bytes beginning = *from;

	if (!single && type->kind == VALUE_STRING && from->length) {
		beginning.length = (uint8_t)strnlen((const char *)from->at, from->length);
		value_text(type, swapped, &beginning, out);
		return;
	}
	value_text(type, swapped, from, out);
	if (single)
		return;
	if (is_address(type) && prefix > 0) {
		text_add(out, "/%d", prefix);
		return;
	}
	text_add(out, "-");
	value_text(type, swapped, to, out);
}
