/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Room for libraries that take their memory from malloc piece by piece: the heap grows once, and in huge pages where there are
 * any, instead of trapping into the kernel for each page. It only makes things faster.
 */
#include "fwport/heap.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20, LARGEST = 1 << 30 };

void *heap_expect(size_t bytes)
{
	uintptr_t room, first;

	if (bytes < HUGE_PAGE || bytes > LARGEST)
		return NULL;
	/* What is freed stays in the heap, and what is large comes from there, too. */
	mallopt(M_MMAP_THRESHOLD, LARGEST);
	mallopt(M_TRIM_THRESHOLD, LARGEST);
	room = (uintptr_t)malloc(bytes + 2 * HUGE_PAGE);
	if (!room)
		return NULL;
	first = (room + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1);
	(void)madvise((void *)first, (bytes + HUGE_PAGE - 1) & ~(size_t)(HUGE_PAGE - 1), MADV_HUGEPAGE);
	free((void *)room);
	return malloc(first - room);
}
