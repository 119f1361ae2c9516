/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A backend: how steps become a transaction of one engine, and how its ruleset is read. One row per engine.
 */
#ifndef FWPORT_BACKEND_H
#define FWPORT_BACKEND_H

#include "fwport/step.h"

struct backend {
	const char *name; /* "nft" */
	const char *summary;
	/* NULL when the engine is usable, else why not, a phrase. */
	const char *(*missing)(void);
	/*
	 * Reads everything at one generation. With `before` and `touched`, only what the steps touched, and dynamic sets, is
	 * read again and the rest is taken from `before`, which must then outlive the result. Rules that the kernel told of when
	 * the steps were committed are taken from there.
	 */
	int (*read)(const struct ruleset *before, const struct steps *touched, struct pool *pool,
		    struct ruleset **out, struct error *err);
	/*
	 * One transaction on the generation of `planned_on`; all or nothing. An error names the step that failed. Fills in what
	 * steps say of themselves once they are committed.
	 */
	int (*commit)(const struct ruleset *planned_on, const struct steps *steps, struct pool *pool,
		      enum commit_result *result, struct error *err);
};

extern const struct backend *const backends[];
extern const size_t backend_count;

/* NULL or "auto": the first usable. ERROR_USAGE for an unknown name, ERROR_SYSTEM when it is not usable. */
int backend_choose(const char *name, const struct backend **out, struct error *err);

#endif
