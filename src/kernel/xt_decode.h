/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Matches and targets of x_tables, as both engines hold them: a name, a revision and a struct of the kernel's. Each is
 * decoded into the operations that say the same, so that everybody who reads rules reads these too. One that is not listed
 * with this very revision and size, or has a flag that nobody here knows, is opaque.
 */
#ifndef FWPORT_KERNEL_XT_DECODE_H
#define FWPORT_KERNEL_XT_DECODE_H

#include "count.h"
#include "op_list.h"

struct xt_extension {
	const char *name;
	uint32_t revision;
	uint8_t family; /* NFPROTO_IPV4 or NFPROTO_IPV6; others only have what is the same for both */
	const void *info;
	size_t length; /* rounded up to a multiple of 8, as the kernel keeps it */
};

/* Adds the operations. Memory that is gone is told by the list. */
void xt_match_decode(const struct xt_extension *in, struct op_list *out);
void xt_target_decode(const struct xt_extension *in, struct op_list *out);
/* The text of a comment match, NULL where it is none. */
const char *xt_comment(const struct xt_extension *in);

/* Inside the decoder: a row for each revision of an extension. */
struct xt_kind {
	const char *name;
	uint32_t revision;
	uint8_t family; /* NFPROTO_UNSPEC: any */
	size_t size;    /* of the struct */
	/* The info is a copy that is aligned for its struct. False when it says something that is not understood. */
	bool (*decode)(const struct xt_extension *in, struct op_list *out);
};

struct xt_kinds {
	const struct xt_kind *list;
	size_t count;
};

extern const struct xt_kinds xt_port_matches, xt_tracking_matches, xt_header_matches, xt_route_matches,
	xt_attached_matches, xt_ipv6_matches, xt_time_matches, xt_log_targets, xt_nat_targets,
	xt_rate_matches, xt_mark_targets, xt_flow_targets, xt_recent_matches, xt_set_matches, xt_set_targets,
	xt_header_targets, xt_option_matches, xt_option_targets, xt_proxy_targets;

#endif
