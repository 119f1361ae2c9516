/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host as it will be: at boot the rules come before the addresses.
 */
#ifndef FWPORT_FORESEE_H
#define FWPORT_FORESEE_H

#include "fwport/host.h"
#include "fwport/opening.h"
#include "fwport/pool.h"

/*
 * Gives the host what the openings speak of and it does not have yet: their interfaces, an address of each family, and one in each
 * network of this host that they name.
 */
int host_foresee(const struct openings *openings, struct pool *pool, struct host *host, struct error *err);

#endif
