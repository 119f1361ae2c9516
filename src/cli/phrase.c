/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Turns answers into phrases. Each names one fact, the one that decided; the whole story is what `why` prints.
 */
#include "phrase.h"

#include "fwport/policy.h"
#include "fwport/rule_text.h"

void phrase_opening(const struct opening *opening, struct text *out)
{
	char port[PORT_TEXT];

	if (opening->service)
		text_add(out, "%s ", opening->service);
	text_add(out, "%s", port_text(opening->port, port));
}

static void add_prefixes(const char *word, const struct prefix *list, size_t count, struct text *out)
{
	char prefix[ADDRESS_TEXT];

	for (size_t i = 0; i < count; i++)
		text_add(out, "%s%s", i ? ", " : word, prefix_text(&list[i], prefix));
	if (count)
		text_add(out, " ");
}

void phrase_scope(const struct scope *scope, struct text *out)
{
	CLEANUP(text_free) struct text words = {0};

	add_prefixes("from ", scope->from, scope->from_count, &words);
	add_prefixes("to ", scope->to, scope->to_count, &words);
	if (scope->iface)
		text_add(&words, "on %s ", scope->iface);
	if (words.length == 0)
		text_add(&words, "anyone ");
	text_add_bytes(out, text_string(&words), words.length ? words.length - 1 : 0);
	out->failed |= words.failed;
}

void phrase_whole_opening(const struct opening *opening, struct text *out)
{
	phrase_opening(opening, out);
	text_add(out, " %s ", direction_word(opening->scope.direction));
	phrase_scope(&opening->scope, out);
}

void phrase_policy(struct policy before, struct policy after, struct text *out)
{
	const char *between = "";

	for (int direction = 0; direction < 2; direction++) {
		if (before.drop[direction] == after.drop[direction])
			continue;
		text_add(out, "%s%s=%s", between, direction_word((enum direction)direction),
			 after.drop[direction] ? "drop" : "accept");
		between = " ";
	}
}

const char *phrase_verdict(const struct family_answer *answer)
{
	return answer->applicable ? verdict_word(answer->verdict) : "not applicable";
}

void phrase_decision(const struct decision *decision, struct text *out)
{
	if (!decision->rule) {
		text_add(out, "the policy of ");
		chain_name_in_engine(decision->base, out);
		return;
	}
	rule_name(decision->rule, out);
	text_add(out, ": ");
	rule_text(decision->rule, out);
}

/* A rule of ours that stands before what blocks, or is called from there. */
static bool is_guest(const struct rule *rule)
{
	return rule && rule->tag && !table_is_home(rule->chain->table);
}

/* What a rule stands before: the next one of its chain that stops packets or calls others that may, or the policy. */
static void add_blocker_behind(const struct rule *front, const char *how, struct text *out)
{
	const struct chain *chain = front->chain;

	for (size_t i = front->position; i < chain->rule_count; i++) {
		const struct rule *rule = chain->rules[i];

		if (rule_ends_with(rule, VERDICT_JUMP)) {
			text_add(out, "%s before the jump to %s, rule %u", how,
				 rule->ops[rule->op_count - 1].verdict.chain_name, rule->position);
			return;
		}
		if (!rule_ends_in_block(rule))
			continue;
		text_add(out, "%s before %s, rule %u", how,
			 rule_ends_with(rule, VERDICT_DROP) ? "drop" : "reject", rule->position);
		return;
	}
	if (chain->base && chain->policy_drop)
		text_add(out, "%s before the policy, drop", how);
}

static void add_place(const struct rule *rule, struct text *out)
{
	text_add(out, "by rule %u of ", rule->position);
	chain_name_in_engine(rule->chain, out);
}

