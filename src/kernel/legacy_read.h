/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading iptables-legacy: tables of x_tables, in the same neutral terms as those of nf_tables. Only tables
 * that are registered already are opened, since opening one registers it and hooks it into the packet path.
 */
#ifndef FWPORT_KERNEL_LEGACY_READ_H
#define FWPORT_KERNEL_LEGACY_READ_H

#include "fwport/ruleset.h"

struct outside;

/*
 * Adds the tables that ruleset->legacy_tables names, and leaves there the names of those that could not be read. Rules that
 * have not changed since `before` (NULL: never read) are taken from there, and it has to outlive the ruleset then. -1 only
 * when memory is gone.
 */
int legacy_read(struct ruleset *ruleset, const struct ruleset *before, struct outside *outside,
		struct error *err);

#endif
