/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One rule: its operations from left to right until one of them breaks it or ends it. Where an operation may go either way,
 * the world in which it breaks the rule comes off as a branch and the other goes on, so registers are never copied. What
 * earlier operations of a broken rule have done stays done, as in the kernel.
 */
#include "run.h"
#include "clock.h"
#include "number_choice.h"

#include "fwport/policy.h"

#include <linux/netfilter/nf_tables.h>

static int branch_add(struct run *run, const struct world *world, bool again, struct ending ending)
{
	struct branches *branches = run->branches;
	struct branch *list = pool_grow(run->scene->pool, branches->list, branches->count, sizeof(*list));

	if (!list)
		return -1;
	branches->list = list;
	list[branches->count++] = (struct branch){*world, again, ending};
	return 0;
}

/* Forks */

/* The rule breaks in one world and goes on in the other; beyond a rate is the unusual one. */
static int fork_world(struct run *run, size_t at, const struct judgement *judgement)
{
	struct world broken = *run->world;
	struct doubt doubt;

	doubt_describe(run->rule, at, judgement, &doubt);
	if (doubt.kind == CONDITION_TIME)
		doubt.what = clock_words(doubt.what, run->scene->host, run->scene->pool);
	if (!doubt.what)
		return -1;
	broken.unusual |= judgement->truth == USUALLY;
	run->world->unusual |= judgement->truth == RARELY;
	if (world_doubt(&broken, &doubt, false, run->scene->pool) < 0 ||
	    world_doubt(run->world, &doubt, true, run->scene->pool) < 0)
		return -1;
	return branch_add(run, &broken, false, (struct ending){.kind = ENDS_BROKEN});
}

static void opaque_blur(struct run *run, const struct op *op)
{
	switch (op->opaque.change) {
	case OPAQUE_CHANGES_ALL:
		world_blur(run->world);
		break;
	case OPAQUE_CHANGES_SERVICE: /* of this packet */
		run->world->blurred |= run->scene->facts->tells_service;
		break;
	case OPAQUE_CHANGES_MARKS:
		break;
	}
}

/* An opaque operation that may decide: what follows is not known, and what it wrote is not either. */
static int end_opaque(struct run *run, size_t at, const struct op *op, const struct judgement *judgement)
{
	if (fork_world(run, at, judgement) < 0)
		return -1;
	run->world->mark = run->world->ct_mark = (struct mark){0, UINT32_MAX};
	opaque_blur(run, op);
	run_end(run, ending_of_fate(FATE_UNKNOWN, op->opaque.name));
	return 0;
}

/* A verdict map whose key is not known: every verdict it may give, and the miss. */
static int end_with_candidates(struct run *run, size_t at, const struct judgement *judgement)
{
	const struct hit *hit = &judgement->hit;
	bool misses = true;

	if (hit->opaque || hit->more) {
		if (fork_world(run, at, judgement) < 0)
			return -1;
		world_blur(run->world); /* by a jump */
		run_end(run,
			ending_of_fate(FATE_UNKNOWN, hit->overlap ? "overlapping elements of a map"
								  : "a map whose answer could not be told"));
		return 0;
	}
	for (size_t i = 0; i < hit->candidate_count; i++) {
		struct world world = *run->world;
		struct doubt doubt;

		doubt_describe(run->rule, at, judgement, &doubt);
		misses = misses && !hit->candidates[i]->catch_all;
		if (verdict_blurs(&hit->candidates[i]->verdict))
			world_blur(&world);
		if (world_doubt(&world, &doubt, true, run->scene->pool) < 0 ||
		    branch_add(run, &world, false, ending_of_verdict(&hit->candidates[i]->verdict)) < 0)
			return -1;
	}
	if (misses) {
		run_end(run, (struct ending){.kind = ENDS_BROKEN});
	} else { /* the last candidate is the world we are in */
		const struct branch *last = &run->branches->list[--run->branches->count];

		*run->world = last->world;
		run_end(run, last->ending);
	}
	return 0;
}

