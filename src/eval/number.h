/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of a packet's field as numbers, so that intervals of ports and of addresses of both families are one thing. */
#ifndef FWPORT_EVAL_NUMBER_H
#define FWPORT_EVAL_NUMBER_H

#include "fwport/address.h"

#include <stddef.h>

typedef unsigned __int128 number; /* the field's bytes, big-endian */

struct interval {
	number first, last;
	uint64_t predicate; /* same for what one rule does not tell apart */
};

number field_max(unsigned bytes);
number number_of_bytes(const uint8_t *bytes, size_t length);
number number_of_address(const struct address *address);
struct address address_of_number(number value, enum family family);
/* The interval as a prefix; false when it is none. */
bool interval_prefix(const struct interval *interval, enum family family, char out[ADDRESS_TEXT]);

#endif
