/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions about a ruleset: look-ups by name, what is ours, how a rule ends, whether connection tracking runs; and the words
 * for its families, hooks and owners.
 */
#include "fwport/policy.h"

#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>
#include <string.h>

static struct table *find_table(const struct ruleset *ruleset, enum engine engine, enum table_family family,
				const char *name)
{
	for (size_t i = 0; i < ruleset->table_count; i++)
		if (ruleset->tables[i]->engine == engine && ruleset->tables[i]->family == family &&
		    !strcmp(ruleset->tables[i]->name, name))
			return ruleset->tables[i];
	return NULL;
}

struct table *ruleset_find_table(const struct ruleset *ruleset, enum table_family family, const char *name)
{
	return find_table(ruleset, ENGINE_NFT, family, name);
}

struct table *ruleset_same_table(const struct ruleset *ruleset, const struct table *table)
{
	return find_table(ruleset, table->engine, table->family, table->name);
}

struct chain *table_find_chain(const struct table *table, const char *name)
{
	for (size_t i = 0; i < table->chain_count; i++)
		if (!strcmp(table->chains[i]->name, name))
			return table->chains[i];
	return NULL;
}

struct set *table_find_set(const struct table *table, const char *name)
{
	for (size_t i = 0; i < table->set_count; i++)
		if (!strcmp(table->sets[i]->name, name))
			return table->sets[i];
	return NULL;
}

bool table_is_dormant(const struct table *table)
{
	return table->flags & NFT_TABLE_F_DORMANT;
}

/* An orphan of owner|persist has no owner's port any more and may be changed by anyone. */
bool table_has_owner(const struct table *table)
{
	return (table->flags & NFT_TABLE_F_OWNER) && table->owner_port != 0;
}

bool table_sees_family(const struct table *table, enum family family)
{
	switch (table->family) {
	case TABLE_INET:
	case TABLE_NETDEV:
		return true;
	case TABLE_IP:
		return family == FAMILY_IPV4;
	case TABLE_IP6:
		return family == FAMILY_IPV6;
	case TABLE_ARP:
	case TABLE_BRIDGE:
		return false;
	}
	return false;
}

bool table_is_home(const struct table *table)
{
	return table->engine == ENGINE_NFT && table->family == TABLE_INET && !strcmp(table->name, HOME_TABLE);
}

static bool is_legacy_filter(const struct table *table)
{
	return table->engine == ENGINE_LEGACY && !strcmp(table->name, "filter");
}

bool chain_is_of_policy(const struct chain *chain)
{
	return is_legacy_filter(chain->table) &&
	       (!strcmp(chain->name, POLICY_CHAIN_IN) || !strcmp(chain->name, POLICY_CHAIN_OUT));
}

bool chain_is_home(const struct chain *chain)
{
	if (!is_legacy_filter(chain->table))
		return table_is_home(chain->table);
	return !strcmp(chain->name, HOME_CHAIN_IN) || !strcmp(chain->name, HOME_CHAIN_OUT) ||
	       chain_is_of_policy(chain);
}

static const struct op *last_op(const struct rule *rule)
{
	return rule->op_count ? &rule->ops[rule->op_count - 1] : NULL;
}

bool rule_ends_with(const struct rule *rule, enum nft_verdict_code code)
{
	const struct op *last = last_op(rule);

	return last && last->kind == OP_VERDICT && last->verdict.code == code;
}

/* As iptables writes it: a counter, and the jump. */
bool rule_calls_home(const struct rule *rule)
{
	const struct op *last = last_op(rule);

	return rule_ends_with(rule, VERDICT_JUMP) && rule->op_count == 2 && rule->ops[0].kind == OP_COUNTER &&
	       (!rule->comment || !strcmp(rule->comment, FOUND_COMMENT)) && last->verdict.chain &&
	       chain_is_home(last->verdict.chain);
}

bool rule_ends_in_block(const struct rule *rule)
{
	const struct op *last = last_op(rule);

	return (last && last->kind == OP_REJECT) || rule_ends_with(rule, VERDICT_DROP);
}

/* Where the set has some the kernel does not repeat them in the rule (nft_dynset_dump). */
const struct op *dynset_ops(const struct op *dynset, size_t *count)
{
	const struct set *set = dynset->dynset.set;
	bool own = dynset->dynset.op_count > 0 || !set;

	*count = own ? dynset->dynset.op_count : set->op_count;
	return own ? dynset->dynset.ops : set->ops;
}

