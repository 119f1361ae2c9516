/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nobody may bypass, whoever asks: a deny of the very port (but for --override), a drop of what connection tracking calls
 * invalid, a limit, a ban.
 */
#include "intent.h"

#include "ban.h"
#include "fwport/rule_text.h"

#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

/* `ct state invalid drop` and its like: a mask of the state that holds the invalid bit and not the new one. */
static bool rule_asks_invalid(const struct rule *rule)
{
	for (size_t i = 0; i + 1 < rule->op_count; i++) {
		const struct op *load = &rule->ops[i], *mask = load + 1;
		uint32_t states;

		if (load->kind != OP_CT || load->meta.key != NFT_CT_STATE || mask->kind != OP_BITWISE ||
		    mask->bitwise.mask.length != sizeof(states))
			continue;
		memcpy(&states, mask->bitwise.mask.at, sizeof(states));
		if ((states & NF_CT_STATE_INVALID_BIT) && !(states & NF_CT_STATE_BIT(IP_CT_NEW)))
			return true;
	}
	return false;
}

/* Which limits a rule is asked for: below a rate a blocking rule is but an answer that is rationed (`limit ... reject`). */
enum limits { LIMITS_ANY, LIMITS_OVER };

/* What is run for each element of a set may be a limit, too. */
static bool ops_limit(const struct op *ops, size_t count, enum limits asked)
{
	for (size_t i = 0; i < count; i++) {
		const struct op *inner;
		size_t inner_count;

		if (op_rations(&ops[i]) && (asked == LIMITS_ANY || op_is_over(&ops[i])))
			return true;
		if (ops[i].kind != OP_DYNSET)
			continue;
		inner = dynset_ops(&ops[i], &inner_count);
		if (ops_limit(inner, inner_count, asked))
			return true;
	}
	return false;
}

int refuse_rule(const struct ruleset *now, const struct rule *rule, const char *why, struct pool *pool,
		struct sites *out, struct error *err)
{
	CLEANUP(text_free) struct text name = {0};

	rule_name(rule_as_in(now, rule), &name);
	out->refused = pool_format(pool, "%s %s", text_string(&name), why);
	return out->refused && !name.failed ? 0 : error_memory(err);
}

static int refuse_port(const struct ruleset *now, const struct rule *rule, uint16_t port, struct pool *pool,
		       struct sites *out, struct error *err)
{
	CLEANUP(text_free) struct text why = {0};

	text_add(&why, "blocks port %u on purpose: ", port);
	rule_text(rule, &why);
	out->hint = "--override places a rule before it";
	return why.failed ? error_memory(err) : refuse_rule(now, rule, text_string(&why), pool, out, err);
}

/* Whoever a set holds stays out, however general: before the rule everybody may have been put there. */
static int ban_check(const struct ruleset *now, const struct decision *decision, struct pool *pool,
		     struct sites *out, struct error *err)
{
	CLEANUP(text_free) struct text why = {0};
	const struct rule *rule;
	const struct set *set = decision_ban(decision, &rule);

	if (!set)
		return 0;
	out->banned = true;
	if (set->flags & NFT_SET_ANONYMOUS)
		text_add(&why, "drops members of a set of addresses, which is not bypassed");
	else
		text_add(&why, "drops members of set %s, which is not bypassed", set->name);
	return why.failed ? error_memory(err) : refuse_rule(now, rule, text_string(&why), pool, out, err);
}

/* Reverse path filters and their like. */
static bool asks_where_the_sender_belongs(const struct rule *rule)
{
	for (size_t i = 0; i < rule->op_count; i++)
		if (rule->ops[i].kind == OP_FIB && rule->ops[i].fib.flags & NFTA_FIB_F_SADDR)
			return true;
	return false;
}

/* What lets packets go on below a rate has something behind it that stops the others. */
bool rule_protects(const struct rule *rule)
{
	return rule_asks_invalid(rule) || asks_where_the_sender_belongs(rule) ||
	       ops_limit(rule->ops, rule->op_count, rule_ends_in_block(rule) ? LIMITS_OVER : LIMITS_ANY);
}

/* The deciding rule and those that led to it: any of them may be the one that names the port. */
int intent_check(const struct ruleset *now, const struct decision *decision, struct asked_port asked,
		 bool override, struct pool *pool, struct sites *out, struct error *err)
{
	for (size_t i = 0; i <= decision->call_count; i++) {
		bool calls = i < decision->call_count;
		const struct rule *rule = calls ? decision->calls[i].rule : decision->rule;

		if (!rule)
			continue;
		if (rule_asks_invalid(rule))
			return refuse_rule(
				now, rule,
				"drops what connection tracking calls invalid, which is not bypassed", pool,
				out, err);
		if (ops_limit(rule->ops, rule->op_count, calls ? LIMITS_ANY : LIMITS_OVER))
			return refuse_rule(now, rule, "limits a rate, which is not bypassed", pool, out, err);
		if (!override && rule_names_port(rule, asked))
			return refuse_port(now, rule, asked.port, pool, out, err);
	}
	return ban_check(now, decision, pool, out, err);
}
