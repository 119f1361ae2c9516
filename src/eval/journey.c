/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One conversation: its packets in order, each through the base chains it meets, in all worlds that are left. A packet that is
 * blocked is judged on as if it had passed, so that every blocker is named; what it would have left behind is forgotten.
 */
#include "journey.h"
#include "flow.h"
#include "judge.h"
#include "shadow.h"
#include "start.h"
#include "view.h"

struct journey {
	const struct ruleset *ruleset;
	const struct host *host;
	const struct facts *facts;
	const struct query *query;
	const struct end *end;
	struct pool *pool;    /* of the answer */
	struct pool *scratch; /* of worlds */
	struct family_answer *answer;
	struct talk talk;
	struct worlds worlds;
	struct views views;
};

/* Behind all hooks. */
static struct scene scene_behind(const struct journey *journey)
{
	return (struct scene){
		.host = journey->host, .facts = journey->facts, .tracked = journey->facts->tracks};
}

/* NAT chains are asked for the first packet that has an entry, until one of them has set up NAT. */
static bool skips(const struct scene *scene, const struct world *world)
{
	return scene->base->type == CHAIN_NAT && (world->nat_done || !flow_begins(scene, world));
}

/* From its place on, tracking marks what it leaves alone (nf_conntrack_icmpv6.c). */
static bool is_left_alone(const struct journey *journey, const struct packet *packet, const struct stop *stop)
{
	return packet_is_discovery(packet) && stop->tracked && journey->facts->tracks;
}

/* A world of which nobody knows whether NAT chains are asked does both. */
static int world_enter(struct journey *journey, const struct scene *scene, struct world *world,
		       struct worlds *entering, struct worlds *passing)
{
	if (skips(scene, world))
		return worlds_add(passing, world, journey->scratch);
	if (scene->base->type == CHAIN_NAT && flow_unsure(scene, world)) {
		if (worlds_add(passing, world, journey->scratch) < 0)
			return -1;
		world_blur(world);
	}
	return worlds_add(entering, world, journey->scratch);
}

/* Sorts the worlds into those that enter the chain, as the packet looks there, and those that go past. */
static int worlds_enter(struct journey *journey, const struct packet *packet, const struct stop *stop,
			const struct scene *scene, struct worlds *entering, struct worlds *passing)
{
	for (size_t i = 0; i < journey->worlds.count; i++) {
		struct world world = journey->worlds.list[i];

		world.packet = packet;
		world.packet = view_find(&journey->views, &journey->talk, scene, &world, stop);
		world.untracked |= is_left_alone(journey, packet, stop);
		world.additions_before = world.additions;
		world.ct_mark_before = world.ct_mark;
		if (!world.packet || world_enter(journey, scene, &world, entering, passing) < 0)
			return -1;
	}
	return 0;
}

static int worlds_leave(struct journey *journey, const struct packet *packet, const struct walk *walk,
			struct worlds *passing)
{
	for (size_t i = 0; i < walk->outcome_count; i++)
		if (worlds_add(passing, &walk->outcomes[i].world, journey->scratch) < 0)
			return -1;
	for (size_t i = 0; i < passing->count; i++)
		passing->list[i].packet = packet;
	worlds_merge(passing);
	journey->worlds = *passing;
	return 0;
}

static bool explains(const struct journey *journey)
{
	return journey->query && journey->query->explain;
}

static int stop_run(struct journey *journey, const struct packet *packet, const struct stop *stop,
		    struct station *station)
{
	const struct scene scene = {
		.host = journey->host,
		.facts = journey->facts,
		.pool = journey->scratch,
		.base = stop->chain,
		.tracked = stop->tracked && journey->facts->tracks,
		.peer_general = journey->end->peer_open,
		.peer_split = journey->end->peer_split,
	};
	struct worlds entering = {0}, passing = {0}, kept = {0};
	struct walk walk;

	*station = (struct station){.hook = stop->chain->hook, .chain = stop->chain};
	if (worlds_enter(journey, packet, stop, &scene, &entering, &passing) < 0)
		return -1;
	station->port = packet_asked_port(worlds_packet(&entering, packet));
	if (entering.count == 0) {
		station->decision = (struct decision){.base = stop->chain, .chain = stop->chain};
		station->passed_by = true;
		return worlds_leave(journey, packet, &(struct walk){0}, &passing);
	}
	if ((explains(journey) && worlds_copy(&kept, &entering, journey->scratch) < 0) ||
	    walk_run(&scene, &entering, &walk) < 0)
		return -1;
	walk.past = &passing;
	if (station_judge(&walk, packet->role, station, journey->answer, journey->pool) < 0)
		return -1;
	if (explains(journey) &&
	    shadow_find(&scene, &kept, packet, station, journey->pool, journey->answer) < 0)
		return -1;
	return worlds_leave(journey, packet, &walk, &passing);
}

