/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which interfaces and addresses a question is about. Inbound: each interface that is up, is not the loopback and has an
 * address beyond link-local, and each of its addresses when rules look at addresses. Outbound: the one that leads to the peer.
 * A family that no such interface has does not apply. Only a host of which nothing is known, not even a loopback, is asked for
 * an interface and an address that no rule knows.
 */
#include "ends.h"
#include "peer.h"

#include <linux/rtnetlink.h>

struct asking {
	const struct ruleset *ruleset;
	const struct host *host;
	const struct query *query;
	enum family family;
	const struct facts *facts;
	struct pool *pool;
	struct address peer;
	bool peer_split;
	struct ends *out;
};

static bool address_counts(const struct host_address *address, enum family family)
{
	return address->address.family == family && !address_is_link_local(&address->address) &&
	       !address_is_loopback(&address->address);
}

static const struct address *first_address(const struct host *host, const struct link *link,
					   enum family family)
{
	for (size_t i = 0; i < host->address_count; i++)
		if (host->addresses[i].link == link->index && address_counts(&host->addresses[i], family))
			return &host->addresses[i].address;
	return NULL;
}

static bool link_qualifies(const struct host *host, const struct link *link, enum family family)
{
	return link->up && !link->loopback && first_address(host, link, family);
}

static bool is_one_address(const struct prefix *prefix)
{
	return prefix->length == 8 * address_size(prefix->address.family);
}

static int end_add(struct asking *asking, const struct link *link, const struct address *local,
		   bool local_open, bool counted)
{
	struct ends *out = asking->out;
	struct end *list = pool_grow(asking->pool, out->list, out->count, sizeof(*list));

	if (!list)
		return -1;
	out->list = list;
	list[out->count++] = (struct end){
		.link = link,
		.name = link ? link->name : asking->query->iface,
		.counted = counted,
		.local = *local,
		.peer = asking->peer,
		.local_open = local_open,
		.peer_open = !asking->query->peer || !is_one_address(asking->query->peer),
		.peer_split = asking->peer_split,
	};
	return 0;
}

/* The host's address for an interface that has none that was asked for. */
static int end_add_stranger(struct asking *asking, const struct link *link, bool counted)
{
	const struct prefix *local = asking->query->local;
	struct address address = local ? local->address : address_of_nobody(asking->family);

	return end_add(asking, link, &address, !local || !is_one_address(local), counted);
}

/* An end for each address of the link, or for one of them when no rule looks at addresses. */
static int ends_of_link(struct asking *asking, const struct link *link, bool counted)
{
	const struct prefix *wanted = asking->query->local;
	size_t before = asking->out->count;

	for (size_t i = 0; i < asking->host->address_count; i++) {
		const struct host_address *address = &asking->host->addresses[i];

		if (address->link != link->index || !address_counts(address, asking->family) ||
		    (wanted && !prefix_contains(wanted, &address->address)))
			continue;
		if (end_add(asking, link, &address->address, !wanted || !is_one_address(wanted), counted) < 0)
			return -1;
		if (!asking->facts->tells_addresses)
			break;
	}
	if (asking->out->count == before && wanted)
		return end_add_stranger(asking, link, counted);
	return 0;
}

static bool link_is_wanted(const struct asking *asking, const struct link *link)
{
	if (!link_qualifies(asking->host, link, asking->family))
		return false;
	if (!asking->query->local)
		return true;
	for (size_t i = 0; i < asking->host->address_count; i++)
		if (asking->host->addresses[i].link == link->index &&
		    prefix_contains(asking->query->local, &asking->host->addresses[i].address))
			return true;
	return false;
}

/* Whom the headline counts: the interface a named peer is behind; else those with a default route. */
static bool link_counts(const struct asking *asking, const struct link *link)
{
	const struct route *route = asking->query->peer ? host_route(asking->host, &asking->peer) : NULL;

	if (route)
		return route->link == link->index;
	return host_has_default_route(asking->host, asking->family, link->index);
}

static void count_all_if_none(struct ends *ends)
{
	for (size_t i = 0; i < ends->count; i++)
		if (ends->list[i].counted)
			return;
	for (size_t i = 0; i < ends->count; i++)
		ends->list[i].counted = true;
}

static int ends_of_all_links(struct asking *asking)
{
	for (size_t i = 0; i < asking->host->link_count; i++) {
		const struct link *link = &asking->host->links[i];

		if (link_is_wanted(asking, link) && ends_of_link(asking, link, link_counts(asking, link)) < 0)
			return -1;
	}
	count_all_if_none(asking->out);
	return 0;
}

