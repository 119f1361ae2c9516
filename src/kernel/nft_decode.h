/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the decoder: an expression on its way from attributes to an operation. Each kind of expression is a row of a
 * table: its name, the attributes it may have, and the function that turns them into an operation.
 */
#ifndef FWPORT_KERNEL_NFT_DECODE_H
#define FWPORT_KERNEL_NFT_DECODE_H

#include "nft_attributes.h"
#include "op_list.h"
#include "fwport/nft_read.h"

/* What is known around an expression. The bytes decoded are in the pool already: operations point into them. */
struct decoding {
	struct pool *pool;
	struct error *err;
	uint8_t family; /* NFPROTO_* of the table, 0 not known */
	/* Of the table or chain: "chain attribute 13", stands before every rule; NULL none. */
	const char *stranger;
	unsigned depth;          /* of expressions inside expressions */
	const char *comment;     /* found in an xt comment match */
	struct outside *outside; /* where lists are read that are in no table; NULL: they are not */
};

struct expression {
	const char *name;
	const void *raw; /* the expression's own attributes */
	size_t raw_length;
	struct attributes attributes;
	struct decoding *where;
	struct op_list *list; /* for one that becomes several operations, and adds them itself */
};

enum decoded {
	DECODED_OP,
	DECODED_NOTHING, /* there is none to be added: it is a comment, or they have been */
	DECODED_FAILED,  /* no memory; the error is filled */
};

struct expression_kind {
	const char *name;
	const enum attribute_form *shape;
	size_t shape_count;
	enum decoded (*decode)(const struct expression *in, struct op *out);
};

struct expression_kinds {
	const struct expression_kind *list;
	size_t count;
};

extern const struct expression_kinds load_kinds, test_kinds, effect_kinds, exthdr_kinds, attached_kinds,
	handover_kinds, object_kinds, xt_kinds;

/* An expression whose name and bytes are known. */
enum decoded decode_expression(struct expression *in, struct op *out);
enum decoded decode_as(const struct expression_kind *kind, struct expression *in, struct op *out);
/* What an object's type and data make it do. */
int decode_object(struct decoding *where, const struct nlattr *data, struct object *object);

/* An expression that is not understood: what it may do at most, and its name. */
enum decoded decode_opaque(const struct expression *in, struct op *out, enum opaque_effect effect,
			   bool uses_conntrack, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* An attribute is missing, or says what cannot be. */
enum decoded decode_malformed(const struct expression *in, struct op *out);
/* An expression that has no row in the tables. */
enum decoded decode_foreign(const struct expression *in, struct op *out);

/* The registers' attribute as byte offset; false when there is no such register, or `length` bytes run past the last. */
bool register_read(const struct attributes *attributes, unsigned type, uint32_t length, uint8_t *out);

/* A register that may be absent (-1), as offset. */
bool register_maybe(const struct attributes *given, unsigned type, uint32_t length, int16_t *out);

/* NFTA_DATA_VALUE of 1 to 64 bytes. */
bool data_value_read(const struct nlattr *nest, struct bytes *out);
bool data_verdict_read(const struct nlattr *nest, struct nft_verdict *out);

/* A list of expressions whose bytes are in the pool. */
int decode_list(struct decoding *where, const void *bytes, size_t length, struct op **ops, size_t *count);
/* A nest that is one expression: NFTA_EXPR_NAME, NFTA_EXPR_DATA. */
int decode_single(struct decoding *where, const struct nlattr *nest, struct op **ops, size_t *count);
/* A rule message, with what is known of its chain. */
int decode_rule(const struct decoding *around, const struct nlmsghdr *message, struct rule *out);

#endif
