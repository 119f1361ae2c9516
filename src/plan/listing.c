/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The language of nft. Rules stand at the places that they have now; what was not made by predicate_rule is told in a comment.
 */
#include "fwport/listing.h"

#include "fwport/lifetime.h"
#include "fwport/policy.h"
#include "fwport/port_set.h"
#include "fwport/rule_text.h"
#include "predicate_whole.h"

#include <linux/netfilter/nf_tables.h>

static void add_ports(const struct predicate *predicate, const char *protocol, struct text *out)
{
	const bool request = predicate->kind == PREDICATE_REQUEST;
	char range[PORT_TEXT];

	if (predicate->arrives)
		text_add(out, "%s %s %u ct original proto-dst ", protocol, request ? "dport" : "sport",
			 predicate->arrives);
	else
		text_add(out, "%s %s ", protocol, request ? "dport" : "sport");
	text_add(out, "%s", predicate->port_count > 1 ? "{ " : "");
	for (size_t i = 0; i < predicate->port_count; i++)
		text_add(out, "%s%s", i ? ", " : "", port_range_text(predicate->ports[i], range));
	text_add(out, "%s ", predicate->port_count > 1 ? " }" : "");
}

static void add_prefix(const struct prefix *prefix, bool source, struct text *out)
{
	char text[ADDRESS_TEXT];

	if (prefix)
		text_add(out, "%s %s %s ", prefix->address.family == FAMILY_IPV6 ? "ip6" : "ip",
			 source ? "saddr" : "daddr", prefix_text(prefix, text));
}

static void add_tests(const struct predicate *predicate, const struct table *table, struct text *out)
{
	const bool leaves = predicate->leaves;

	if (predicate->iface)
		text_add(out, "%s \"%s\" ", leaves ? "oifname" : "iifname", predicate->iface);
	if (predicate->one_family && !predicate->peer && !predicate->local && table->family == TABLE_INET)
		text_add(out, "meta nfproto %s ", family_word(predicate->family));
	if (predicate->kind == PREDICATE_REPLY_TRACKED)
		text_add(out, "ct state established ct direction reply ");
	if (predicate->local_only)
		text_add(out, "fib %s type local ", leaves ? "saddr" : "daddr");
	add_prefix(predicate->peer, !leaves, out);
	add_prefix(predicate->local, leaves, out);
	add_ports(predicate, protocol_name(predicate->protocol), out);
	if (predicate->kind == PREDICATE_REPLY_SYN_ACK)
		text_add(out, "tcp flags & (syn | ack) == syn | ack ");
	if (predicate->kind == PREDICATE_REPLY_ACK)
		text_add(out, "tcp flags & ack == ack ");
}

/* "tcp dport 443 accept comment ..."; *unsaid: why not, for a rule that is not said, and else NULL. */
static int add_rule(const struct ruleset *ruleset, const struct rule *rule, struct pool *pool,
		    struct text *out, const char **unsaid, struct error *err)
{
	char end[MOMENT_TEXT];
	struct predicate predicate;

	if (predicate_read_whole(ruleset, rule, pool, &predicate, err) < 0)
		return -1;
	*unsaid = !predicate.port_count ? "somebody changed it" : NULL;
	if (predicate.port_count && predicate.until)
		*unsaid = pool_format(pool, "it ends %s", moment_text(predicate.until, end));
	if (!*unsaid && predicate.port_count && predicate.until)
		return error_memory(err);
	if (*unsaid)
		return 0;
	add_tests(&predicate, rule->chain->table, out);
	text_add(out, "%saccept comment \"" TAG_PREFIX "%u\"", predicate.counter ? "counter " : "",
		 rule->tag);
	return 0;
}

static void add_unsaid(const struct rule *rule, const char *why, struct text *out)
{
	CLEANUP(text_free) struct text text = {0};

	rule_text(rule, &text);
	text_add(out, "# not shown, since %s: rule %u of %s %s %s: %s", why, rule->position,
		 table_family_name(rule->chain->table->family), rule->chain->table->name, rule->chain->name,
		 text_string(&text));
	out->failed |= text.failed;
}

static int add_set(const struct set *set, struct pool *pool, struct text *out, struct error *err)
{
	struct port_range *ports;
	char range[PORT_TEXT];
	size_t count;

	if (port_set_ranges(set, pool, &ports, &count, err) < 0)
		return -1;
	text_add(out, "\tset %s {\n\t\ttype inet_service\n\t\tflags interval\n\t\tcounter\n", set->name);
	for (size_t i = 0; i < count; i++)
		text_add(out, "%s%s%s", i ? ", " : "\t\telements = { ", port_range_text(ports[i], range),
			 i + 1 == count ? " }\n" : "");
	text_add(out, "\t}\n");
	return 0;
}

