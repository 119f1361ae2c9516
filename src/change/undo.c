/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The undo is a plan like any other; it is planned on what is there now, so others' later changes stay.
 */
#include "undo.h"

#include "fwport/patience.h"

enum { UNDO_MILLISECONDS = 30000 };

static int try_undo(const struct backend *backend, const struct steps *steps, struct pool *pool,
		    enum commit_result *result, struct error *err)
{
	struct ruleset *now;
	struct steps inverse;

	*result = COMMIT_DONE;
	if (backend->read(NULL, NULL, pool, &now, err) < 0 ||
	    steps_inverse(steps, now, pool, &inverse, err) < 0)
		return -1;
	return inverse.count ? backend->commit(now, &inverse, pool, result, err) : 0;
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