static int end_with_map(struct run *run, size_t at, const struct judgement *judgement)
{
	if (judgement->truth == MAYBE)
		return end_with_candidates(run, at, judgement);
	if (judgement->hit.element) {
		run_end_with_verdict(run, &judgement->hit.element->verdict);
		return 0;
	}
	world_blur(run->world);
	run_end(run, ending_of_fate(FATE_UNKNOWN, "a map element that a rule writes"));
	return 0;
}

/*
 * A test on the client's port that splits the world's ports: the upper ones run the rule again in a world of their own, as it was
 * before the rule. Returns -1 when memory is gone.
 */
static int split_ports(struct run *run, const struct world *before, const struct op *op, bool *exact)
{
	for (;;) {
		uint16_t port = port_boundary(op, &run->registers, run->world, exact);
		uint16_t here = world_client_port(run->world);
		struct world other = *before;

		if (port == 0)
			return 0;
		other.port_first = run->world->port_first;
		other.port_last = run->world->port_last;
		if (here < port) {
			other.port_first = port;
			run->world->port_last = port - 1;
		} else {
			other.port_last = port - 1;
			run->world->port_first = port;
		}
		if (branch_add(run, &other, true, (struct ending){0}) < 0)
			return -1;
	}
}

/* How many values the load may give, when they are few. */
static uint32_t choices_of(const struct op *op, const struct scene *scene)
{
	if (op->kind != OP_NUMBER)
		return clock_choices(op, scene);
	return op->number.modulus <= NUMBER_WORLDS ? op->number.modulus : 0;
}

static int doubt_choice(struct run *run, const struct op *op, struct doubt *out)
{
	*out = (struct doubt){.kind = CONDITION_OTHER, .rule = run->rule, .what = "chance", .chance = op};
	if (op->kind == OP_NUMBER)
		return 0;
	*out = (struct doubt){.kind = CONDITION_TIME,
			      .rule = run->rule,
			      .what = clock_words("the day of the week", run->scene->host, run->scene->pool)};
	return out->what ? 0 : -1;
}

/*
 * A value out of few: each gets a world of its own, which runs the rule again from its start. A second such operation in a rule
 * has to do with what all its values have in common.
 */
static int choose(struct run *run, const struct world *before, const struct op *op, uint32_t choices)
{
	struct doubt doubt;

	if (run->world->chosen_by)
		return 0;
	if (doubt_choice(run, op, &doubt) < 0)
		return -1;
	for (uint32_t i = 1; i < choices; i++) {
		struct world other = *before;

		other.port_first = run->world->port_first;
		other.port_last = run->world->port_last;
		other.chosen_by = op;
		other.chosen = i;
		if (world_doubt(&other, &doubt, false, run->scene->pool) < 0 ||
		    branch_add(run, &other, true, (struct ending){0}) < 0)
			return -1;
	}
	run->world->chosen_by = op;
	run->world->chosen = 0;
	return choices > 1 ? world_doubt(run->world, &doubt, false, run->scene->pool) : 0;
}

/* A choice is of the rule alone. */
static void choices_forget(struct run *run)
{
	struct branches *branches = run->branches;

	run->world->chosen_by = NULL;
	for (size_t i = 0; i < branches->count; i++)
		if (!branches->list[i].again)
			branches->list[i].world.chosen_by = NULL;
}

static void broken(struct run *run, size_t at)
{
	if (run->asks_peer && !run->world->unusual)
		exception_consider(run->scene, run->world, run->rule, at, &run->registers, run->exceptions);
	run_end(run, (struct ending){.kind = ENDS_BROKEN});
}

static bool is_test(const struct op *op)
{
	return op->kind == OP_CMP || op->kind == OP_RANGE || op->kind == OP_LOOKUP;
}

static int objects_run(struct run *run, size_t at, const struct judgement *judgement);

/* Ends of a connection that was there, while what is asked about leaves some of them open: a new one has others. */
static bool asks_for_connection(const struct run *run, const struct op *op)
{
	return op->kind == OP_CMP && rule_admits(run->rule) &&
	       registers_origin(&run->registers, op->sreg, op_tested_length(op)) != ORIGIN_FIXED;
}

