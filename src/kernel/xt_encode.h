/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations of rules of ours that stand for a match of x_tables become that match again: the very struct that iptables-nft
 * would have written. What is decoded from it are the same operations.
 */
#ifndef FWPORT_KERNEL_XT_ENCODE_H
#define FWPORT_KERNEL_XT_ENCODE_H

#include "fwport/error.h"
#include "fwport/op.h"

#include <linux/netfilter.h>
#include <linux/netfilter/xt_addrtype.h>
#include <linux/netfilter/xt_conntrack.h>
#include <linux/netfilter/xt_multiport.h>
#include <linux/netfilter/xt_time.h>

struct xt_match {
	const char *name;
	uint32_t revision;
	union {
		struct xt_addrtype_info_v1 addrtype;
		struct xt_conntrack_mtinfo3 conntrack;
		struct xt_multiport_v1 multiport;
		struct xt_time_info time;
	} info;
	size_t size;     /* of the struct, rounded up as the kernel wants it */
	size_t op_count; /* operations that it says */
};

/* The match of as many operations as possible, from the first one on; out->op_count is 0 when there is none. */
int xt_match_encode(const struct op *ops, size_t count, struct xt_match *out, struct error *err);

#endif
