/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When two rules say the same, although the kernel named their sets and iptables-restore wrote one of them anew: in another
 * order, with another counter, or a port as a match of x_tables.
 */
#include "fwport/step.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

enum { CLAUSES_MOST = 32 };

/* A load and what is asked of it, or an effect: clauses of a rule whose only effect is its verdict may change places. */
struct clause {
	const struct op *ops;
	size_t count;
};

struct clauses {
	struct clause list[CLAUSES_MOST];
	size_t count;
	enum nft_verdict_code end;
};

/* nft puts an end element at key 0 in front of the first interval; it says nothing. */
static const struct element *elements_begin(const struct set *set, size_t *count)
{
	const struct element *first = set->elements;
	bool idle = set->element_count && first->interval_end;

	*count = set->element_count - (idle ? 1 : 0);
	return idle ? first + 1 : first;
}

static bool same_elements(const struct set *a, const struct set *b)
{
	size_t a_count, b_count;
	const struct element *x = elements_begin(a, &a_count), *y = elements_begin(b, &b_count);

	if (a_count != b_count || a->data_type != b->data_type)
		return false;
	for (size_t i = 0; i < a_count; i++)
		if (x[i].interval_end != y[i].interval_end || x[i].key.length != y[i].key.length ||
		    memcmp(x[i].key.at, y[i].key.at, x[i].key.length) != 0)
			return false;
	return true;
}

static const struct set *anonymous_set(const struct op *op)
{
	const struct set *set = op->kind == OP_LOOKUP ? op->lookup.set : NULL;

	return set && (set->flags & NFT_SET_ANONYMOUS) ? set : NULL;
}

static bool op_same(const struct op *a, const struct op *b)
{
	const struct set *x = anonymous_set(a), *y = anonymous_set(b);

	if (!x || !y)
		return op_equal(a, b);
	return a->invert == b->invert && a->sreg == b->sreg && !a->lookup.map && !b->lookup.map &&
	       same_elements(x, y);
}

static bool ops_same(const struct op *a, size_t a_count, const struct op *b, size_t b_count)
{
	if (a_count != b_count)
		return false;
	for (size_t i = 0; i < a_count; i++)
		if (!op_same(&a[i], &b[i]))
			return false;
	return true;
}

/* rules that are a list of tests */

static bool is_test(const struct op *op)
{
	return op->kind == OP_CMP || op->kind == OP_RANGE || (op->kind == OP_LOOKUP && !op->lookup.map);
}

static bool is_load(const struct op *op)
{
	return op->kind == OP_PAYLOAD || op->kind == OP_META || op->kind == OP_CT || op->kind == OP_FIB;
}

/* Of what was loaded, and of nothing beside it. */
static bool goes_on(const struct op *load, const struct op *op)
{
	bool masks = (op->kind == OP_BITWISE || op->kind == OP_BYTEORDER) && op->dreg == load->dreg &&
		     op->length <= load->length;
	bool tests = is_test(op) && op_tested_length(op) <= load->length;

	return (masks || tests) && op->sreg == load->dreg;
}

/* false: the rule does something else than to test one thing after the other, and to accept or to return. */
static bool clauses_find(const struct rule *rule, struct clauses *out)
{
	out->count = 0;
	for (size_t i = 0, next; i < rule->op_count; i = next) {
		const struct op *op = &rule->ops[i];

		next = i + 1;
		if (op->kind == OP_COUNTER)
			continue;
		if (op->kind == OP_VERDICT && next == rule->op_count) {
			out->end = op->verdict.code;
			return out->end == VERDICT_ACCEPT || out->end == VERDICT_RETURN;
		}
		if (!is_load(op) || out->count == CLAUSES_MOST)
			return false;
		while (next < rule->op_count && goes_on(op, &rule->ops[next]))
			next++;
		out->list[out->count++] = (struct clause){op, next - i};
	}
	return false;
}

/* In whichever register. */
static bool op_says_same(const struct op *a, const struct op *b)
{
	struct op x = *a, y = *b;

	x.dreg = y.dreg = x.sreg = y.sreg = 0;
	return op_same(&x, &y);
}

static bool clause_same(const struct clause *a, const struct clause *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!op_says_same(&a->ops[i], &b->ops[i]))
			return false;
	return true;
}

static bool clauses_same(const struct clauses *a, const struct clauses *b)
{
	bool taken[CLAUSES_MOST] = {false};

	if (a->count != b->count || a->end != b->end)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		size_t j = 0;

		while (j < b->count && (taken[j] || !clause_same(&a->list[i], &b->list[j])))
			j++;
		if (j == b->count)
			return false;
		taken[j] = true;
	}
	return true;
}

bool rule_same(const struct rule *a, const struct rule *b)
{
	struct clauses x, y;

	if (a->tag != b->tag)
		return false;
	if (ops_same(a->ops, a->op_count, b->ops, b->op_count))
		return true;
	return clauses_find(a, &x) && clauses_find(b, &y) && clauses_same(&x, &y);
}
