/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables of iptables-legacy, chain by chain. Each is read as a whole and at one moment. Its built-in chains are
 * what base chains are elsewhere: they stand at hooks, and have a policy.
 */
#include "legacy_read.h"
#include "legacy_dump.h"
#include "legacy_rule.h"
#include "nft_names.h"
#include "outside.h"

#include "fwport/privilege.h"

#include <errno.h>
#include <string.h>
#include <linux/netfilter_ipv4.h>

enum { NAME_LIMIT = 32 };

/* Where a table stands; of nat, the hooks that change the source come late. */
struct stand {
	const char *table;
	int32_t priority, late;
};

static const struct stand stands[] = {
	{"raw", NF_IP_PRI_RAW, NF_IP_PRI_RAW},
	{"mangle", NF_IP_PRI_MANGLE, NF_IP_PRI_MANGLE},
	{"nat", NF_IP_PRI_NAT_DST, NF_IP_PRI_NAT_SRC},
	{"filter", NF_IP_PRI_FILTER, NF_IP_PRI_FILTER},
	{"security", NF_IP_PRI_SECURITY, NF_IP_PRI_SECURITY},
};

static const struct stand *stand_find(const char *table)
{
	for (size_t i = 0; i < COUNT(stands); i++)
		if (!strcmp(stands[i].table, table))
			return &stands[i];
	return NULL;
}

static bool hook_find(const char *chain, enum hook *out)
{
	static const struct {
		const char *chain;
		enum hook hook;
	} hooks[] = {
		{"PREROUTING", HOOK_PREROUTING},   {"INPUT", HOOK_INPUT},
		{"FORWARD", HOOK_FORWARD},         {"OUTPUT", HOOK_OUTPUT},
		{"POSTROUTING", HOOK_POSTROUTING},
	};

	for (size_t i = 0; i < COUNT(hooks); i++)
		if (!strcmp(hooks[i].chain, chain)) {
			*out = hooks[i].hook;
			return true;
		}
	return false;
}

/* A table that is being read. */
struct reader {
	enum family family;
	struct legacy_dump dump;
	struct table *table;
	const struct table *before;  /* as it was read earlier; NULL: it was not */
	struct pool *pool, *scratch; /* for the ruleset, and for the time of reading */
	struct outside *outside;
	struct error *err;
};

static enum chain_type type_of(const struct table *table, enum hook hook)
{
	if (!strcmp(table->name, "nat"))
		return CHAIN_NAT;
	return !strcmp(table->name, "mangle") && hook == HOOK_OUTPUT ? CHAIN_ROUTE : CHAIN_FILTER;
}

/* False for a built-in chain that this version has never heard of. */
static bool base_fill(const struct reader *reader, const struct dumped_chain *dumped, struct chain *chain)
{
	const struct stand *stand = stand_find(reader->table->name);

	if (!dumped->builtin)
		return true;
	if (!hook_find(chain->name, &chain->hook))
		return false;
	chain->base = true;
	chain->type = type_of(reader->table, chain->hook);
	chain->policy_drop = dumped->policy_drop;
	chain->priority =
		chain->hook == HOOK_INPUT || chain->hook == HOOK_POSTROUTING ? stand->late : stand->priority;
	return true;
}

static int rules_add(const struct reader *reader, const struct dumped_chain *dumped, struct chain *chain,
		     bool *understood)
{
	const struct chain *before = reader->before ? table_find_chain(reader->before, chain->name) : NULL;
	struct legacy_entry entry;

	for (size_t at = dumped->first; at < dumped->behind && *understood;) {
		*understood = legacy_dump_rule(&reader->dump, &at, &entry);
		if (*understood && legacy_rule_add(&entry, before, chain, reader->outside, reader->err) < 0)
			return -1;
	}
	return 0;
}

static int chain_add(const struct reader *reader, const struct dumped_chain *dumped, bool *understood)
{
	struct table *table = reader->table;
	struct chain *chain = pool_alloc(reader->pool, sizeof(*chain));
	struct chain **chains =
		pool_grow(reader->pool, table->chains, table->chain_count, sizeof(struct chain *));

	if (!chain || !chains)
		return error_memory(reader->err);
	table->chains = chains;
	chains[table->chain_count++] = chain;
	chain->table = table;
	chain->name = pool_text(reader->pool, dumped->name);
	if (!chain->name)
		return error_memory(reader->err);
	*understood = base_fill(reader, dumped, chain);
	if (rules_add(reader, dumped, chain, understood) < 0)
		return -1;
	return legacy_handles_make(chain, reader->scratch, reader->err);
}

