/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The home in legacy tables: chains of our own in the filter table of each family that has one, and the rule that sends the
 * packets of a built-in chain through them. Unlike the home of nf_tables it is on the way of every packet before what blocks,
 * so that an opening in it is open; where the call is placed is what it knows best. A policy has chains of its own, called
 * last of all, that return what they let pass: so they take nothing past a rule of somebody else.
 */
#ifndef FWPORT_PLAN_LEGACY_HOME_H
#define FWPORT_PLAN_LEGACY_HOME_H

#include "guest.h"
#include "policy_rules.h"

struct home_chain {
	enum family family;
	enum direction direction;
	const struct chain *base;  /* INPUT or OUTPUT, as it is now */
	const struct chain *chain; /* as it is now, or as it shall be made */
	bool stands;
	bool shared; /* somebody else has rules in it, or calls it: it does not go, nor do its calls */
	bool found;  /* it was there before us, with nothing in it: it does not go, but its calls do */
	const struct rule *
		strange; /* a call that is not ours: what it brings is let through, too; NULL: there is none */
	bool wanted;
	bool of_policy;             /* not of openings */
	struct policy_rules policy; /* what shall stand at its end */
	const struct rule *call;    /* as it shall be */
	const struct rule *before;  /* where it shall stand, as in a guest */
	/* Openings of it that the host has no address for now: where the call belongs shows by the others, or not at all. */
	bool some_unseen, all_unseen;
	bool moves; /* the call, in any case: what it could stay for goes */
};

struct legacy_home {
	struct home_chain chains[FAMILY_COUNT * 2 *
				 2]; /* by family and direction, the policy's behind that of openings */
	size_t count;
	struct guests rules; /* what shall stand in the chains that are wanted */
};

/*
 * What there is, and what shall be; nothing when the place wished for is another. A table that is not registered filters nothing
 * and is not made. ERROR_BLOCKED when one is wanted that somebody else filled before us, or a policy in one that somebody else
 * calls; rules that others put beside ours stay.
 */
int legacy_home_find(const struct ruleset *now, const struct wishes *wishes, const struct wants *wants,
		     struct pool *pool, struct legacy_home *out, struct error *err);
/*
 * Where the calls shall stand, by the guests that `bare`, a ruleset without anything of ours, would need: before the first of
 * them where no packet is let past a rule that may block it, and so never before bans and limits. And the rules that then may
 * stand in the chains; a chain without any is not wanted. What may not stand there the policy lets pass in its own chain. While
 * an opening is not seen, the call may stay where it stands in `now`: then so do the rules, as far as that place allows them.
 * ERROR_BLOCKED when one would have more to let through than it has now, and somebody else calls it.
 */
int legacy_home_place(struct legacy_home *home, const struct ruleset *now, const struct ruleset *bare,
		      const struct wants *wants, const struct guests *guests, struct pool *pool,
		      struct error *err);
/* The sentence about a strange call; always -1. */
int legacy_home_refuse(const struct home_chain *home, struct error *err);
/* Steps that build it where nothing of it stands. */
int legacy_home_build(const struct legacy_home *home, struct pool *pool, struct steps *out,
		      struct error *err);

/* Chains that are missing, and those that nothing wants: without rules of ours, and calls of them. */
int legacy_home_chains(const struct legacy_home *home, struct pool *pool, struct steps *add,
		       struct steps *remove, struct error *err);
/* Calls that are missing, and those that are too many: with `strict` also those that stand elsewhere. */
int legacy_home_calls(const struct legacy_home *home, bool strict, struct pool *pool, struct steps *add,
		      struct steps *remove, struct stayed *stayed, struct error *err);
/*
 * Rules of the policy that are missing, out of order, or too many. They go before those of openings in their chain, and are added
 * behind them: so does what undoes it.
 */
int legacy_home_policy(const struct legacy_home *home, struct pool *pool, struct steps *add,
		       struct steps *remove, struct error *err);
/* What is added at an end comes before what stays there of the policy: the call that is last, and in its chain its rules. */
void legacy_home_order(const struct legacy_home *home, struct steps *add);
/* All calls that stand; and all chains, with what others put beside ours. What is shared and not wanted is theirs. */
int legacy_home_uncall(const struct legacy_home *home, struct pool *pool, struct steps *out,
		       struct error *err);
int legacy_home_unchain(const struct legacy_home *home, struct pool *pool, struct steps *out,
			struct error *err);

/* What the policy wants of the chains. */
int legacy_policy_want(const struct ruleset *now, const struct wishes *wishes, const struct wants *wants,
		       struct pool *pool, struct legacy_home *home, struct error *err);
/* Whether the rule calls the chain, as it stands. */
bool is_call_of(const struct rule *rule, const struct home_chain *home);
/* The first of those in the built-in chain; NULL: none does. */
const struct rule *home_call(const struct home_chain *home);

#endif
