/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The chain interpreter. Worlds go through a chain side by side, rule by rule, and meet again behind each rule; jumps are
 * recursion. Those that fall off the end come back to the caller, at the base chain to its policy. Work and worlds are
 * bounded, and past a bound the answer is UNKNOWN.
 */
#include "walk.h"
#include "glance.h"
#include "rule.h"

#include <string.h>

enum {
	WORK_LIMIT = 20 * 1000 * 1000, /* rules run in one walk: a chain of jumps may be exponential */
	CALLS_USUALLY = 8,
};

struct state {
	const struct scene *scene;
	struct walk *walk;
	struct call *calls;
	size_t call_count, call_room;
	size_t work;
	bool recording; /* in the nominal world */
};

/* Outcomes */

static int decision_here(const struct state *state, const struct chain *chain, const struct rule *rule,
			 const struct ending *ending, struct decision *out)
{
	*out = (struct decision){
		.base = state->scene->base,
		.chain = chain,
		.rule = rule,
		.fate = ending->fate,
		.because = ending->because,
		.forwarded = ending->forwarded,
		.forwarded_to = ending->forwarded_to,
		.forwarded_port = ending->forwarded_port,
		.call_count = rule ? state->call_count : 0,
	};
	if (!out->call_count)
		return 0;
	out->calls = pool_copy(state->scene->pool, state->calls, out->call_count * sizeof(*out->calls));
	return out->calls ? 0 : -1;
}

static bool decided_alike(const struct outcome *outcome, const struct world *world, const struct rule *rule,
			  enum fate fate)
{
	return outcome->decision.fate == fate && outcome->world.unusual == world->unusual &&
	       outcome->decision.rule == rule;
}

/* The same rule deciding in the same state needs telling once; when there are very many, any rule will do. */
static bool outcome_join(struct walk *walk, const struct world *world, const struct rule *rule,
			 enum fate fate)
{
	bool full = walk->outcome_count >= OUTCOME_LIMIT;

	for (size_t i = 0; i < walk->outcome_count; i++) {
		struct outcome *outcome = &walk->outcomes[i];

		if (!decided_alike(outcome, world, full ? outcome->decision.rule : rule, fate))
			continue;
		if (full || fate_is_block(fate) ? !world_join(&outcome->world, world)
						: !world_absorb(&outcome->world, world))
			continue;
		outcome->opaque |= world_is_opaque(world);
		return true;
	}
	return false;
}

/* Of a packet that may be another by now, no block is certain. */
static struct ending ending_in(const struct world *world, const struct ending *ending)
{
	if (!world->blurred || !fate_is_block(ending->fate))
		return *ending;
	return (struct ending){.kind = ENDS_FATE,
			       .fate = FATE_UNKNOWN,
			       .because = "what an earlier rule made of the packet"};
}

static int outcome_add(struct state *state, struct world *world, const struct chain *chain,
		       const struct rule *rule, const struct ending *told)
{
	const struct ending ending = ending_in(world, told);
	struct walk *walk = state->walk;
	struct outcome *list;

	if (fate_is_block(ending.fate)) { /* had it passed, it would not have left these behind */
		world->additions = world->additions_before;
		world->ct_mark = world->ct_mark_before;
	}
	if (outcome_join(walk, world, rule, ending.fate))
		return 0;
	if (walk->outcome_count >= WORLD_LIMIT * 4) {
		state->walk->beyond = true;
		return 0;
	}
	list = pool_grow(state->scene->pool, walk->outcomes, walk->outcome_count, sizeof(*list));
	if (!list)
		return -1;
	walk->outcomes = list;
	list[walk->outcome_count] = (struct outcome){.world = *world, .opaque = world_is_opaque(world)};
	return decision_here(state, chain, rule, &ending, &list[walk->outcome_count++].decision);
}

static int give_up(struct state *state, const struct rule *rule, const char *because, struct worlds *live)
{
	const struct ending ending = {.kind = ENDS_FATE, .fate = FATE_UNKNOWN, .because = because};

	state->walk->beyond = true;
	if (live->count > 0)
		world_blur(&live->list[0]);
	if (live->count > 0 && outcome_add(state, &live->list[0], rule->chain, rule, &ending) < 0)
		return -1;
	live->count = 0;
	return 0;
}

/* The way of the nominal world, and of it what matched and did not decide */

