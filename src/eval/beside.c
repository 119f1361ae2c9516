/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands beside the chains that were judged. Programs, filters and services that may drop a packet are named and make an
 * answer unknown that would be open; what only chooses ways, or filters frames of another kind, is named. None is looked into.
 */
#include "beside.h"
#include "policy_rule.h"
#include "stack.h"

#include <string.h>

enum { TOLD_MOST = 32 };

static const char *const kinds[] = {
	[INTERCEPTOR_XDP] = "XDP program",
	[INTERCEPTOR_TC] = "tc filter",
	[INTERCEPTOR_TCX] = "tcx program",
	[INTERCEPTOR_CGROUP] = "cgroup program",
	[INTERCEPTOR_NETFILTER] = "netfilter program",
	[INTERCEPTOR_IPVS] = "IPVS service",
	[INTERCEPTOR_HOOK] = "netfilter hook",
};

static const char *effect_text(const struct interceptor *interceptor, struct pool *pool)
{
	switch (interceptor->kind) {
	case INTERCEPTOR_XDP:
		return "meets what comes in before all rules, and may drop it";
	case INTERCEPTOR_TC:
	case INTERCEPTOR_TCX:
		return interceptor->goes ? "meets what leaves behind all rules, and may drop it"
					 : "meets what comes in before all rules, and may drop it";
	case INTERCEPTOR_CGROUP:
		return pool_format(pool, "meets what sockets of the control group %s %s, and may drop it",
				   interceptor->path, interceptor->goes ? "send" : "receive");
	case INTERCEPTOR_NETFILTER:
		return interceptor->elsewhere ? "stands in netfilter's hooks of this or another network "
						"namespace, and may drop packets"
					      : "stands in netfilter's hooks, and may drop packets";
	case INTERCEPTOR_HOOK:
		return "is a function that is not known, and may drop packets";
	case INTERCEPTOR_IPVS:
		return "takes packets to it behind the input chains, and sends them to other machines";
	}
	return NULL;
}

static const char *name_text(const struct host *host, const struct interceptor *interceptor,
			     struct pool *pool)
{
	const struct link *link = interceptor->link ? host_link(host, interceptor->link) : NULL;

	return link ? pool_format(pool, "%s on %s", interceptor->name, link->name) : interceptor->name;
}

/* Who is met */

static bool service_is_asked(const struct interceptor *interceptor, const struct query *query,
			     const struct end *end)
{
	if (query->direction != DIRECTION_IN)
		return false;
	if (interceptor->service.marked)
		return true;
	return interceptor->service.protocol == query->protocol &&
	       (interceptor->service.port == 0 || interceptor->service.port == query->port) &&
	       address_equal(&interceptor->service.address, &end->local);
}

/* A conversation has packets both ways: what meets those of one way meets some. */
static bool is_met(const struct host *host, const struct interceptor *interceptor, const struct query *query,
		   const struct end *end)
{
	const struct link *link = interceptor->link ? host_link(host, interceptor->link) : NULL;

	if (!(interceptor->families & FAMILY_BIT(end->local.family)))
		return false;
	if (link && end->link && !link_may_carry(host, link, end->link))
		return false;
	return interceptor->kind != INTERCEPTOR_IPVS || service_is_asked(interceptor, query, end);
}

static bool may_drop(const struct interceptor *interceptor)
{
	return interceptor->comes || interceptor->goes;
}

void beside_facts(const struct host *host, struct facts *facts)
{
	for (size_t i = 0; i < host->interceptor_count; i++) {
		facts->tells_links |= host->interceptors[i].link != 0;
		facts->tells_addresses |= host->interceptors[i].kind == INTERCEPTOR_IPVS;
	}
	for (size_t i = 0; i < host->policy_rule_count; i++)
		facts->tells_addresses |= policy_rule_refuses(&host->policy_rules[i]);
}

/* Caps */

static int cap(struct family_answer *answer, const char *kind, const char *name, const char *effect,
	       struct pool *pool)
{
	answer->verdict = ANSWER_UNKNOWN;
	answer->unknown = name && effect ? pool_format(pool, "%s %s %s", kind, name, effect) : NULL;
	return answer->unknown ? 0 : -1;
}

static bool is_open(const struct family_answer *answer)
{
	return answer->verdict == ANSWER_OPEN || answer->verdict == ANSWER_DEPENDS;
}

