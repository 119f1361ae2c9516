/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The row of a neighbour, and how it is run. See fwport/via.h for what the functions promise.
 */
#ifndef FWPORT_BACKEND_VIA_WAY_H
#define FWPORT_BACKEND_VIA_WAY_H

#include "fwport/via.h"

struct via_way {
	int (*check)(const struct opening *opening, struct error *err);
	int (*look)(struct opening *opening, const struct ruleset *ruleset, const struct host *host,
		    struct pool *pool, struct error *err);
	int (*run)(const struct errand *errand, int lock, struct error *err);
};

extern const struct via_way via_ufw, via_firewalld;

/* A command line, word by word. */
struct via_words {
	struct pool pool;
	const char **list;
	size_t count;
	bool failed;
};

void via_say(struct via_words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));
void via_words_free(struct via_words *words); /* for CLEANUP */
/*
 * Runs it as `who`, a name for sentences. *answer is its first line. Its own exit status; -1 where it has none: ERROR_BUSY when it
 * took too long. `lock` as in program_ask.
 */
int via_ask(struct via_words *words, const char *who, int lock, struct text *answer, struct error *err);

#endif
