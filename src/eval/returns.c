/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * By which link do replies leave? The one of the best route to the peer, and if there are several as good, any of them. Routes
 * of other tables count as that: rules of policy routing lead to them, and are not followed. Nobody in particular is taken
 * to be behind the link that is asked about, as far as the tables that everybody uses go.
 */
#include "returns.h"
#include "beside.h"
#include "judge.h"
#include "stack.h"

#include <linux/rtnetlink.h>

enum { RETURNS = 4 };

struct returns {
	const struct link *list[RETURNS];
	size_t count;
	bool more;
};

static void returns_add(struct returns *returns, const struct link *link)
{
	if (!link || !link->up || link->loopback)
		return;
	for (size_t i = 0; i < returns->count; i++)
		if (returns->list[i] == link)
			return;
	if (returns->count == RETURNS)
		returns->more = true;
	else
		returns->list[returns->count++] = link;
}

static void returns_find(const struct host *host, const struct query *query, const struct end *end,
			 struct returns *out)
{
	const struct route *best = host_route(host, &end->peer);

	*out = (struct returns){0};
	if (!best || (!query->peer && best->link != end->link->index))
		returns_add(out, end->link);
	else
		returns_add(out, host_link(host, best->link));
	for (size_t i = 0; i < host->route_count; i++) {
		const struct route *route = &host->routes[i];

		if (route->type != RTN_UNICAST || !prefix_contains(&route->to, &end->peer))
			continue;
		if (route_is_of_policy(route) ||
		    (best && out->list[0] == host_link(host, best->link) && route_is_as_good(route, best)))
			returns_add(out, host_link(host, route->link));
	}
}

/* What is below the link they leave by may filter them as well. */
static int returns_cap(const struct ruleset *ruleset, const struct host *host, const struct query *query,
		       const struct end *end, struct pool *pool, struct family_answer *answer)
{
	struct end leaving = *end;

	leaving.link = end->back;
	if (leaving.link == end->link)
		return 0;
	if (stack_cap(ruleset, host, &leaving, pool, answer) < 0)
		return -1;
	return beside_cap(host, query, &leaving, pool, answer);
}

static const char *links_text(const struct returns *returns, struct pool *pool)
{
	const char *names = returns->list[0]->name;

	for (size_t i = 1; names && i < returns->count; i++)
		names = pool_format(pool, "%s, %s", names, returns->list[i]->name);
	return names ? pool_format(pool, "depends on the interface that replies leave by: %s", names) : NULL;
}

static int returns_tell(const struct returns *returns, bool differ, struct pool *pool,
			struct family_answer *answer)
{
	if (differ &&
	    condition_add(answer, CONDITION_INTERFACE, links_text(returns, pool), NULL, true, pool) < 0)
		return -1;
	if (!returns->more || (answer->verdict != ANSWER_OPEN && answer->verdict != ANSWER_DEPENDS))
		return 0;
	answer->verdict = ANSWER_UNKNOWN;
	answer->unknown = "too many interfaces that replies may leave by";
	return 0;
}

int returns_run(const struct ruleset *ruleset, const struct host *host, const struct facts *facts,
		const struct ties *ties, const struct query *query, const struct end *end, struct pool *pool,
		struct family_answer *out)
{
	struct end back = *end;
	struct returns returns;
	bool differ = false;

	if (query->direction == DIRECTION_OUT || !end->link || !facts->tells_links)
		return orders_run(ruleset, host, facts, ties, query, end, pool, out);
	returns_find(host, query, end, &returns);
	if (returns.count == 0) /* all that lead there are down */
		returns.list[returns.count++] = end->link;
	for (size_t i = 0; i < returns.count; i++) {
		struct family_answer answer;

		back.back = returns.list[i];
		if (orders_run(ruleset, host, facts, ties, query, &back, pool, i ? &answer : out) < 0 ||
		    returns_cap(ruleset, host, query, &back, pool, i ? &answer : out) < 0)
			return -1;
		if (i == 0)
			continue;
		differ |= answer.verdict != out->verdict;
		answers_meet(out, &answer, "the interface that replies leave by");
	}
	return returns_tell(&returns, differ, pool, out);
}
