/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guard holds two rulesets against connections that are there. It judges packets only; where the connections come from is
 * kernel/session.c's affair, and what connection tracking knows of them kernel/conntrack.c's.
 */
#include "fwport/guard.h"

struct guard {
	const struct ruleset *before, *after;
	const struct host *host;
};

/* One side of a connection of this host, and its next packets or those of another like it. */
struct question {
	const struct connection *connection;
	enum direction direction;
	bool anew;
	const char *iface; /* NULL: any */
};

/* The packet of `b` that fares worse than in `a`, where it was not blocked, or NULL. */
static const struct packet_answer *worsened(const struct family_answer *a, const struct family_answer *b)
{
	for (size_t i = 0; i < b->packet_count && i < a->packet_count; i++)
		if (b->packets[i].fate > a->packets[i].fate && !fate_is_block(a->packets[i].fate))
			return &b->packets[i];
	return NULL;
}

static bool is_alive(const struct family_answer *answer)
{
	for (size_t i = 0; i < answer->packet_count; i++)
		if (fate_is_block(answer->packets[i].fate))
			return false;
	return true;
}

/* Interfaces that rules tell apart have an answer each; when those are others than before, each is held against each. */
static const struct packet_answer *stops(const struct answer *then, const struct answer *now)
{
	const struct packet_answer *stopped = NULL;

	for (size_t i = 0; i < then->family_count && !stopped; i++)
		for (size_t j = 0; j < now->family_count && !stopped; j++)
			if ((i == j || then->family_count != now->family_count) &&
			    is_alive(&then->families[i]))
				stopped = worsened(&then->families[i], &now->families[j]);
	return stopped;
}

/* NAT may have moved the port that the peer knows: that is the one it asks for again. */
static bool was_moved(const struct guard *guard, const struct question *question)
{
	const struct tracking *tracking = &question->connection->tracking;

	return question->direction == DIRECTION_IN && tracking->known == TRACKING_ENTRY &&
	       !tracking->begun_here && host_is_local(guard->host, &tracking->asked);
}

static int question_ask(const struct guard *guard, const struct question *question, struct pool *pool,
			const struct packet_answer **stopped, struct error *err)
{
	const struct connection *connection = question->connection;
	bool moved = was_moved(guard, question);
	struct prefix peer = prefix_of_address(&connection->peer),
		      local = prefix_of_address(moved ? &connection->tracking.asked : &connection->local);
	struct query query = {
		.direction = question->direction,
		.protocol = connection->datagrams ? PROTOCOL_UDP : PROTOCOL_TCP,
		.port = moved ? connection->tracking.asked_port : connection->local_port,
		.families = FAMILY_BIT(peer.address.family),
		.peer = &peer,
		.local = &local,
		.iface = question->iface,
		.existing = question->anew ? NULL : connection,
	};
	struct answer then, now;

	if (question->direction == DIRECTION_OUT)
		query.port = connection->peer_port;
	if (evaluate(guard->before, guard->host, &query, pool, &then, err) < 0 ||
	    evaluate(guard->after, guard->host, &query, pool, &now, err) < 0)
		return -1;
	*stopped = stops(&then, &now);
	return 0;
}

/* Where nobody can say whether connection tracking knows it, it must not stop either way. */
static int question_judge(const struct guard *guard, const struct question *question, struct pool *pool,
			  const struct packet_answer **stopped, struct error *err)
{
	struct connection stranger = *question->connection;
	struct question again = *question;

	if (question_ask(guard, question, pool, stopped, err) < 0)
		return -1;
	if (*stopped || question->anew || stranger.tracking.known != TRACKING_UNKNOWN)
		return 0;
	stranger.tracking.known = TRACKING_NONE;
	again.connection = &stranger;
	return question_ask(guard, &again, pool, stopped, err);
}

static int say(const struct question *question, const char *evidence, const struct packet_answer *packet,
	       struct pool *pool, const char **sentence, struct error *err)
{
	const struct connection *connection = question->connection;
	CLEANUP(text_free) struct text text = {0};
	char peer[ADDRESS_TEXT];

