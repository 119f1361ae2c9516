/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which run of the machine this is, and how far into it: what a reboot ends, and deadlines that neither a suspended machine nor
 * somebody who sets the clock can move.
 */
#ifndef FWPORT_BOOT_H
#define FWPORT_BOOT_H

#include "fwport/error.h"

#include <stdint.h>

enum { BOOT_ID_SIZE = 37 };

/* /proc/sys/kernel/random/boot_id, the same until the next boot (random(4)). */
int boot_id_read(char out[BOOT_ID_SIZE], struct error *err);
/* Seconds of CLOCK_BOOTTIME. */
int64_t boot_seconds(void);

#endif
