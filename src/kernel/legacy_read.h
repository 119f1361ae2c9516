/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading iptables-legacy: tables of x_tables through libiptc, in the same neutral terms as those of nf_tables. Only tables
 * that are registered already are opened, since opening one registers it and hooks it into the packet path.
 */
#ifndef FWPORT_KERNEL_LEGACY_READ_H
#define FWPORT_KERNEL_LEGACY_READ_H

#include "fwport/ruleset.h"

#include "op_list.h"

struct outside;

/*
 * Adds the tables that ruleset->legacy_tables names, and leaves there the names of those that could not be read. -1 only when
 * memory is gone.
 */
int legacy_read(struct ruleset *ruleset, struct outside *outside, struct error *err);

/* Inside the reader: an entry's own conditions, its matches and its target. The chain that it jumps to comes by name. */
struct legacy_target {
	const char *chain_name; /* of the entry's jump, NULL none */
	const char *
		verdict; /* "ACCEPT", "DROP", "QUEUE", "RETURN", "" to go on; NULL when it is none of these */
};

struct ipt_entry;
struct ip6t_entry;

/* *comment: the text of a comment match, in the entry; NULL none. */
void legacy_entry_ipv4(const struct ipt_entry *entry, const struct legacy_target *target, struct op_list *out,
		       const char **comment);
void legacy_entry_ipv6(const struct ip6t_entry *entry, const struct legacy_target *target,
		       struct op_list *out, const char **comment);

#endif