/* The first station that blocks decided, else the worst one; of a packet that passes, the last rule that accepted it. */
static void decide(struct packet_answer *answer)
{
	answer->fate = FATE_PASS;
	answer->decided_by = NULL;
	for (size_t i = 0; i < answer->path_count && !fate_is_block(answer->fate); i++) {
		const struct station *station = &answer->path[i];

		if (station->fate > answer->fate || (answer->fate == FATE_PASS && station->decision.rule)) {
			answer->fate = station->fate;
			answer->decided_by = &station->decision;
		}
	}
}

/* NAT chains are asked for the packet from which the entry is made. */
static bool may_begin(const struct journey *journey, const struct packet *packet)
{
	if (!journey->facts->tracks || packet_is_discovery(packet))
		return false;
	for (size_t i = 0; i < journey->worlds.count; i++)
		if (journey->worlds.list[i].flow == FLOW_NONE)
			return true;
	return false;
}

/* A packet that NAT should have moved and did not comes to nobody who knows its connection. */
static int astray_judge(struct journey *journey, struct packet_answer *answer)
{
	const struct scene behind = scene_behind(journey);
	const struct mapping *mapping = NULL;
	struct decision decision = {.fate = FATE_DROP,
				    .because = "NAT changes no packet that is not tracked"};

	for (size_t i = 0; i < journey->worlds.count; i++) {
		struct world world = journey->worlds.list[i];

		world.packet = &answer->packet;
		if ((world.mapping || world.disguise) && !flow_has_entry(&behind, &world))
			mapping = world.mapping ? world.mapping : world.disguise;
		else
			decision.fate = FATE_UNKNOWN;
	}
	if (!mapping || answer->fate >= decision.fate)
		return 0;
	if (!mapping->rule) {
		answer->fate = decision.fate;
		answer->decided_by = NULL;
		return 0;
	}
	decision.rule = mapping->rule;
	decision.chain = mapping->rule->chain;
	decision.base = mapping->base;
	answer->fate = decision.fate;
	answer->decided_by = pool_copy(journey->pool, &decision, sizeof(decision));
	if (!answer->decided_by || decision.fate == FATE_UNKNOWN)
		return answer->decided_by ? 0 : -1;
	return blocker_add(journey->answer, answer->packet.role, &decision, journey->pool);
}

/* What a server's socket sends may carry the mark that the SYN had when it came to it (inet_request_mark). */
static void marks_start(struct journey *journey, const struct packet *packet)
{
	if (!journey->host->marks_replies || !journey->facts->writes_mark || !packet->leaves ||
	    packet->original || packet->protocol != PROTOCOL_TCP)
		return;
	for (size_t i = 0; i < journey->worlds.count; i++)
		journey->worlds.list[i].mark = (struct mark){0, UINT32_MAX};
}

/* The packet is built; fills the rest. */
static int packet_run(struct journey *journey, struct packet_answer *out)
{
	const struct packet *packet = &out->packet;
	struct path path;

	if (path_find(journey->ruleset, packet, may_begin(journey, packet), journey->facts->ties,
		      journey->scratch, &path) < 0)
		return -1;
	out->path = pool_alloc(journey->pool, (path.count + 1) * sizeof(*out->path));
	if (!out->path)
		return -1;
	out->path_count = path.count;
	marks_start(journey, packet);
	for (size_t i = 0; i < path.count; i++) {
		bool new_hook = i == 0 || path.stops[i].chain->hook != path.stops[i - 1].chain->hook;

		for (size_t j = 0; new_hook && j < journey->worlds.count; j++)
			journey->worlds.list[j].nat_done = false;
		if (stop_run(journey, packet, &path.stops[i], &out->path[i]) < 0)
			return -1;
	}
	decide(out);
	return astray_judge(journey, out);
}

/* Between two packets: what belongs to the packet is gone, what belongs to the connection stays. */
static void worlds_next_packet(struct journey *journey, const struct packet *packet)
{
	const struct scene behind = scene_behind(journey);

	for (size_t i = 0; i < journey->worlds.count; i++) {
		struct world *world = &journey->worlds.list[i];

		world->packet = packet;
		flow_advance(&behind, world);
		world->packet = NULL;
		world->mark = (struct mark){0, 0};
		world->untracked = world->templated = world->rewritten = world->nat_done = false;
		world->blurred = world->flow_blurred;
	}
	worlds_merge(&journey->worlds);
}

