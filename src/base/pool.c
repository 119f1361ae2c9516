/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pool: a list of blocks, each twice as large as the one before, and a position in the newest.
 */
#include "fwport/pool.h"

#include <stdarg.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20 };
enum { FIRST_BLOCK = 8 << 10, LARGEST_SMALL = 1 << 20, LARGEST_BLOCK = 4 << 20, FIRST_CAPACITY = 8 };

struct pool_block {
	struct pool_block *older;
	size_t size, used;
	alignas(max_align_t) unsigned char bytes[];
};

static size_t next_size(const struct pool *pool, size_t wanted)
{
	size_t size = pool->blocks ? (pool->blocks->size + sizeof(*pool->blocks)) * 2 : FIRST_BLOCK;

	wanted += sizeof(*pool->blocks);
	if (size > LARGEST_SMALL || wanted > LARGEST_SMALL)
		size = LARGEST_BLOCK;
	return wanted > size ? wanted : size;
}

/*
 * Large blocks ask for huge pages: the first touch of each small one is a trap into the kernel, and a ruleset of 10,000 rules
 * touches thousands of them.
 */
static void *block_memory(size_t size)
{
	void *memory;

	if (size < HUGE_PAGE)
		return malloc(size);
	memory = aligned_alloc(HUGE_PAGE, (size + HUGE_PAGE - 1) & ~(size_t)(HUGE_PAGE - 1));
	if (memory)
		(void)madvise(memory, size & ~(size_t)(HUGE_PAGE - 1), MADV_HUGEPAGE);
	return memory;
}

static struct pool_block *block_add(struct pool *pool, size_t wanted)
{
	size_t size = next_size(pool, wanted);
	struct pool_block *block = block_memory(size);

	if (!block)
		return NULL;
	*block = (struct pool_block){.older = pool->blocks, .size = size - sizeof(*block)};
	pool->blocks = block;
	return block;
}

static void *take(struct pool *pool, size_t size)
{
	struct pool_block *block = pool->blocks;
	void *at;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (!block || block->size - block->used < size)
		block = block_add(pool, size);
	if (!block)
		return NULL;
	at = block->bytes + block->used;
	block->used += size;
	return at;
}

void *pool_alloc(struct pool *pool, size_t size)
{
	void *at = take(pool, size);

	return at ? memset(at, 0, size) : NULL;
}

void *pool_copy(struct pool *pool, const void *bytes, size_t size)
{
	void *copy = take(pool, size ? size : 1);

	if (copy && size)
		memcpy(copy, bytes, size);
	return copy;
}

char *pool_text(struct pool *pool, const char *text)
{
	return pool_copy(pool, text, strlen(text) + 1);
}

char *pool_format(struct pool *pool, const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0)
		return NULL;
	text = pool_alloc(pool, (size_t)length + 1);
	if (!text)
		return NULL;
	va_start(args, format);
	vsnprintf(text, (size_t)length + 1, format, args);
	va_end(args);
	return text;
}

static int is_full(size_t count)
{
	return count == 0 || (count >= FIRST_CAPACITY && (count & (count - 1)) == 0);
}

void *pool_grow(struct pool *pool, void *array, size_t count, size_t item_size)
{
	size_t capacity;
	void *larger;

	if (!is_full(count))
		return array;
	if (count > SIZE_MAX / 4 / item_size)
		return NULL;
	capacity = count < FIRST_CAPACITY ? FIRST_CAPACITY : count * 2;
	larger = take(pool, capacity * item_size);
	if (!larger)
		return NULL;
	if (count)
		memcpy(larger, array, count * item_size);
	memset((unsigned char *)larger + count * item_size, 0, (capacity - count) * item_size);
	return larger;
}

void pool_free(struct pool *pool)
{
	while (pool->blocks) {
		struct pool_block *older = pool->blocks->older;

		free(pool->blocks);
		pool->blocks = older;
	}
}
