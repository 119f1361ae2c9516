/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose table it is, by signs in the ruleset alone: names, and how the chains are hooked. Configuration files prove nothing,
 * since they are there on hosts where their program never ran.
 */
#include "nft_dump.h"

#include <string.h>
#include <linux/netfilter_ipv4.h>

/* Tables that their makers name after themselves. */
static const struct {
	const char *prefix;
	enum owner owner;
} names[] = {
	{"firewalld", OWNER_FIREWALLD}, {"docker", OWNER_DOCKER},    {"f2b", OWNER_FAIL2BAN},
	{"libvirt", OWNER_LIBVIRT},     {"kube-", OWNER_KUBERNETES},
};

/* Chains of ufw, which it keeps in tables of iptables-nft. */
static const char *const ufw_chains[] = {"ufw-before-input", "ufw-user-input", "ufw6-before-input",
					 "ufw6-user-input"};

/* Where iptables-nft hooks the chains of its tables. */
static const struct standard {
	const char *table, *chain;
	enum chain_type type;
	enum hook hook;
	int32_t priority;
} standards[] = {
	{"filter", "INPUT", CHAIN_FILTER, HOOK_INPUT, NF_IP_PRI_FILTER},
	{"filter", "FORWARD", CHAIN_FILTER, HOOK_FORWARD, NF_IP_PRI_FILTER},
	{"filter", "OUTPUT", CHAIN_FILTER, HOOK_OUTPUT, NF_IP_PRI_FILTER},
	{"nat", "PREROUTING", CHAIN_NAT, HOOK_PREROUTING, NF_IP_PRI_NAT_DST},
	{"nat", "INPUT", CHAIN_NAT, HOOK_INPUT, NF_IP_PRI_NAT_SRC},
	{"nat", "OUTPUT", CHAIN_NAT, HOOK_OUTPUT, NF_IP_PRI_NAT_DST},
	{"nat", "POSTROUTING", CHAIN_NAT, HOOK_POSTROUTING, NF_IP_PRI_NAT_SRC},
	{"mangle", "PREROUTING", CHAIN_FILTER, HOOK_PREROUTING, NF_IP_PRI_MANGLE},
	{"mangle", "INPUT", CHAIN_FILTER, HOOK_INPUT, NF_IP_PRI_MANGLE},
	{"mangle", "FORWARD", CHAIN_FILTER, HOOK_FORWARD, NF_IP_PRI_MANGLE},
	{"mangle", "OUTPUT", CHAIN_ROUTE, HOOK_OUTPUT, NF_IP_PRI_MANGLE},
	{"mangle", "POSTROUTING", CHAIN_FILTER, HOOK_POSTROUTING, NF_IP_PRI_MANGLE},
	{"raw", "PREROUTING", CHAIN_FILTER, HOOK_PREROUTING, NF_IP_PRI_RAW},
	{"raw", "OUTPUT", CHAIN_FILTER, HOOK_OUTPUT, NF_IP_PRI_RAW},
	{"security", "INPUT", CHAIN_FILTER, HOOK_INPUT, NF_IP_PRI_SECURITY},
	{"security", "FORWARD", CHAIN_FILTER, HOOK_FORWARD, NF_IP_PRI_SECURITY},
	{"security", "OUTPUT", CHAIN_FILTER, HOOK_OUTPUT, NF_IP_PRI_SECURITY},
};

static bool is_standard(const struct chain *chain)
{
	for (size_t i = 0; i < COUNT(standards); i++) {
		const struct standard *at = &standards[i];

		if (!strcmp(at->table, chain->table->name) && !strcmp(at->chain, chain->name))
			return at->type == chain->type && at->hook == chain->hook &&
			       at->priority == chain->priority;
	}
	return false;
}

/* iptables-nft 1.8 neither writes nor reads these but as part of a match or target of x_tables. */
static bool is_native(const struct op *op)
{
	return (op->kind == OP_LOOKUP || op->kind == OP_DYNSET || op->kind == OP_CT ||
		op->kind == OP_CT_SET || op->kind == OP_FIB) &&
	       !op_is_of_xt(op);
}

/* Whether somebody else's nft put it there. */
static bool is_beyond_iptables(const struct rule *rule)
{
	for (size_t i = 0; i < rule->op_count; i++)
		if (is_native(&rule->ops[i]))
			return !rule->tag;
	return false;
}

static bool is_iptables_chain(const struct chain *chain)
{
	if (chain->base && !is_standard(chain))
		return false;
	for (size_t i = 0; i < chain->rule_count; i++)
		if (is_beyond_iptables(chain->rules[i]))
			return false;
	return true;
}

static bool is_iptables_table(const struct table *table)
{
	size_t bases = 0;

	if ((table->family != TABLE_IP && table->family != TABLE_IP6) || table->set_count)
		return false;
	for (size_t i = 0; i < table->chain_count; i++) {
		if (!is_iptables_chain(table->chains[i]))
			return false;
		bases += table->chains[i]->base;
	}
	return bases > 0;
}

static bool has_ufw_chains(const struct table *table)
{
	for (size_t i = 0; i < COUNT(ufw_chains); i++)
		if (table_find_chain(table, ufw_chains[i]))
			return true;
	return false;
}

enum owner table_owner(const struct table *table)
{
	if (table_is_home(table))
		return OWNER_OURS;
	for (size_t i = 0; i < COUNT(names); i++)
		if (!strncmp(table->name, names[i].prefix, strlen(names[i].prefix)))
			return names[i].owner;
	if (!is_iptables_table(table))
		return OWNER_ADMIN;
	return has_ufw_chains(table) ? OWNER_UFW : OWNER_IPTABLES_NFT;
}
