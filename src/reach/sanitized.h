/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether sanitizers are built in: they need memory without end, and look into their own process by calls that are not allowed. */
#ifndef FWPORT_REACH_SANITIZED_H
#define FWPORT_REACH_SANITIZED_H

#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZER_BUILT_IN
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(SANITIZER_BUILT_IN)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

#endif
