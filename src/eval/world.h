/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A world: one way things may be. It carries what a packet writes on its way (marks, set elements, a NAT mapping) and
 * the doubts that were decided one way or the other to get here. Worlds that can no longer be told apart are merged, and the
 * doubts that told them apart are forgotten with it.
 */
#ifndef FWPORT_EVAL_WORLD_H
#define FWPORT_EVAL_WORLD_H

#include "fwport/pool.h"
#include "fwport/trace.h"

enum { WORLD_LIMIT = 256 };

struct doubt {
	const struct doubt *before; /* older ones */
	size_t depth;               /* how many, this one included */
	enum condition_kind kind;
	bool opaque;  /* not understood, as opposed to not known */
	bool tainted; /* this one or an older one is opaque */
	bool held;    /* which way it was decided */
	const struct rule *rule;
	const char *what;        /* "xt match recent", "the hour" */
	const struct op *chance; /* the OP_NUMBER that it is about, or NULL */
};

struct addition {
	const struct addition *before;
	const struct set *set;
	bool removed;
	bool unsure; /* perhaps there was no room for it */
	uint8_t length;
	uint8_t key[REGISTER_BYTES], unknown[REGISTER_BYTES];
};

/* A packet of the conversation that was within a limit. */
struct spending {
	const struct spending *before;
	const void *purse; /* of the limit */
	size_t depth;      /* how many, this one included */
};

/* An end of the conversation that a NAT rule has moved; what is not known of its new place has ORIGIN_UNKNOWN. */
struct mapping {
	struct endpoint from, to;
	const struct chain *base;
	const struct rule *rule; /* which says so */
};

struct mark {
	uint32_t bits, unknown;
};

/* What connection tracking knows of the conversation from packets before this one. */
enum flow {
	FLOW_NONE,
	FLOW_SYN_SENT, /* the SYN, and no SYN-ACK yet */
	FLOW_OPENED,   /* packets of one side, not a handshake */
	FLOW_ANSWERED, /* packets of both sides */
	FLOW_TORN,     /* as before, but then some went past it: others may not be in its window */
};

struct world {
	const struct packet *packet; /* as it looks where it is now */
	struct mark mark, ct_mark;
	uint16_t port_first, port_last; /* the client's ports that this world stands for */
	bool untracked;                 /* this packet, by notrack */
	bool templated;                 /* this packet, told before tracking what its connection is to be */
	bool rewritten; /* this packet: DSCP, ECN, TTL or options are what some rule made of them */
	enum flow flow;
	bool flow_backwards; /* the server sent the first packet that tracking saw */
	bool unusual;        /* beyond a rate somewhere on the way */
	bool blurred;        /* the packet may not be what it seems: nothing blocks it for certain */
	bool flow_blurred;   /* and so may those that follow */
	bool nat_done;       /* the NAT chains of this hook have had their say */
	const struct mapping *mapping;  /* of the server, to another place on this host */
	const struct mapping *disguise; /* of the client: NAT of the source */
	const struct addition *additions;
	const struct doubt *doubts;
	/* The operation of the rule it is in that has given one of few values, and which, from 0 on. */
	const struct op *chosen_by;
	uint32_t chosen;
	const struct spending *spendings; /* of worlds that merge, those of the one that spent most */
	/* As they were when it came to the base chain it is in: what a packet that is dropped there does not leave behind. */
	const struct addition *additions_before;
	struct mark ct_mark_before;
};

struct worlds {
	struct world *list;
	size_t count, capacity;
};

int worlds_add(struct worlds *worlds, const struct world *world, struct pool *pool);
int worlds_copy(struct worlds *to, const struct worlds *from, struct pool *pool);
void worlds_merge(struct worlds *worlds);
/* Both merge if they can. Joining keeps the doubts of `into`; absorbing keeps those that the two have in common. */
bool world_join(struct world *into, const struct world *other);
bool world_absorb(struct world *into, const struct world *other);
uint16_t world_client_port(const struct world *world); /* one of its ports, the typical one if it can */
bool world_is_opaque(const struct world *world);
/* As it looks in the first world that is usual; `packet` where there is none. */
const struct packet *worlds_packet(const struct worlds *worlds, const struct packet *packet);

/* How many packets of the conversation were within the limit so far; and one more. */
size_t world_spent(const struct world *world, const struct op *limit);
int world_spend(struct world *world, const struct op *limit, struct pool *pool);
/* From here on nobody knows what the packet is, nor what connection it will be taken for. */
void world_blur(struct world *world);
/* Adds a doubt to the world. */
int world_doubt(struct world *world, const struct doubt *doubt, bool held, struct pool *pool);

#endif
