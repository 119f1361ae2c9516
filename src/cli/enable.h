/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Having a boot restore what is saved, by way of the init system that there is.
 */
#ifndef FWPORT_CLI_ENABLE_H
#define FWPORT_CLI_ENABLE_H

#include "fwport/error.h"

/* ERROR_SYSTEM when there is no init system that is known, or it refuses. */
int enable_restoring(bool offline, struct error *err);
/* Firewalls that run already are followed from now on, without a boot between: packages enable, and start nothing. */
void enable_following(void);

#endif
