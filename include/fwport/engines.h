/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hosts where nf_tables and iptables-legacy filter at the same hook: the listings of one do not show the other, and each may drop
 * what the other lets through.
 */
#ifndef FWPORT_ENGINES_H
#define FWPORT_ENGINES_H

#include "fwport/text.h"
#include "fwport/trace.h"

enum { HOOK_COUNT = HOOK_EGRESS + 1 };

/* A base chain that is empty and accepts does not, nor does one that has packets traced and no more. */
bool chain_filters(const struct chain *chain);
/* Whether packets of the conversation meet both there. */
bool engines_meet(const struct family_answer *answer, enum hook hook);
/* Of each hook the families, as FAMILY_BIT, of which it has rules of both. */
void engines_find(const struct ruleset *ruleset, unsigned families[HOOK_COUNT]);
/* "nf_tables and iptables-legacy both have rules at input, and a packet has to pass both" */
void engines_warning(enum hook hook, unsigned families, struct text *out);

#endif
