/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way to each address, as the kernel would take it, and who stands at its next step. Whether a neighbour is there shows only
 * when it was tried, so it is asked for again where nothing connected.
 */
#include "route.h"

#include "stages.h"
#include "witness.h"

#include "fwport/route_lookup.h"

static int take_link(struct examination *examination, const struct link_state *link,
		     struct route_facts *facts, struct error *err)
{
	facts->device = pool_text(examination->pool, link->name);
	facts->no_carrier = link->up && !link->carrier;
	return facts->device ? 0 : error_memory(err);
}

/* A source that the other side can answer to; the kernel takes ::1 or none when it has nothing better. */
static bool source_is_heard(const struct route_way *way, const struct address *to)
{
	if (way->local)
		return true;
	if (!way->has_source || (address_is_loopback(&way->source) && !address_is_loopback(to)))
		return false;
	return to->family == FAMILY_IPV4 || !address_is_link_local(&way->source) || address_is_link_local(to);
}

static int take_way(struct examination *examination, const struct address *to, const struct route_way *way,
		    struct route_facts *facts, struct error *err)
{
	if (take_link(examination, &way->link, facts, err) < 0)
		return -1;
	facts->status = !way->link.up || !way->link.carrier ? ROUTE_LINK_DOWN
			: source_is_heard(way, to)          ? ROUTE_OK
							    : ROUTE_NO_SOURCE;
	facts->has_gateway = way->has_gateway;
	facts->gateway = way->gateway;
	facts->has_source = way->has_source;
	facts->source = way->source;
	facts->mtu = way->mtu;
	facts->neighbour = NEIGHBOUR_NOT_NEEDED;
	if (!way->local && way->link.neighbours) {
		facts->neighbour = NEIGHBOUR_UNKNOWN;
		facts->link = way->link.index;
	}
	return 0;
}

/* No route: because the link is down, because there is no address, or for no reason that shows. */
static int explain_none(struct examination *examination, const struct address *to, struct route_facts *facts,
			struct error *err)
{
	struct family_state state;

	if (address_is_loopback(to)) { /* lo has its routes for as long as it is up */
		facts->status = ROUTE_LINK_DOWN;
		facts->device = "lo";
		return 0;
	}
	if (family_lookup(to->family, &state, err) < 0)
		return -1;
	facts->status = state.has_down ? ROUTE_LINK_DOWN : state.has_address ? ROUTE_NONE : ROUTE_NO_SOURCE;
	return state.has_down ? take_link(examination, &state.down, facts, err) : 0;
}

static int look(struct examination *examination, const struct destination *to, struct route_facts *facts,
		struct error *err)
{
	const struct route_question question = {.to = to->address,
						.protocol = to->protocol,
						.port = to->port,
						.uid = examination->equipment->uid};
	struct route_way way;

	if (route_lookup(&question, &way, err) < 0)
		return -1;
	facts->reached = true;
	switch (way.found) {
	case ROUTE_FOUND:
		return take_way(examination, &to->address, &way, facts, err);
	case ROUTE_FOUND_NONE:
		return explain_none(examination, &to->address, facts, err);
	case ROUTE_FOUND_UNREACHABLE:
		facts->status = ROUTE_UNREACHABLE;
		return 0;
	case ROUTE_FOUND_PROHIBIT:
		facts->status = ROUTE_PROHIBIT;
		return 0;
	case ROUTE_FOUND_BLACKHOLE:
		facts->status = ROUTE_BLACKHOLE;
		return 0;
	}
	return 0;
}

static enum neighbour_status status_of(enum neighbour_state state, bool tried)
{
	switch (state) {
	case NEIGHBOUR_STATE_FIXED:
		return NEIGHBOUR_NOT_NEEDED;
	case NEIGHBOUR_STATE_CURRENT:
		return NEIGHBOUR_REACHABLE;
	case NEIGHBOUR_STATE_ASKED:
	case NEIGHBOUR_STATE_FAILED:
		return tried ? NEIGHBOUR_SILENT : NEIGHBOUR_UNKNOWN;
	case NEIGHBOUR_STATE_KNOWN:
	case NEIGHBOUR_STATE_NONE:
		return NEIGHBOUR_UNKNOWN;
	}
	return NEIGHBOUR_UNKNOWN;
}

static int look_for_neighbour(const struct address *to, bool tried, struct route_facts *facts,
			      struct error *err)
{
	enum neighbour_state state;

	if (!facts->reached || !facts->link)
		return 0;
	if (neighbour_lookup(facts->link, facts->has_gateway ? &facts->gateway : to, &state, err) < 0)
		return -1;
	facts->neighbour = status_of(state, tried);
	return 0;
}

int route_look_at(struct examination *examination, const struct destination *to, struct route_facts *facts,
		  struct error *err)
{
	if (look(examination, to, facts, err) < 0)
		return -1;
	return look_for_neighbour(&to->address, to->tried, facts, err);
}

int route_look(struct examination *examination, struct error *err)
{
	for (size_t i = 0; i < examination->endpoint_count; i++) {
		struct endpoint *endpoint = &examination->endpoints[i];
		const struct destination to = {
			.address = endpoint->address, .protocol = IPPROTO_TCP, .port = endpoint->port};

		if (route_look_at(examination, &to, &endpoint->route, err) < 0)
			return -1;
	}
	return 0;
}

/* Whom the link is asked for on the way there. False: nobody has to be. */
static bool neighbour_of(const struct endpoint *endpoint, struct tuple *out)
{
	const struct route_facts *route = &endpoint->route;

	*out = (struct tuple){.remote = route->has_gateway ? route->gateway : endpoint->address};
	return route->reached && route->link;
}

void route_watch_neighbours(struct examination *examination)
{
	struct tuple neighbour;

	for (size_t i = 0; i < examination->endpoint_count && examination->equipment->witness; i++)
		if (neighbour_of(&examination->endpoints[i], &neighbour) &&
		    examination->endpoints[i].route.neighbour != NEIGHBOUR_REACHABLE)
			witness_watch_handshake(examination->equipment->witness, &neighbour);
}

/* Nobody answers, nobody was asked, or the answer was not taken: what stands outside of the firewall knows. */
static void explain_silence(const struct examination *examination, struct endpoint *endpoint)
{
	struct tuple neighbour;
	struct sighting seen;

	if (!examination->equipment->witness || endpoint->route.neighbour != NEIGHBOUR_SILENT ||
	    !neighbour_of(endpoint, &neighbour))
		return;
	seen = witness_saw(examination->equipment->witness, &neighbour);
	if (seen.watched && seen.syn_ack_in)
		endpoint->route.neighbour = NEIGHBOUR_UNHEARD;
	else if (seen.watched && !seen.syn_out)
		endpoint->route.neighbour = NEIGHBOUR_UNASKED;
}

static void forget_neighbours(const struct examination *examination)
{
	struct tuple neighbour;

	for (size_t i = 0; i < examination->endpoint_count && examination->equipment->witness; i++)
		if (neighbour_of(&examination->endpoints[i], &neighbour))
			witness_forget(examination->equipment->witness, &neighbour);
}

int route_look_again(struct examination *examination, struct error *err)
{
	for (size_t i = 0; i < examination->endpoint_count; i++) {
		struct endpoint *endpoint = &examination->endpoints[i];

		if (endpoint->tcp.reached && endpoint->tcp.status != TCP_OK &&
		    look_for_neighbour(&endpoint->address, true, &endpoint->route, err) < 0)
			return -1;
		explain_silence(examination, endpoint);
	}
	forget_neighbours(examination);
	return 0;
}
