/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands behind a blocker, where a guest's accept would skip it.
 */
#ifndef FWPORT_PLAN_BEHIND_H
#define FWPORT_PLAN_BEHIND_H

#include "named.h"
#include "peers.h"

/* The ruleset, whole or with a blocking rule left out, and what it answers to the general source. */
struct hypothesis {
	const struct ruleset *ruleset;
	struct answer general;
};

struct hypotheses {
	struct hypothesis *list;
	size_t count;
};

/*
 * The first is the trial's ruleset before the guest; each further one lacks a rule that blocks the general source, or that led
 * it there. A source that one of them stops where it does not stop the general source is singled out by somebody.
 */
int hypotheses_find(const struct trial *trial, uint16_t port, struct pool *pool, struct hypotheses *out,
		    struct error *err);

/*
 * *out: a rule that protects everybody alike from a rate, or from what is broken, and that a rule before this blocker would take
 * the asked packets past; NULL: there is none. For sources that are told apart others look at what is behind.
 */
int protection_behind(const struct decision *blocker, struct asked_port asked, struct pool *pool,
		      const struct rule **out, struct error *err);

/* Whether a rule before this blocker, or before a call that led to it, skips nothing that could block anybody, whoever asks. */
bool skips_nothing(const struct decision *blocker);

#endif