	address_text(&connection->peer, peer);
	text_add(&text, "%s connection ", question->anew ? "a new" : "the");
	if (question->direction == DIRECTION_OUT)
		text_add(&text, "to %s port %u", peer, connection->peer_port);
	else
		text_add(&text, "from %s to %sport %u", peer, connection->datagrams ? "UDP " : "",
			 connection->local_port);
	if (evidence)
		text_add(&text, " (found by %s)", evidence);
	text_add(&text, " would ");
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

/* Nobody who works on this very host can be locked out of it. */
static int connection_check(const struct guard *guard, const struct connection *connection,
			    const char *evidence, struct pool *pool, const char **sentence, struct error *err)
{
	const char *ways[] = {NULL, way_back(guard->host, connection)};

	if (host_is_local(guard->host, &connection->peer))
		return 0;
	for (size_t i = connection->peer_port ? 0 : 2; i < 4 && !*sentence; i++) {
		const struct question question = {
			.connection = connection, .anew = i >= 2, .iface = ways[i % 2]};
		const struct packet_answer *stopped = NULL;

		if (i % 2 == 1 && !question.iface)
			continue;
		if (question_judge(guard, &question, pool, &stopped, err) < 0 ||
		    (stopped && say(&question, evidence, stopped, pool, sentence, err) < 0))
			return -1;
	}
	return 0;
}

int guard_check(const struct ruleset *before, const struct ruleset *after, const struct host *host,
		const struct connections *connections, struct pool *pool, const char **sentence,
		struct error *err)
{
	const struct guard guard = {before, after, host};

	*sentence = NULL;
	for (size_t i = 0; i < connections->count && !*sentence; i++)
		if (connection_check(&guard, &connections->list[i], connections->evidence, pool, sentence,
				     err) < 0)
			return -1;
	return 0;
}

static bool somebody_listens(const struct listeners *listeners, uint16_t port)
{
	for (size_t i = 0; i < listeners->count; i++)
		if (listeners->list[i].port == port)
			return true;
	return false;
}

/* Judged for the way that its packets take, and told only if it is the first that stops. */
static int connection_count(const struct guard *guard, const struct connection *connection, bool came_in,
			    struct pool *pool, struct toll *toll, struct error *err)
{
	const struct question question = {.connection = connection,
					  .direction = came_in ? DIRECTION_IN : DIRECTION_OUT,
					  .iface = way_back(guard->host, connection)};
	CLEANUP(pool_free) struct pool scratch = {0};
	const struct packet_answer *stopped = NULL;

	if (question_judge(guard, &question, &scratch, &stopped, err) < 0)
		return -1;
	toll->judged++;
	if (!stopped || toll->stopped++)
		return 0;
	return say(&question, NULL, stopped, pool, &toll->sentence, err);
}

static int toll_say(const struct connections *connections, struct pool *pool, struct toll *toll,
		    struct error *err)
{
	if (!toll->stopped)
		return 0;
	toll->sentence = pool_format(
		pool, "%zu of %s%zu established connections would stop passing: %s", toll->stopped,
		toll->judged == TOLL_LIMIT && connections->count > TOLL_LIMIT ? "the first " : "",
		toll->judged, toll->sentence);
	return toll->sentence ? 0 : error_memory(err);
}

int guard_count(const struct ruleset *before, const struct ruleset *after, const struct host *host,
		const struct connections *connections, const struct listeners *listeners, struct pool *pool,
		struct toll *out, struct error *err)
{
	const struct guard guard = {before, after, host};

	*out = (struct toll){0};
	for (size_t i = 0; i < connections->count && out->judged < TOLL_LIMIT; i++) {
		const struct connection *connection = &connections->list[i];

		if (!host_is_local(host, &connection->peer) &&
		    connection_count(&guard, connection, somebody_listens(listeners, connection->local_port),
				     pool, out, err) < 0)
			return -1;
	}
	return toll_say(connections, pool, out, err);
}
