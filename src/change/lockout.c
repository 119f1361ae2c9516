/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the connections that there are, and has the guard judge them.
 */
#include "lockout.h"

#include "fwport/guard.h"

static int administrator_check(const struct ruleset *now, const struct plan *plan, const struct host *host,
			       struct pool *pool, const char **sentence, struct error *err)
{
	struct connections connections;

	if (session_connections(pool, &connections, err) < 0)
		return -1;
	connections_track(&connections);
	return guard_check(now, plan->after, host, &connections, pool, sentence, err);
}

/* Connection tracking that comes on has seen none of the connections that are there begin. */
static int everybody_check(const struct ruleset *now, const struct plan *plan, const struct host *host,
			   struct pool *pool, const char **sentence, struct error *err)
{
	struct connections connections;
	struct listeners listeners;
	struct toll toll;

	if (connections_read(pool, &connections, err) < 0 ||
	    listeners_read(PROTOCOL_TCP, 0, false, pool, &listeners, err) < 0)
		return -1;
	connections_track(&connections);
	if (guard_count(now, plan->after, host, &connections, &listeners, pool, &toll, err) < 0)
		return -1;
	*sentence = toll.sentence;
	return 0;
}

int lockout_find(const struct ruleset *now, const struct plan *plan, const struct host *host,
		 struct pool *pool, const char **sentence, struct error *err)
{
	if (administrator_check(now, plan, host, pool, sentence, err) < 0)
		return -1;
	if (*sentence || !plan->conntrack_on)
		return 0;
	return everybody_check(now, plan, host, pool, sentence, err);
}
