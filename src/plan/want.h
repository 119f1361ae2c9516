/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wanted, sorted: openings of one protocol, one scope and one end form a group, and the planner works on groups. Those
 * that stay longer come first, so that none of them relies on what is there for one that goes before it does. A lane is one
 * family and one pair of prefixes of a scope: what a single rule, or a single question, can speak of.
 */
#ifndef FWPORT_PLAN_WANT_H
#define FWPORT_PLAN_WANT_H

#include "fwport/opening.h"
#include "fwport/pool.h"
#include "fwport/trace.h"

struct wish {
	const struct opening *opening;
	size_t index; /* in the list that was given */
};

struct group {
	enum protocol protocol;
	const struct scope *scope;
	int64_t expires;     /* of each of its openings; 0 never */
	bool plain;          /* from anyone, to anywhere, on every interface, both families */
	struct wish *wishes; /* ascending by port */
	size_t wish_count;
	struct port_range *ports; /* their union, merged */
	size_t port_count;
};

struct wants {
	struct group *groups; /* by protocol, tcp first, then by end, the last first, then by direction */
	size_t count;
};

struct lane {
	enum family family;
	const struct prefix *peer, *local; /* NULL: anyone, any address */
};

int wants_make(const struct opening *const *openings, size_t count, struct pool *pool, struct wants *out,
	       struct error *err);
/* The disjoint cells of the group's openings: cut where an opening begins or ends, and nowhere else. */
int group_cells(const struct group *group, struct pool *pool, struct port_range **out, size_t *count,
		struct error *err);
/* Empty when nothing of the scope is of that family. */
int scope_lanes(const struct scope *scope, enum family family, struct pool *pool, struct lane **out,
		size_t *count, struct error *err);
/* The smallest id among the group's openings that have one of the ports. */
uint32_t group_tag(const struct group *group, const struct port_range *ports, size_t count);

/* Whether one of those openings is meant to go past a rule that denies its port. */
bool group_overrides(const struct group *group, const struct port_range *ports, size_t count);

/* Whether every port of `inner` is in `outer`, which is merged. */
bool ranges_cover(const struct port_range *outer, size_t outer_count, const struct port_range *inner,
		  size_t inner_count);
/* Whether one port is in both; both merged. */
bool ranges_share(const struct port_range *a, size_t a_count, const struct port_range *b, size_t b_count);
/* What of `from` is not in `less`; both merged. */
int ranges_subtract(const struct port_range *from, size_t from_count, const struct port_range *less,
		    size_t less_count, struct pool *pool, struct port_range **out, size_t *count,
		    struct error *err);

#endif
