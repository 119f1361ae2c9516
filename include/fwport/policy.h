/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy: what becomes of packets that no rule of ours accepts, by direction. Where they are dropped, our own place ends in
 * rules that bear a tag of their own: what a host cannot do without, and behind it a drop.
 */
#ifndef FWPORT_POLICY_H
#define FWPORT_POLICY_H

#include "fwport/ruleset.h"

/* By enum direction. */
struct policy {
	bool drop[2];
};

#define POLICY_COMMENT TAG_PREFIX "policy"
/* The tag of a rule with that comment, and the id of no opening. */
#define POLICY_TAG UINT32_MAX

/* What the sets of connections that a policy lets go on are called, before the name of the family. */
#define ADMITTED_SET "established_"

bool set_is_admitted(const struct set *set);
bool policy_equal(struct policy a, struct policy b);
/* Whether it drops in any direction. */
bool policy_drops(struct policy policy);
/* Whether `after` drops where `before` does not. */
bool policy_narrows(struct policy before, struct policy after);
/* Whether it bears our tag and is not the policy's. */
bool rule_is_of_opening(const struct rule *rule);
/* The drop that the rules of the policy end with. */
bool rule_is_policy_drop(const struct rule *rule);
/* In a legacy table: whether it lets a connection go on that was there before connection tracking was. */
bool rule_admits(const struct rule *rule);
/* What stands in the ruleset, recorded or not. */
struct policy policy_of(const struct ruleset *ruleset);

#endif
