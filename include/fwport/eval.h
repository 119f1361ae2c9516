/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The evaluator: does a conversation pass this ruleset on this host? Pure: no system call, no clock. OPEN is said only
 * when every packet passes in every world that the ruleset allows; what is not understood makes it UNKNOWN.
 */
#ifndef FWPORT_EVAL_H
#define FWPORT_EVAL_H

#include "fwport/text.h"
#include "fwport/trace.h"

int evaluate(const struct ruleset *ruleset, const struct host *host, const struct query *query,
	     struct pool *pool, struct answer *out, struct error *err);

/*
 * Many questions that differ in protocol and port alone: what does not depend on those is found once. An evaluation lives in
 * the pool that it began with, its answers in theirs; the ruleset, the host and what the query points to outlive all of them.
 */
struct evaluation;
int evaluation_begin(const struct ruleset *ruleset, const struct host *host, const struct query *about,
		     struct pool *pool, struct evaluation **out, struct error *err);
int evaluation_ask(const struct evaluation *evaluation, enum protocol protocol, uint16_t port,
		   struct pool *pool, struct answer *out, struct error *err);

/*
 * Ports that no rule tells apart. Each class holds ranges out of `wanted`; asking for one port of it answers for all.
 */
struct port_class {
	struct port_range *ranges;
	size_t range_count;
	uint16_t example;
};
int port_classes(const struct ruleset *ruleset, const struct port_range *wanted, size_t wanted_count,
		 struct pool *pool, struct port_class **out, size_t *count, struct error *err);

/*
 * Peers that rules single out: one example address for each class of peer addresses that some rule treats apart, at most
 * `limit` of them (then *more is set). The general peer is not among them.
 */
int peer_classes(const struct ruleset *ruleset, enum family family, const struct prefix *within, size_t limit,
		 struct pool *pool, struct address **out, size_t *count, bool *more, struct error *err);

/* For people: "blocked by rule 6 of ip filter INPUT (iptables-nft, handle 14): reject"; "by the policy of inet filter input". */
void decision_text(const struct decision *decision, struct text *out);

#endif
