/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds neighbours by what they call their tables and chains. An admin may use such names, too; that a chain is made by hand after
 * the example of a program is rare, and then its rules are as little ours.
 */
#include "neighbour_stay.h"
#include "rule_text_match.h"

#include <string.h>

static const char *const words[NEIGHBOUR_KIND_COUNT] = {
	[NEIGHBOUR_UFW] = "ufw",
	[NEIGHBOUR_FIREWALLD] = "firewalld",
	[NEIGHBOUR_DOCKER] = "docker",
	[NEIGHBOUR_PODMAN] = "podman",
	[NEIGHBOUR_FAIL2BAN] = "fail2ban",
	[NEIGHBOUR_LIBVIRT] = "libvirt",
	[NEIGHBOUR_KUBE_PROXY] = "kube-proxy",
	[NEIGHBOUR_KUBELET] = "kubelet",
	[NEIGHBOUR_CALICO] = "calico",
	[NEIGHBOUR_CILIUM] = "cilium",
	[NEIGHBOUR_FLANNEL] = "flannel",
	[NEIGHBOUR_NFTABLES] = "nftables.service",
	[NEIGHBOUR_NETFILTER_PERSISTENT] = "netfilter-persistent.service",
	[NEIGHBOUR_IPTABLES] = "iptables.service",
	[NEIGHBOUR_IP6TABLES] = "ip6tables.service",
};

/* How the names begin of what it makes. The first that fits counts: kubelet's chains begin like those of kube-proxy. */
struct sign {
	const char *prefix;
	enum neighbour_kind kind;
};

static const struct sign table_signs[] = {
	{"firewalld", NEIGHBOUR_FIREWALLD}, {"docker", NEIGHBOUR_DOCKER},
	{"netavark", NEIGHBOUR_PODMAN},     {"f2b-", NEIGHBOUR_FAIL2BAN},
	{"libvirt_", NEIGHBOUR_LIBVIRT},    {"kube-proxy", NEIGHBOUR_KUBE_PROXY},
	{"calico", NEIGHBOUR_CALICO},       {"flannel-", NEIGHBOUR_FLANNEL},
};

static const struct sign chain_signs[] = {
	{"ufw-", NEIGHBOUR_UFW},
	{"ufw6-", NEIGHBOUR_UFW},
	{"INPUT_ZONES", NEIGHBOUR_FIREWALLD}, /* its backend for iptables */
	{"IN_public", NEIGHBOUR_FIREWALLD},
	{"DOCKER", NEIGHBOUR_DOCKER},
	{"NETAVARK", NEIGHBOUR_PODMAN},
	{"CNI-", NEIGHBOUR_PODMAN},
	{"f2b-", NEIGHBOUR_FAIL2BAN},
	{"LIBVIRT_", NEIGHBOUR_LIBVIRT},
	{"KUBE-KUBELET", NEIGHBOUR_KUBELET},
	{"KUBE-FIREWALL", NEIGHBOUR_KUBELET},
	{"KUBE-", NEIGHBOUR_KUBE_PROXY},
	{"cali-", NEIGHBOUR_CALICO},
	{"CILIUM_", NEIGHBOUR_CILIUM},
	{"FLANNEL-", NEIGHBOUR_FLANNEL},
};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *neighbour_word(enum neighbour_kind kind)
{
	return words[kind];
}

static const struct sign *sign_of(const char *name, const struct sign *signs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strncmp(name, signs[i].prefix, strlen(signs[i].prefix)) == 0)
			return &signs[i];
	return NULL;
}

static const struct sign *sign_of_table(const struct table *table)
{
	return table->engine == ENGINE_NFT ? sign_of(table->name, table_signs, COUNT(table_signs)) : NULL;
}

static const struct sign *sign_of_chain(const struct chain *chain)
{
	return chain->base ? NULL : sign_of(chain->name, chain_signs, COUNT(chain_signs));
}

static bool is_sign(const struct sign *sign, enum neighbour_kind kind)
{
	return sign && sign->kind == kind;
}

bool neighbour_made(const struct neighbour *neighbour, const struct chain *chain)
{
	return is_sign(sign_of_table(chain->table), neighbour->kind) ||
	       is_sign(sign_of_chain(chain), neighbour->kind);
}

/* What ufw leaves behind when it is turned off are chains without rules. */
static bool is_in_force(enum neighbour_kind kind, const struct chain *chain)
{
	return kind != NEIGHBOUR_UFW || chain->rule_count > 0;
}

/* The sign of its first chain there. */
static const struct sign *sign_in_table(enum neighbour_kind kind, const struct table *table)
{
	for (size_t i = 0; i < table->chain_count; i++) {
		const struct sign *sign = sign_of_chain(table->chains[i]);

		if (is_sign(sign, kind) && is_in_force(kind, table->chains[i]))
			return sign;
	}
	return NULL;
}

