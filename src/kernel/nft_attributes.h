/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading netlink attributes by a list of what may be there: type and exact length. What is not on the list is not
 * skipped but told, since a newer kernel may say there what changes the meaning of everything else.
 */
#ifndef FWPORT_KERNEL_NFT_ATTRIBUTES_H
#define FWPORT_KERNEL_NFT_ATTRIBUTES_H

#include "count.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/netlink.h>

/* What may be there is an array of forms by type. */
enum attribute_form {
	FORM_NONE, /* not on the list */
	FORM_U8,
	FORM_U16,
	FORM_U32,
	FORM_U64,
	FORM_TEXT, /* one NUL, at its end */
	FORM_NEST,
	FORM_BYTES,
};

enum { ATTRIBUTE_LIMIT = 32 }; /* lists are no longer than this */

struct attributes {
	/* Filled as far as the list goes; nobody asks for what is not on it. */
	const struct nlattr *at[ATTRIBUTE_LIMIT];
	unsigned stranger; /* a type that is not on the list, 0: none */
	bool malformed;    /* a wrong length, a type twice, bytes behind the last attribute */
};

void attributes_read(const void *bytes, size_t length, const enum attribute_form *shape, size_t shape_count,
		     struct attributes *out);
void attributes_read_nest(const struct nlattr *nest, const enum attribute_form *shape, size_t shape_count,
			  struct attributes *out);

/* 0 and NULL when the attribute is not there. Numbers are big endian in nf_tables, and in host order here. */
uint8_t attribute_u8(const struct attributes *attributes, unsigned type);
uint16_t attribute_u16(const struct attributes *attributes, unsigned type);
uint32_t attribute_u32(const struct attributes *attributes, unsigned type);
uint64_t attribute_u64(const struct attributes *attributes, unsigned type);
const char *attribute_text(const struct attributes *attributes, unsigned type);
bool attribute_has(const struct attributes *attributes, unsigned type);

const void *attribute_bytes(const struct nlattr *attribute);
size_t attribute_length(const struct nlattr *attribute);
unsigned attribute_type(const struct nlattr *attribute);

/*
 * The members of a list one after the other: start with *at = 0; NULL at the end, which is the true end only if
 * *at == length then.
 */
const struct nlattr *attribute_next(const void *bytes, size_t length, size_t *at);

#endif
