/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations become expressions of a libnftnl rule: those that rules of ours consist of, and no others.
 */
#ifndef FWPORT_KERNEL_NFT_EXPRESSIONS_H
#define FWPORT_KERNEL_NFT_EXPRESSIONS_H

#include "fwport/error.h"
#include "fwport/ruleset.h"

struct nftnl_rule;

/* An anonymous set that is made in the same transaction as the rule, and is known by a number until then. */
struct fresh_set {
	const struct set *set; /* NULL: none */
	uint32_t id;
};

#define ANONYMOUS_SET_NAME "__set%d" /* the kernel puts the number in */

int expressions_add(struct nftnl_rule *out, const struct rule *rule, struct fresh_set fresh,
		    struct error *err);

#endif
