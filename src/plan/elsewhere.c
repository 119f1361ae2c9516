/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets that leave this host again pass the forward hook and no input hook. There a port is the other host's own, and docker
 * keeps a chain for what its users say about it.
 */
#include "elsewhere.h"

#include "intent.h"

#include "fwport/eval.h"
#include "fwport/port_set.h"
#include "fwport/rule_text.h"

static const char user_chain[] = "DOCKER-USER";

/* Where the packets arrive; 0 when the rule does not say it in so many words. */
static uint16_t port_there(const struct rule *rule, uint16_t asked)
{
	const struct op *nat = rule->ops, *end = rule->ops + rule->op_count;
	uint16_t port = 0;

	while (nat + 1 < end && nat->kind != OP_NAT)
		nat++;
	if (nat->nat.port_min < 0)
		return asked;
	for (const struct op *op = rule->ops; op < nat; op++)
		if (op->kind == OP_IMMEDIATE && op->dreg == nat->nat.port_min &&
		    op->immediate.length >= PORT_BYTES)
			port = port_of_key(op->immediate);
	return port;
}

static const struct chain *users_chain(const struct ruleset *now, enum table_family family)
{
	for (size_t i = 0; i < now->table_count; i++) {
		const struct chain *chain = table_find_chain(now->tables[i], user_chain);

		if (chain && now->tables[i]->family == family)
			return chain;
	}
	return NULL;
}

static const char *hint(const struct ruleset *now, const struct decision *decision, uint16_t port,
			struct pool *pool)
{
	const struct table *table = decision->base->table;
	const struct chain *users = users_chain(now, table->family);
	const char *what = port ? pool_format(pool, "port %u there", port) : "it";

	if (!what)
		return NULL;
	if (users)
		return pool_format(pool, "who may reach %s is said in chain %s of %s %s, not here", what,
				   users->name, table_family_name(table->family), users->table->name);
	return pool_format(pool, "who may reach %s is said by rules of the forward hook, not here", what);
}

int elsewhere_refuse(const struct ruleset *now, const struct decision *decision, struct asked_port asked,
		     struct pool *pool, struct sites *out, struct error *err)
{
	char address[ADDRESS_TEXT];
	const char *why;

	if (!decision->forwarded)
		return refuse_rule(now, decision->rule, "sends these packets elsewhere by NAT", pool, out,
				   err);
	why = pool_format(pool, "sends these packets to %s, another host: input rules do not see them",
			  address_text(&decision->forwarded_to, address));
	out->hint = hint(now, decision, port_there(decision->rule, asked.port), pool);
	if (!why || !out->hint)
		return error_memory(err);
	return refuse_rule(now, decision->rule, why, pool, out, err);
}

/* the way on */

static bool is_sent_on(const struct family_answer *answer)
{
	const struct decision *decision = answer->packet_count ? answer->packets[0].decided_by : NULL;

	return decision && decision->forwarded;
}

static const struct family_answer *way_on(const struct answer *answer)
{
	for (size_t i = 0; i < answer->family_count; i++)
		if (answer->families[i].counted && answer->families[i].forward)
			return answer->families[i].forward;
	return NULL;
}

static void way_text(const struct family_answer *way, struct text *out)
{
	if (way->unknown) {
		text_add(out, "get no further: %s", way->unknown);
	} else if (way->verdict == ANSWER_OPEN) {
		text_add(out, "are let through by every rule of this host");
	} else if (way->blocker_count) {
		text_add(out, "are ");
		decision_text(way->blockers[0].decision, out);
	} else {
		text_add(out, "may be blocked");
	}
}

int elsewhere_tell(const struct ruleset *ruleset, const struct host *host, const struct query *query,
		   struct opening_answer *result, struct pool *pool, struct error *err)
{
	CLEANUP(text_free) struct text text = {0};
	struct query explain = *query;
	const struct family_answer *way;
	struct answer answer;

	if (!is_sent_on(result->answer))
		return 0;
	explain.explain = true;
	if (evaluate(ruleset, host, &explain, pool, &answer, err) < 0)
		return -1;
	way = way_on(&answer);
	if (!way)
		return 0;
	text_add(&text, "%s; on their way there they ", result->refused);
	way_text(way, &text);
	result->refused = text.failed ? NULL : pool_text(pool, text_string(&text));
	return result->refused ? 0 : error_memory(err);
}
