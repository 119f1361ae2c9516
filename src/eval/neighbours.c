/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Neighbour discovery. A port that every chain lets through is still out of reach over IPv6 when the same chains drop the
 * messages by which hosts on a link find each other. It is told and changes no verdict: neighbours may have static entries,
 * and whether they do is not for rules to say.
 */
#include "neighbours.h"
#include "explain.h"
#include "journey.h"
#include "judge.h"

#include <net/if_arp.h>

struct message {
	enum packet_role role;
	bool asker_is_here;
};

/* A neighbour looks for this host, and is told; this host looks for a neighbour, and is told. */
static const struct message messages[] = {
	{PACKET_SOLICITATION, false},
	{PACKET_ADVERTISEMENT, false},
	{PACKET_SOLICITATION, true},
	{PACKET_ADVERTISEMENT, true},
};

enum { MESSAGES = sizeof(messages) / sizeof(messages[0]) };

struct losses {
	struct discovery_loss list[MESSAGES];
	size_t count;
};

/* An address that no rule names: the link-local one of the MAC address for documentation, 00:00:5e:00:53:01. */
static const struct address some_router = {
	FAMILY_IPV6,
	{0xfe, 0x80, [8] = 0x02, [10] = 0x5e, [11] = 0xff, [12] = 0xfe, [14] = 0x53, [15] = 0x01},
};

static bool is_on_link(const struct host *host, const struct link *link, const struct address *address)
{
	for (size_t i = 0; i < host->address_count; i++)
		if (host->addresses[i].link == link->index &&
		    prefix_contains(&host->addresses[i].prefix, address))
			return true;
	return false;
}

/* Who has to be found: the peer itself, or the router it is behind. */
static struct endpoint neighbour_of(const struct host *host, const struct end *end)
{
	bool is_near = !end->peer_open && is_on_link(host, end->link, &end->peer);

	return (struct endpoint){.address = is_near ? end->peer : some_router,
				 .address_origin = end->peer_open ? ORIGIN_PEER_ADDRESS : ORIGIN_FIXED};
}

static void build(const struct message *message, const struct host *host, const struct end *end,
		  struct packet *out)
{
	const struct endpoint here = {.address = end->local,
				      .address_origin =
					      end->local_open ? ORIGIN_LOCAL_ADDRESS : ORIGIN_FIXED};
	const struct endpoint there = neighbour_of(host, end);
	const struct endpoint *asker = message->asker_is_here ? &here : &there;
	const struct endpoint *asked = message->asker_is_here ? &there : &here;

	packet_build_discovery(message->role, asker, asked, message->asker_is_here, end->link, out);
}

/* One entry for each rule that blocks, and for each policy. */
static struct discovery_loss *loss_of(struct losses *losses, const struct decision *decision)
{
	for (size_t i = 0; i < losses->count; i++) {
		struct discovery_loss *loss = &losses->list[i];

		if (loss->decision.rule == decision->rule &&
		    (decision->rule || loss->decision.base == decision->base))
			return loss;
	}
	losses->list[losses->count] = (struct discovery_loss){.decision = *decision};
	return &losses->list[losses->count++];
}

static void loss_take(struct losses *losses, const struct message *message,
		      const struct packet_answer *packet)
{
	struct discovery_loss *loss;

	if (!fate_is_block(packet->fate))
		return;
	loss = loss_of(losses, packet->decided_by);
	loss->solicitation |= message->role == PACKET_SOLICITATION;
	loss->advertisement |= message->role == PACKET_ADVERTISEMENT;
	loss->hides_us |= !message->asker_is_here;
	loss->hides_them |= message->asker_is_here;
}

/* Other links have no neighbours to be found, or nobody knows which link it is. */
static bool needs_discovery(const struct family_answer *answer, const struct end *end)
{
	if (answer->family != FAMILY_IPV6 ||
	    (answer->verdict != ANSWER_OPEN && answer->verdict != ANSWER_DEPENDS))
		return false;
	return end->link && end->link->type == ARPHRD_ETHER && !end->link->noarp;
}

int neighbours_tell(const struct ruleset *ruleset, const struct host *host, const struct facts *facts,
		    const struct query *query, const struct end *end, struct pool *pool,
		    struct family_answer *answer)
{
	CLEANUP(pool_free) struct pool scratch = {0};
	struct losses losses = {0};

	if (!needs_discovery(answer, end))
		return 0;
	for (size_t i = 0; i < MESSAGES; i++) {
		struct packet_answer judged;
		struct packet packet;

		build(&messages[i], host, end, &packet);
		if (journey_of_packets(ruleset, host, facts, &packet, 1, &scratch, &judged) < 0)
			return -1;
		loss_take(&losses, &messages[i], &judged);
	}
	for (size_t i = 0; i < losses.count; i++)
		if (condition_add(answer, CONDITION_OTHER,
				  discovery_text(&losses.list[i], query->direction, pool),
				  losses.list[i].decision.rule, false, pool) < 0)
			return -1;
	return 0;
}
