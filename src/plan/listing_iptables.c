/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The language of iptables-save. Lines that begin with -4 or -6 are taken by the restore of that family, and left by the other.
 */
#include "fwport/listing.h"

#include "fwport/lifetime.h"
#include "fwport/policy.h"
#include "fwport/rule_text.h"
#include "predicate_whole.h"

/* Of the text of a moment. */
enum { DATE_LENGTH = 10, CLOCK_LENGTH = 8 };

struct listing {
	const struct ruleset *ruleset;
	struct pool *pool;
	struct text *out;
};

static void add_ports(const struct predicate *predicate, struct text *out)
{
	const bool request = predicate->kind == PREDICATE_REQUEST;
	const char *protocol = protocol_name(predicate->protocol);

	text_add(out, " -p %s", protocol);
	if (predicate->arrives)
		text_add(out, " -m %s --%s %u -m conntrack --ctorigdstport ", protocol,
			 request ? "dport" : "sport", predicate->arrives);
	else if (predicate->port_count > 1)
		text_add(out, " -m multiport --%s ", request ? "dports" : "sports");
	else
		text_add(out, " -m %s --%s ", protocol, request ? "dport" : "sport");
	for (size_t i = 0; i < predicate->port_count; i++) {
		const struct port_range range = predicate->ports[i];

		text_add(out, "%s%u", i ? "," : "", range.first);
		if (range.first != range.last)
			text_add(out, ":%u", range.last);
	}
}

static void add_prefix(const struct prefix *prefix, bool source, struct text *out)
{
	char text[ADDRESS_TEXT];

	if (prefix)
		text_add(out, " -%c %s", source ? 's' : 'd', prefix_text(prefix, text));
}

static void add_tests(const struct predicate *predicate, struct text *out)
{
	const bool leaves = predicate->leaves;

	add_prefix(predicate->peer, !leaves, out);
	add_prefix(predicate->local, leaves, out);
	if (predicate->iface)
		text_add(out, " -%c %s", leaves ? 'o' : 'i', predicate->iface);
	add_ports(predicate, out);
	if (predicate->kind == PREDICATE_REPLY_SYN_ACK)
		text_add(out, " --tcp-flags SYN,ACK SYN,ACK");
	if (predicate->kind == PREDICATE_REPLY_ACK)
		text_add(out, " --tcp-flags ACK ACK");
	if (predicate->kind == PREDICATE_REPLY_TRACKED)
		text_add(out, " -m conntrack --ctstate ESTABLISHED --ctdir REPLY");
	if (predicate->local_only)
		text_add(out, " -m addrtype --%s-type LOCAL", leaves ? "src" : "dst");
}

/* The last second that it matches in, in UTC. */
static void add_end(const struct predicate *predicate, struct text *out)
{
	char last[MOMENT_TEXT];

	if (!predicate->until)
		return;
	moment_text(predicate->until - 1, last);
	text_add(out, " -m time --datestop %.*sT%.*s", DATE_LENGTH, last, CLOCK_LENGTH,
		 last + DATE_LENGTH + 1);
}

static char family_digit(const struct table *table)
{
	return table->family == TABLE_IP6 ? '6' : '4';
}

/* A chain of openings: those of a policy, which is left out, hold nothing that opens. */
static bool is_listed(const struct chain *chain)
{
	return chain_is_home(chain) && !chain_is_of_policy(chain);
}

/* In a chain of our own there are only our rules. */
static void add_place(const struct rule *rule, struct text *out)
{
	const struct chain *chain = rule->chain;

	if (chain_is_home(chain))
		text_add(out, "-%c -A %s", family_digit(chain->table), chain->name);
	else
		text_add(out, "-%c -I %s %u", family_digit(chain->table), chain->name, rule->position);
}

/* A rule that bears our tag, and is none that we write. */
static int add_unsaid(const struct rule *rule, struct text *out, struct error *err)
{
	CLEANUP(text_free) struct text text = {0};

	rule_text(rule, &text);
	if (text.failed)
		return error_memory(err);
	text_add(out, "# not shown, since somebody changed it: rule %u of chain %s: %s\n", rule->position,
		 rule->chain->name, text_string(&text));
	return 0;
}

static int add_rule(const struct listing *in, const struct rule *rule, struct error *err)
{
	struct predicate predicate;

	if (predicate_read_whole(in->ruleset, rule, in->pool, &predicate, err) < 0)
		return -1;
	if (!predicate.port_count)
		return add_unsaid(rule, in->out, err);
	add_place(rule, in->out);
	add_tests(&predicate, in->out);
	add_end(&predicate, in->out);
	text_add(in->out, " -m comment --comment " TAG_PREFIX "%u -j ACCEPT\n", rule->tag);
	return 0;
}

static void add_call(const struct rule *rule, struct text *out)
{
	const struct nft_verdict *verdict = &rule->ops[rule->op_count - 1].verdict;

	if (!is_listed(verdict->chain))
		return;
	add_place(rule, out);
	text_add(out, " -j %s\n", verdict->chain_name);
}

static int add_chain(const struct listing *in, const struct chain *chain, struct error *err)
{
	for (size_t i = 0; i < chain->rule_count && !chain_is_of_policy(chain); i++) {
		const struct rule *rule = chain->rules[i];

		if (rule_calls_home(rule))
			add_call(rule, in->out);
		else if (rule_is_of_opening(rule) && add_rule(in, rule, err) < 0)
			return -1;
	}
	return 0;
}

static bool holds_ours(const struct table *table)
{
	for (size_t i = 0; i < table->chain_count; i++)
		for (size_t j = 0; j < table->chains[i]->rule_count; j++)
			if (rule_is_of_opening(table->chains[i]->rules[j]) &&
			    !chain_is_of_policy(table->chains[i]))
				return true;
	return false;
}

static int add_table(const struct listing *in, const struct table *table, struct error *err)
{
	if (table->engine == ENGINE_LEGACY)
		text_add(in->out, "# by iptables-legacy\n");
	text_add(in->out, "*%s\n", table->name);
	/* Declared with a colon it would be emptied by the restore of the other family, too. */
	for (size_t i = 0; i < table->chain_count; i++)
		if (is_listed(table->chains[i]))
			text_add(in->out, "-%c -N %s\n", family_digit(table), table->chains[i]->name);
	for (size_t i = 0; i < table->chain_count; i++)
		if (add_chain(in, table->chains[i], err) < 0)
			return -1;
	text_add(in->out, "COMMIT\n");
	return 0;
}

int listing_iptables(const struct ruleset *ruleset, struct pool *pool, struct text *out, struct error *err)
{
	const struct listing listing = {ruleset, pool, out};

	text_add(out, "# What fwport opens, for where there is no fwport: iptables-restore --noflush, and "
		      "the same with ip6tables-restore.\n");
	for (size_t i = 0; i < ruleset->table_count; i++) {
		const struct table *table = ruleset->tables[i];

		if (table_takes_matches(table) && holds_ours(table) && add_table(&listing, table, err) < 0)
			return -1;
	}
	return out->failed ? error_memory(err) : 0;
}
