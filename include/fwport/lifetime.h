/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long an opening lives, and when it ends, as people write and read it: 90s, 2h, 1h30m.
 */
#ifndef FWPORT_LIFETIME_H
#define FWPORT_LIFETIME_H

#include "fwport/error.h"

#include <stdint.h>

enum { LIFETIME_TEXT = 32, MOMENT_TEXT = 64 }; /* with the NUL */

/* Days, hours, minutes, seconds, in this order and each with its letter; in all one second to 3650 days. */
int lifetime_parse(const char *text, int64_t *seconds, struct error *err);
/* The two largest parts, rounded down: "1 h 58 min", "3 d", "40 s". */
const char *lifetime_text(int64_t seconds, char out[LIFETIME_TEXT]);
/* "2026-11-25 22:14:05 UTC", for seconds since the epoch. */
const char *moment_text(int64_t moment, char out[MOMENT_TEXT]);

#endif