/* "by rule 2 of ip filter INPUT (legacy, inserted before drop, rule 3)"; a chain of ours is "called before drop, rule 3" */
static void add_guest(const struct decision *decision, struct text *out)
{
	CLEANUP(text_free) struct text behind = {0};
	const struct rule *guest = decision->rule;
	bool legacy = guest->chain->table->engine == ENGINE_LEGACY;
	bool called = chain_is_home(guest->chain) && decision->call_count;

	add_blocker_behind(called ? decision->calls[decision->call_count - 1].rule : guest,
			   called ? "called" : "inserted", &behind);
	if (!behind.length) {
		add_place(guest, out);
		return;
	}
	text_add(out, "by rule %u of ", guest->position);
	chain_name(guest->chain, out);
	text_add(out, " (%s%s)", legacy ? "legacy, " : "", text_string(&behind));
}

/* A home without a policy only accepts, and says nothing about what is open. */
static bool is_idle_home(const struct chain *chain)
{
	if (!table_is_home(chain->table))
		return false;
	for (size_t i = 0; i < chain->rule_count; i++)
		if (rule_is_policy_drop(chain->rules[i]))
			return false;
	return true;
}

/* Somebody's accept on the way, NULL when only policies pass. */
static const struct rule *accepting_rule(const struct packet_answer *packet)
{
	for (size_t i = 0; i < packet->path_count; i++) {
		const struct rule *rule = packet->path[i].decision.rule;

		if (rule && !is_idle_home(rule->chain))
			return rule;
	}
	return NULL;
}

/* Whether an earlier packet, or this one in an earlier chain, met the rule already. */
static bool is_met_before(const struct family_answer *answer, size_t packet, size_t station)
{
	const struct rule *rule = answer->packets[packet].path[station].decision.rule;

	for (size_t i = 0; i <= packet; i++)
		for (size_t j = 0; j < (i < packet ? answer->packets[i].path_count : station); j++)
			if (answer->packets[i].path[j].decision.rule == rule)
				return true;
	return false;
}

/* Every guest that the conversation passes by: they are what fwport changed. False when there is none. */
static bool add_guests(const struct family_answer *answer, struct text *out)
{
	bool any = false;

	for (size_t i = 0; i < answer->packet_count; i++)
		for (size_t j = 0; j < answer->packets[i].path_count; j++) {
			const struct decision *decision = &answer->packets[i].path[j].decision;

			if (!is_guest(decision->rule) || is_met_before(answer, i, j))
				continue;
			if (any)
				text_add(out, ", ");
			add_guest(decision, out);
			any = true;
		}
	return any;
}

static bool only_home(const struct packet_answer *packet)
{
	for (size_t i = 0; i < packet->path_count; i++)
		if (!is_idle_home(packet->path[i].chain))
			return false;
	return true;
}

static void reason_open(const struct family_answer *answer, struct text *out)
{
	const struct packet_answer *first = answer->packet_count ? &answer->packets[0] : NULL;
	const struct rule *rule = first ? accepting_rule(first) : NULL;

	if (!first || add_guests(answer, out))
		return;
	if (rule) {
		add_place(rule, out);
	} else if (only_home(first)) {
		text_add(out, "nothing on this host filters it");
	} else {
		text_add(out, "no rule stops it");
	}
}

static void reason_blocked(const struct family_answer *answer, struct text *out)
{
	const struct blocker *blocker = answer->blocker_count ? &answer->blockers[0] : NULL;

	if (!blocker)
		return;
	text_add(out, "%s stopped by ", packet_role_name(blocker->packet));
	phrase_decision(blocker->decision, out);
}

static void reason_depends(const struct family_answer *answer, struct text *out)
{
	for (size_t i = 0; i < answer->condition_count; i++)
		if (answer->conditions[i].decides || answer->conditions[i].kind == CONDITION_RATE) {
			text_add(out, "%s", answer->conditions[i].text);
			return;
		}
}

static void reason_unknown(const struct family_answer *answer, struct text *out)
{
	if (answer->unknown) {
		text_add(out, "%s", answer->unknown);
		return;
	}
	for (size_t i = 0; i < answer->packet_count; i++) {
		const struct decision *decision = answer->packets[i].decided_by;

		if (answer->packets[i].fate != FATE_UNKNOWN || !decision)
			continue;
		text_add(out, "%s: ", packet_role_name(answer->packets[i].packet.role));
		phrase_decision(decision, out);
		if (decision->because)
			text_add(out, " (%s)", decision->because);
		return;
	}
}

