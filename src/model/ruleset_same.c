/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a ruleset is the one that was thought out. Tables of nf_tables are the same only when they were not even read again;
 * of legacy tables, which are always read again, the rules are compared.
 */
#include "fwport/step.h"

#include <string.h>

/* Rules whose operations were taken from an earlier reading say what they said; sets may have changed since. */
static bool rule_is_same(const struct rule *a, const struct rule *b)
{
	if (a->ops == b->ops)
		return a->tag == b->tag;
	for (size_t i = 0; i < a->op_count; i++)
		if (a->ops[i].kind == OP_LOOKUP || a->ops[i].kind == OP_DYNSET)
			return false;
	return rule_same(a, b);
}

static bool chain_is_same(const struct chain *a, const struct chain *b)
{
	if (strcmp(a->name, b->name) != 0 || a->base != b->base || a->hook != b->hook || a->type != b->type ||
	    a->priority != b->priority || a->policy_drop != b->policy_drop || a->rule_count != b->rule_count)
		return false;
	for (size_t i = 0; i < a->rule_count; i++)
		if (!rule_is_same(a->rules[i], b->rules[i]))
			return false;
	return true;
}

static bool table_is_same(const struct table *a, const struct table *b)
{
	if (a == b)
		return true;
	if (a->engine != ENGINE_LEGACY || b->engine != ENGINE_LEGACY || a->family != b->family ||
	    strcmp(a->name, b->name) != 0 || a->chain_count != b->chain_count)
		return false;
	for (size_t i = 0; i < a->chain_count; i++)
		if (!chain_is_same(a->chains[i], b->chains[i]))
			return false;
	return true;
}

static bool is_unread_alike(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

bool ruleset_same(const struct ruleset *a, const struct ruleset *b)
{
	if (a->table_count != b->table_count)
		return false;
	for (int family = 0; family < FAMILY_COUNT; family++)
		if (!is_unread_alike(a->legacy_tables[family], b->legacy_tables[family]))
			return false;
	for (size_t i = 0; i < a->table_count; i++)
		if (!table_is_same(a->tables[i], b->tables[i]))
			return false;
	return true;
}
