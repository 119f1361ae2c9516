/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operations that matches of x_tables become: loads into registers of their own, and tests of those. Values are in the
 * order of the packet or, as the kernel keeps them, of the host; lengths are bytes. Values are copied, and memory that is gone is
 * told by the list.
 */
#ifndef FWPORT_KERNEL_XT_LOWER_H
#define FWPORT_KERNEL_XT_LOWER_H

#include "op_list.h"

#include "fwport/port.h"
#include "fwport/ruleset.h"

void xt_payload(struct op_list *out, uint32_t base, uint32_t offset, uint8_t length);
void xt_meta(struct op_list *out, uint32_t key, uint8_t length);
void xt_ct(struct op_list *out, uint32_t key, int16_t direction, uint8_t length);
/* What the load before this leaves where there is nothing to load; without it the rule breaks. */
void xt_or_else(struct op_list *out, const void *value, uint8_t length);
/* A value in a register of its choice. */
void xt_immediate(struct op_list *out, uint8_t dreg, const void *value, uint8_t length);
void xt_mask(struct op_list *out, const void *mask, uint8_t length);
/* To the order of the packet and back. */
void xt_swap(struct op_list *out, uint8_t length);
void xt_compare(struct op_list *out, uint32_t test, const void *value, uint8_t length);
/* Equal, or with `invert` not. */
void xt_equal(struct op_list *out, const void *value, uint8_t length, bool invert);
void xt_equal_u32(struct op_list *out, uint32_t value, bool invert);
/* Some of the bits are there; with `invert` none of them. */
void xt_any_bit(struct op_list *out, uint32_t bits, bool invert);
bool xt_mask_is_full(const void *mask, uint8_t length);
/* The bits under the mask are those of the value. */
void xt_equal_masked(struct op_list *out, const void *value, const void *mask, uint8_t length, bool invert);
void xt_between(struct op_list *out, const void *from, const void *to, uint8_t length, bool invert);
/* In the set; nothing when memory is gone and there is none. */
void xt_lookup(struct op_list *out, const struct set *set, bool invert);
/* The register, a byte or a word, is the number of one of the bits, which are not all 0. */
void xt_one_of_bits(struct op_list *out, uint32_t bits, uint8_t length, bool invert);
/* A port of the transport header at this offset lies in the range; nothing is asked when every port does. */
void xt_port_between(struct op_list *out, uint32_t offset, struct port_range range, bool invert);
/* The rule breaks. */
void xt_never(struct op_list *out);
/* The register becomes the packet's, or the connection's. */
void xt_meta_set(struct op_list *out, uint32_t key, uint8_t length);
void xt_ct_set(struct op_list *out, uint32_t key, int16_t direction, uint8_t length);

#endif
