/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The values that rules and packets are drawn from: few, and lying inside and beside each other, so that rules get in each
 * other's way and packets stand at their boundaries.
 */
#ifndef FWPORT_FATE_VALUES_H
#define FWPORT_FATE_VALUES_H

#include "chance.h"

#include "fwport/address.h"

/* What kind of thing is in a field, which is what may be compared with it. */
enum value_kind {
	VALUE_PORT,
	VALUE_ADDRESS4,
	VALUE_ADDRESS6,
	VALUE_LINK_NAME,
	VALUE_LINK_INDEX,
	VALUE_MARK,
	VALUE_PROTOCOL,
	VALUE_NFPROTO,
	VALUE_ETHERTYPE,
	VALUE_STATE,
	VALUE_FLAGS,
	VALUE_SMALL, /* a byte that is 0, 1 or 2 */
	VALUE_BYTE,  /* some byte of a packet */
	VALUE_LENGTH,
	VALUE_ADDRESS_TYPE,
	VALUE_KIND_COUNT
};

extern const char *const link_names[3]; /* the host's two, and one that is not there */

uint16_t value_port(struct chance *chance);
struct prefix value_prefix(struct chance *chance, enum family family);
/* At the edges of a prefix: its first or last address, or the one before or behind. */
struct address value_address(struct chance *chance, enum family family);
/* `length` bytes as a register has them. */
void value_draw(struct chance *chance, enum value_kind kind, size_t length, uint8_t *out);

#endif
