/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Units of systemd, without its bus: early at boot and in the sandbox of a unit there is none.
 */
#ifndef FWPORT_UNIT_H
#define FWPORT_UNIT_H

#include <stdbool.h>

/* "nftables.service": it runs, or has run and remains. False where systemd is not the init system. */
bool unit_is_active(const char *name);

#endif