static int chains_read(struct reader *reader, bool *understood)
{
	*understood = true;
	for (size_t i = 0; i < reader->dump.chain_count && *understood; i++)
		if (chain_add(reader, &reader->dump.chains[i], understood) < 0)
			return -1;
	return *understood ? table_resolve(reader->table, reader->pool, reader->err) : 0;
}

/* In this process, or at all. */
static const char *reason(int sys, struct pool *pool)
{
	const char *missing = sys == EPERM ? privilege_missing() : NULL;

	return missing ? missing
		       : pool_text(pool, sys ? strerror(sys) : "it holds what fwport does not know");
}

static int table_start(struct reader *reader, const char *name)
{
	struct table *table = pool_alloc(reader->pool, sizeof(*table));

	if (!table)
		return error_memory(reader->err);
	*table = (struct table){.engine = ENGINE_LEGACY,
				.family = reader->family == FAMILY_IPV6 ? TABLE_IP6 : TABLE_IP,
				.name = pool_text(reader->pool, name),
				.owner = OWNER_LEGACY};
	reader->table = table;
	return table->name ? 0 : error_memory(reader->err);
}

/* *why NULL: it was read, and is reader->table. */
static int table_read(struct reader *reader, const char *name, const char **why)
{
	bool understood = false;
	int sys = 0;

	*why = NULL;
	if (table_start(reader, name) < 0)
		return -1;
	if (legacy_dump_read(reader->family, name, reader->scratch, &reader->dump) < 0)
		sys = errno;
	else if (chains_read(reader, &understood) < 0)
		return -1;
	if (understood)
		return 0;
	*why = reason(sys, reader->pool);
	return *why ? 0 : error_memory(reader->err);
}

static int table_add(struct ruleset *ruleset, struct table *table, struct pool *pool, struct error *err)
{
	struct table **tables =
		pool_grow(pool, ruleset->tables, ruleset->table_count, sizeof(struct table *));

	if (!tables)
		return error_memory(err);
	ruleset->tables = tables;
	tables[ruleset->table_count++] = table;
	return 0;
}

/* The next of the names, and where the rest begins; false at their end, or for one that is too long to be a table's. */
static bool name_take(const char **names, char out[NAME_LIMIT])
{
	size_t length = strcspn(*names, " ");

	if (!length || length >= NAME_LIMIT)
		return false;
	memcpy(out, *names, length);
	out[length] = '\0';
	*names += length + ((*names)[length] == ' ');
	return true;
}

static const struct table *table_before(const struct ruleset *before, enum family family, const char *name)
{
	const struct table like = {.engine = ENGINE_LEGACY,
				   .family = family == FAMILY_IPV6 ? TABLE_IP6 : TABLE_IP,
				   .name = name};

	return before ? ruleset_same_table(before, &like) : NULL;
}

/* NULL in *why: the table is known, and was read. */
static int named_read(struct reader *reader, const char *name, const char **why)
{
	if (stand_find(name))
		return table_read(reader, name, why);
	*why = reason(0, reader->pool);
	return *why ? 0 : error_memory(reader->err);
}

static int family_read(struct ruleset *ruleset, const struct ruleset *before, enum family family,
		       struct outside *outside, struct error *err)
{
	struct pool *pool = outside->pool;
	const char *names = ruleset->legacy_tables[family], *why;
	char name[NAME_LIMIT], *unread = pool_text(pool, "");

	while (unread && names && name_take(&names, name)) {
		CLEANUP(pool_free) struct pool scratch = {0};
		struct reader reader = {.family = family,
					.before = table_before(before, family, name),
					.pool = pool,
					.scratch = &scratch,
					.outside = outside,
					.err = err};

		if (named_read(&reader, name, &why) < 0 ||
		    (!why && table_add(ruleset, reader.table, pool, err) < 0))
			return -1;
		if (!why)
			continue;
		ruleset->legacy_unread[family] = why;
		unread = pool_format(pool, "%s%s%s", unread, *unread ? " " : "", name);
	}
	if (unread && names && *names)
		unread = pool_format(pool, "%s%s%s", unread, *unread ? " " : "", names);
	if (!unread)
		return error_memory(err);
	if (ruleset->legacy_tables[family])
		ruleset->legacy_tables[family] = unread;
	return 0;
}

int legacy_read(struct ruleset *ruleset, const struct ruleset *before, struct outside *outside,
		struct error *err)
{
	for (int family = 0; family < FAMILY_COUNT; family++)
		if (family_read(ruleset, before, (enum family)family, outside, err) < 0)
			return -1;
	return 0;
}
