/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What x_tables keeps lists and counts by: addresses, masked or not, and ports, put into registers one behind the other. */
#ifndef FWPORT_KERNEL_XT_KEY_H
#define FWPORT_KERNEL_XT_KEY_H

#include "op_list.h"

#include "fwport/ruleset.h"

struct xt_key {
	struct op_list *out;
	uint8_t family; /* NFPROTO_IPV4 or NFPROTO_IPV6 */
	uint8_t length; /* so far, each part padded to a word */
};

/* 0 where there are none, since the family is neither. */
uint8_t xt_address_length(uint8_t family);
/* Where it is in the IP header. */
uint8_t xt_address_offset(uint8_t family, bool destination);
/* Of the source, or of the destination; `mask` has as many bytes as the address, NULL: all of it. */
void xt_key_address(struct xt_key *key, bool destination, const void *mask);
/* Of the address the first so many bits. */
void xt_key_prefix(struct xt_key *key, bool destination, uint8_t bits);
void xt_key_port(struct xt_key *key, bool destination);

/* What is done with the key. */
void xt_key_lookup(const struct xt_key *key, const struct set *set, bool invert);
void xt_key_write(const struct xt_key *key, const struct set *set, uint32_t op);
/* As a meter of nft does: counts for each key, in a set of its own that nobody else looks into. */
void xt_key_meter(const struct xt_key *key, const char *name, uint32_t op, const struct op *ration);

#endif