/* A set of ours that does not empty itself. */
static bool is_listed(const struct set *set)
{
	return set->key_type == PORT_KEY_TYPE && !(set->flags & (NFT_SET_TIMEOUT | NFT_SET_ANONYMOUS));
}

static bool empties_itself(const struct set *set)
{
	return set->key_type == PORT_KEY_TYPE && (set->flags & NFT_SET_TIMEOUT);
}

/* Scoped openings, and those that ask such a set; what expires, and a policy, are left out. */
static bool is_opening(const struct rule *rule)
{
	for (size_t i = 0; i < rule->op_count; i++)
		if (rule->ops[i].kind == OP_LOOKUP && rule->ops[i].lookup.set &&
		    is_listed(rule->ops[i].lookup.set))
			return true;
	return rule_is_of_opening(rule);
}

static int add_home_rule(const struct ruleset *ruleset, const struct rule *rule, struct pool *pool,
			 struct text *out, struct error *err)
{
	const char *unsaid = NULL;

	text_add(out, "\t\t");
	if (rule->tag && add_rule(ruleset, rule, pool, out, &unsaid, err) < 0)
		return -1;
	if (!rule->tag)
		rule_text(rule, out);
	else if (unsaid)
		add_unsaid(rule, unsaid, out);
	text_add(out, "\n");
	return 0;
}

static int add_home_chain(const struct ruleset *ruleset, const struct chain *chain, struct pool *pool,
			  struct text *out, struct error *err)
{
	text_add(out, "\tchain %s {\n\t\ttype filter hook %s priority filter - 1; policy accept;\n",
		 chain->name, hook_name(chain->hook));
	for (size_t i = 0; i < chain->rule_count; i++)
		if (is_opening(chain->rules[i]) &&
		    add_home_rule(ruleset, chain->rules[i], pool, out, err) < 0)
			return -1;
	text_add(out, "\t}\n");
	return 0;
}

/* Declared before it is deleted, so that there is one to delete. */
static int add_home(const struct ruleset *ruleset, const struct table *home, struct pool *pool,
		    struct text *out, struct error *err)
{
	text_add(out, "table inet %s\ndelete table inet %s\ntable inet %s {\n", home->name, home->name,
		 home->name);
	for (size_t i = 0; i < home->set_count; i++)
		if (is_listed(home->sets[i]) && add_set(home->sets[i], pool, out, err) < 0)
			return -1;
	for (size_t i = 0; i < home->set_count; i++)
		if (empties_itself(home->sets[i]))
			text_add(out, "\t# not shown, since its ports end by themselves: set %s\n",
				 home->sets[i]->name);
	for (size_t i = 0; i < home->chain_count; i++)
		if (add_home_chain(ruleset, home->chains[i], pool, out, err) < 0)
			return -1;
	text_add(out, "}\n");
	return 0;
}

static int add_guest(const struct ruleset *ruleset, const struct rule *rule, struct pool *pool,
		     struct text *out, struct error *err)
{
	const struct table *table = rule->chain->table;
	CLEANUP(text_free) struct text text = {0};
	const char *unsaid;

	if (add_rule(ruleset, rule, pool, &text, &unsaid, err) < 0)
		return -1;
	if (unsaid)
		add_unsaid(rule, unsaid, out);
	else if (rule->position == 1)
		text_add(out, "insert rule %s %s %s %s", table_family_name(table->family), table->name,
			 rule->chain->name, text_string(&text));
	else
		text_add(out, "add rule %s %s %s index %u %s", table_family_name(table->family), table->name,
			 rule->chain->name, rule->position - 2, text_string(&text));
	text_add(out, "\n");
	out->failed |= text.failed;
	return 0;
}

static int add_guests(const struct ruleset *ruleset, const struct table *table, struct pool *pool,
		      struct text *out, struct error *err)
{
	for (size_t i = 0; i < table->chain_count; i++)
		for (size_t j = 0; j < table->chains[i]->rule_count; j++)
			if (rule_is_of_opening(table->chains[i]->rules[j]) &&
			    add_guest(ruleset, table->chains[i]->rules[j], pool, out, err) < 0)
				return -1;
	return 0;
}

int listing_nft(const struct ruleset *ruleset, struct pool *pool, struct text *out, struct error *err)
{
	text_add(out,
		 "#!/usr/sbin/nft -f\n# What fwport opens, for where there is no fwport. Rules in chains of "
		 "others are for the places that they have now.\n");
	for (size_t i = 0; i < ruleset->table_count; i++) {
		const struct table *table = ruleset->tables[i];

		if (table_is_home(table)
			    ? add_home(ruleset, table, pool, out, err) < 0
			    : !table_takes_matches(table) && add_guests(ruleset, table, pool, out, err) < 0)
			return -1;
	}
	return out->failed ? error_memory(err) : 0;
}
