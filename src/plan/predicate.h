/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A predicate: which packets a rule of ours lets pass, in the planner's terms; and the rule that says it in the language of
 * the table it stands in, encoded as that table's own tool would, so that its listing stays readable.
 */
#ifndef FWPORT_PLAN_PREDICATE_H
#define FWPORT_PLAN_PREDICATE_H

#include "fwport/opening.h"
#include "fwport/pool.h"
#include "fwport/ruleset.h"

enum predicate_kind {
	PREDICATE_REQUEST,       /* dport */
	PREDICATE_REPLY_TRACKED, /* sport, of a connection that conntrack knows, in its reply direction */
	PREDICATE_REPLY_SYN_ACK, /* sport, SYN and ACK set: without connection tracking */
	PREDICATE_REPLY_ACK,     /* sport, ACK set */
};

struct predicate {
	enum predicate_kind kind;
	enum protocol protocol;
	bool leaves;                       /* of packets on their way out */
	bool one_family;                   /* only `family`, also where the table sees both */
	enum family family;                /* of the prefixes, too */
	const struct prefix *peer, *local; /* NULL: any */
	const char *iface;                 /* NULL: any */
	bool local_only;                   /* this host's own packets: the chain also sees forwarded ones */
	int64_t until;                     /* seconds since the epoch; 0: always */
	bool counter;
	bool returns;          /* to whoever called the chain, who has the last word: it does not accept */
	const struct set *set; /* a named set of ports; NULL: */
	const struct port_range *ports;
	size_t port_count;
	uint16_t arrives; /* the port that NAT gave the packets which were for those; 0: they have it still */
};

/* Whether the table is of iptables-nft, whose tool must still be able to print it. */
bool table_is_compat(const struct table *table);
/* Whether rules in it consist of matches of x_tables, which know no sets of ports: those tables, and legacy ones. */
bool table_takes_matches(const struct table *table);

/*
 * The rule, and the anonymous set that has to be made with it, or NULL. In a table of iptables-nft the ports are those of one
 * predicate_slice. Tag 0: no comment.
 */
int predicate_rule(const struct predicate *predicate, const struct chain *chain, uint32_t tag,
		   struct pool *pool, struct rule **out, struct set **anonymous, struct error *err);
/* How many of the ranges, from the first one on, one rule of the table can speak of. */
size_t predicate_slice(const struct predicate *predicate, const struct table *table,
		       const struct port_range *ports, size_t count);
/* The ports that a rule made by predicate_rule speaks of, and where they arrive; none when it was not. */
int predicate_read(const struct rule *rule, struct pool *pool, struct predicate *out, struct error *err);

#endif
