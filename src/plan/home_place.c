/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the home belongs: to the engine that filters the host already.
 */
#include "home.h"

#include "fwport/engines.h"

static bool any_filters(const struct ruleset *now, enum engine engine)
{
	for (size_t i = 0; i < now->table_count; i++)
		for (size_t j = 0; now->tables[i]->engine == engine && j < now->tables[i]->chain_count; j++)
			if (chain_filters(now->tables[i]->chains[j]))
				return true;
	return false;
}

/* Known by what is in it, or by its call: a chain of that name may be somebody else's. */
static bool is_of_legacy_home(const struct rule *rule)
{
	return rule_calls_home(rule) || (rule->tag && chain_is_home(rule->chain));
}

static bool any_legacy_home(const struct ruleset *now)
{
	for (size_t i = 0; i < now->table_count; i++)
		for (size_t j = 0; now->tables[i]->engine == ENGINE_LEGACY && j < now->tables[i]->chain_count;
		     j++)
			for (size_t k = 0; k < now->tables[i]->chains[j]->rule_count; k++)
				if (is_of_legacy_home(now->tables[i]->chains[j]->rules[k]))
					return true;
	return false;
}

const char *home_stands(const struct ruleset *ruleset)
{
	if (ruleset_find_table(ruleset, TABLE_INET, HOME_TABLE))
		return "nft";
	return any_legacy_home(ruleset) ? "iptables" : NULL;
}

static const struct table *legacy_filter(const struct ruleset *now, enum table_family family)
{
	const struct table like = {.engine = ENGINE_LEGACY, .family = family, .name = "filter"};

	return ruleset_same_table(now, &like);
}

/* A table that is not registered is not made, and a policy that holds for one family is none. */
static bool legacy_takes_policy(const struct ruleset *now)
{
	return legacy_filter(now, TABLE_IP) && legacy_filter(now, TABLE_IP6);
}

static bool has_all_legacy(const struct ruleset *now)
{
	return ruleset_has_all_legacy(now, FAMILY_IPV4) && ruleset_has_all_legacy(now, FAMILY_IPV6);
}

/*
 * A home that stands stays where it is: also while half of it cannot be read. A host that filters with legacy tables alone shall
 * not get its only table of nf_tables from us, unless they have no place for what is wished for.
 */
enum home_place home_choose(const struct ruleset *now, const struct wishes *wishes)
{
	const bool misses = policy_drops(wishes->policy) && !legacy_takes_policy(now);

	if (wishes->place != HOME_AUTO)
		return wishes->place;
	if (ruleset_find_table(now, TABLE_INET, HOME_TABLE))
		return HOME_NFT;
	if (any_legacy_home(now) && (!misses || !has_all_legacy(now)))
		return HOME_IPTABLES;
	return misses || !any_filters(now, ENGINE_LEGACY) || any_filters(now, ENGINE_NFT) ? HOME_NFT
											  : HOME_IPTABLES;
}

static int unread(const struct ruleset *now, struct error *err)
{
	const enum family family = ruleset_has_all_legacy(now, FAMILY_IPV4) ? FAMILY_IPV6 : FAMILY_IPV4;
	const char *tables = now->legacy_tables[family];

	return error_set(err, ERROR_SYSTEM,
			 "legacy tables of %s could not be read (%s), and the policy is for both families",
			 family_name(family), tables ? tables : "nor their names");
}

int home_place_check(const struct ruleset *now, const struct wishes *wishes, struct error *err)
{
	const char *missing = legacy_filter(now, TABLE_IP) ? "ip6tables" : "iptables";

	if (wishes->place != HOME_IPTABLES || !policy_drops(wishes->policy) || legacy_takes_policy(now))
		return 0;
	if (!has_all_legacy(now))
		return unread(now, err);
	error_set(err, ERROR_USAGE,
		  "a policy is for both families, and %s-legacy has no filter table here that it could stand "
		  "in",
		  missing);
	return error_hint(err, "use --backend=nft, or \"%s-legacy -L\" first, which makes the table",
			  missing);
}