/* Nothing comes or goes by an interface that is not there, is down, or has no address of the family. */
static int ends_of_named_link(struct asking *asking, const struct link *link)
{
	if (!link || !link_qualifies(asking->host, link, asking->family))
		return 0;
	return ends_of_link(asking, link, true);
}

/* A host that is not known is asked as if it had the one that is meant. */
static bool somebody_elses(const struct asking *asking, const struct prefix *local)
{
	if (asking->host->link_count == 0)
		return false;
	if (host_is_local(asking->host, &local->address))
		return false;
	for (size_t i = 0; i < asking->host->address_count; i++)
		if (prefix_contains(local, &asking->host->addresses[i].address))
			return false;
	return true;
}

/* Whether the peer is reached, and not by the interface that the question names: several routes may lead to it. */
static bool leaves_elsewhere(const struct asking *asking)
{
	const struct prefix *peer = asking->query->peer;
	const struct host *host = asking->host;
	const struct route *best = host_route(host, &asking->peer);
	const struct link *link = host_link_named(host, asking->query->iface);

	if (!best || !link)
		return false;
	for (size_t i = 0; i < host->route_count; i++) {
		const struct route *route = &host->routes[i];

		if (route->link != link->index || route->type != RTN_UNICAST)
			continue;
		if (prefix_contains(&route->to, &asking->peer) &&
		    (route_is_of_policy(route) || route_is_as_good(route, best)))
			return false;
		if (!is_one_address(peer) && prefix_contains(peer, &route->to.address))
			return false;
	}
	return true;
}

/* The kernel never sends or delivers such a packet, whatever the rules say. */
static bool is_out_of_place(const struct asking *asking)
{
	const struct query *query = asking->query;

	if (query->direction == DIRECTION_OUT)
		return query->peer && query->iface && leaves_elsewhere(asking);
	return query->local && somebody_elses(asking, query->local);
}

/* The way out: the interface that leads to the peer, and the address that it leaves from. */
static int ends_of_route(struct asking *asking, bool *found)
{
	const struct route *route = host_route(asking->host, &asking->peer);
	const struct link *link = route ? host_link(asking->host, route->link) : NULL;
	const struct address *local;

	*found = link && !asking->query->iface && !asking->query->local;
	if (!*found)
		return 0;
	local = host_source(asking->host, route, asking->family);
	if (!local)
		local = first_address(asking->host, link, asking->family);
	*found = local != NULL;
	return local ? end_add(asking, link, local, true, true) : 0;
}

/* A host of which nothing is known, and an own address that no interface brings packets for, 127.0.0.1. */
static bool is_asked_all_the_same(const struct asking *asking)
{
	const struct prefix *local = asking->query->local;

	return asking->host->link_count == 0 || (local && host_is_local(asking->host, &local->address));
}

static int ends_add(struct asking *asking)
{
	bool found = false;

	if (is_out_of_place(asking))
		return 0;
	if (asking->query->direction == DIRECTION_OUT && ends_of_route(asking, &found) < 0)
		return -1;
	if (found)
		return 0;
	if (asking->query->iface)
		return ends_of_named_link(asking, host_link_named(asking->host, asking->query->iface));
	if (ends_of_all_links(asking) < 0)
		return -1;
	if (asking->out->count > 0)
		return 0;
	return is_asked_all_the_same(asking) ? end_add_stranger(asking, NULL, true) : 0;
}

/* No rule tells interfaces apart: one answer serves them all. */
static int ends_join(struct asking *asking)
{
	struct ends *ends = asking->out;
	size_t kept = 0;

	if (asking->facts->tells_links || asking->facts->tells_addresses || ends->count < 2)
		return 0;
	for (size_t i = 0; i < ends->count; i++)
		if (ends->list[i].counted && !ends->list[kept].counted)
			kept = i;
	for (size_t i = 0; i < ends->count; i++) {
		if (i == kept)
			continue;
		ends->list[kept].name =
			pool_format(asking->pool, "%s, %s", ends->list[kept].name, ends->list[i].name);
		if (!ends->list[kept].name)
			return -1;
	}
	ends->list[0] = ends->list[kept];
	ends->count = 1;
	return 0;
}

int ends_find(const struct ruleset *ruleset, const struct host *host, const struct query *query,
	      enum family family, const struct facts *facts, struct pool *pool, struct ends *out)
{
	struct asking asking = {ruleset, host, query, family, facts, pool, {0}, false, out};

	*out = (struct ends){0};
	if (query->peer && is_one_address(query->peer))
		asking.peer = query->peer->address;
	else if (peer_choose(ruleset, host, family, query->peer, &asking.peer, &asking.peer_split) < 0)
		return -1;
	if (ends_add(&asking) < 0)
		return -1;
	return ends_join(&asking);
}