bool set_is(const struct set *a, const struct set *b)
{
	return a == b || (a->keeper != SET_OF_TABLE && a->keeper == b->keeper &&
			  a->key_length == b->key_length && !strcmp(a->name, b->name));
}

size_t op_tested_length(const struct op *test)
{
	if (test->kind == OP_CMP)
		return test->cmp.value.length;
	if (test->kind == OP_RANGE)
		return test->range.from.length;
	return test->kind == OP_LOOKUP && test->lookup.set ? test->lookup.set->key_length : 0;
}

static bool object_passes(const struct object *object)
{
	const struct op *op = object ? &object->op : NULL;

	return op &&
	       (op->kind == OP_COUNTER || (op->kind == OP_ASIDE && op->aside.kind != ASIDE_EXPECTATION) ||
		(op->kind == OP_OPAQUE && op->opaque.effect == OPAQUE_PASSES));
}

bool op_objects_pass(const struct op *op)
{
	const struct set *set = op->lookup.set;

	if (!set || set->opaque)
		return false;
	for (size_t i = 0; i < set->element_count; i++)
		if (!set->elements[i].interval_end && !object_passes(set->elements[i].object))
			return false;
	return true;
}

bool op_is_verdict_map(const struct op *op)
{
	const struct set *set = op->kind == OP_LOOKUP && op->lookup.map ? op->lookup.set : NULL;

	return set && (set->flags & NFT_SET_MAP) && set->data_type == NFT_DATA_VERDICT;
}

const struct set *rule_own_set(const struct rule *rule)
{
	for (size_t i = 0; i < rule->op_count; i++) {
		const struct op *op = &rule->ops[i];

		if (op->kind == OP_LOOKUP && !op_is_of_xt(op) && op->lookup.set &&
		    (op->lookup.set->flags & NFT_SET_ANONYMOUS))
			return op->lookup.set;
	}
	return NULL;
}

static bool ops_track(const struct op *ops, size_t count, enum family family)
{
	for (size_t i = 0; i < count; i++)
		if (op_uses_conntrack(&ops[i]) && op_sees_family(&ops[i], family))
			return true;
	return false;
}

static bool chain_tracks_connections(const struct chain *chain, enum family family)
{
	for (size_t i = 0; i < chain->rule_count; i++)
		if (ops_track(chain->rules[i]->ops, chain->rules[i]->op_count, family))
			return true;
	return false;
}

/* These call nf_ct_netns_get() when they are made, whether a rule refers to them or not. */
static bool object_tracks_connections(const struct object *object)
{
	switch (object->type) {
	case NFT_OBJECT_CT_HELPER:
	case NFT_OBJECT_CT_TIMEOUT:
	case NFT_OBJECT_CT_EXPECT:
	case NFT_OBJECT_CONNLIMIT:
	case NFT_OBJECT_SYNPROXY:
		return true;
	default: /* the kernel's numbers, of which there may be more */
		return false;
	}
}

/* Of a set only what its elements are made with: an element has a clone, for which the kernel does not ask. */
static bool table_tracks_connections(const struct table *table, enum family family)
{
	for (size_t i = 0; i < table->object_count; i++)
		if (object_tracks_connections(table->objects[i]))
			return true;
	for (size_t i = 0; i < table->set_count; i++)
		if (ops_track(table->sets[i]->ops, table->sets[i]->op_count, family))
			return true;
	for (size_t i = 0; i < table->chain_count; i++)
		if (chain_tracks_connections(table->chains[i], family))
			return true;
	return false;
}

/* A bridge that tracks has it tracked in both families (nf_ct_netns_get). */
static bool table_has_tracking_of(const struct table *table, enum family family)
{
	return table_sees_family(table, family) || table->family == TABLE_BRIDGE;
}

bool ruleset_tracks_connections(const struct ruleset *ruleset, enum family family)
{
	for (size_t i = 0; i < ruleset->table_count; i++)
		if (table_has_tracking_of(ruleset->tables[i], family) &&
		    table_tracks_connections(ruleset->tables[i], family))
			return true;
	return false;
}

bool ruleset_has_all_legacy(const struct ruleset *ruleset, enum family family)
{
	return ruleset->legacy_tables[family] && !*ruleset->legacy_tables[family];
}

