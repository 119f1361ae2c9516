/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules of the policy: what a host cannot do without, and at the end the drop of all else. Loopback; connections that are
 * known, and those of before connection tracking was on; ICMP that networks need; answers to a DHCP client.
 */
#ifndef FWPORT_PLAN_POLICY_RULES_H
#define FWPORT_PLAN_POLICY_RULES_H

#include "admission.h"

/* In the order in which they have to stand at the end of the chain. */
struct policy_rules {
	const struct chain *chain; /* as it is, or as it shall be */
	struct rule **list;
	size_t count; /* 0: the policy does not drop there */
};

/* In nf_tables. `admitted` are sets of connections by family; NULL: there is none. */
int policy_rules_make(enum direction direction, const struct chain *chain,
		      const struct set *const admitted[FAMILY_COUNT], struct pool *pool,
		      struct policy_rules *out, struct error *err);
/* In the legacy table of one family. */
int policy_entries_make(enum direction direction, const struct chain *chain, enum family family,
			const struct admissions *admissions, struct pool *pool, struct policy_rules *out,
			struct error *err);

/* A key of such a set: the address and port of the peer, then ours, each padded to words. */
enum { ADMITTED_KEY_IPV4 = 16, ADMITTED_KEY_IPV6 = 40 };

#endif
