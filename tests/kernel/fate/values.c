/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pool of values. Neighbours of a value are drawn as often as the value itself. */
#include "values.h"

#include <linux/rtnetlink.h>
#include <string.h>

const char *const link_names[3] = {"eth0", "eth1", "eth9"};

static const uint16_t ports[] = {22, 53, 80, 443, 8443};

static const struct {
	uint8_t bytes[4], length;
} prefixes4[] = {
	{{0, 0, 0, 0}, 1},       {{192, 0, 2, 0}, 24},     {{192, 0, 2, 0}, 25},
	{{192, 0, 2, 64}, 26},   {{192, 0, 2, 66}, 32},    {{192, 0, 2, 10}, 32},
	{{198, 51, 100, 0}, 24}, {{198, 51, 100, 10}, 32}, {{198, 51, 100, 32}, 29},
};

/* All in 2001:db8::/32; the rest of the address, and its length. */
static const struct {
	uint8_t net, last, length;
} prefixes6[] = {
	{0, 0, 32},     {0, 0, 64}, {0, 0x60, 122}, {0, 0x66, 128},
	{0, 0x10, 128}, {1, 0, 64}, {1, 0x10, 128}, {1, 0x20, 124},
};

uint16_t value_port(struct chance *chance)
{
	uint16_t port = CHANCE_OF(chance, ports);

	return chance_percent(chance, 25) ? (uint16_t)(port - 1 + chance_below(chance, 3)) : port;
}

static struct prefix prefix4(struct chance *chance)
{
	uint32_t i = chance_below(chance, sizeof(prefixes4) / sizeof(prefixes4[0]));
	struct prefix prefix = {.address = {.family = FAMILY_IPV4}, .length = prefixes4[i].length};

	memcpy(prefix.address.bytes, prefixes4[i].bytes, 4);
	return prefix;
}

static struct prefix prefix6(struct chance *chance)
{
	uint32_t i = chance_below(chance, sizeof(prefixes6) / sizeof(prefixes6[0]));
	struct prefix prefix = {.address = {FAMILY_IPV6, {0x20, 0x01, 0x0d, 0xb8}},
				.length = prefixes6[i].length};

	prefix.address.bytes[5] = prefixes6[i].net;
	prefix.address.bytes[15] = prefixes6[i].last;
	return prefix;
}

struct prefix value_prefix(struct chance *chance, enum family family)
{
	return family == FAMILY_IPV4 ? prefix4(chance) : prefix6(chance);
}

/* The whole address as a number, one up or down. */
static void step(struct address *address, int by)
{
	for (size_t i = address_size(address->family); i-- > 0;) {
		address->bytes[i] = (uint8_t)(address->bytes[i] + by);
		if (address->bytes[i] != (by > 0 ? 0 : 0xff))
			return;
	}
}

static void to_last(struct prefix *prefix)
{
	for (unsigned bit = prefix->length; bit < address_size(prefix->address.family) * 8; bit++)
		prefix->address.bytes[bit / 8] |= 0x80 >> bit % 8;
}

struct address value_address(struct chance *chance, enum family family)
{
	struct prefix prefix = value_prefix(chance, family);
	bool last = chance_percent(chance, 50);

	if (last)
		to_last(&prefix);
	if (chance_percent(chance, 40))
		step(&prefix.address, last ? 1 : -1);
	return prefix.address;
}

static void put16(uint8_t *out, size_t length, uint16_t value)
{
	if (length >= 2) {
		out[0] = value >> 8;
		out[1] = value & 0xff;
	}
}

static void put32(uint8_t *out, size_t length, uint32_t value)
{
	memcpy(out, &value, length < sizeof(value) ? length : sizeof(value));
}

static void put_address(struct chance *chance, enum family family, size_t length, uint8_t *out)
{
	struct address address = value_address(chance, family);

	memcpy(out, address.bytes, length < sizeof(address.bytes) ? length : sizeof(address.bytes));
}

void value_draw(struct chance *chance, enum value_kind kind, size_t length, uint8_t *out)
{
	static const uint8_t protocols[] = {6, 17, 1, 58, 0}, nfprotos[] = {2, 10, 1, 5, 0};
	static const uint8_t flags[] = {0x02, 0x10, 0x12, 0x04, 0x01, 0x00},
			     bytes[] = {0, 1, 2, 0x40, 0x45, 0x60, 0xff};
	static const uint8_t types[] = {RTN_UNICAST, RTN_LOCAL, RTN_BROADCAST, RTN_MULTICAST, RTN_UNSPEC};
	static const uint16_t ethertypes[] = {0x0800, 0x86dd, 0x0806};

	memset(out, 0, length);
	switch (kind) {
	case VALUE_PORT:
		put16(out, length, value_port(chance));
		break;
	case VALUE_ADDRESS4:
		put_address(chance, FAMILY_IPV4, length, out);
		break;
	case VALUE_ADDRESS6:
		put_address(chance, FAMILY_IPV6, length, out);
		break;
	case VALUE_LINK_NAME: {
		const char *name = CHANCE_OF(chance, link_names);

		memcpy(out, name, strlen(name) < length ? strlen(name) : length);
		break;
	}
	case VALUE_LINK_INDEX:
	case VALUE_MARK:
		put32(out, length, chance_below(chance, 4));
		break;
	case VALUE_LENGTH:
		put32(out, length, 20 + 4 * chance_below(chance, 16));
		break;
	case VALUE_STATE:
		put32(out, length, 1u << CHANCE_OF(chance, ((const uint8_t[]){0, 1, 2, 3, 6})));
		break;
	case VALUE_ADDRESS_TYPE:
		put32(out, length, CHANCE_OF(chance, types));
		break;
	case VALUE_PROTOCOL:
		out[0] = CHANCE_OF(chance, protocols);
		break;
	case VALUE_NFPROTO:
		out[0] = CHANCE_OF(chance, nfprotos);
		break;
	case VALUE_ETHERTYPE:
		put16(out, length, CHANCE_OF(chance, ethertypes));
		break;
	case VALUE_FLAGS:
		out[0] = CHANCE_OF(chance, flags);
		break;
	case VALUE_SMALL:
		out[0] = (uint8_t)chance_below(chance, 3);
		break;
	case VALUE_BYTE:
	case VALUE_KIND_COUNT:
		out[0] = CHANCE_OF(chance, bytes);
		break;
	}
}
