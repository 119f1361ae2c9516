/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps: the one vocabulary of change. A plan is a list of steps from the ruleset as it is to the ruleset as wanted; a
 * backend turns the list into one transaction; its inverse is the undo. Each step adds or removes one object of ours.
 */
#ifndef FWPORT_STEP_H
#define FWPORT_STEP_H

#include "fwport/port.h"
#include "fwport/ruleset.h"
#include "fwport/text.h"

enum step_object { STEP_TABLE, STEP_CHAIN, STEP_SET, STEP_ELEMENTS, STEP_RULE };

struct step {
	bool remove; /* else add */
	enum step_object object;
	/* The thing itself, as it stands or shall stand in the ruleset. Unused ones are NULL. */
	const struct table *table; /* always */
	const struct chain *chain; /* STEP_CHAIN, STEP_RULE */
	/* STEP_SET, STEP_ELEMENTS; for STEP_RULE an anonymous set that goes with it, or NULL. */
	const struct set *set;
	const struct rule *rule; /* STEP_RULE; when removing its handle is the kernel's */
	/* STEP_RULE, adding: stand before this rule of the chain; NULL: at the end of the chain. */
	const struct rule *before;
	/* STEP_ELEMENTS: intervals of ports, inclusive. */
	const struct port_range *ports;
	size_t port_count;
	int64_t expires; /* of those that are, or shall be, there until then: seconds since the epoch; 0 never */
	/*
	 * STEP_RULE, adding, once it is committed: the rule as the kernel told that it has it, and the handle of the one that it
	 * told stands before it. NULL: it told nothing; 0: nothing of that.
	 */
	const struct rule *told;
	uint64_t told_behind;
	/* "before the reject of rule 7", "connection tracking on": said behind the line, or NULL. */
	const char *note;
};

struct steps {
	struct step *list;
	size_t count;
};

/* What became of a transaction. */
enum commit_result {
	COMMIT_DONE,
	COMMIT_STALE,   /* the ruleset changed since it was read: read and plan again */
	COMMIT_UNKNOWN, /* sent, but the answer was lost: only reading tells what there is now */
};

/* "+ rule in ip filter INPUT before rule 7: tcp dport 443 accept" : the line that plan and --dry-run print. */
void step_text(const struct step *step, struct text *out);

/*
 * Same tag and same operations; anonymous sets are compared by their elements: the kernel gives them names. Where both only test
 * and accept, the order of the tests, their registers and a counter do not count: others write rules of ours anew.
 */
bool rule_same(const struct rule *a, const struct rule *b);

/*
 * The same rules in the same places, whatever they have counted: what is so for the one is so for the other. False: they are
 * not known to be.
 */
bool ruleset_same(const struct ruleset *a, const struct ruleset *b);

/*
 * The ruleset as it would be after the steps: a new struct ruleset that shares everything the steps do not touch. Rules that
 * are added get handle 0. Pure.
 */
int steps_apply(const struct ruleset *ruleset, const struct steps *steps, struct pool *pool,
		struct ruleset **out, struct error *err);

/*
 * The steps that take `steps` back, to be done on `now`, the ruleset read after they were committed: what they added is looked
 * up there by tag and content, so only our own objects are removed, wherever others moved them; what is gone already is left out.
 */
int steps_inverse(const struct steps *steps, const struct ruleset *now, struct pool *pool, struct steps *out,
		  struct error *err);

#endif
