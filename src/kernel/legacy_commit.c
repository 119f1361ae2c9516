/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lock; then each table read again and held against what was planned on, since the kernel itself would only notice when the
 * number of rules had changed meanwhile; then all of them written. From the lock to the last write nobody who takes it, too, can
 * change anything.
 */
#include "fwport/legacy_commit.h"

#include "fwport/files.h"
#include "legacy_rule.h"
#include "legacy_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LOCK_PATH "/run/xtables.lock"

enum { LOCK_MILLISECONDS = 5000 };

/* The same rules in the same order; counters may have moved. */
static bool chain_unchanged(const struct writing *writing, const struct chain *then)
{
	const struct legacy_library *library = writing->library;
	size_t count = 0;

	for (const void *rule = library->first_rule(then->name, writing->handle); rule;
	     rule = library->next_rule(rule, writing->handle)) {
		const struct legacy_entry entry = library->see(rule, writing->handle);

		if (count == then->rule_count ||
		    !legacy_is_alike(then->rules[count], legacy_likeness(&entry)))
			return false;
		count++;
	}
	return count == then->rule_count;
}

static bool policy_unchanged(const struct writing *writing, const struct chain *then)
{
	struct xt_counters counters;
	const char *policy =
		then->base ? writing->library->policy(then->name, &counters, writing->handle) : NULL;

	return !then->base || (policy && !strcmp(policy, "DROP") == then->policy_drop);
}

static bool table_unchanged(const struct writing *writing)
{
	const struct table *then = writing->then;
	const struct legacy_library *library = writing->library;
	size_t count = 0;

	for (const char *name = library->first_chain(writing->handle); name;
	     name = library->next_chain(writing->handle))
		count += table_find_chain(then, name) != NULL;
	if (count != then->chain_count)
		return false;
	for (size_t i = 0; i < then->chain_count; i++)
		if (!policy_unchanged(writing, then->chains[i]) || !chain_unchanged(writing, then->chains[i]))
			return false;
	return true;
}

static bool is_touched(const struct table *table, const struct steps *steps)
{
	for (size_t i = 0; i < steps->count; i++)
		if (step_is_of(&steps->list[i], table))
			return true;
	return false;
}

static bool any_of_legacy(const struct steps *steps)
{
	for (size_t i = 0; i < steps->count; i++)
		if (steps->list[i].table->engine == ENGINE_LEGACY)
			return true;
	return false;
}

static int lock(int *fd, struct error *err)
{
	const char *named = getenv("XTABLES_LOCKFILE"), *path = named && *named ? named : LOCK_PATH;

	if (lock_take(path, LOCK_MILLISECONDS, fd, err) == 0)
		return 0;
	if (err->kind != ERROR_BUSY)
		return -1;
	return error_set(err, ERROR_BUSY,
			 "iptables, or another program that changes legacy tables, keeps the lock %s", path);
}

static int table_hold(struct legacy_hold *hold, const struct writing *wanted, enum commit_result *result)
{
	struct writing *writing = &hold->tables[hold->count];

	*writing = *wanted;
	writing->handle = writing->library->open(writing->then->name);
	if (!writing->handle) {
		error_system(writing->err, errno, "cannot open legacy table %s", writing->then->name);
		return -1;
	}
	hold->count++;
	if (!table_unchanged(writing))
		*result = COMMIT_STALE;
	return 0;
}

/* Each table that steps change, until one of them is not what it was. */
static int tables_hold(const struct ruleset *planned_on, const struct steps *steps, struct pool *pool,
		       struct legacy_hold *hold, enum commit_result *result, struct error *err)
{
	for (int family = 0; family < FAMILY_COUNT; family++)
		for (size_t i = 0; i < planned_on->table_count && *result == COMMIT_DONE; i++) {
			const struct writing wanted = {.library = &legacy_libraries[family],
						       .family = (enum family)family,
						       .then = planned_on->tables[i],
						       .pool = pool,
						       .err = err};

			if (wanted.then->engine == ENGINE_LEGACY &&
			    wanted.then->family == wanted.library->family && is_touched(wanted.then, steps) &&
			    table_hold(hold, &wanted, result) < 0)
				return -1;
		}
	return 0;
}

/* To the copies; what cannot be done is known before anything is. */
static int tables_change(struct legacy_hold *hold, const struct steps *steps)
{
	for (size_t i = 0; i < hold->count; i++)
		if (legacy_write(&hold->tables[i], steps) < 0)
			return -1;
	return 0;
}

int legacy_hold(const struct ruleset *planned_on, const struct steps *steps, struct pool *pool,
		struct legacy_hold *out, enum commit_result *result, struct error *err)
{
	*result = COMMIT_DONE;
	*out = (struct legacy_hold){.lock = -1};
	if (!any_of_legacy(steps))
		return 0;
	out->tables = pool_alloc(pool, planned_on->table_count * sizeof(*out->tables));
	if (!out->tables)
		return error_memory(err);
	if (lock(&out->lock, err) < 0 || tables_hold(planned_on, steps, pool, out, result, err) < 0)
		return -1;
	return *result == COMMIT_DONE ? tables_change(out, steps) : 0;
}

/* Of EAGAIN the kernel says that the number of rules was not what it had been: somebody heeds no lock. */
int legacy_commit(struct legacy_hold *hold, enum family family, enum commit_result *result, struct error *err)
{
	*result = COMMIT_DONE;
	for (size_t i = 0; i < hold->count && *result == COMMIT_DONE; i++) {
		const struct writing *writing = &hold->tables[i];

		if (writing->family != family || writing->library->commit(writing->handle))
			continue;
		*result = COMMIT_UNKNOWN;
		if (errno != EAGAIN)
			return error_system(err, errno, "cannot write legacy table %s", writing->then->name);
	}
	return 0;
}

void legacy_release(struct legacy_hold *hold)
{
	for (size_t i = 0; i < hold->count; i++)
		hold->tables[i].library->close(hold->tables[i].handle);
	hold->count = 0;
	descriptor_close(&hold->lock);
}
