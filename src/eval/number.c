/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes, addresses and prefixes as numbers and back. Knows nothing of rules.
 */
#include "number.h"

number field_max(unsigned bytes)
{
	return bytes >= 16 ? ~(number)0 : ((number)1 << (8 * bytes)) - 1;
}

number number_of_bytes(const uint8_t *bytes, size_t length)
{
	number value = 0;

	for (size_t i = 0; i < length; i++)
		value = value << 8 | bytes[i];
	return value;
}

number number_of_address(const struct address *address)
{
	return number_of_bytes(address->bytes, address_size(address->family));
}

struct address address_of_number(number value, enum family family)
{
	struct address address = {.family = family};

	for (unsigned i = address_size(family); i > 0; i--) {
		address.bytes[i - 1] = (uint8_t)value;
		value >>= 8;
	}
	return address;
}

bool interval_prefix(const struct interval *interval, enum family family, char out[ADDRESS_TEXT])
{
	number size = interval->last - interval->first; /* one less */
	struct prefix prefix = {.address = address_of_number(interval->first, family)};
	unsigned bits = 8 * address_size(family);

	if ((size & (size + 1)) != 0 || (interval->first & size) != 0)
		return false;
	for (; size; size >>= 1)
		bits--;
	prefix.length = (uint8_t)bits;
	prefix_text(&prefix, out);
	return true;
}
