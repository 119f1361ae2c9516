/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The undo is a plan like any other; it is planned on what is there now, so others' later changes stay.
 */
#include "undo.h"

#include "fwport/patience.h"

enum { UNDO_MILLISECONDS = 30000 };

/* A legacy table that cannot be read now may hold what was added to it, and nothing may be said of it. */
static bool all_seen(const struct steps *steps, const struct ruleset *now)
{
	for (size_t i = 0; i < steps->count; i++) {
		const struct table *table = steps->list[i].table;
		const enum family family = table->family == TABLE_IP6 ? FAMILY_IPV6 : FAMILY_IPV4;

		if (table->engine == ENGINE_LEGACY && !ruleset_has_all_legacy(now, family))
			return false;
	}
	return true;
}

static int try_undo(const struct backend *backend, const struct steps *steps, struct pool *pool,
		    enum commit_result *result, struct error *err)
{
	struct ruleset *now;
	struct steps inverse;

	*result = COMMIT_DONE;
	if (backend->read(NULL, NULL, pool, &now, err) < 0)
		return -1;
	if (!all_seen(steps, now))
		return error_set(err, ERROR_BUSY, "legacy tables could not be read again");
	if (steps_inverse(steps, now, pool, &inverse, err) < 0)
		return -1;
	return inverse.count ? backend->commit(now, &inverse, NULL, pool, result, err) : 0;
}

int undo(const struct backend *backend, const struct steps *steps, struct pool *pool, struct error *err)
{
	struct patience patience = patience_of(UNDO_MILLISECONDS);
	enum commit_result result;

	do {
		int done = try_undo(backend, steps, pool, &result, err);

		if (done < 0 && err->kind != ERROR_BUSY)
			return error_in(err,
					"the change could not be taken back, \"fwport close\" removes it");
		if (done == 0 && result == COMMIT_DONE)
			return 0;
	} while (patience_lasts(&patience));
	return error_set(
		err, ERROR_BUSY,
		"the ruleset kept changing while the change was taken back, \"fwport close\" removes it");
}