static int worlds_start(struct journey *journey)
{
	struct world world;

	journey->worlds = (struct worlds){0};
	if (world_start(journey->query, journey->end, journey->scratch, &world) < 0)
		return -1;
	return worlds_add(&journey->worlds, &world, journey->scratch);
}

static int packet_judge(struct journey *journey, struct packet_answer *packet)
{
	if (packet_run(journey, packet) < 0)
		return -1;
	move_find(&journey->worlds, journey->answer);
	worlds_next_packet(journey, &packet->packet);
	return 0;
}

/* Another packet like it, of TCP one with data: the worse of the two is told. */
static int packet_repeat(struct journey *journey, struct packet_answer *told)
{
	/* In the pool, since worlds and views go on pointing to the packet. */
	struct packet_answer *again = pool_copy(journey->pool, told, sizeof(*told));

	if (!again)
		return -1;
	packet_add_data(&again->packet);
	if (packet_judge(journey, again) < 0)
		return -1;
	if (again->fate > told->fate)
		*told = *again;
	return 0;
}

/*
 * Behind the ACK comes the first data, and a connection without any is of no use. Of one that is there already either side may
 * be the next to send.
 */
static int packets_judge(struct journey *journey)
{
	struct family_answer *answer = journey->answer;

	for (size_t i = 0; i < answer->packet_count; i++) {
		struct packet_answer *packet = &answer->packets[i];
		bool data = packet->packet.role == PACKET_ACK && journey->facts->tells_data;

		if (journey->query->existing && worlds_start(journey) < 0)
			return -1;
		if (packet_judge(journey, packet) < 0 || (data && packet_repeat(journey, packet) < 0))
			return -1;
	}
	return 0;
}

/* Where tracking sees but a part of the packets, to it those that follow may be what none before them was. */
static int packets_follow(struct journey *journey)
{
	struct family_answer *answer = journey->answer;

	for (size_t i = answer->packet_count - 2; journey->facts->untracks && i < answer->packet_count; i++)
		if (packet_repeat(journey, &answer->packets[i]) < 0)
			return -1;
	return 0;
}

static int packets_run(struct journey *journey)
{
	struct family_answer *answer = journey->answer;
	enum packet_role roles[4];

	answer->packet_count = roles_of(journey->query, roles);
	answer->packets = pool_alloc(journey->pool, answer->packet_count * sizeof(*answer->packets));
	if (!answer->packets)
		return -1;
	for (size_t i = 0; i < answer->packet_count; i++)
		talk_packet(&journey->talk, roles[i], &answer->packets[i].packet);
	if (packets_judge(journey) < 0 || packets_follow(journey) < 0)
		return -1;
	for (size_t i = 0; i < answer->packet_count; i++)
		if (fate_verdict(answer->packets[i].fate) > answer->verdict)
			answer->verdict = fate_verdict(answer->packets[i].fate);
	return 0;
}

int journey_run(const struct ruleset *ruleset, const struct host *host, const struct facts *facts,
		const struct query *query, const struct end *end, struct pool *pool,
		struct family_answer *out)
{
	CLEANUP(pool_free) struct pool scratch = {0};
	struct journey journey = {
		.ruleset = ruleset,
		.host = host,
		.facts = facts,
		.query = query,
		.end = end,
		.pool = pool,
		.scratch = &scratch,
		.answer = out,
		.talk = talk_of(query, end),
	};

	*out = (struct family_answer){
		.family = end->local.family,
		.applicable = true,
		.counted = end->counted,
		.interface = end->name,
		.local = end->local,
		.peer = end->peer,
		.verdict = ANSWER_OPEN,
	};
	if (worlds_start(&journey) < 0)
		return -1;
	return packets_run(&journey);
}

int journey_of_packets(const struct ruleset *ruleset, const struct host *host, const struct facts *facts,
		       const struct packet *packets, size_t count, struct pool *pool,
		       struct packet_answer *out)
{
	const struct end end = {0};
	struct family_answer untold = {0};
	struct journey journey = {
		.ruleset = ruleset,
		.host = host,
		.facts = facts,
		.end = &end,
		.pool = pool,
		.scratch = pool,
		.answer = &untold,
	};

	if (worlds_start(&journey) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		out[i] = (struct packet_answer){.packet = packets[i]};
		untold.family = packets[i].family;
		if (packet_judge(&journey, &out[i]) < 0)
			return -1;
	}
	return 0;
}
