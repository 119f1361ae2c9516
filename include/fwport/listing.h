/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our rules alone, in the files of other tools: to be loaded by hand where fwport is not. What expires is left out for nft, whose
 * clock is the kernel's, and has its end in it for iptables; a policy is left out. Pure.
 */
#ifndef FWPORT_LISTING_H
#define FWPORT_LISTING_H

#include "fwport/pool.h"
#include "fwport/ruleset.h"
#include "fwport/text.h"

/* For `nft -f`: the home, and rules in tables of nft's own. Loading it twice gives the home once. */
int listing_nft(const struct ruleset *ruleset, struct pool *pool, struct text *out, struct error *err);
/* For `iptables-restore --noflush` and `ip6tables-restore --noflush`, each of which takes its own lines. */
int listing_iptables(const struct ruleset *ruleset, struct pool *pool, struct text *out, struct error *err);

#endif
