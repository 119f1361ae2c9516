/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pool: memory for a graph that is built once and dropped together (a ruleset, a profile, a plan). There is no
 * per-node free. A zeroed struct is a valid empty pool. Allocation failure is NULL, and NULL is an ordinary error
 * (error_memory), because the program must not exit between commit and verify.
 */
#ifndef FWPORT_POOL_H
#define FWPORT_POOL_H

#include <stddef.h>

struct pool_block;
struct pool {
	struct pool_block *blocks;
};

void *pool_alloc(struct pool *pool, size_t size); /* zeroed, aligned for any type */
void *pool_copy(struct pool *pool, const void *bytes, size_t size);
char *pool_text(struct pool *pool, const char *text);
char *pool_format(struct pool *pool, const char *format, ...) __attribute__((format(printf, 2, 3)));
/*
 * Makes room for one more item behind `count` items: returns the array (moved or not) or NULL. Capacity is
 * implied: the array is grown whenever count is 0 or a power of two from 8 on. Start with NULL and 0, and let
 * nothing else allocate or shrink the array.
 */
void *pool_grow(struct pool *pool, void *array, size_t count, size_t item_size);
void pool_free(struct pool *pool); /* leaves an empty pool */

/* Scoped ownership: CLEANUP(pool_free) struct pool pool = {0}; */
#define CLEANUP(function) __attribute__((cleanup(function)))

#endif
