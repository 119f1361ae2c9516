/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the evaluator found: for each packet of a conversation the base chains it meets, who decides, and under which
 * conditions. Rules and chains are those of the evaluated ruleset and live as long as it does.
 */
#ifndef FWPORT_TRACE_H
#define FWPORT_TRACE_H

#include "fwport/packet.h"
#include "fwport/ruleset.h"

/* The answer to a question. Ordered by severity, so that the worst of two is the greater. */
enum verdict { ANSWER_OPEN, ANSWER_DEPENDS, ANSWER_UNKNOWN, ANSWER_BLOCKED };

/* The fate of one packet. Ordered like the above. */
enum fate { FATE_PASS, FATE_DEPENDS, FATE_UNKNOWN, FATE_DROP, FATE_REJECT };

/*
 * Calls within calls that are followed. nf_tables takes 16 (NFT_JUMP_STACK_SIZE); x_tables takes as many as there are chains, and
 * of so many that they are beyond this one nothing is said.
 */
enum { CALL_DEPTH = 2048 };

/* A step on the way into a jumped chain: the rule that jumped. */
struct call {
	const struct rule *rule;
	bool went; /* goto: does not come back */
};

/* Where a packet's walk through one base chain ended. */
struct decision {
	const struct chain *base;
	const struct chain *chain; /* where the deciding rule stands, or where the walk fell off the end */
	const struct rule *rule;   /* NULL: the policy of the base chain */
	enum fate fate;
	/* A phrase. FATE_UNKNOWN: what could not be understood; FATE_DEPENDS: on what, or NULL. */
	const char *because;
	bool forwarded; /* FATE_DROP: NAT sends the packet to an address that is not this host's */
	struct address forwarded_to;
	uint16_t forwarded_port;
	const struct call *calls; /* from the base chain on */
	size_t call_count;
};

enum condition_kind {
	CONDITION_RATE,
	CONDITION_SOURCE,
	CONDITION_INTERFACE,
	CONDITION_TIME,
	CONDITION_SET,
	CONDITION_ORDER,
	CONDITION_OTHER
};

/*
 * Something that may make it otherwise for somebody. An exception was there before and is only told (a ban set, a rate
 * limit); a condition with `decides` splits the answer: the packet passes in some worlds and not in others.
 */
struct condition {
	enum condition_kind kind;
	const char *text; /* "except 3 addresses in set f2b-https", "below 10/minute" */
	const struct rule *rule;
	bool decides;
};

/* A rule whose operations all went through, and where it led the packet: VERDICT_CONTINUE, to the next one. */
struct footstep {
	const struct rule *rule;
	enum nft_verdict_code verdict; /* of a fate that is not known, VERDICT_QUEUE */
};

/* One base chain on a packet's path. */
struct station {
	enum hook hook;
	const struct chain *chain;
	enum fate fate;
	struct decision decision;
	uint16_t port; /* of the side that was asked, as the packet carries it here: NAT may have moved it */
	/*
	 * Rules of this base chain (and of chains called from it) whose every operation went through without deciding, in the
	 * order met: what the planner walks back over. The walk is that of the nominal world (below limits, not singled out).
	 */
	const struct rule **passed;
	size_t passed_count;
	/* The whole way of that walk, with its jumps and the rule that decided; `parted`: other worlds went other ways. */
	const struct footstep *way;
	size_t way_length;
	bool parted;
	bool passed_by; /* a NAT chain that was not asked: it has no part in the packet's way */
};

struct packet_answer {
	struct packet packet;
	enum fate fate;
	const struct decision *decided_by; /* NULL: no chain decided */
	/* Every base chain, also those behind a blocker: there judged as if it had passed. */
	struct station *path;
	size_t path_count;
};

struct blocker {
	enum packet_role packet;
	const struct decision *decision;
};

/* NAT of this host takes the conversation to another of its places: the first packet comes there, answers leave from there. */
struct move {
	struct address to;
	uint16_t port;
	const struct chain *base;
	const struct rule *rule; /* that says so; NULL: nothing moves */
};

/* An accept that the packet would have come to, had the blocker not been there, or had NAT not moved its port before. */
struct shadowed {
	enum packet_role packet;
	const struct rule *accept;
	const struct decision *blocker;
	bool moved;
};

/* One family on one group of interfaces that no rule tells apart. */
struct family_answer {
	enum family family;
	bool applicable;       /* false: no address of this family that fits; the rest is empty */
	bool counted;          /* goes into the headline: carries a default route, or none does */
	const char *interface; /* "eth0", "eth0, eth1"; NULL: any */
	const char *addresses; /* this host's: "192.0.2.10, 192.0.2.12"; NULL: rules do not tell them apart */
	struct address local, peer; /* the addresses it was judged for */
	enum verdict verdict;
	struct packet_answer *packets;
	size_t packet_count;
	/* DROP and REJECT decisions of all packets, in order, each rule or policy once. */
	struct blocker *blockers;
	size_t blocker_count;
	/* Only when the question asks to explain. */
	struct shadowed *never_reached;
	size_t never_reached_count;
	struct move move;
	/* Where NAT sends the conversation to another host: its way through this one, by the hooks that forwarding has. */
	struct family_answer *forward;
	struct condition *conditions;
	size_t condition_count;
	/* ANSWER_UNKNOWN for a reason outside the rules: "legacy table filter is not read yet" */
	const char *unknown;
};

/* What is asked. Pointers outlive the answer. */
struct query {
	enum direction direction;
	enum protocol protocol;
	uint16_t port;
	unsigned families;
	/* The remote side; NULL: anyone. A prefix: someone in it whom no rule singles out. */
	const struct prefix *peer;
	const struct prefix *local; /* this host's side; NULL: each address of the interface */
	const char *iface;          /* NULL: every interface that qualifies */
	uint32_t uid;               /* whose connection it is that this host makes; 0 root */
	bool explain;               /* find also what no verdict needs: the accepts behind a blocker */
	/* A connection that is there already: its next packet from either side is asked about. NULL: one that begins. */
	const struct connection *existing;
};

struct not_modelled {
	const char *kind; /* "bridge chain", "netdev chain", "legacy table" */
	const char *name;
	const char *text;
};

struct answer {
	struct query query;
	enum verdict verdict; /* the worst of the counted families */
	uint32_t ruleset;     /* its number */
	struct family_answer *families;
	size_t family_count;
	struct not_modelled *not_modelled;
	size_t not_modelled_count;
};

/*
 * What becomes of connections that were there before: the worst of the packets that follow the first exchange. NULL where a
 * question has no such packets.
 */
const struct packet_answer *answer_existing(const struct family_answer *answer);
const char *verdict_word(enum verdict verdict); /* "open", ... */
const char *fate_word(enum fate fate);          /* "pass", ... */
const char *condition_kind_word(enum condition_kind kind);
bool fate_is_block(enum fate fate); /* DROP or REJECT */
enum verdict fate_verdict(enum fate fate);

#endif
