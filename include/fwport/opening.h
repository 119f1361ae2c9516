/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An opening: one wish that a port be open. Everything a user, a profile or the state file asks for becomes a list
 * of these, and the planner knows no other input.
 */
#ifndef FWPORT_OPENING_H
#define FWPORT_OPENING_H

#include "fwport/address.h"
#include "fwport/port.h"

#include <stddef.h>
#include <stdint.h>

struct pool;

enum direction { DIRECTION_IN, DIRECTION_OUT };

/* Who lets it through: rules of ours, or a neighbour that was asked to (errand.h). */
enum via { VIA_GUEST, VIA_UFW, VIA_FIREWALLD };
enum { VIA_COUNT = VIA_FIREWALLD + 1 };
/* Of a neighbour's rules: those of now, and those that it loads again. ufw has both at once. */
enum { HANDED_RUNTIME = 1, HANDED_PERMANENT = 2 };

/* Who may use the port. Empty lists mean anyone; the remote side is `from` inbound and `to` outbound. */
struct scope {
	enum direction direction;
	unsigned families;   /* set of FAMILY_BIT; both unless -4, -6 or the prefixes say otherwise */
	bool families_named; /* the user asked for this family by name: then not having it is a failure */
	const struct prefix *from;
	size_t from_count;
	const struct prefix *to;
	size_t to_count;
	const char *iface; /* NULL: any */
};

struct opening {
	uint32_t id;         /* given by the state store, 0 before; part of the tag of our rules */
	const char *service; /* "https", or NULL when asked for by number */
	struct port_spec port;
	struct scope scope;
	const char *profile; /* the profile it comes from, NULL when opened by hand */
	const char *reason;  /* --reason, or NULL */
	bool override;       /* goes past a rule that denies this very port */
	bool runtime;        /* does not come back at boot */
	int64_t created;     /* seconds since the epoch */
	int64_t expires;     /* then it closes by itself, seconds since the epoch; 0 never */
	enum via via;
	const char *zone; /* of firewalld, in which it was asked for; NULL otherwise */
	unsigned
		handed; /* HANDED_*: where the neighbour did not have it before, so that it is ours to take away */
};

struct openings {
	struct opening *list;
	size_t count;
};

/* Its end is past; `now` in seconds since the epoch. */
bool opening_has_expired(const struct opening *opening, int64_t now);
/* The last one made, when that was after `now`: the clock was put back since. NULL: it was not. */
const struct opening *openings_from_later(const struct openings *openings, int64_t now);
const char *direction_word(enum direction direction); /* "in", "out" */
/* Same direction, families, prefixes (as sets) and interface. */
bool scope_equal(const struct scope *a, const struct scope *b);
/* Whether the two would be the same opening: protocol, ports and scope. Names, ids and reasons do not count. */
bool opening_equal(const struct opening *a, const struct opening *b);
/* The one that is equal, or NULL. */
const struct opening *openings_find(const struct openings *openings, const struct opening *wanted);
/* NULL where none has the id. */
const struct opening *openings_get(const struct openings *openings, uint32_t id);
/* Sorted by their ids; NULL when memory is gone. */
const struct opening **openings_by_id(const struct openings *openings, struct pool *pool);
/* In a list that is so sorted; NULL where there is none. */
const struct opening *opening_with_id(const struct opening *const *by_id, size_t count, uint32_t id);
/* The scope restricted to one family: false when nothing is left of it (its prefixes are all of the other one). */
bool scope_has_family(const struct scope *scope, enum family family);
/* iptables reads `eth+` as every name that begins so, and nft `eth*`, also when they restore what they listed. */
bool iface_is_pattern(const char *name);

#endif
