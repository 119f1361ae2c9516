/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The heap of malloc, for the libraries that use it. */
#ifndef FWPORT_HEAP_H
#define FWPORT_HEAP_H

#include <stddef.h>

/*
 * So many bytes will be wanted, in small pieces. What is returned, or NULL, is what stands before the first huge page: free() it
 * when they are no longer wanted.
 */
void *heap_expect(size_t bytes);

#endif