static enum nft_verdict_code verdict_of(const struct ending *ending)
{
	switch (ending->kind) {
	case ENDS_FATE:
		return ending->fate == FATE_PASS     ? VERDICT_ACCEPT
		       : fate_is_block(ending->fate) ? VERDICT_DROP
						     : VERDICT_QUEUE;
	case ENDS_JUMP:
		return VERDICT_JUMP;
	case ENDS_GOTO:
		return VERDICT_GOTO;
	case ENDS_RETURN:
		return VERDICT_RETURN;
	case ENDS_BROKEN:
		return VERDICT_BREAK;
	case ENDS_PASSED:
		break;
	}
	return VERDICT_CONTINUE;
}

static int way_add(struct state *state, const struct rule *rule, const struct ending *ending)
{
	struct walk *walk = state->walk;
	struct footstep *way;

	if (!state->recording || ending->kind == ENDS_BROKEN)
		return 0;
	way = pool_grow(state->scene->pool, walk->way, walk->way_length, sizeof(*way));
	if (!way)
		return -1;
	walk->way = way;
	way[walk->way_length++] = (struct footstep){rule, verdict_of(ending)};
	return 0;
}

static int passed_add(struct state *state, const struct rule *rule)
{
	struct walk *walk = state->walk;
	const struct rule **list;

	if (!state->recording)
		return 0;
	list = pool_grow(state->scene->pool, walk->passed, walk->passed_count, sizeof(*list));
	if (!list)
		return -1;
	walk->passed = list;
	list[walk->passed_count++] = rule;
	return 0;
}

/* A jump that did not come back has not been passed. */
static void passed_remove(struct state *state, size_t index, const struct rule *rule)
{
	struct walk *walk = state->walk;

	if (!state->recording || index >= walk->passed_count || walk->passed[index] != rule)
		return;
	walk->passed_count--;
	memmove(walk->passed + index, walk->passed + index + 1,
		(walk->passed_count - index) * sizeof(walk->passed[0]));
}

/* Chains */

static int chain_run(struct state *state, const struct chain *chain, struct worlds *live);

static bool any_usual(const struct worlds *worlds)
{
	for (size_t i = 0; i < worlds->count; i++)
		if (!worlds->list[i].unusual)
			return true;
	return false;
}

/* They come and go; there is room for as many as there have ever been. */
static int call_push(struct state *state, const struct rule *rule, bool went)
{
	struct call *calls;

	if (state->call_count == state->call_room) {
		calls = pool_alloc(state->scene->pool,
				   (2 * state->call_room + CALLS_USUALLY) * sizeof(*calls));
		if (!calls)
			return -1;
		if (state->call_count)
			memcpy(calls, state->calls, state->call_count * sizeof(*calls));
		state->calls = calls;
		state->call_room = 2 * state->call_room + CALLS_USUALLY;
	}
	state->calls[state->call_count++] = (struct call){rule, went};
	return 0;
}

/* Runs the called chain; the worlds that come back join `back`. */
static int call(struct state *state, const struct rule *rule, const struct world *world,
		const struct ending *ending, struct worlds *back)
{
	struct worlds called = {0};
	size_t index = state->walk->passed_count;

	if (state->call_count == CALL_DEPTH) {
		if (worlds_add(&called, world, state->scene->pool) < 0)
			return -1;
		return give_up(state, rule, "too many calls within calls", &called);
	}
	if (passed_add(state, rule) < 0 || worlds_add(&called, world, state->scene->pool) < 0)
		return -1;
	if (call_push(state, rule, ending->kind == ENDS_GOTO) < 0 ||
	    chain_run(state, ending->target, &called) < 0)
		return -1;
	state->call_count--;
	if (!any_usual(&called))
		passed_remove(state, index, rule);
	return worlds_copy(back, &called, state->scene->pool);
}

/* A rule's worlds are sorted into those that go on behind it and those that have left the chain. */
struct sorting {
	struct worlds next, left;
};