void phrase_reason(const struct family_answer *answer, struct text *out)
{
	if (!answer->applicable) {
		text_add(out, "this host has no %s address", family_name(answer->family));
		return;
	}
	switch (answer->verdict) {
	case ANSWER_OPEN:
		reason_open(answer, out);
		break;
	case ANSWER_DEPENDS:
		reason_depends(answer, out);
		break;
	case ANSWER_UNKNOWN:
		reason_unknown(answer, out);
		break;
	case ANSWER_BLOCKED:
		reason_blocked(answer, out);
		break;
	}
}

void phrase_result(const struct opening *opening, const struct opening_answer *result, struct text *out)
{
	const struct family_answer *answer = result->answer;
	const char *family = family_name(answer->family);

	if (answer->applicable && answer->verdict == ANSWER_OPEN)
		phrase_passing(opening, result, out);
	else if (answer->applicable)
		phrase_reason(answer, out);
	else if (opening->scope.iface)
		text_add(out, "interface %s is not up with an %s address that fits, or is a loopback",
			 opening->scope.iface, family);
	else if (opening->scope.direction == DIRECTION_IN && opening->scope.to_count)
		text_add(out, "no %s address of this host is in the destination asked for", family);
	else
		text_add(out, "this host has no %s address", family);
}

void phrase_reachable(const struct opening *opening, const struct opening_answer *results, size_t count,
		      struct text *out)
{
	CLEANUP(text_free) struct text passing = {0};

	for (size_t i = 0; i < count; i++) {
		text_clear(&passing);
		phrase_passing(opening, &results[i], &passing);
		if (passing.length)
			text_add(out, "%s%s %s", out->length ? ", " : "", family_name(results[i].family),
				 text_string(&passing));
	}
}

static bool serves_family(const struct listener *listener, enum family family)
{
	return listener->family == family || (family == FAMILY_IPV4 && listener->both_families);
}

static bool is_local_only(const struct listener *listener)
{
	return !listener->any && address_is_loopback(&listener->address);
}

static void add_program(const struct listener *listener, struct text *out)
{
	if (listener->program)
		text_add(out, "%s (pid %d)", listener->program, (int)listener->pid);
	else
		text_add(out, "a process of uid %u", (unsigned)listener->uid);
}

static bool same_program(const struct listener *a, const struct listener *b)
{
	return a->pid == b->pid && a->uid == b->uid;
}

void phrase_listeners(const struct listeners *listeners, const struct opening *opening, enum family family,
		      struct text *out)
{
	const struct listener *best = NULL;
	char address[ADDRESS_TEXT];
	size_t others = 0;

	if (opening->scope.direction == DIRECTION_OUT)
		return;
	for (size_t i = 0; i < listeners->count; i++) {
		const struct listener *listener = &listeners->list[i];

		if (!serves_family(listener, family))
			continue;
		if (!best || (is_local_only(best) && !is_local_only(listener)))
			best = listener;
		else if (!is_local_only(listener) && !same_program(best, listener))
			others++;
	}
	if (!best) {
		text_add(out, "nothing listens");
		return;
	}
	if (is_local_only(best))
		text_add(out, "only on %s: ", address_text(&best->address, address));
	add_program(best, out);
	if (others)
		text_add(out, " and %zu more", others);
}

void phrase_listener(const struct listener *listener, struct text *out)
{
	char address[ADDRESS_TEXT];

	text_add(out, listener->family == FAMILY_IPV6 ? "[%s]:%u " : "%s:%u ",
		 address_text(&listener->address, address), (unsigned)listener->port);
	add_program(listener, out);
}

bool result_is_open(const struct opening_answer *result)
{
	return !result->answer->applicable || result->answer->verdict == ANSWER_OPEN;
}
