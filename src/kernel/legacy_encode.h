/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules of ours as entries of a legacy table: conditions that the entry itself holds, then matches, then a verdict. What is read
 * back of one are the operations it was made of.
 */
#ifndef FWPORT_KERNEL_LEGACY_ENCODE_H
#define FWPORT_KERNEL_LEGACY_ENCODE_H

#include "fwport/error.h"
#include "fwport/ruleset.h"

/* *entry is an ipt_entry or, for IPv6, an ip6t_entry, in the pool. An error when the rule says what fwport does not write. */
int legacy_encode(const struct rule *rule, enum family family, struct pool *pool, const void **entry,
		  struct error *err);

#endif
