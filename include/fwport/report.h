/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports: what a command found or did, for whoever prints it.
 */
#ifndef FWPORT_REPORT_H
#define FWPORT_REPORT_H

#include "fwport/engines.h"
#include "fwport/errand.h"
#include "fwport/neighbour.h"
#include "fwport/opening.h"
#include "fwport/policy.h"
#include "fwport/step.h"
#include "fwport/trace.h"

/* The answer for some of an opening's ports, of the host's addresses or of the peers asked about: rules may tell them apart. */
struct opening_part {
	struct port_range ports; /* may reach beyond the opening */
	const struct family_answer *answer;
};

/* Why an opening cannot be made, or what its answer is when it can. */
struct opening_answer {
	const struct opening *opening;
	enum family family;
	/* As evaluated on the ruleset after the steps; the worst one of the opening's ports and peers. */
	const struct family_answer *answer;
	const char *refused; /* NULL, or why no guest rule was placed: a sentence naming the rule */
	const char *hint;    /* the owner's own command, "--override", ...; or NULL */
	enum via
		neighbour; /* refused since only its owner may write to the table, who can be asked; else VIA_GUEST */
	const struct opening_part *parts; /* all its answers that are applicable, by port */
	size_t part_count;
};

/* What became of one opening. */
struct change_item {
	struct opening opening;
	bool changed;    /* recorded, or removed from the record */
	bool closing;    /* it was asked to be closed, not to be open */
	bool was_ours;   /* closing: there was such an opening */
	bool still_open; /* closing: reachable all the same */
	bool endless;    /* open: an end was asked for, and it is open without one */
	/* open --for: what it answers when it has ended, where that can be told, and whether it is reachable then, too. */
	const struct opening_answer *afterwards;
	size_t afterwards_count;
	bool outlived;
	size_t established;                   /* closing: connections that go on */
	const struct opening_answer *results; /* per family */
	size_t result_count;
	/* When the change was not made: the same on the ruleset as it is, while `results` are what it would have come to. */
	const struct opening_answer *present;
};

/* A listening socket that is reached, and would not be any more. */
struct stopped_listener {
	const struct listener *listener;
	enum family family;
};

/* An accept of somebody else that would be of no use any more, for these ports. */
struct stopped_accept {
	const struct rule *rule;
	enum protocol protocol;
	enum direction direction;
	struct port_range *ports;
	size_t port_count;
};

/* What a policy that drops takes away. */
struct stops {
	struct stopped_listener *listeners;
	size_t listener_count;
	struct stopped_accept *accepts;
	size_t accept_count;
};

enum change_outcome {
	OUTCOME_DONE,     /* changed, proved and recorded */
	OUTCOME_NOTHING,  /* already so */
	OUTCOME_PLANNED,  /* --dry-run with steps */
	OUTCOME_BLOCKED,  /* undone, or not begun: exit 6 */
	OUTCOME_DEPENDS,  /* 10 */
	OUTCOME_UNKNOWN,  /* 11 */
	OUTCOME_LOCKOUT,  /* refused: 7 */
	OUTCOME_HARMS,    /* refused: another opening would stop passing: 6 */
	OUTCOME_NOT_OURS, /* close: nothing of ours: 1 */
};

/* What became of an earlier change that was interrupted. */
enum recovery {
	RECOVERY_NONE,     /* there was none */
	RECOVERY_UNDONE,   /* the ruleset is as before that change */
	RECOVERY_FINISHED, /* it is proved, and recorded now */
	RECOVERY_OWED,     /* undone, but for what a neighbour may have still, which is recorded */
};

/* A change that awaits confirmation. */
struct pending_report {
	uint32_t generation;  /* 0: none does */
	int64_t seconds_left; /* at least */
	bool overdue;
};

struct change_report {
	enum change_outcome outcome;
	bool changed;
	bool offline; /* the record was, and no kernel */
	bool mended;  /* the rules changed, the record did not */
	bool undone; /* it was committed, found wanting and taken back; else a refusal came before anything was sent */
	uint32_t generation;           /* of our openings, after */
	bool persistent;               /* will come back at boot */
	bool until_boot;               /* not all of it is saved */
	bool empty;                    /* nothing is recorded, so that a boot has nothing to bring back */
	struct pending_report pending; /* this change, when it has to be confirmed */
	struct policy policy;          /* as it is after the change */
	struct policy policy_before;   /* as it stood in the ruleset, whatever was recorded */
	int64_t now;                   /* seconds since the epoch */

