/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One table after the other: read again under the lock, held against what was planned on, changed in libiptc's copy, and
 * written as a whole. The kernel itself would only notice when the number of rules had changed meanwhile.
 */
#include "fwport/legacy_write.h"

#include "fwport/files.h"
#include "legacy_encode.h"
#include "legacy_library.h"
#include "legacy_rule.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOCK_PATH "/run/xtables.lock"

enum { LOCK_MILLISECONDS = 5000 };

/* A table while it is changed. */
struct writing {
	const struct legacy_library *library;
	enum family family;
	struct table *table; /* a copy of what it is; its chains follow the changes */
	struct xtc_handle *handle;
	struct pool *pool;
	struct error *err;
};

static bool step_is_of(const struct step *step, const struct table *table)
{
	return step->table->engine == ENGINE_LEGACY && step->table->family == table->family &&
	       !strcmp(step->table->name, table->name);
}

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

static bool table_unchanged(const struct writing *writing, const struct table *then)
{
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

static struct chain *list_copy(const struct chain *then, struct pool *pool)
{
	struct chain *chain = pool_copy(pool, then, sizeof(*then));

	if (!chain)
		return NULL;
	chain->rules = pool_copy(pool, then->rules, then->rule_count * sizeof(struct rule *));
	return chain->rules ? chain : NULL;
}

/* Rules are known by where they stand, and that moves while steps are done. */
static int lists_copy(struct writing *writing, const struct table *then)
{
	struct table *table = pool_copy(writing->pool, then, sizeof(*then));

	if (!table)
		return error_memory(writing->err);
	table->chains = pool_alloc(writing->pool, (then->chain_count + 1) * sizeof(struct chain *));
	if (!table->chains)
		return error_memory(writing->err);
	for (size_t i = 0; i < then->chain_count; i++) {
		table->chains[i] = list_copy(then->chains[i], writing->pool);
		if (!table->chains[i])
			return error_memory(writing->err);
	}
	writing->table = table;
	return 0;
}

static int refused(const struct writing *writing, const struct step *step)
{
	const int sys = errno;
	CLEANUP(text_free) struct text line = {0};

	step_text(step, &line);
	return error_system(writing->err, sys, "%s", text_string(&line));
}

static unsigned rule_index(const struct chain *chain, const struct rule *rule)
{
	unsigned i = 0;

	while (rule && i < chain->rule_count && chain->rules[i]->handle != rule->handle)
		i++;
	return rule ? i : (unsigned)chain->rule_count;
}

/* Keeps the chain's list as libiptc has it. */
static int list_insert(struct writing *writing, struct chain *chain, unsigned at, const struct rule *rule)
{
	struct rule **rules = pool_alloc(writing->pool, (chain->rule_count + 1) * sizeof(struct rule *));

	if (!rules)
		return error_memory(writing->err);
	if (chain->rule_count)
		memcpy(rules, chain->rules, at * sizeof(struct rule *));
	rules[at] = (struct rule *)rule;
	if (chain->rule_count > at)
		memcpy(rules + at + 1, chain->rules + at, (chain->rule_count - at) * sizeof(struct rule *));
	chain->rules = rules;
	chain->rule_count++;
	return 0;
}

static int rule_add(struct writing *writing, const struct step *step, struct chain *chain,
		    xt_chainlabel label)
{
	unsigned at = rule_index(chain, step->before);
	const void *entry;
	int done;

	if (legacy_encode(step->rule, writing->family, writing->pool, &entry, writing->err) < 0)
		return -1;
	if (at < chain->rule_count)
		done = writing->library->insert(label, entry, at, writing->handle);
	else
		done = writing->library->append(label, entry, writing->handle);
	return done ? list_insert(writing, chain, at, step->rule) : refused(writing, step);
}

static int rule_remove(struct writing *writing, const struct step *step, struct chain *chain,
		       xt_chainlabel label)
{
	unsigned at = rule_index(chain, step->rule);

	if (at == chain->rule_count) {
		errno = ENOENT;
		return refused(writing, step);
	}
	if (!writing->library->remove(label, at, writing->handle))
		return refused(writing, step);
	memmove(chain->rules + at, chain->rules + at + 1,
		(chain->rule_count - at - 1) * sizeof(struct rule *));
	chain->rule_count--;
	return 0;
}

static int chain_add(struct writing *writing, const struct step *step, xt_chainlabel label)
{
	struct table *table = writing->table;
	struct chain *chain = pool_alloc(writing->pool, sizeof(*chain));
	struct chain **chains = pool_alloc(writing->pool, (table->chain_count + 1) * sizeof(struct chain *));

	if (!chain || !chains)
		return error_memory(writing->err);
	if (!writing->library->create_chain(label, writing->handle))
		return refused(writing, step);
	*chain = (struct chain){.table = table, .name = step->chain->name};
	memcpy(chains, table->chains, table->chain_count * sizeof(struct chain *));
	chains[table->chain_count++] = chain;
	table->chains = chains;
	return 0;
}

static int chain_remove(struct writing *writing, const struct step *step, xt_chainlabel label)
{
	struct table *table = writing->table;
	size_t at = 0;

	if (!writing->library->delete_chain(label, writing->handle))
		return refused(writing, step);
	while (strcmp(table->chains[at]->name, step->chain->name) != 0)
		at++;
	memmove(table->chains + at, table->chains + at + 1,
		(table->chain_count - at - 1) * sizeof(struct chain *));
	table->chain_count--;
	return 0;
}

static int chain_write(struct writing *writing, const struct step *step, xt_chainlabel label)
{
	return step->remove ? chain_remove(writing, step, label) : chain_add(writing, step, label);
}

static int rule_write(struct writing *writing, const struct step *step, xt_chainlabel label)
{
	struct chain *chain = table_find_chain(writing->table, step->chain->name);

	if (!chain) {
		errno = ENOENT;
		return refused(writing, step);
	}
	return step->remove ? rule_remove(writing, step, chain, label)
			    : rule_add(writing, step, chain, label);
}

static int step_write(struct writing *writing, const struct step *step)
{
	xt_chainlabel label = {0};

	if (step->object != STEP_RULE && step->object != STEP_CHAIN)
		return error_set(writing->err, ERROR_SYSTEM, "legacy tables take chains and rules only");
	strncpy(label, step->chain->name, sizeof(label) - 1);
	return step->object == STEP_CHAIN ? chain_write(writing, step, label)
					  : rule_write(writing, step, label);
}

static int steps_write(struct writing *writing, const struct steps *steps)
{
	for (size_t i = 0; i < steps->count; i++) {
		const struct step *step = &steps->list[i];

		if (step_is_of(step, writing->table) && step_write(writing, step) < 0)
			return -1;
	}
	return 0;
}

/*
 * The rules are written first, and then the counters of others are given back: a failure says not which of the two did not come
 * about. Where it is EAGAIN, the number of rules was not what it had been.
 */
static int handle_commit(struct writing *writing, enum commit_result *result)
{
	if (writing->library->commit(writing->handle))
		return 0;
	*result = COMMIT_UNKNOWN;
	if (errno == EAGAIN)
		return 0;
	return error_system(writing->err, errno, "cannot write legacy table %s", writing->table->name);
}

static int table_change(struct writing *writing, const struct table *then, const struct steps *steps,
			enum commit_result *result)
{
	if (!table_unchanged(writing, then)) {
		*result = COMMIT_STALE;
		return 0;
	}
	if (lists_copy(writing, then) < 0)
		return -1;
	return steps_write(writing, steps) < 0 ? -1 : handle_commit(writing, result);
}

static int table_write(enum family family, const struct table *then, const struct steps *steps,
		       struct pool *pool, enum commit_result *result, struct error *err)
{
	struct writing writing = {
		.library = &legacy_libraries[family], .family = family, .pool = pool, .err = err};
	int done;

	writing.handle = writing.library->open(then->name);
	if (!writing.handle)
		return error_system(err, errno, "cannot open legacy table %s", then->name);
	done = table_change(&writing, then, steps, result);
	writing.library->close(writing.handle);
	return done;
}

static bool is_touched(const struct table *table, const struct steps *steps)
{
	for (size_t i = 0; i < steps->count; i++)
		if (step_is_of(&steps->list[i], table))
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

static int tables_write(enum family family, const struct ruleset *planned_on, const struct steps *steps,
			enum commit_result *result, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	unsigned written = 0;

	for (size_t i = 0; i < planned_on->table_count && *result == COMMIT_DONE; i++) {
		const struct table *table = planned_on->tables[i];

		if (table->engine != ENGINE_LEGACY || table->family != legacy_libraries[family].family ||
		    !is_touched(table, steps))
			continue;
		if (table_write(family, table, steps, &pool, result, err) < 0) {
			*result = written ? COMMIT_UNKNOWN : *result;
			return -1;
		}
		if (*result == COMMIT_STALE && written)
			*result = COMMIT_UNKNOWN;
		written++;
	}
	return 0;
}

int legacy_commit(enum family family, const struct ruleset *planned_on, const struct steps *steps,
		  enum commit_result *result, struct error *err)
{
	int fd, done;

	*result = COMMIT_DONE;
	if (lock(&fd, err) < 0)
		return -1;
	done = tables_write(family, planned_on, steps, result, err);
	close(fd);
	return done;
}
