/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An accept before a blocker also skips what stands behind the blocker, and in another chain even what stands before it. Whoever
 * was stopped there must still be stopped; whoever was stopped by the blocker itself may pass now.
 */
#include "peers.h"

#include "ban.h"
#include "behind.h"
#include "place.h"
#include "survey.h"

#include <string.h>

enum { PEERS_MOST = 256, ROLES_MOST = 4 };

bool rule_is(const struct rule *a, const struct rule *b)
{
	if (!a || !b)
		return a == b;
	return a->handle == b->handle && chain_is(a->chain, b->chain);
}

const struct station *station_like(const struct family_answer *answer, enum packet_role role,
				   const struct chain *base)
{
	for (size_t i = 0; i < answer->packet_count; i++)
		for (size_t j = 0;
		     answer->packets[i].packet.role == role && j < answer->packets[i].path_count; j++) {
			const struct station *station = &answer->packets[i].path[j];

			if (chain_is(station->chain, base))
				return station;
		}
	return NULL;
}

/* The same way to the same rule: others may come to it by other calls, on purpose. */
static bool decision_is(const struct decision *a, const struct decision *b)
{
	if (!rule_is(a->rule, b->rule) || (a->rule && a->call_count != b->call_count))
		return false;
	for (size_t i = 0; a->rule && i < a->call_count; i++)
		if (!rule_is(a->calls[i].rule, b->calls[i].rule))
			return false;
	return true;
}

/* What stops the general source singles nobody out. */
static bool stops_anybody(const struct decision *decision, const struct answer *general)
{
	for (size_t i = 0; i < general->family_count; i++)
		for (size_t j = 0; j < general->families[i].packet_count; j++) {
			const struct station *station =
				station_like(&general->families[i],
					     general->families[i].packets[j].packet.role, decision->base);

			if (station && fate_is_block(station->fate) &&
			    decision_is(&station->decision, decision))
				return true;
		}
	return false;
}

static bool fares(const struct answer *answer, enum packet_role role, const struct chain *base, bool blocked)
{
	for (size_t i = 0; i < answer->family_count; i++) {
		const struct station *station = station_like(&answer->families[i], role, base);

		if (station && fate_is_block(station->fate) == blocked)
			return true;
	}
	return false;
}

/* Where the packet of a source is stopped that this answer singles out, or that a set holds; or NULL. */
static const struct decision *ban_find(const struct trial *trial, const struct answer *answer,
				       const struct answer *general, enum packet_role role)
{
	const struct decision *blocker = trial->blocker;
	const struct rule *bans;

	for (size_t i = 0; i < answer->family_count; i++) {
		const struct station *station = station_like(&answer->families[i], role, blocker->base);

		if (station && fate_is_block(station->fate) &&
		    (decision_ban(&station->decision, &bans) ||
		     (!decision_is(&station->decision, blocker) &&
		      !stops_anybody(&station->decision, general))))
			return &station->decision;
	}
	return NULL;
}

/* One source; at one end of this host, or at all that it has. */
struct caller {
	const struct group *group;
	struct lane lane;
	uint16_t port;
};

/* Past the blocker NAT may take the packet to somebody else, whom nobody asked to open. */
static const struct decision *diversion_find(const struct answer *after, enum packet_role role)
{
	for (size_t i = 0; i < after->family_count; i++)
		for (size_t j = 0; j < after->families[i].packet_count; j++) {
			const struct packet_answer *packet = &after->families[i].packets[j];

			for (size_t k = 0; packet->packet.role == role && k < packet->path_count; k++)
				if (fate_is_block(packet->path[k].fate) &&
				    decision_is_nat(&packet->path[k].decision))
					return &packet->path[k].decision;
		}
	return NULL;
}

static int caller_ask(const struct trial *trial, const struct caller *caller, const struct ruleset *ruleset,
		      struct pool *pool, struct answer *out, struct error *err)
{
	return lane_ask(ruleset, trial->host, caller->group, &caller->lane, caller->port, pool, out, err);
}

/*
 * *found: what a hypothesis stops of the packets that the guest frees. *several: the answers were of several ends, and what is
 * freed may be at another one than what is stopped.
 */
