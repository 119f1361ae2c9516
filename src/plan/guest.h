/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guests: rules of ours inside foreign chains. A guest that is planned is a predicate and a place; the rules that say it may
 * be several in a table of iptables-nft, whose lists of ports are short.
 */
#ifndef FWPORT_PLAN_GUEST_H
#define FWPORT_PLAN_GUEST_H

#include "fwport/plan.h"
#include "place.h"
#include "predicate.h"
#include "want.h"

struct guest {
	const struct group *group;
	struct predicate predicate;
	const struct chain *chain; /* of whichever ruleset: known by its name */
	const struct rule *before; /* known by its handle; NULL: the end */
	/* Of a chain of our own, and for this opening alone; NULL: for those of the group that have the ports. */
	const struct opening *opening;
};

struct guests {
	struct guest *list;
	size_t count;
	/* Per group of the wants: families that the host does not have now, where nothing can be proved. */
	unsigned *unseen;
};

/* Why ports of a group have no way through. */
struct refusal {
	const struct group *group;
	enum family family;
	const struct port_range *ports;
	size_t port_count;
	const char *sentence, *hint;
};

struct refusals {
	struct refusal *list;
	size_t count;
};

int guests_push(struct guests *guests, const struct guest *guest, struct pool *pool, struct error *err);
/* The rules of a guest as steps that add them. */
int guest_steps(const struct guest *guest, struct pool *pool, struct steps *out, struct error *err);

/*
 * Places guests in a ruleset that holds none of ours until every want passes or is refused. *placed is the ruleset with them;
 * sentences number rules as they stand in `now`.
 */
int guests_place(const struct ruleset *now, const struct ruleset *bare, const struct host *host,
		 const struct wants *wants, struct pool *pool, struct guests *out, struct refusals *refusals,
		 const struct ruleset **placed, struct error *err);

/* What a comparison kept although today it would be put elsewhere. */
struct stayed {
	bool any;
	bool skips; /* and a rule stands between, which may block and is skipped */
};

/*
 * Compares what is wanted with the guests that stand in `now`: those that say part of it are kept where they stand (with
 * `strict`, only at the very place that was found), the rest of it is added, and what nothing wants is removed. What is wanted
 * but could not be placed anew stays where it stands.
 */
int guests_match(const struct ruleset *now, const struct wants *wants, const struct guests *guests,
		 const struct refusals *refusals, bool strict, struct pool *pool, struct steps *add,
		 struct steps *remove, struct stayed *stayed, struct error *err);

/* Whether rules of ours in the chain say all that the guest would say, be it with more beside it, or for longer. */
int guest_is_said(const struct guest *guest, const struct chain *chain, struct pool *pool, bool *out,
		  struct error *err);

/* Whether nothing but rules of ours stands between the two; NULL: the end of the chain. */
bool stands_before(const struct rule *guest, const struct rule *before);
/*
 * Whether a rule that may block packets of the protocol stands between the guest and a later place of its chain. What our policy
 * drops is not skipped.
 */
bool skips_block(const struct rule *guest, const struct rule *before, uint8_t protocol);

/* Every rule of ours in tables that are not: those in chains of ours there, too. */
int guests_drop_all(const struct ruleset *now, struct pool *pool, struct steps *out, struct error *err);

#endif
