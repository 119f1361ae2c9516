/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a plan would put back, seen from the ports: which openings its steps are about, and the plan without what some of them would
 * need. Only protocols and ports are looked at, so that openings that share them are one. Pure.
 */
#ifndef FWPORT_MISSING_H
#define FWPORT_MISSING_H

#include "fwport/plan.h"

/* Ports of some protocols; it lives in a pool. */
struct port_map {
	uint8_t *bits;
};

int port_map_make(struct pool *pool, struct port_map *out, struct error *err);
void port_map_add_opening(struct port_map *map, const struct opening *opening);
bool port_map_meets_opening(const struct port_map *map, const struct opening *opening);
/* The ports of a rule of ours, or of elements of the home's sets; other steps, and policies, are about none. */
int port_map_add_step(struct port_map *map, const struct step *step, struct pool *pool, struct error *err);

/* Openings of which nothing is touched: what stands of them stays, and what does not is not put there. */
struct spared {
	const uint32_t *ids; /* by spared_sort */
	size_t count;
	bool policy; /* nor are policies, which stay as they are in the ruleset */
};
void spared_sort(uint32_t *ids, size_t count);
bool is_spared(const struct opening *opening, const struct spared *spared);

/*
 * Leaves out what would remove rules of openings that are spared and that others do not need, and what would touch a policy that is.
 * The plan was made for the others.
 */
int plan_spare(const struct ruleset *now, const struct host *host, const struct openings *others,
	       const struct openings *spared, bool policy, const struct opening *const *asked,
	       size_t asked_count, struct pool *pool, struct plan *plan, struct error *err);

#endif
