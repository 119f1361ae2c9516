/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading nf_tables through netlink: the dump (all tables, chains, sets, rules, objects at one generation) and the decoder
 * of rule expressions, which works on attributes and never on text.
 */
#ifndef FWPORT_NFT_READ_H
#define FWPORT_NFT_READ_H

#include "fwport/step.h"

struct nlmsghdr;
struct nlattr;

/*
 * The whole ruleset. The generation id before and after agrees, else it is read again, five times at most (then
 * ERROR_BUSY). With before and touched: see backend.h.
 */
int nft_read(const struct ruleset *before, const struct steps *touched, struct pool *pool,
	     struct ruleset **out, struct error *err);

/*
 * Decodes a list of expressions (NFTA_RULE_EXPRESSIONS, NFTA_SET_EXPRESSIONS: a nest of NFTA_LIST_ELEM) of `length` bytes.
 * Hostile bytes are an error or an OP_OPAQUE, never a crash. Sets and chains are left unresolved.
 */
int nft_decode_ops(const void *expressions, size_t length, struct pool *pool, struct op **ops, size_t *count,
		   struct error *err);
/* One rule message (NFT_MSG_NEWRULE, with its nfgenmsg); chain and position are the caller's. */
int nft_decode_rule(const struct nlmsghdr *message, struct pool *pool, struct rule *out, struct error *err);

/* Ties lookups, jumps and dynsets to the sets and chains of their table, and names owners. */
int nft_resolve(struct ruleset *ruleset, struct pool *pool, struct error *err);

#endif
