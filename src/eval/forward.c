/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A published port of a container is none of this host's: behind NAT the packets pass forward and postrouting, and no input
 * chain. The conversation is judged there as between the client and the new destination. It changes nothing about the answer,
 * which is about this host.
 */
#include "forward.h"
#include "orders.h"
#include "world.h"

#include <linux/rtnetlink.h>

static const struct decision *sent_on(const struct query *query, const struct family_answer *answer)
{
	const struct decision *decision = answer->packet_count ? answer->packets[0].decided_by : NULL;

	return query->explain && decision && decision->forwarded ? decision : NULL;
}

static const struct link *link_to(const struct host *host, const struct address *address)
{
	const struct route *route = host_route(host, address);

	return route && route->type == RTN_UNICAST ? host_link(host, route->link) : NULL;
}

static const char *lost_text(const struct end *end, const struct link *onward, struct pool *pool)
{
	if (!onward)
		return "no route leads there";
	if (end->link && !(end->link->forwards & FAMILY_BIT(end->local.family)))
		return pool_format(pool, "forwarding is switched off on %s", end->link->name);
	return NULL;
}

static const struct mapping *mapping_of(const struct decision *decision, const struct query *query,
					const struct end *end, struct pool *pool)
{
	const struct mapping mapping = {
		.from = {.address = end->local, .port = query->port},
		.to = {.address = decision->forwarded_to, .port = decision->forwarded_port},
		.base = decision->base,
		.rule = decision->rule,
	};

	return pool_copy(pool, &mapping, sizeof(mapping));
}

static int way_on(const struct ruleset *ruleset, const struct host *host, const struct facts *facts,
		  const struct ties *ties, const struct query *query, const struct end *end,
		  struct pool *pool, struct family_answer *out)
{
	int result = orders_run(ruleset, host, facts, ties, query, end, pool, out);

	out->interface = end->onward->name;
	return result;
}

int forward_find(const struct ruleset *ruleset, const struct host *host, const struct facts *facts,
		 const struct ties *ties, const struct query *query, const struct end *end, struct pool *pool,
		 struct family_answer *answer)
{
	const struct decision *decision = sent_on(query, answer);
	struct end onward = *end;

	if (!decision)
		return 0;
	answer->forward = pool_alloc(pool, sizeof(*answer->forward));
	onward.onward = link_to(host, &decision->forwarded_to);
	onward.mapping = mapping_of(decision, query, end, pool);
	if (!answer->forward || !onward.mapping)
		return -1;
	answer->forward->family = answer->family;
	answer->forward->applicable = true;
	answer->forward->verdict = ANSWER_BLOCKED;
	answer->forward->unknown = lost_text(end, onward.onward, pool);
	if (answer->forward->unknown)
		return 0;
	if (!onward.onward) /* memory is gone */
		return -1;
	return way_on(ruleset, host, facts, ties, query, &onward, pool, answer->forward);
}
