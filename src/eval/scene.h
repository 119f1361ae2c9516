/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scene of a walk: what is the same for every world while a packet is in one base chain. And the facts about a ruleset that
 * are found once: what its rules write or look at anywhere.
 */
#ifndef FWPORT_EVAL_SCENE_H
#define FWPORT_EVAL_SCENE_H

#include "fwport/ruleset.h"
#include "fwport/trace.h"

struct ties;
struct glances;

enum { FACTS_WORDS = 2 };

struct facts {
	union {
		struct {
			bool tracks;          /* connection tracking runs */
			bool writes_ct_mark;  /* some rule writes ct mark: earlier connections may have one */
			bool writes_zone;     /* ct zone */
			bool writes_labels;   /* ct label */
			bool writes_priority; /* meta priority */
			bool writes_pkttype;  /* meta pkttype */
			bool writes_nftrace;  /* meta nftrace */
			bool tells_service;   /* some rule looks at DSCP or ECN, or nobody knows what at */
			bool tells_hops; /* some rule looks at the TTL or hop limit, or nobody knows what at */
			bool tells_options; /* some rule looks at options of TCP or IP, or at extension headers */
			bool untracks;      /* notrack */
			bool writes_mark;     /* some rule writes the mark of a packet */
			bool reads_mark;      /* some rule looks at the mark of a packet */
			bool tells_links;     /* some rule looks at interfaces or routes */
			bool tells_addresses; /* some rule looks at addresses */
			bool tells_data; /* some rule may treat a segment with data unlike the bare ACK before it */
		};
		uint64_t flags[FACTS_WORDS]; /* all of them */
	};
	const struct ties *ties;       /* who comes first of those of equal priority; NULL: as is usual */
	const struct glances *glances; /* NULL: every rule is run */
};

void facts_find(const struct ruleset *ruleset, enum family family, struct facts *facts);
/* Adds what the operations of one rule write or look at. */
void facts_of_rule(const struct rule *rule, enum family family, struct facts *facts);

struct scene {
	const struct host *host;
	const struct facts *facts;
	struct pool *pool;
	const struct chain *base;
	bool at_once;      /* the rule is ours, and the clock is asked about now alone */
	bool tracked;      /* behind connection tracking: the packet has an entry, if the family is tracked */
	bool peer_general; /* the peer is somebody whom no rule singles out */
	bool peer_split;   /* ... or as good as that: rules leave nobody out */
	/* Rules that are taken not to be there. */
	const struct rule **skipped;
	size_t skipped_count;
};

#endif
