/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connections that were there before connection tracking was. To it their next packet begins a new one, or is invalid, and a
 * policy that drops would cut them: each is let in by its very addresses and ports, for as long as connection tracking
 * would remember an idle one.
 */
#ifndef FWPORT_PLAN_ADMITTED_H
#define FWPORT_PLAN_ADMITTED_H

#include "fwport/plan.h"
#include "want.h"

enum { ADMITTED_MOST = 65536 };

/* nf_conntrack_tcp_timeout_established as it is by default: 5 days. */
enum { ADMITTED_SECONDS = 5 * 24 * 60 * 60 };

/* Whether the policy would cut it, and no opening that is wanted lets it go on. */
bool connection_needs_admission(const struct connection *connection, const struct wishes *wishes,
				const struct wants *wants);

/* The set without elements, as it stands in a table. */
struct set admitted_set(const struct table *table, enum family family);
/*
 * The connections of a family that nothing else will let go on. ERROR_BLOCKED when they are more than ADMITTED_MOST. *out is
 * NULL when there are none.
 */
int admitted_make(const struct wishes *wishes, const struct wants *wants, const struct table *table,
		  enum family family, struct pool *pool, struct set **out, struct error *err);

#endif