static int judged(struct run *run, size_t at, const struct op *op, const struct judgement *judgement)
{
	if (judgement->truth == NO || asks_for_connection(run, op)) {
		broken(run, at);
		return 0;
	}
	if (run->asks_peer)
		notes_hold(&run->notes, run->scene, run->rule, at);
	if (op_is_verdict_map(op)) {
		if (judgement->truth != YES && judgement->truth != MAYBE &&
		    fork_world(run, at, judgement) < 0)
			return -1;
		return end_with_map(run, at, judgement);
	}
	if (op->kind == OP_OPAQUE && op->opaque.effect == OPAQUE_DECIDES)
		return end_opaque(run, at, op, judgement);
	if (judgement->truth != YES && fork_world(run, at, judgement) < 0)
		return -1;
	if (op->kind == OP_LOOKUP && op->lookup.objects)
		return objects_run(run, at, judgement);
	return effect_run(run, op);
}

/* What a limit gives, alone or for an element of a set: the packets of one conversation mostly share theirs. */
static int spend(struct run *run, const struct op *op)
{
	size_t count = op->kind == OP_LIMIT;
	const struct op *limits = op;

	if (op->kind == OP_DYNSET && op->dynset.op != NFT_DYNSET_OP_DELETE)
		limits = dynset_ops(op, &count);
	for (size_t i = 0; i < count; i++)
		if (limits[i].kind == OP_LIMIT && world_spend(run->world, &limits[i], run->scene->pool) < 0)
			return -1;
	return 0;
}

static int op_judged(struct run *run, size_t at, const struct op *op, const struct judgement *judgement)
{
	if (spend(run, op) < 0)
		return -1;
	return judged(run, at, op, judgement);
}

/* Which object it is may not be known; then what they all do at most is nothing, or nobody knows what the rule does. */
static int objects_run(struct run *run, size_t at, const struct judgement *judgement)
{
	const struct element *element = judgement->hit.element;
	struct judgement next;

	if (op_objects_pass(&run->rule->ops[at]))
		return 0;
	run->asks_peer = false;
	if (!element || !element->object) {
		world_blur(run->world);
		run_end(run, ending_of_fate(FATE_UNKNOWN, "a map of objects whose answer could not be told"));
		return 0;
	}
	op_judge(&element->object->op, run->scene, run->world, &run->registers, &next);
	return op_judged(run, at, &element->object->op, &next);
}

static int op_run(struct run *run, size_t at, const struct world *before)
{
	const struct op *op = &run->rule->ops[at];
	uint32_t choices = choices_of(op, run->scene);
	struct judgement judgement;
	bool exact = true;

	if (is_test(op) && split_ports(run, before, op, &exact) < 0)
		return -1;
	if (choices && choose(run, before, op, choices) < 0)
		return -1;
	/* asked before a map writes its data over the address */
	run->asks_peer = is_test(op) && !op_rations(op) &&
			 ((run->scene->peer_general && test_asks_peer(op, &run->registers)) ||
			  test_asks_owner(op, &run->registers));
	op_judge(op, run->scene, run->world, &run->registers, &judgement);
	notes_judge(&run->notes, run->scene, run->rule, at, &judgement);
	if (op->kind == OP_DYNSET && set_write(run->world, op, &run->registers, run->scene->pool) < 0)
		return -1;
	if (!exact && (judgement.truth == YES || judgement.truth == NO))
		judgement.truth = MAYBE;
	return op_judged(run, at, op, &judgement);
}

int rule_run(const struct scene *scene, const struct rule *rule, struct world *world,
	     struct branches *branches, struct exceptions *exceptions, struct ending *ending)
{
	struct scene ours;
	struct run run = {
		.scene = scene,
		.rule = rule,
		.world = world,
		.branches = branches,
		.exceptions = exceptions,
		.ending = ending,
	};
	const struct world before = *world;

	if (rule->tag) {
		ours = *scene;
		ours.at_once = true;
		run.scene = &ours;
	}
	*ending = (struct ending){.kind = ENDS_PASSED};
	registers_forget(&run.registers);
	for (size_t at = 0; at < rule->op_count && !run.ended; at++)
		if (op_run(&run, at, &before) < 0)
			return -1;
	choices_forget(&run);
	notes_tell(&run.notes, scene, world, rule, ending, exceptions);
	return 0;
}
