/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An entry of a legacy table, which is one struct behind the other: the conditions of its own, matches, a target. The parts
 * are seen here in one way for both families; they live as long as the table they are read from.
 */
#ifndef FWPORT_KERNEL_LEGACY_ENTRY_H
#define FWPORT_KERNEL_LEGACY_ENTRY_H

#include "xt_decode.h"

struct ipt_entry;
struct ip6t_entry;
struct xt_counters;

struct legacy_entry {
	uint8_t family;   /* NFPROTO_* */
	const void *head; /* struct ipt_ip or struct ip6t_ip6 */
	size_t head_length;
	const uint8_t *matches;
	size_t matches_length;
	const struct xt_counters *counters;
	struct xt_extension target;
	/* libiptc's name for the target, when it is no extension: a verdict, "" to go on, or a chain. NULL: an extension. */
	const char *name;
	bool jumps; /* the name is a chain's */
};

struct legacy_entry legacy_entry_ipv4(const struct ipt_entry *entry, const char *target_name);
struct legacy_entry legacy_entry_ipv6(const struct ip6t_entry *entry, const char *target_name);
/* The matches one after the other: start with *at = 0. False at their end, or with *broken where they make no sense. */
bool legacy_match_next(const struct legacy_entry *entry, size_t *at, struct xt_extension *out, bool *broken);

/* A number that is the same for entries that say the same, whatever they have counted; never 0. */
uint64_t legacy_likeness(const struct legacy_entry *entry);

/* The operations, and the text of a comment match, in the entry (NULL none). Memory that is gone is told by the list. */
void legacy_decode(const struct legacy_entry *entry, struct op_list *out, const char **comment);

#endif
