/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rule's operations while they are decoded. One expression may become none, one or several of them; when memory is gone the
 * list says so once, at its end.
 */
#ifndef FWPORT_KERNEL_OP_LIST_H
#define FWPORT_KERNEL_OP_LIST_H

#include "fwport/error.h"
#include "fwport/op.h"
#include "fwport/pool.h"

struct outside;

struct op_list {
	struct pool *pool;
	struct error *err;
	struct op *at;
	size_t count, room;
	struct outside *outside; /* where lists are read that are in no table; NULL: they are not */
	bool failed;             /* no memory; the error is filled */
};

/* The next operation, zeroed, to be filled and then counted; NULL when memory is gone. */
struct op *op_list_next(struct op_list *list);
void op_list_add(struct op_list *list, struct op op);
/* Memory is gone. */
void op_list_fail(struct op_list *list);
/* A copy of the bytes that lives as long as the operations do. */
struct bytes op_list_bytes(struct op_list *list, const void *bytes, uint8_t length);

#endif
