/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether this process and those it starts shall do without some system calls.
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

#endif
