/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The trail of a field through the registers of a rule: which register bytes hold which byte of it, and under which mask.
 */
#ifndef FWPORT_EVAL_TRAIL_H
#define FWPORT_EVAL_TRAIL_H

#include "number.h"

#include "fwport/op.h"

struct field {
	uint32_t base, offset; /* of the payload */
	uint8_t length;        /* bytes, at most 16 */
	uint8_t nfproto;       /* rules that are for another family do not count; 0 any */
};

struct trail {
	const struct field *field;
	bool computed;                /* the rule computed with it in a way that is not followed */
	int8_t index[REGISTER_BYTES]; /* which byte of the field, or -1 */
	uint8_t mask[REGISTER_BYTES], flip[REGISTER_BYTES]; /* where there is one */
};

/* What tested register bytes say about the field. */
struct sight {
	size_t position; /* where the field's bytes begin among the tested ones */
	size_t length;   /* how many of them there are */
	size_t tested;
	bool simple; /* the field's leading bytes, under a mask that is a prefix */
	number mask; /* over the whole field */
};

/* Whether the operation loads bytes of the field: before one that does there is no trail. */
bool field_is_loaded(const struct field *field, const struct op *op);
void trail_start(struct trail *trail, const struct field *field);
/* Follows an operation that writes registers; others do nothing. */
void trail_follow(struct trail *trail, const struct op *op);
/* False when the bytes hold nothing of the field. */
bool sight_take(const struct trail *trail, size_t at, size_t tested, struct sight *sight);

#endif
