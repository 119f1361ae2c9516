/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the evaluator found, said for people. Knows how to name a rule, a rate and a group of peers; it decides nothing.
 */
#include "explain.h"
#include "mention.h"
#include "number_choice.h"
#include "ration.h"

#include "fwport/eval.h"
#include "fwport/rule_text.h"

#include <linux/netfilter/nf_tables.h>

/* "rule 4 of inet filter input", "the policy of inet filter input" */
static void place_text(const struct chain *chain, const struct rule *rule, struct text *out)
{
	if (rule)
		text_add(out, "rule %u of ", rule->position);
	else
		text_add(out, "the policy of ");
	chain_name_in_engine(chain, out);
}

static const char *fate_verb(enum fate fate)
{
	static const char *const verbs[] = {
		[FATE_PASS] = "accepted", [FATE_DEPENDS] = "decided", [FATE_UNKNOWN] = "perhaps blocked",
		[FATE_DROP] = "dropped",  [FATE_REJECT] = "rejected",
	};

	return verbs[fate];
}

static void decision_place(const struct decision *decision, struct text *out)
{
	if (!decision->rule) {
		text_add(out, "the policy of ");
		chain_name_in_engine(decision->base, out);
		return;
	}
	rule_name(decision->rule, out);
}

void decision_text(const struct decision *decision, struct text *out)
{
	switch (decision->fate) {
	case FATE_PASS:
		text_add(out, "accepted by ");
		decision_place(decision, out);
		return;
	case FATE_DROP:
	case FATE_REJECT:
		text_add(out, "blocked by ");
		decision_place(decision, out);
		if (decision->rule)
			text_add(out, ": %s", fate_word(decision->fate));
		return;
	case FATE_DEPENDS:
		if (decision->because)
			text_add(out, "depends on %s at ", decision->because);
		else
			text_add(out, "depends: blocked in part by ");
		decision_place(decision, out);
		return;
	case FATE_UNKNOWN:
		text_add(out, "not known at ");
		decision_place(decision, out);
		if (decision->because)
			text_add(out, ": %s", decision->because);
		return;
	}
}

static const char *text_take(struct text *text, struct pool *pool)
{
	const char *copy = text->failed ? NULL : pool_text(pool, text_string(text));

	text_free(text);
	return copy;
}

/* Rates */

static const struct op *find_ration(const struct op *ops, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct op *inner = NULL;
		size_t inner_count;

		if (ops[i].kind == OP_DYNSET) {
			inner = dynset_ops(&ops[i], &inner_count);
			inner = find_ration(inner, inner_count);
		}
		if (inner || op_rations(&ops[i]))
			return inner ? inner : &ops[i];
	}
	return NULL;
}

static bool loads_source(const struct op *op)
{
	return op->kind == OP_PAYLOAD && op->payload.base == NFT_PAYLOAD_NETWORK_HEADER &&
	       ((op->payload.offset == 12 && op->length == 4) ||
		(op->payload.offset == 8 && op->length == 16));
}

/* A set that the rule adds sources to, and nothing else, counts for each of them. */
static bool counts_by_source(const struct rule *rule)
{
	for (size_t i = 0; i < rule->op_count; i++) {
		const struct op *dynset = &rule->ops[i];
		const struct op *key = NULL;

		if (dynset->kind != OP_DYNSET)
			continue;
		for (size_t j = 0; j < i; j++)
			if (rule->ops[j].dreg == dynset->sreg && op_writes_register(&rule->ops[j]))
				key = &rule->ops[j];
		if (key && loads_source(key) && dynset->dynset.set &&
		    dynset->dynset.set->key_length == key->length)
			return true;
	}
	return false;
}

const char *rate_text(const struct rule *rule, const struct decision *above, struct pool *pool)
{
	const struct op *ration = find_ration(rule->ops, rule->op_count);
	struct text text = {0};

	if (ration)
		ration_text(ration, &text);
	else
		text_add(&text, "below the rate of an element in a set");
	if (counts_by_source(rule))
		text_add(&text, " for each source");
	text_add(&text, "; above that %s by ", fate_verb(above->fate));
	place_text(above->rule ? above->rule->chain : above->base, above->rule, &text);
	return text_take(&text, pool);
}

/* Doubts */

const char *doubt_text(const struct doubt *doubt, struct pool *pool)
{
	struct text text = {0};

	text_add(&text, "depends on ");
	if (doubt->chance)
		chance_text(doubt->rule, doubt->chance, &text);
	else
		text_add(&text, "%s", doubt->what);
	text_add(&text, ", which ");
	place_text(doubt->rule->chain, doubt->rule, &text);
	text_add(&text, " looks at");
	return text_take(&text, pool);
}

const char *ports_text(const struct world *world, const struct decision *decision, struct pool *pool)
{
	struct text text = {0};

	if (world->port_first == world->port_last)
		text_add(&text, "not for clients with port %u", world->port_first);
	else
		text_add(&text, "not for clients with ports %u-%u", world->port_first, world->port_last);
	text_add(&text, ": %s by ", fate_verb(decision->fate));
	place_text(decision->rule ? decision->rule->chain : decision->base, decision->rule, &text);
	return text_take(&text, pool);
}

/* Exceptions */

static const struct op *test_of(const struct exception *exception)
{
	return &exception->rule->ops[exception->test];
}

bool exception_is_set(const struct exception *exception)
{
	const struct op *op = test_of(exception);

	return op->kind == OP_LOOKUP && op->lookup.set && !(op->lookup.set->flags & NFT_SET_ANONYMOUS);
}

