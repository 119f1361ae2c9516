/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Predicates to rules: which tables speak of matches, how many ports one rule has room for there, and the set that it needs.
 */
#include "predicate_ops.h"

#include "fwport/port_set.h"

#include <ctype.h>
#include <linux/netfilter/xt_multiport.h>

bool table_is_compat(const struct table *table)
{
	if (table->engine != ENGINE_NFT || (table->family != TABLE_IP && table->family != TABLE_IP6))
		return false;
	switch (table->owner) {
	case OWNER_OURS:
	case OWNER_ADMIN:
	case OWNER_FIREWALLD:
	case OWNER_LEGACY:
		return false;
	case OWNER_IPTABLES_NFT:
	case OWNER_UFW:
	case OWNER_DOCKER:
	case OWNER_FAIL2BAN:
	case OWNER_LIBVIRT:
	case OWNER_KUBERNETES:
		break;
	}
	for (size_t i = 0; i < table->chain_count; i++)
		if (table->chains[i]->base && !isupper((unsigned char)table->chains[i]->name[0]))
			return false;
	return true;
}

bool table_takes_matches(const struct table *table)
{
	return table->engine == ENGINE_LEGACY || table_is_compat(table);
}

/* An interval set also for single ports: a plain port set costs the kernel a list walk per insertion. */
static int ports_set(const struct predicate *predicate, const struct chain *chain, bool compat,
		     struct pool *pool, struct set **out, struct error *err)
{
	const char *name = compat ? NULL : "__set%d"; /* the kernel puts the number in */

	if (port_set_make(name, predicate->ports, predicate->port_count, pool, out, err) < 0)
		return -1;
	(*out)->table = compat ? NULL : chain->table;
	return 0;
}

/* iptables tests the ports of SCTP by matches only. */
static bool needs_set(const struct predicate *predicate, bool compat)
{
	bool by_match = compat && predicate->protocol == PROTOCOL_SCTP && !predicate->arrives;

	return !predicate->set && (predicate->port_count > 1 || by_match);
}

/* A multiport has so many slots, and a range takes two; a conntrack match has one range. */
size_t predicate_slice(const struct predicate *predicate, const struct table *table,
		       const struct port_range *ports, size_t count)
{
	size_t slots = 0, taken = 0;

	if (!table_takes_matches(table))
		return count;
	if (predicate->arrives)
		return count ? 1 : 0;
	while (taken < count) {
		slots += ports[taken].first == ports[taken].last ? 1 : 2;
		if (slots > XT_MULTI_PORTS)
			break;
		taken++;
	}
	return taken;
}

int predicate_rule(const struct predicate *predicate, const struct chain *chain, uint32_t tag,
		   struct pool *pool, struct rule **out, struct set **anonymous, struct error *err)
{
	const bool matches = table_takes_matches(chain->table);
	struct rule *rule = pool_alloc(pool, sizeof(*rule));
	struct set *set = NULL;

	if (!rule)
		return error_memory(err);
	if (needs_set(predicate, matches) && ports_set(predicate, chain, matches, pool, &set, err) < 0)
		return -1;
	*rule = (struct rule){
		.chain = (struct chain *)chain,
		.comment = tag ? pool_format(pool, TAG_PREFIX "%u", tag) : NULL,
		.tag = tag,
	};
	if (tag && !rule->comment)
		return error_memory(err);
	if (predicate_ops(predicate, chain->table, predicate->set ? predicate->set : set, pool, &rule->ops,
			  &rule->op_count, err) < 0)
		return -1;
	*out = rule;
	*anonymous = matches ? NULL : set;
	return 0;
}