static int caller_check(const struct trial *trial, const struct caller *caller,
			const struct hypotheses *hypotheses, struct pool *pool, const struct decision **found,
			bool *several, struct error *err)
{
	const struct chain *base = trial->blocker->base;
	enum packet_role roles[ROLES_MOST];
	size_t role_count = packet_roles(caller->group->protocol, roles), freed = 0;
	struct answer before, after, answer;

	*found = NULL;
	if (caller_ask(trial, caller, trial->before, pool, &before, err) < 0 ||
	    caller_ask(trial, caller, trial->after, pool, &after, err) < 0)
		return -1;
	*several = before.family_count > 1 || after.family_count > 1;
	for (size_t i = 0; i < role_count; i++)
		if (fares(&before, roles[i], base, true) && fares(&after, roles[i], base, false))
			roles[freed++] = roles[i];
	for (size_t i = 0; i < freed && !*found; i++)
		*found = diversion_find(&after, roles[i]);
	for (size_t i = 0; freed && i < hypotheses->count && !*found; i++) {
		const struct hypothesis *hypothesis = &hypotheses->list[i];

		answer = before;
		if (hypothesis->ruleset != trial->before &&
		    caller_ask(trial, caller, hypothesis->ruleset, pool, &answer, err) < 0)
			return -1;
		*several |= answer.family_count > 1;
		for (size_t j = 0; j < freed && !*found; j++)
			*found = ban_find(trial, &answer, &hypothesis->general, roles[j]);
	}
	return 0;
}

static bool end_is_meant(const struct caller *caller, const struct link *link,
			 const struct host_address *address)
{
	const char *iface = caller->group->scope->iface;
	const struct prefix *local = caller->lane.local;

	return link && link->up && !link->loopback && (!iface || !strcmp(iface, link->name)) &&
	       address->address.family == caller->lane.family && !address_is_link_local(&address->address) &&
	       !address_is_loopback(&address->address) &&
	       (!local || prefix_contains(local, &address->address));
}

/* Ends that fare alike share an entry in each answer, others in each: only one end at a time can be compared for sure. */
static int ends_check(const struct trial *trial, const struct caller *caller,
		      const struct hypotheses *hypotheses, struct pool *pool, const struct decision **found,
		      struct error *err)
{
	const struct decision *suspect = *found;
	size_t asked = 0;

	*found = NULL;
	for (size_t i = 0; i < trial->host->address_count && !*found; i++) {
		const struct host_address *address = &trial->host->addresses[i];
		const struct link *link = host_link(trial->host, address->link);
		struct prefix local = prefix_of_address(&address->address);
		struct scope scope = *caller->group->scope;
		struct group group = *caller->group;
		struct caller narrow = {&group, caller->lane, caller->port};
		bool several;

		if (!end_is_meant(caller, link, address))
			continue;
		scope.iface = link->name;
		group.scope = &scope;
		narrow.lane.local = &local;
		if (caller_check(trial, &narrow, hypotheses, pool, found, &several, err) < 0)
			return -1;
		asked++;
	}
	if (!asked)
		*found = suspect;
	return 0;
}

static int peer_check(const struct trial *trial, const struct address *peer, uint16_t port,
		      const struct hypotheses *hypotheses, struct pool *pool, const struct decision **found,
		      struct error *err)
{
	struct prefix single = prefix_of_address(peer);
	const struct caller caller = {
		.group = trial->group,
		.lane = {.family = trial->lane->family, .peer = &single, .local = trial->lane->local},
		.port = port,
	};
	bool several;

	if (caller_check(trial, &caller, hypotheses, pool, found, &several, err) < 0)
		return -1;
	return *found && several ? ends_check(trial, &caller, hypotheses, pool, found, err) : 0;
}

int peers_check(const struct trial *trial, uint16_t port, struct pool *pool, const struct decision **found,
		bool *too_many, struct error *err)
{
	struct hypotheses hypotheses;
	struct address *peers;
	size_t count;
	bool more;

	*found = NULL;
	*too_many = false;
	if (peer_classes(trial->before, trial->lane->family, trial->lane->peer, PEERS_MOST, pool, &peers,
			 &count, &more, err) < 0)
		return -1;
	if (more) {
		*too_many = !skips_nothing(trial->blocker);
		return 0;
	}
	if (count && hypotheses_find(trial, port, pool, &hypotheses, err) < 0)
		return -1;
	for (size_t i = 0; i < count && !*found; i++)
		if (peer_check(trial, &peers[i], port, &hypotheses, pool, found, err) < 0)
			return -1;
	return 0;
}
