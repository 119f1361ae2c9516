/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record of our openings: what shall be there now, what a boot brings back, and how it came to be so.
 */
#ifndef FWPORT_STATE_H
#define FWPORT_STATE_H

#include "fwport/actor.h"
#include "fwport/boot.h"
#include "fwport/opening.h"
#include "fwport/policy.h"
#include "fwport/pool.h"

/* A change that is rolled back at its deadline unless somebody confirms it. */
struct pending {
	uint32_t generation; /* 0: there is none */
	int64_t deadline;    /* seconds of CLOCK_BOOTTIME */
	const char *backend; /* as it was recorded before */
};

struct state {
	uint32_t generation;      /* of our openings; 0 nothing was ever recorded */
	uint32_t next_id;         /* of the next opening, from 1 */
	const char *backend;      /* --backend as it was asked for; NULL auto */
	const char *home;         /* the backend in which the home stands; NULL: nowhere, or not known */
	struct openings openings; /* that shall be there now */
	struct openings dormant;  /* that the next boot brings back, closed until then */
	struct policy policy, boot_policy;
	struct pending pending;
	bool absent;      /* nothing was ever recorded, or the record is lost */
	uint32_t rebuilt; /* the record was lost and has been taken from this generation; 0: it was there */
	char boot[BOOT_ID_SIZE]; /* the boot it was written in; empty: not known */
};

/* Neither an opening nor a policy, now or at boot. */
bool state_is_empty(const struct state *state);

/* One change of the record. */
struct generation {
	uint32_t id;
	int64_t time;       /* seconds since the epoch */
	const char *action; /* "open", "rollback", ... */
	struct actor actor;
	const char *reason;       /* --reason, or NULL */
	const char *forced;       /* what --force went past, or NULL */
	const char *const *steps; /* the lines of the plan */
	size_t step_count;
	int64_t deadline; /* by which it had to be confirmed, seconds of CLOCK_BOOTTIME; 0: at no time */
	bool confirmed;   /* and it was */
	struct state before, after; /* after: once it is confirmed */
};

/* What became of a generation that had to be confirmed. */
enum approval {
	APPROVAL_UNKNOWN, /* it was not confirmed, and the record of today cannot be read */
	APPROVAL_GIVEN,   /* it was confirmed, or did not have to be */
	APPROVAL_AWAITED, /* there is time yet */
	APPROVAL_REFUSED,
	APPROVAL_DROPPED, /* a boot came first, and brought back what was saved before */
};

enum record_change {
	RECORD_OPENED,
	RECORD_CLOSED,
	RECORD_ALTERED, /* saved or not, its expiry, its profile, whether it overrides */
};

struct opening_change {
	enum record_change change;
	const struct opening *opening; /* as it is after; closed: as it was */
};

/* Makes it what a boot makes of it: what is for one boot only, and what awaits confirmation, is gone; the dormant is back. */
int state_at_boot(struct state *state, struct pool *pool, struct error *err);

/*
 * The record while nobody has confirmed `after`: a boot brings back what was saved before, and no more. `deadline` as in struct
 * pending.
 */
int state_unconfirmed(const struct state *before, const struct state *after, int64_t deadline,
		      struct pool *pool, struct state *out, struct error *err);

/* What a generation did to our openings: those that were closed first, then the others in their order. NULL list: nothing. */
int generation_changes(const struct generation *generation, struct pool *pool, struct opening_change **out,
		       size_t *count, struct error *err);

#endif
