/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interfaces that stand on others. Their packets also meet the ingress and egress chains of the devices below, and a bridge's
 * ports those of the bridge family. Knows who may be below whom, and names the first such chain; it refuses to judge it.
 */
#include "stack.h"
#include "path.h"

#include <string.h>

enum { STACK_DEPTH = 8 }; /* masters above masters, as the kernel allows (MAX_NEST_DEV) */

struct stack {
	const struct host *host;
	const struct link *top;
	bool open_below; /* it stands on devices that the link itself does not name */
	bool bridged;
};

/* Their links say nothing of what carries them that we read. */
static const char *const carried[] = {
	"vlan",   "macvlan",   "macvtap", "ipvlan", "ipvtap", "macsec", "vxlan",
	"geneve", "bareudp",   "gtp",     "gre",    "gretap", "ip6gre", "ip6gretap",
	"erspan", "ip6erspan", "ipip",    "ip6tnl", "sit",    "vti",    "vti6",
	"xfrm",   "wireguard", "batadv",  "hsr",    "lowpan", "rmnet",  "openvswitch",
};

static bool is_carried(const struct link *link)
{
	for (size_t i = 0; link->kind && i < sizeof(carried) / sizeof(carried[0]); i++)
		if (strcmp(link->kind, carried[i]) == 0)
			return true;
	return false;
}

static bool is_bridge(const struct link *link)
{
	return link->kind && strcmp(link->kind, "bridge") == 0;
}

/* The link itself, or a port of it, or a port of a port. */
static bool is_part(const struct stack *stack, const struct link *link)
{
	for (int depth = 0; link && depth <= STACK_DEPTH; depth++) {
		if (link == stack->top)
			return true;
		link = link->master ? host_link(stack->host, link->master) : NULL;
	}
	return false;
}

static struct stack stack_of(const struct host *host, const struct link *top)
{
	struct stack stack = {.host = host, .top = top};
	bool any_bridge = false;

	for (size_t i = 0; i < host->link_count; i++) {
		const struct link *link = &host->links[i];
		bool part = is_part(&stack, link);

		any_bridge |= is_bridge(link);
		stack.open_below |= part && is_carried(link);
		stack.bridged |= part && is_bridge(link);
	}
	stack.bridged |= stack.open_below && any_bridge;
	return stack;
}

bool link_may_carry(const struct host *host, const struct link *link, const struct link *top)
{
	const struct stack stack = stack_of(host, top);

	return link == top || stack.open_below || is_part(&stack, link);
}

bool chain_may_filter(const struct chain *chain)
{
	return chain->base && (chain->rule_count > 0 || chain->policy_drop);
}

static const char *device_text(const struct stack *stack, const struct chain *chain, const struct link *link,
			       struct pool *pool)
{
	const char *family = table_family_name(chain->table->family);

	if (!is_part(stack, link))
		return pool_format(pool,
				   "chain %s of %s %s on %s may filter what %s carries, and is not judged",
				   chain->name, family, chain->table->name, link->name, stack->top->name);
	return pool_format(pool, "chain %s of %s %s on %s, a port of %s, is not judged", chain->name, family,
			   chain->table->name, link->name, stack->top->name);
}

static const char *bridge_text(const struct stack *stack, const struct chain *chain, struct pool *pool)
{
	if (!is_bridge(stack->top))
		return pool_format(pool,
				   "chain %s of bridge %s may filter what %s carries, and is not judged",
				   chain->name, chain->table->name, stack->top->name);
	return pool_format(pool, "chain %s of bridge %s may filter what passes %s's ports, and is not judged",
			   chain->name, chain->table->name, stack->top->name);
}

/* The device of the stack that the chain stands on, or NULL. The top itself is on the path, and judged. */
static const struct link *device_below(const struct stack *stack, const struct chain *chain)
{
	for (size_t i = 0; i < stack->host->link_count; i++) {
		const struct link *link = &stack->host->links[i];

		if (link != stack->top && (stack->open_below || is_part(stack, link)) &&
		    chain_has_device(chain, link))
			return link;
	}
	return NULL;
}

/* Stays as it is where the chain filters nothing below. */
static int chain_cap(const struct stack *stack, const struct chain *chain, struct pool *pool,
		     struct family_answer *answer)
{
	bool bridge = chain->table->family == TABLE_BRIDGE && stack->bridged;
	const struct link *link;

	if (!chain_may_filter(chain) || (!bridge && chain->device_count == 0))
		return 0;
	link = device_below(stack, chain);
	if (!bridge && !link)
		return 0;
	answer->verdict = ANSWER_UNKNOWN;
	answer->unknown = link ? device_text(stack, chain, link, pool) : bridge_text(stack, chain, pool);
	return answer->unknown ? 0 : -1;
}

static bool is_open(const struct family_answer *answer)
{
	return answer->verdict == ANSWER_OPEN || answer->verdict == ANSWER_DEPENDS;
}

int stack_cap(const struct ruleset *ruleset, const struct host *host, const struct end *end,
	      struct pool *pool, struct family_answer *answer)
{
	struct stack stack;

	if (!end->link)
		return 0;
	stack = stack_of(host, end->link);
	for (size_t i = 0; i < ruleset->table_count; i++) {
		const struct table *table = ruleset->tables[i];

		if (table_is_dormant(table))
			continue;
		for (size_t j = 0; j < table->chain_count && is_open(answer); j++)
			if (chain_cap(&stack, table->chains[j], pool, answer) < 0)
				return -1;
	}
	return 0;
}
