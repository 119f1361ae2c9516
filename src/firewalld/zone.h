/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The zone that decides: where a source is bound to one, that; else that of the interface; else the default.
 */
#ifndef FWPORT_FIREWALLD_ZONE_H
#define FWPORT_FIREWALLD_ZONE_H

#include "bus.h"

#include "fwport/address.h"

/* `source` may be NULL. ERROR_BLOCKED when the interfaces are in several. */
int zone_find(struct bus *bus, const struct prefix *source, const char *const *interfaces, size_t count,
	      struct pool *pool, const char **out, struct error *err);

#endif
