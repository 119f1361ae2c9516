/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules of policy routing. Their tables' routes are known, and so that a reply may leave by one; which rule is asked first, and
 * what it asks for beside addresses, is not followed.
 */
#include "policy_rule.h"

#include "fwport/text.h"

#include <linux/fib_rules.h>

bool policy_rule_refuses(const struct policy_rule *rule)
{
	return rule->action == FR_ACT_BLACKHOLE || rule->action == FR_ACT_UNREACHABLE ||
	       rule->action == FR_ACT_PROHIBIT;
}

static bool has_address_in(const struct host *host, const struct prefix *prefix)
{
	for (size_t i = 0; i < host->address_count; i++)
		if (prefix_contains(prefix, &host->addresses[i].address))
			return true;
	return false;
}

static bool is_here(const struct host *host, const struct end *end, const struct prefix *prefix)
{
	return prefix_contains(prefix, &end->local) || (end->local_open && has_address_in(host, prefix));
}

static bool is_there(const struct end *end, const struct prefix *prefix)
{
	return prefix_contains(prefix, &end->peer);
}

/* Of what comes, and of what leaves. */
bool policy_rule_may_match(const struct policy_rule *rule, const struct host *host, const struct end *end)
{
	if (rule->family != end->local.family)
		return false;
	if (rule->inverted)
		return true;
	return ((!rule->has_from || is_there(end, &rule->from)) &&
		(!rule->has_to || is_here(host, end, &rule->to))) ||
	       ((!rule->has_from || is_here(host, end, &rule->from)) &&
		(!rule->has_to || is_there(end, &rule->to)));
}

static const char *action_word(uint8_t action)
{
	switch (action) {
	case FR_ACT_BLACKHOLE:
		return "blackhole";
	case FR_ACT_UNREACHABLE:
		return "unreachable";
	case FR_ACT_PROHIBIT:
		return "prohibit";
	case FR_ACT_GOTO:
		return "goto another";
	case FR_ACT_NOP:
		return "nop";
	}
	return NULL;
}

static void prefix_add(const char *word, const struct prefix *prefix, bool has, struct text *out)
{
	char text[ADDRESS_TEXT];

	if (has)
		text_add(out, " %s %s", word, prefix_text(prefix, text));
}

static void mark_add(const struct policy_rule *rule, struct text *out)
{
	if (!rule->has_mark)
		return;
	text_add(out, " fwmark %#x", rule->mark);
	if (rule->mask != UINT32_MAX)
		text_add(out, "/%#x", rule->mask);
}

const char *policy_rule_text(const struct policy_rule *rule, struct pool *pool)
{
	CLEANUP(text_free) struct text text = {0};
	const char *action = action_word(rule->action);

	text_add(&text, "%u:%s", rule->priority, rule->inverted ? " not" : "");
	if (rule->has_from)
		prefix_add("from", &rule->from, true, &text);
	else
		text_add(&text, " from all");
	prefix_add("to", &rule->to, rule->has_to, &text);
	mark_add(rule, &text);
	if (rule->comes_by)
		text_add(&text, " iif %s", rule->comes_by);
	if (rule->leaves_by)
		text_add(&text, " oif %s", rule->leaves_by);
	if (rule->has_more)
		text_add(&text, " ...");
	if (action)
		text_add(&text, " %s", action);
	else
		text_add(&text, " lookup %u", rule->table);
	return text.failed ? NULL : pool_text(pool, text_string(&text));
}

const char *policy_rule_effect(const struct policy_rule *rule)
{
	return policy_rule_refuses(rule) ? "may match, and then no packet goes that way"
					 : "chooses a routing table of its own; that choice is not judged";
}
