/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system calls that this process and those it starts do without.
 */
#ifndef FWPORT_BASE_CALL_FILTER_H
#define FWPORT_BASE_CALL_FILTER_H

/* Sanitizers look into their own process by calls that are denied. */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(SANITIZED)
enum { CALL_FILTER_WANTED = 0 };
#else
enum { CALL_FILTER_WANTED = 1 };
#endif

/* They fail with EPERM from now on. Where the kernel has no such filters, or none is wanted, nothing is done. */
void call_filter_set(void);

#endif
