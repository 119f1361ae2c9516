/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The watch: waits until the ruleset has changed and is quiet again, sees whether all that is recorded still stands and is open, and
 * puts back what others threw out, as `fwport restore` does. It asks for nothing new: what is closed, be it for good, until the next
 * boot, at its end or by hand, stays closed.
 */
#ifndef FWPORT_WATCH_H
#define FWPORT_WATCH_H

#include "fwport/change.h"

struct watch;

/* What is told once, until it is otherwise. */
enum watch_notice_kind {
	NOTICE_LEFT,        /* its rule was deleted by itself: somebody closed it */
	NOTICE_POLICY_LEFT, /* likewise the policy */
	NOTICE_GIVEN_UP,    /* it was put back as often as it shall be */
	NOTICE_BLOCKED,     /* its rules stand, and somebody blocks it all the same */
	NOTICE_REFUSED,     /* it would harm: see the report */
	NOTICE_WAITING,     /* there was too much to put back of late */
};
struct watch_notice {
	enum watch_notice_kind kind;
	struct opening opening;              /* of those that are about one */
	const struct opening_answer *answer; /* NOTICE_BLOCKED */
};

/* What came of a look. */
struct watch_news {
	bool restored; /* rules were put back, or removed that belong to nothing */
	bool all_open;
	struct openings put_back;
	struct watch_notice *notices;
	size_t notice_count;
	const char *after;             /* who changed the ruleset: "nft (process 812)"; NULL: not known */
	int64_t milliseconds;          /* from when it was heard of until it was seen to */
	struct change_request request; /* with `restored` and NOTICE_REFUSED, for their record */
	struct change_report report;
};

/* Signals are as before for SIGTERM and SIGINT, which may come at any time; SIGHUP is kept for watch_wait. */
int watch_open(struct watch **out, struct error *err);
void watch_close(struct watch **watch); /* for CLEANUP */
/* Until there is something to look at. At first there is: nobody knows what was before. SIGHUP makes it forget whom to leave alone. */
int watch_wait(struct watch *watch, struct error *err);
/* An error leaves it to be looked at again, later and later; there may be news all the same, which were begun as {0}. */
int watch_look(struct watch *watch, const struct actor *actor, struct pool *pool, struct watch_news *out,
	       struct error *err);
/* To be called when the news are told: signals that came meanwhile are heard now. */
void watch_told(struct watch *watch);

#endif