static void table_name_add(const struct table *table, struct text *out)
{
	text_add(out, "%s ", table_family_name(table->family));
	name_text(table->name, out);
	if (table->engine == ENGINE_LEGACY)
		text_add(out, " (%s)", owner_name(table->owner));
}

/* A finder's notes: tables of its own, and those of others where it has chains. */
struct find {
	enum neighbour_kind kind;
	struct pool *pool;
	struct neighbour found;
	struct text own, shared;
	size_t own_count;
	const char *prefix; /* of its chains in tables of others */
};

static void find_end(struct find *find)
{
	text_free(&find->own);
	text_free(&find->shared);
}

static int table_add(struct find *find, const struct table *table, struct error *err)
{
	struct neighbour *found = &find->found;
	const struct table **grown =
		pool_grow(find->pool, found->tables, found->table_count, sizeof(const struct table *));

	if (!grown)
		return error_memory(err);
	found->tables = grown;
	grown[found->table_count++] = table;
	return 0;
}

static int table_look(struct find *find, const struct table *table, struct error *err)
{
	const bool own = is_sign(sign_of_table(table), find->kind);
	const struct sign *sign = own ? NULL : sign_in_table(find->kind, table);
	struct text *list = own ? &find->own : &find->shared;

	if (!own && !sign)
		return 0;
	if (!find->prefix && sign)
		find->prefix = sign->prefix;
	text_add(list, "%s", list->length ? ", " : "");
	table_name_add(table, list);
	find->own_count += own;
	find->found.owns |= own && table_has_owner(table);
	return table_add(find, table, err);
}

static int evidence_set(struct find *find, struct error *err)
{
	const char *own = text_string(&find->own), *shared = text_string(&find->shared);
	const char *s = find->own_count > 1 ? "s" : "";
	const char *flag = find->found.owns ? " with the owner flag" : "";
	struct pool *pool = find->pool;

	if (find->own.failed || find->shared.failed)
		return error_memory(err);
	if (find->own.length && find->shared.length)
		find->found.evidence = pool_format(pool, "table%s %s%s; chains %s* in %s", s, own, flag,
						   find->prefix, shared);
	else if (find->own.length)
		find->found.evidence = pool_format(pool, "table%s %s%s", s, own, flag);
	else
		find->found.evidence = pool_format(pool, "chains %s* in %s", find->prefix, shared);
	return find->found.evidence ? 0 : error_memory(err);
}

static int neighbour_add(const struct ruleset *ruleset, struct neighbour found, struct pool *pool,
			 struct neighbours *out, struct error *err)
{
	struct neighbour *grown = pool_grow(pool, out->list, out->count, sizeof(*out->list));

	if (!grown)
		return error_memory(err);
	out->list = grown;
	if (stays_find(ruleset, pool, &found, err) < 0)
		return -1;
	grown[out->count++] = found;
	return 0;
}

static int by_sign(const struct ruleset *ruleset, enum neighbour_kind kind, struct pool *pool,
		   struct neighbours *out, struct error *err)
{
	CLEANUP(find_end) struct find find = {.kind = kind, .pool = pool, .found.kind = kind};

	for (size_t i = 0; i < ruleset->table_count; i++)
		if (table_look(&find, ruleset->tables[i], err) < 0)
			return -1;
	if (!find.found.table_count)
		return 0;
	if (evidence_set(&find, err) < 0)
		return -1;
	return neighbour_add(ruleset, find.found, pool, out, err);
}

int neighbours_find(const struct ruleset *ruleset, unsigned services, struct pool *pool,
		    struct neighbours *out, struct error *err)
{
	*out = (struct neighbours){0};
	for (enum neighbour_kind kind = 0; kind < NEIGHBOUR_NFTABLES; kind++)
		if (by_sign(ruleset, kind, pool, out, err) < 0)
			return -1;
	for (enum neighbour_kind kind = NEIGHBOUR_NFTABLES; kind < NEIGHBOUR_KIND_COUNT; kind++) {
		const struct neighbour service = {.kind = kind, .evidence = "the service is active"};

		if (services & NEIGHBOUR_BIT(kind) && neighbour_add(ruleset, service, pool, out, err) < 0)
			return -1;
	}
	return 0;
}

const struct neighbour *neighbours_get(const struct neighbours *neighbours, enum neighbour_kind kind)
{
	for (size_t i = 0; i < neighbours->count; i++)
		if (neighbours->list[i].kind == kind)
			return &neighbours->list[i];
	return NULL;
}