const char *table_family_name(enum table_family family)
{
	switch (family) {
	case TABLE_INET:
		return "inet";
	case TABLE_IP:
		return "ip";
	case TABLE_ARP:
		return "arp";
	case TABLE_NETDEV:
		return "netdev";
	case TABLE_BRIDGE:
		return "bridge";
	case TABLE_IP6:
		return "ip6";
	}
	return "?";
}

const char *chain_type_name(enum chain_type type)
{
	static const char *const names[] = {
		[CHAIN_FILTER] = "filter", [CHAIN_ROUTE] = "route", [CHAIN_NAT] = "nat"};

	return names[type];
}

const char *hook_name(enum hook hook)
{
	static const char *const names[] = {
		[HOOK_INGRESS] = "ingress", [HOOK_PREROUTING] = "prerouting",
		[HOOK_INPUT] = "input",     [HOOK_FORWARD] = "forward",
		[HOOK_OUTPUT] = "output",   [HOOK_POSTROUTING] = "postrouting",
		[HOOK_EGRESS] = "egress",
	};

	return names[hook];
}

const char *owner_name(enum owner owner)
{
	static const char *const names[] = {
		[OWNER_OURS] = "fwport",
		[OWNER_ADMIN] = "admin",
		[OWNER_IPTABLES_NFT] = "iptables-nft",
		[OWNER_UFW] = "ufw",
		[OWNER_FIREWALLD] = "firewalld",
		[OWNER_DOCKER] = "docker",
		[OWNER_FAIL2BAN] = "fail2ban",
		[OWNER_LIBVIRT] = "libvirt",
		[OWNER_KUBERNETES] = "kubernetes",
		[OWNER_LEGACY] = "legacy",
	};

	return names[owner];
}

const char *engine_name(enum engine engine)
{
	return engine == ENGINE_NFT ? "nft" : "legacy";
}

static bool op_asks_sockets(const struct op *op)
{
	return (op->kind == OP_ATTACHED && op->attached.kind == ATTACHED_SOCKET) ||
	       (op->kind == OP_HANDOVER && op->handover.kind == HANDOVER_SOCKET);
}

static bool chain_asks_sockets(const struct chain *chain)
{
	for (size_t i = 0; i < chain->rule_count; i++)
		for (size_t j = 0; j < chain->rules[i]->op_count; j++)
			if (op_asks_sockets(&chain->rules[i]->ops[j]))
				return true;
	return false;
}

bool ruleset_asks_sockets(const struct ruleset *ruleset)
{
	for (size_t i = 0; i < ruleset->table_count; i++)
		for (size_t j = 0; j < ruleset->tables[i]->chain_count; j++)
			if (chain_asks_sockets(ruleset->tables[i]->chains[j]))
				return true;
	return false;
}

bool chain_is(const struct chain *a, const struct chain *b)
{
	return !strcmp(a->name, b->name) && !strcmp(a->table->name, b->table->name) &&
	       a->table->family == b->table->family && a->table->engine == b->table->engine;
}

uint32_t ruleset_highest_tag(const struct ruleset *ruleset)
{
	uint32_t highest = 0;

	for (size_t i = 0; i < ruleset->table_count; i++)
		for (size_t j = 0; j < ruleset->tables[i]->chain_count; j++) {
			const struct chain *chain = ruleset->tables[i]->chains[j];

			for (size_t k = 0; k < chain->rule_count; k++)
				if (chain->rules[k]->tag > highest && chain->rules[k]->tag != POLICY_TAG)
					highest = chain->rules[k]->tag;
		}
	return highest;
}

/* The policy's own; or a number without sign or leading zero, and nothing behind it. */
uint32_t comment_tag(const char *comment)
{
	const char *digits;
	char *end;
	unsigned long number;

	if (!comment || strncmp(comment, TAG_PREFIX, strlen(TAG_PREFIX)))
		return 0;
	if (!strcmp(comment, POLICY_COMMENT))
		return POLICY_TAG;
	digits = comment + strlen(TAG_PREFIX);
	if (*digits < '1' || *digits > '9')
		return 0;
	errno = 0;
	number = strtoul(digits, &end, 10);
	return *end || errno || number >= POLICY_TAG ? 0 : (uint32_t)number;
}
