/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A backend: where the openings have their home. Whichever it is, the ruleset is that of both engines, and rules go into the
 * engine that blocks. One row for each choice.
 */
#ifndef FWPORT_BACKEND_H
#define FWPORT_BACKEND_H

#include "fwport/commit_part.h"
#include "fwport/plan.h"
#include "fwport/step.h"

/* Hears of each part that the kernel has taken, before the next is sent; when it fails none is. */
struct commit_log {
	int (*taken)(enum commit_part part, void *context, struct error *err);
	void *context;
};

struct backend {
	const char *name; /* "auto", "nft", "iptables" */
	enum home_place home;
	/*
	 * Reads everything at one generation. With `before` and `touched`, only what the steps touched, and dynamic sets, is
	 * read again and the rest is taken from `before`, which must then outlive the result. Rules that the kernel told of when
	 * the steps were committed are taken from there.
	 */
	int (*read)(const struct ruleset *before, const struct steps *touched, struct pool *pool,
		    struct ruleset **out, struct error *err);
	/*
	 * On the generation of `planned_on`, all or nothing; but where it takes several transactions, an error, like the result,
	 * with COMMIT_UNKNOWN says that some of it may stand. An error names the step that failed. Fills in what steps say of
	 * themselves once they are committed. Without a log (NULL) nobody hears of the parts.
	 */
	int (*commit)(const struct ruleset *planned_on, const struct steps *steps,
		      const struct commit_log *log, struct pool *pool, enum commit_result *result,
		      struct error *err);
};

extern const struct backend *const backends[];
extern const size_t backend_count;

/* NULL: "auto". ERROR_USAGE for an unknown name. */
int backend_choose(const char *name, const struct backend **out, struct error *err);

#endif
