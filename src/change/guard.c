/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guard holds two rulesets against the administrator's connections. It judges packets only; where the connections come
 * from is kernel/session.c's affair.
 */
#include "fwport/guard.h"

/* The packet of `b` that fares worse than in `a`, where it was not blocked, or NULL. Roles from `first` on: an established
 * connection sends no SYN any more. */
static const struct packet_answer *worsened(const struct family_answer *a, const struct family_answer *b,
					    enum packet_role first)
{
	for (size_t i = 0; i < b->packet_count && i < a->packet_count; i++)
		if (b->packets[i].packet.role >= first && b->packets[i].fate > a->packets[i].fate &&
		    !fate_is_block(a->packets[i].fate))
			return &b->packets[i];
	return NULL;
}

static bool is_alive(const struct family_answer *answer, enum packet_role first)
{
	for (size_t i = 0; i < answer->packet_count; i++)
		if (answer->packets[i].packet.role >= first && fate_is_block(answer->packets[i].fate))
			return false;
	return true;
}

static const struct packet_answer *stops(const struct family_answer *before,
					 const struct family_answer *after)
{
	if (is_alive(before, PACKET_ACK) && worsened(before, after, PACKET_ACK))
		return worsened(before, after, PACKET_ACK);
	return is_alive(before, PACKET_SYN) ? worsened(before, after, PACKET_SYN) : NULL;
}

static int say(const struct connection *connection, const char *evidence, const struct packet_answer *packet,
	       struct pool *pool, const char **sentence, struct error *err)
{
	CLEANUP(text_free) struct text text = {0};
	char peer[ADDRESS_TEXT];

	text_add(&text, "%s connection from %s to port %u (found by %s) would ",
		 packet->packet.role >= PACKET_ACK ? "the" : "a new", address_text(&connection->peer, peer),
		 connection->local_port, evidence);
	if (fate_is_block(packet->fate) && packet->decided_by) {
		text_add(&text, "be ");
		decision_text(packet->decided_by, &text);
	} else {
		text_add(&text, "no longer be sure to pass");
	}
	*sentence = text.failed ? NULL : pool_text(pool, text_string(&text));
	return *sentence ? 0 : error_memory(err);
}

/* The interface that leads to the peer: a host answers on any of them for an address of another. */
static const char *way_back(const struct host *host, const struct connection *connection)
{
	const struct route *route = host_route(host, &connection->peer);
	const struct link *link = route ? host_link(host, route->link) : NULL;

	return link && !link->loopback ? link->name : NULL;
}

/* Interfaces that rules tell apart have an answer each; when those are others than before, each is held against each. */
static const struct packet_answer *stops_any(const struct answer *then, const struct answer *now)
{
	const struct packet_answer *stopped = NULL;

	for (size_t i = 0; i < then->family_count && !stopped; i++)
		for (size_t j = 0; j < now->family_count && !stopped; j++)
			if (i == j || then->family_count != now->family_count)
				stopped = stops(&then->families[i], &now->families[j]);
	return stopped;
}

static int way_check(const struct ruleset *before, const struct ruleset *after, const struct host *host,
		     const struct connection *connection, const char *iface, struct pool *pool,
		     const struct packet_answer **stopped, struct error *err)
{
	struct prefix peer = prefix_of_address(&connection->peer),
		      local = prefix_of_address(&connection->local);
	struct query query = {
		.direction = DIRECTION_IN,
		.protocol = PROTOCOL_TCP,
		.port = connection->local_port,
		.families = FAMILY_BIT(peer.address.family),
		.peer = &peer,
		.local = &local,
		.iface = iface,
	};
	struct answer then, now;

	if (evaluate(before, host, &query, pool, &then, err) < 0 ||
	    evaluate(after, host, &query, pool, &now, err) < 0)
		return -1;
	*stopped = stops_any(&then, &now);
	return 0;
}

/* Nobody who works on this very host can be locked out of it. */
static int connection_check(const struct ruleset *before, const struct ruleset *after,
			    const struct host *host, const struct connection *connection,
			    const char *evidence, struct pool *pool, const char **sentence, struct error *err)
{
	const char *iface = way_back(host, connection);
	const struct packet_answer *stopped = NULL;

	if (host_is_local(host, &connection->peer))
		return 0;
	if (way_check(before, after, host, connection, NULL, pool, &stopped, err) < 0 ||
	    (!stopped && iface && way_check(before, after, host, connection, iface, pool, &stopped, err) < 0))
		return -1;
	return stopped ? say(connection, evidence, stopped, pool, sentence, err) : 0;
}

int guard_check(const struct ruleset *before, const struct ruleset *after, const struct host *host,
		const struct connections *connections, struct pool *pool, const char **sentence,
		struct error *err)
{
	*sentence = NULL;
	for (size_t i = 0; i < connections->count && !*sentence; i++)
		if (connection_check(before, after, host, &connections->list[i], connections->evidence, pool,
				     sentence, err) < 0)
			return -1;
	return 0;
}
