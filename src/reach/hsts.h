/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The header Strict-Transport-Security (RFC 6797). */
#ifndef FWPORT_REACH_HSTS_H
#define FWPORT_REACH_HSTS_H

#include <stdint.h>

/* For how many seconds browsers come by https alone; -1: it does not say, and does not count. 0 takes it back. */
int64_t hsts_max_age(const char *value);

#endif