	/* What was asked for, and the proof of it. */
	struct change_item *items;
	size_t item_count;
	struct openings before, after; /* as recorded, and as the change has it, made or not */
	uint32_t ruleset;              /* number of the ruleset the proof is about */
	unsigned chain_count, owner_count;
	bool not_all_open;    /* kept all the same, as was asked for */
	bool not_all_ours;    /* close: some were closed, and of the others there was nothing to close */
	const char *unproved; /* policy: what it does not do after all; or NULL */

	/* How it was done, and what else that brings about. */
	struct steps steps;
	struct errands errands; /* behind the steps */
	bool conntrack_on;      /* the steps switch connection tracking on */
	size_t leftovers; /* rules and ranges of ports of ours that the steps remove and that belong to no opening */
	size_t admitted;    /* policy: connections that go on though conntrack did not see them begin */
	struct stops stops; /* policy: what passes now and will not any more */

	/* Why it was refused; or would have been, had --force not gone past it. */
	const char *lockout; /* OUTCOME_LOCKOUT: which connection would stop passing, and where */
	const struct opening_answer *harmed; /* OUTCOME_HARMS: the opening that would stop passing */
	const char *forced;                  /* a sentence, or NULL */

	/* What was found on the way, and set right. */
	enum recovery recovery;
	uint32_t
		unconfirmed; /* the generation that nobody confirmed in time and was rolled back first, or 0 */
	size_t expired;      /* openings that had ended, and go with this change */
	bool collected;      /* a timer removes what is left of those that end */
	bool only_saved;     /* rollback: its generation is damaged, so it is back to what was saved before */
	uint32_t rebuilt;    /* the record was lost, and is taken from this generation; 0: it was there */
	size_t adopted;      /* openings that were not recorded, read off what was left of them */
	const struct opening
		*from_later; /* that was made at a time that is to come: the clock was put back; or NULL */
};

/* The policy as recorded, and as it is in the ruleset. */
struct policy_report {
	struct policy recorded, present;
	bool unrecorded; /* there is no record: the policy is read off the rules */
	uint32_t ruleset;
};

/* confirm: what became of the change that awaited it. */
enum confirm_outcome {
	CONFIRM_DONE,
	CONFIRM_NOTHING,  /* nothing awaited it */
	CONFIRM_TOO_LATE, /* it was overdue, and is rolled back now */
};

struct confirm_report {
	enum confirm_outcome outcome;
	uint32_t generation; /* the one that is confirmed, or was rolled back; 0: none */
	bool all_saved;      /* it is damaged, so that nobody knows what of it was to be for this boot only */
	enum recovery recovery;
};

/* status: each opening of ours and what the kernel does with it now. */
struct status_item {
	struct opening opening;
	enum verdict verdict;
	const struct opening_answer *results;
	size_t result_count;
	struct listeners listeners; /* inbound: who serves its ports */
	uint64_t packets, bytes;    /* counters of the home's rules or elements; without those, of guests */
	bool counted;               /* there is a counter for it alone */
	bool expired;               /* it has ended, and the next change forgets it */
};
struct status_report {
	struct status_item *items;
	size_t item_count;
	uint32_t generation, ruleset;
	int64_t now;                      /* seconds since the epoch */
	const struct opening *from_later; /* as in a change's report */
	struct pending_report pending;
	/* What the next change would put right: rules that went, and rules that nobody recorded. */
	struct steps drift;
	unsigned
		mixed[HOOK_COUNT]; /* families, as FAMILY_BIT, of which both engines have rules at the hook */
	struct policy_report policy;
	struct policy boot_policy;        /* as it is saved */
	struct openings unsaved, dormant; /* until the next boot: open, and closed */
	const char *restored_by;          /* what restores the saved ones at boot; NULL nothing */
	size_t adopted;                   /* they are not recorded, but read off their rules */
	uint32_t rebuilt;                 /* as in a change's report */
	struct neighbours neighbours;     /* who else has rules here */
	struct neighbour_care care;       /* what our units do about them */
	bool watched;                     /* fwport watch runs, and puts back what they throw out */
	const char *damaged, *mend;       /* why no change can be made: a sentence, and what helps; or NULL */
};

#endif