static int sort_ending(struct state *state, const struct rule *rule, struct world *world,
		       const struct ending *ending, struct sorting *sorting)
{
	struct pool *pool = state->scene->pool;

	if (way_add(state, rule, ending) < 0)
		return -1;
	switch (ending->kind) {
	case ENDS_PASSED:
		if (passed_add(state, rule) < 0)
			return -1;
		return worlds_add(&sorting->next, world, pool);
	case ENDS_BROKEN:
		return worlds_add(&sorting->next, world, pool);
	case ENDS_FATE:
		return outcome_add(state, world, rule->chain, rule, ending);
	case ENDS_JUMP:
		return call(state, rule, world, ending, &sorting->next);
	case ENDS_GOTO:
		return call(state, rule, world, ending, &sorting->left);
	case ENDS_RETURN:
		return worlds_add(&sorting->left, world, pool);
	}
	return 0;
}

static int rule_on_world(struct state *state, const struct rule *rule, struct world *world,
			 struct sorting *sorting, struct worlds *again)
{
	struct branches branches = {0};
	struct ending ending;

	state->work++;
	if (rule_run(state->scene, rule, world, &branches, &state->walk->exceptions, &ending) < 0 ||
	    sort_ending(state, rule, world, &ending, sorting) < 0)
		return -1;
	state->recording = false;
	state->walk->parted |= branches.count > 0;
	for (size_t i = 0; i < branches.count; i++) {
		struct branch *branch = &branches.list[i];

		if (branch->again && worlds_add(again, &branch->world, state->scene->pool) < 0)
			return -1;
		if (!branch->again && sort_ending(state, rule, &branch->world, &branch->ending, sorting) < 0)
			return -1;
	}
	return 0;
}

/* All worlds through one rule. What is recorded is the way of the first usual one. */
static int rule_on_worlds(struct state *state, const struct rule *rule, struct worlds *live,
			  struct sorting *sorting)
{
	struct worlds again = {0};
	bool recording = state->recording;
	int result = 0;

	for (size_t i = 0; i < live->count && result == 0; i++) {
		state->recording = recording && !live->list[i].unusual;
		recording = recording && !state->recording;
		result = rule_on_world(state, rule, &live->list[i], sorting, &again);
	}
	state->recording = false;
	for (size_t i = 0; i < again.count && i < WORLD_LIMIT && result == 0; i++) {
		struct world world = again.list[i];

		result = rule_on_world(state, rule, &world, sorting, &again);
	}
	state->walk->beyond |= again.count > WORLD_LIMIT;
	return result;
}

static bool is_skipped(const struct scene *scene, const struct rule *rule)
{
	for (size_t i = 0; i < scene->skipped_count; i++)
		if (scene->skipped[i] == rule)
			return true;
	return false;
}

/* Leaves in `live` the worlds that come back to the caller. */
static int chain_run(struct state *state, const struct chain *chain, struct worlds *live)
{
	const struct glance *glances = glances_of(state->scene->facts->glances, chain);
	bool recording = state->recording;
	struct sorting sorting = {0};

	for (size_t i = glance_next(glances, chain->rule_count, 0, live); i < chain->rule_count;
	     i = glance_next(glances, chain->rule_count, i + 1, live)) {
		struct worlds behind = *live;

		if (is_skipped(state->scene, chain->rules[i]))
			continue;
		if (live->count > WORLD_LIMIT || state->work > WORK_LIMIT || state->walk->beyond)
			return give_up(state, chain->rules[i], "too many combinations to tell", live);
		state->recording = recording;
		if (rule_on_worlds(state, chain->rules[i], live, &sorting) < 0)
			return -1;
		if (sorting.next.count > 1)
			worlds_merge(&sorting.next);
		*live = sorting.next;
		sorting.next = behind; /* its memory serves the next rule */
		sorting.next.count = 0;
	}
	state->recording = recording;
	if (worlds_copy(live, &sorting.left, state->scene->pool) < 0)
		return -1;
	worlds_merge(live);
	return 0;
}

static int policy_apply(struct state *state, struct worlds *live)
{
	const struct chain *base = state->scene->base;
	const struct ending ending = {.kind = ENDS_FATE, .fate = base->policy_drop ? FATE_DROP : FATE_PASS};

	for (size_t i = 0; i < live->count; i++)
		if (outcome_add(state, &live->list[i], base, NULL, &ending) < 0)
			return -1;
	return 0;
}

int walk_run(const struct scene *scene, struct worlds *worlds, struct walk *out)
{
	struct state state = {.scene = scene, .walk = out, .recording = true};

	*out = (struct walk){.peer_split = scene->peer_split};
	if (chain_run(&state, scene->base, worlds) < 0)
		return -1;
	return policy_apply(&state, worlds);
}
