/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Adoption: the openings that our own rules and sets speak of, for when no record is left of them. Pure.
 */
#ifndef FWPORT_ADOPTION_H
#define FWPORT_ADOPTION_H

#include "fwport/opening.h"
#include "fwport/ruleset.h"

struct adopted {
	struct openings openings;
	const struct rule *unread; /* a rule with our tag that was not understood, or NULL */
};

/*
 * An opening bears the id that is in the tag of its rules, or else the next one. What cannot be read back, names and reasons above
 * all, is not in it. What expires goes on to expire.
 */
int openings_adopt(const struct ruleset *ruleset, uint32_t *next_id, struct pool *pool, struct adopted *out,
		   struct error *err);

#endif
