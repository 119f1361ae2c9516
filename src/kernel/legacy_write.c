/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules are known by where they stand, and that moves while steps are done: the lists of what was read are copied, and follow
 * libiptc's.
 */
#include "legacy_write.h"

#include "legacy_encode.h"

#include <errno.h>
#include <string.h>

bool step_is_of(const struct step *step, const struct table *table)
{
	return step->table->engine == ENGINE_LEGACY && step->table->family == table->family &&
	       !strcmp(step->table->name, table->name);
}

static struct chain *list_copy(const struct chain *then, struct pool *pool)
{
	struct chain *chain = pool_copy(pool, then, sizeof(*then));

	if (!chain)
		return NULL;
	chain->rules = pool_copy(pool, then->rules, then->rule_count * sizeof(struct rule *));
	return chain->rules ? chain : NULL;
}

static int lists_copy(struct writing *writing)
{
	const struct table *then = writing->then;
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

int legacy_write(struct writing *writing, const struct steps *steps)
{
	if (lists_copy(writing) < 0)
		return -1;
	for (size_t i = 0; i < steps->count; i++) {
		const struct step *step = &steps->list[i];

		if (step_is_of(step, writing->table) && step_write(writing, step) < 0)
			return -1;
	}
	return 0;
}
