/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plan like any other, made on the ruleset as it is by now.
 */
#include "settle.h"

#include "fwport/host_read.h"
#include "fwport/patience.h"
#include "fwport/plan.h"

enum { SETTLE_MILLISECONDS = 10000 };

static bool all_seen(const struct ruleset *ruleset)
{
	for (int family = 0; family < FAMILY_COUNT; family++)
		if (!ruleset_has_all_legacy(ruleset, (enum family)family))
			return false;
	return true;
}

/* Planned and committed once. */
static int try_settle(const struct backend *backend, const struct state *state, struct pool *pool,
		      struct settled *out, enum commit_result *result, struct error *err)
{
	struct connections established;
	const struct wishes wishes = {
		.openings = &state->openings,
		.policy = state->policy,
		.place = backend->home,
		.established = &established,
	};
	struct ruleset *now;
	struct host host;
	struct plan plan;

	*result = COMMIT_DONE;
	if (backend->read(NULL, NULL, pool, &now, err) < 0 || host_read(pool, &host, err) < 0 ||
	    host_read_sockets(now, pool, &host, err) < 0 || connections_read(pool, &established, err) < 0 ||
	    plan_make(now, &host, &wishes, NULL, 0, pool, &plan, err) < 0)
		return -1;
	*out = (struct settled){plan.steps, plan.after, all_seen(now)};
	return plan.steps.count ? backend->commit(now, &plan.steps, NULL, pool, result, err) : 0;
}

int settle(const struct backend *backend, const struct state *state, struct pool *pool, struct settled *out,
	   struct error *err)
{
	struct patience patience = patience_of(SETTLE_MILLISECONDS);
	enum commit_result result;

	do {
		int done = try_settle(backend, state, pool, out, &result, err);

		if (done < 0 && err->kind != ERROR_BUSY)
			return -1;
		if (done == 0 && result == COMMIT_DONE)
			return 0;
	} while (patience_lasts(&patience));
	return error_set(err, ERROR_BUSY, "the ruleset kept changing");
}
