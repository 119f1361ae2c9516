/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the watch: what it knows between one look and the next, and what a look comes to.
 */
#ifndef FWPORT_CHANGE_WATCH_LOOK_H
#define FWPORT_CHANGE_WATCH_LOOK_H

#include "calm.h"
#include "vigil.h"

#include "fwport/burst.h"
#include "fwport/legacy_look.h"
#include "fwport/ruleset_ear.h"
#include "fwport/watch.h"

#include <signal.h>

struct watch {
	struct ruleset_ear ear;
	int signals; /* descriptor on which SIGHUP is read */
	sigset_t mask;
	struct legacy_look tables;
	int64_t poll;  /* when the tables are to be looked at, CALM_NEVER */
	int64_t retry; /* when a look that failed is to be made again, CALM_NEVER */
	unsigned failures;
	struct burst burst;
	struct calm calm;
	struct vigil vigil;
	bool policy_left, waiting, refused; /* and that was told */
};

int64_t watch_clock(void); /* milliseconds that only go on */

/* One look, and what it is followed by. The burst is what was heard since the last that was made. */
int watch_decide(struct watch *watch, const struct actor *actor, struct pool *pool, struct watch_news *out,
		 struct error *err);

#endif