/* What the tested register was loaded with; nft turns the bytes of numbers around before it compares ranges. */
bool exception_is_of_users(const struct exception *exception)
{
	const struct op *test = test_of(exception);

	for (size_t i = exception->test; i-- > 0;) {
		const struct op *op = &exception->rule->ops[i];

		if (op->kind == OP_META && op->dreg == test->sreg)
			return op->meta.key == NFT_META_SKUID || op->meta.key == NFT_META_SKGID;
		if ((op->kind == OP_PAYLOAD || op->kind == OP_CT || op->kind == OP_FIB) &&
		    op->dreg == test->sreg)
			return false;
	}
	return false;
}

static size_t members_of(const struct set *set)
{
	size_t count = 0;

	for (size_t i = 0; i < set->element_count; i++)
		count += !set->elements[i].interval_end && !set->elements[i].catch_all;
	return count;
}

/* An interval is a prefix or a range, and who knows how many addresses. */
static const char *member_name(const struct set *set, size_t count)
{
	if (set->flags & NFT_SET_INTERVAL)
		return count == 1 ? "entry" : "entries";
	return count == 1 ? "address" : "addresses";
}

static void members_text(const struct set *set, struct text *out)
{
	size_t count = members_of(set);

	if (set->element_count == 0) {
		text_add(out, "addresses in set %s (empty now)", set->name);
		return;
	}
	text_add(out, "%zu %s", count, member_name(set, count));
	if (!(set->flags & NFT_SET_ANONYMOUS))
		text_add(out, " in set %s", set->name);
}

/* The peers that the rule's plain tests are about: a prefix, a range, or only "some". */
static void peers_text(const struct exception *exception, enum family family, struct text *out)
{
	struct pool pool = {0};
	struct intervals intervals = {0};
	char prefix[ADDRESS_TEXT];

	if (peers_of_rule(exception->rule, family, &pool, &intervals) < 0 || intervals.count != 1)
		text_add(out, "some sources");
	else if (interval_prefix(&intervals.list[0], family, prefix))
		text_add(out, "%s", prefix);
	else
		text_add(out, "a range of addresses");
	pool_free(&pool);
}

/* Rounded up: what is there for less than a second is there. */
static void expiry_text(const struct exception *exception, struct text *out)
{
	unsigned long long seconds = (exception->expires + 999) / 1000;
	const struct set *set;

	if (test_of(exception)->kind != OP_LOOKUP) {
		text_add(out, "until ");
		place_text(exception->rule->chain, exception->rule, out);
		text_add(out, " expires in %llu second%s", seconds, seconds == 1 ? "" : "s");
		return;
	}
	set = test_of(exception)->lookup.set;
	text_add(out, "until the element of ");
	if (set->flags & NFT_SET_ANONYMOUS)
		text_add(out, "a set");
	else
		text_add(out, "set %s", set->name);
	text_add(out, " expires in %llu second%s, which ", seconds, seconds == 1 ? "" : "s");
	place_text(exception->rule->chain, exception->rule, out);
	text_add(out, " looks up");
}

static void whom_text(const struct exception *exception, enum family family, struct text *out)
{
	const struct op *op = test_of(exception);

	if (exception_is_of_users(exception)) {
		text_add(out, "some users other than root");
		return;
	}
	if (exception->others)
		text_add(out, "all but ");
	if (op->kind == OP_LOOKUP && op->lookup.set)
		members_text(op->lookup.set, out);
	else
		peers_text(exception, family, out);
}

const char *exception_text(const struct exception *exception, enum family family, struct pool *pool)
{
	static const char *const effects[] = {
		[EXCEPTION_ACCEPTS] = "accepted by",    [EXCEPTION_BLOCKS] = "dropped by",
		[EXCEPTION_SPARES] = "not blocked by",  [EXCEPTION_MISSES] = "not accepted by",
		[EXCEPTION_TURNS] = "treated apart by",
	};
	struct text text = {0};

	if (exception->effect == EXCEPTION_EXPIRES) {
		expiry_text(exception, &text);
		return text_take(&text, pool);
	}
	text_add(&text, "except ");
	whom_text(exception, family, &text);
	text_add(&text, ": %s ", effects[exception->effect]);
	place_text(exception->rule->chain, exception->rule, &text);
	return text_take(&text, pool);
}

/* Neighbours */

static const char *messages_name(const struct discovery_loss *loss)
{
	if (loss->solicitation && loss->advertisement)
		return "neighbour discovery (ICMPv6 135 and 136)";
	return loss->solicitation ? "neighbour solicitation (ICMPv6 135)"
				  : "neighbour advertisement (ICMPv6 136)";
}

/* Finding goes both ways, and a question needs that of its own direction first. */
static const char *consequence(const struct discovery_loss *loss, enum direction direction)
{
	bool told_of_us = direction == DIRECTION_IN ? loss->hides_us : !loss->hides_them;

	return told_of_us ? "only neighbours with a static entry reach this host over IPv6"
			  : "this host reaches only neighbours with a static entry over IPv6";
}

const char *discovery_text(const struct discovery_loss *loss, enum direction direction, struct pool *pool)
{
	const struct decision *decision = &loss->decision;
	struct text text = {0};

	text_add(&text, "%s is %s by ", messages_name(loss), fate_verb(decision->fate));
	place_text(decision->rule ? decision->rule->chain : decision->base, decision->rule, &text);
	text_add(&text, ": %s", consequence(loss, direction));
	return text_take(&text, pool);
}