int beside_cap(const struct host *host, const struct query *query, const struct end *end, struct pool *pool,
	       struct family_answer *answer)
{
	for (size_t i = 0; i < host->interceptor_count && is_open(answer); i++) {
		const struct interceptor *one = &host->interceptors[i];

		if (may_drop(one) && is_met(host, one, query, end) &&
		    cap(answer, kinds[one->kind], name_text(host, one, pool), effect_text(one, pool), pool) <
			    0)
			return -1;
	}
	for (size_t i = 0; i < host->policy_rule_count && is_open(answer); i++) {
		const struct policy_rule *rule = &host->policy_rules[i];

		if (policy_rule_refuses(rule) && policy_rule_may_match(rule, host, end) &&
		    cap(answer, "routing rule", policy_rule_text(rule, pool), policy_rule_effect(rule),
			pool) < 0)
			return -1;
	}
	return 0;
}

/* What is told */

static bool is_told(const struct answer *answer, const struct not_modelled *item)
{
	for (size_t i = 0; i < answer->not_modelled_count; i++)
		if (strcmp(answer->not_modelled[i].kind, item->kind) == 0 &&
		    strcmp(answer->not_modelled[i].name, item->name) == 0 &&
		    strcmp(answer->not_modelled[i].text, item->text) == 0)
			return true;
	return false;
}

static int tell(struct answer *answer, const char *kind, const char *name, const char *text,
		struct pool *pool)
{
	struct not_modelled item = {kind, name, text};
	struct not_modelled *list;

	if (!kind || !name || !text)
		return -1;
	if (answer->not_modelled_count > TOLD_MOST || is_told(answer, &item))
		return 0;
	if (answer->not_modelled_count == TOLD_MOST)
		item = (struct not_modelled){"more", "of these", "not listed"};
	list = pool_grow(pool, answer->not_modelled, answer->not_modelled_count, sizeof(*list));
	if (!list)
		return -1;
	answer->not_modelled = list;
	list[answer->not_modelled_count++] = item;
	return 0;
}

int beside_tell_end(const struct host *host, const struct end *end, struct pool *pool, struct answer *out)
{
	for (size_t i = 0; i < host->interceptor_count; i++) {
		const struct interceptor *one = &host->interceptors[i];

		if (is_met(host, one, &out->query, end) &&
		    tell(out, kinds[one->kind], name_text(host, one, pool), effect_text(one, pool), pool) < 0)
			return -1;
	}
	for (size_t i = 0; i < host->policy_rule_count; i++) {
		const struct policy_rule *rule = &host->policy_rules[i];

		if (policy_rule_may_match(rule, host, end) &&
		    tell(out, "routing rule", policy_rule_text(rule, pool), policy_rule_effect(rule), pool) <
			    0)
			return -1;
	}
	return 0;
}

static int tell_chain(const struct chain *chain, struct pool *pool, struct answer *out)
{
	const char *family = table_family_name(chain->table->family);

	if (!chain_may_filter(chain))
		return 0;
	return tell(out, pool_format(pool, "%s chain", family),
		    pool_format(pool, "%s %s %s", family, chain->table->name, chain->name),
		    "has rules; frames on this path are not judged", pool);
}

/* Bridges and ARP have hooks of their own; a flowtable is met by what is forwarded. */
static int tell_table(const struct table *table, struct pool *pool, struct answer *out)
{
	bool frames = table->family == TABLE_BRIDGE || table->family == TABLE_ARP;

	for (size_t i = 0; frames && i < table->chain_count; i++)
		if (tell_chain(table->chains[i], pool, out) < 0)
			return -1;
	for (size_t i = 0; i < table->flowtable_count; i++)
		if (tell(out, "flowtable",
			 pool_format(pool, "%s %s %s", table_family_name(table->family), table->name,
				     table->flowtables[i]),
			 "connections that it takes over skip the forward chains", pool) < 0)
			return -1;
	return 0;
}

int beside_tell(const struct ruleset *ruleset, const struct host *host, struct pool *pool, struct answer *out)
{
	for (size_t i = 0; i < ruleset->table_count; i++) {
		const struct table *table = ruleset->tables[i];

		if (table->engine == ENGINE_NFT && !table_is_dormant(table) &&
		    tell_table(table, pool, out) < 0)
			return -1;
	}
	for (size_t i = 0; i < host->unread_count; i++)
		if (tell(out, "unread", host->unread[i].what,
			 pool_format(pool, "could not be looked for: %s", host->unread[i].why), pool) < 0)
			return -1;
	return 0;
}
