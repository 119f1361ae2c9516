/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An errand: what a neighbour is asked to do where its own rules have to let an opening through, or to take away again.
 *
 * An opening says by `via` who lets it through. With VIA_GUEST rules of ours do. With VIA_UFW and VIA_FIREWALLD none of ours is
 * placed: the neighbour is asked by its own way in (firewalld over D-Bus, by the program fwport-firewalld in libexec; ufw by its
 * command), and what proves the opening is our evaluation of the ruleset that the neighbour then has made. Somebody says so by
 * --via; unasked it is done only where no rule of ours can stand, since the neighbour holds its table with the owner flag.
 *
 * Errands are beside the steps of a plan, and are done behind them: looked into and shown before anything is done, written into the
 * journal as parts of their own, done, proved, recorded; or done the other way round. `handed` is what was not there before, and it
 * alone is taken away: a port that the neighbour let through already stays. Each errand may be done twice, so that whoever comes
 * after a crash need not know how far it came: those between two records are done, from the one that was to be to the one that is.
 *
 * What is there until the next boot only, has an end, or awaits confirmation is asked of firewalld for its present rules alone;
 * ufw keeps whatever it is told, and is not asked for such. What cannot be said in the neighbour's words (see via.h) is refused
 * before anything is done.
 */
#ifndef FWPORT_ERRAND_H
#define FWPORT_ERRAND_H

#include "fwport/opening.h"
#include "fwport/pool.h"
#include "fwport/state.h"
#include "fwport/text.h"

struct errand {
	bool back; /* it is to be taken away */
	const struct opening *opening;
	unsigned levels; /* HANDED_*: of these alone */
	int64_t seconds; /* then the neighbour itself ends it; 0 it does not */
};

struct errands {
	struct errand *list;
	size_t count;
};

/* Those of a neighbour's rules that an opening is to be in: of what is its to give and take, what does not outlast it. */
unsigned opening_levels(const struct opening *opening);
int errands_push(struct errands *errands, struct errand errand, struct pool *pool, struct error *err);
/*
 * From one record to another: what neighbours have by the first alone is taken away, then what they have by the second alone is let
 * through. What is closed until the next boot stays where it is loaded again; what has ended by `now` the neighbour has ended.
 */
int errands_between(const struct state *from, const struct state *to, int64_t now, struct pool *pool,
		    struct errands *out, struct error *err);
/* Each of them the other way round, the last one first. */
int errands_inverse(const struct errands *errands, struct pool *pool, struct errands *out, struct error *err);
bool errands_widen(const struct errands *errands); /* one of them lets something through */
/* "+ by firewalld: zone public, port 443/tcp, runtime and permanent": the line of a plan. */
void errand_text(const struct errand *errand, struct text *out);
const char *via_word(enum via via); /* "guest", "ufw", "firewalld" */
bool via_find(const char *word, enum via *out);

#endif
