/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A burst: what was told to have gone out of the ruleset since it was quiet last. Somebody who deletes a rule of ours by itself means
 * it; who empties its chain, or loads the table anew, means others, and ours went with them. The kernel tells of a chain that is emptied
 * as of so many rules that are deleted, and ours may be the only one in it. So what tells the two apart is whether anything else of the
 * same table came or went. Pure.
 */
#ifndef FWPORT_BURST_H
#define FWPORT_BURST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BURST_PLACES = 256, BURST_RULES = 64, BURST_NAME = 32 };

/* The table of a rule. */
struct burst_place {
	unsigned engine, family; /* numbers of the caller's own */
	const char *table;
};

/* A rule of ours that went. */
struct burst_rule {
	uint32_t tag;
	uint64_t table;
};

struct burst {
	bool any;                     /* something was changed */
	bool hurt;                    /* something of ours went */
	bool lost;                    /* there was more than is known here */
	bool home_touched;            /* rules or elements went out of our own table */
	bool home_swept;              /* our own table went */
	uint64_t swept[BURST_PLACES]; /* tables in which others changed something */
	size_t swept_count;
	struct burst_rule ours[BURST_RULES];
	size_t our_count;
	char who[BURST_NAME]; /* the program that took something of ours away; "": not known */
	uint32_t pid;         /* and its process; 0: not known */
};

/* A rule of others (tag 0) or of ours went. */
void burst_rule_gone(struct burst *burst, const struct burst_place *place, uint32_t tag);
/* Something else came or went in the table, or the table itself. */
void burst_sweep(struct burst *burst, const struct burst_place *place);
/* What is to follow may be more than is known. */
void burst_lose(struct burst *burst);
/* Whether the rules of this tag that went were each deleted by itself. */
bool burst_singled_out(const struct burst *burst, uint32_t tag);

#endif
