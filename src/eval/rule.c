/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One rule: its operations from left to right until one of them breaks it or ends it. Where an operation may go either way,
 * the world in which it breaks the rule comes off as a branch and the other goes on, so registers are never copied. What
 * earlier operations of a broken rule have done stays done, as in the kernel.
 */
#include "rule.h"
#include "flow.h"
#include "nat.h"
#include "notes.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

struct run {
	const struct scene *scene;
	const struct rule *rule;
	struct world *world;
	struct branches *branches;
	struct exceptions *exceptions;
	struct ending *ending;
	struct registers registers;
	bool asks_peer; /* the operation at hand tests the peer's address, or whose socket it is */
	struct notes notes;
	bool ended;
};

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

static void end(struct run *run, struct ending ending)
{
	*run->ending = ending;
	run->ended = true;
}

static struct ending ending_of_fate(enum fate fate, const char *because)
{
	return (struct ending){.kind = ENDS_FATE, .fate = fate, .because = because};
}

static struct ending ending_of_verdict(const struct nft_verdict *verdict)
{
	switch (verdict->code) {
	case VERDICT_ACCEPT:
		return ending_of_fate(FATE_PASS, NULL);
	case VERDICT_DROP:
		return ending_of_fate(FATE_DROP, NULL);
	case VERDICT_QUEUE:
		return ending_of_fate(FATE_UNKNOWN, "a program decides (queue)");
	case VERDICT_JUMP:
	case VERDICT_GOTO:
		if (!verdict->chain)
			return ending_of_fate(FATE_UNKNOWN, "a jump to a chain that was not read");
		return (struct ending){.kind = verdict->code == VERDICT_JUMP ? ENDS_JUMP : ENDS_GOTO,
				       .target = verdict->chain};
	case VERDICT_RETURN:
		return (struct ending){.kind = ENDS_RETURN};
	case VERDICT_BREAK:
		return (struct ending){.kind = ENDS_BROKEN};
	case VERDICT_CONTINUE:
		break;
	}
	return (struct ending){.kind = ENDS_PASSED};
}

/* From here on nobody knows what the packet is, nor what connection it will be taken for. */
static void blur(struct world *world)
{
	world->blurred = world->flow_blurred = true;
}

/* Whoever is handed the packet may change it. */
static bool verdict_blurs(const struct nft_verdict *verdict)
{
	return ending_of_verdict(verdict).fate == FATE_UNKNOWN;
}

static void end_with_verdict(struct run *run, const struct nft_verdict *verdict)
{
	if (verdict_blurs(verdict))
		blur(run->world);
	if (verdict->code != VERDICT_CONTINUE)
		end(run, ending_of_verdict(verdict));
}

/* Effects */

static void mark_read(const struct registers *registers, uint8_t at, struct mark *mark)
{
	if (!registers_fit(at, sizeof(mark->bits))) {
		*mark = (struct mark){0, UINT32_MAX};
		return;
	}
	memcpy(&mark->unknown, registers->unknown + at, sizeof(mark->unknown));
	memcpy(&mark->bits, registers->bytes + at, sizeof(mark->bits));
	mark->bits &= ~mark->unknown;
}

/* TCP and SCTP take only what is for this host (tcp_v4_rcv, sctp_rcv), whatever chains think of it. */
static void set_meta(struct run *run, const struct op *op)
{
	uint8_t protocol = run->world->packet->protocol;
	struct mark value;

	mark_read(&run->registers, op->sreg, &value);
	if (op->meta.key == NFT_META_MARK)
		run->world->mark = value;
	if (op->meta.key == NFT_META_PKTTYPE && (protocol == PROTOCOL_TCP || protocol == PROTOCOL_SCTP) &&
	    (value.bits | value.unknown) != 0)
		end(run, ending_of_fate(FATE_UNKNOWN, "a packet type that sockets refuse"));
}

static int nat(struct run *run, const struct op *op)
{
	const struct nat_place place = {run->scene, run->rule};
	struct nat_result result;
	struct ending ending;

	if (!op_sees_family(op, run->world->packet->family))
		return 0;
	if (nat_run(op, &place, run->world, &run->registers, &result) < 0)
		return -1;
	if (result.fate == FATE_UNKNOWN)
		blur(run->world);
	ending = ending_of_fate(result.fate, result.because);
	ending.forwarded = result.fate == FATE_DROP &&
			   nat_target(op, &run->registers, run->world->packet, &ending.forwarded_to,
				      &ending.forwarded_port) &&
			   !address_is_loopback(&ending.forwarded_to);
	end(run, ending);
	return 0;
}

static int effect(struct run *run, const struct op *op)
{
	switch (op->kind) {
	case OP_META_SET:
		set_meta(run, op);
		break;
	case OP_CT_SET:
		if (op->meta.key == NFT_CT_MARK && flow_has_entry(run->scene, run->world))
			mark_read(&run->registers, op->sreg, &run->world->ct_mark);
		break;
	case OP_NOTRACK: /* too late once the packet has its entry (nft_notrack_eval) */
		run->world->untracked |= !flow_has_entry(run->scene, run->world);
		break;
	case OP_VERDICT:
		end_with_verdict(run, &op->verdict);
		break;
	case OP_REJECT:
		end(run, ending_of_fate(FATE_REJECT, NULL));
		break;
	case OP_NAT:
		return nat(run, op);
	case OP_PAYLOAD:
	case OP_META:
	case OP_CT:
	case OP_FIB:
	case OP_IMMEDIATE:
	case OP_BITWISE:
	case OP_BYTEORDER:
	case OP_CMP:
	case OP_RANGE:
	case OP_LOOKUP:
	case OP_LIMIT:
	case OP_COUNTER:
	case OP_LOG:
	case OP_DYNSET: /* it has written, even where it breaks the rule */
	case OP_OPAQUE:
		break;
	}
	return 0;
}

/* Forks */

/* The rule breaks in one world and goes on in the other; beyond a rate is the unusual one. */
static int fork_world(struct run *run, size_t at, const struct judgement *judgement)
{
	struct world broken = *run->world;
	struct doubt doubt;

	doubt_describe(run->rule, at, judgement, &doubt);
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
		blur(run->world);
		break;
	case OPAQUE_CHANGES_SERVICE: /* of this packet */
		run->world->blurred |= run->scene->facts->tells_service;
		break;
	case OPAQUE_CHANGES_MARKS:
		break;
	}
}

/* An opaque operation that may decide: what follows is not known, and what it wrote is not either. */
static int end_opaque(struct run *run, size_t at, const struct judgement *judgement)
{
	const struct op *op = &run->rule->ops[at];

	if (fork_world(run, at, judgement) < 0)
		return -1;
	run->world->mark = run->world->ct_mark = (struct mark){0, UINT32_MAX};
	opaque_blur(run, op);
	end(run, ending_of_fate(FATE_UNKNOWN, op->opaque.name));
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
		blur(run->world); /* by a jump */
		end(run, ending_of_fate(FATE_UNKNOWN, hit->overlap ? "overlapping elements of a map"
								   : "a map whose answer could not be told"));
		return 0;
	}
	for (size_t i = 0; i < hit->candidate_count; i++) {
		struct world world = *run->world;
		struct doubt doubt;

		doubt_describe(run->rule, at, judgement, &doubt);
		misses = misses && !hit->candidates[i]->catch_all;
		if (verdict_blurs(&hit->candidates[i]->verdict))
			blur(&world);
		if (world_doubt(&world, &doubt, true, run->scene->pool) < 0 ||
		    branch_add(run, &world, false, ending_of_verdict(&hit->candidates[i]->verdict)) < 0)
			return -1;
	}
	if (misses) {
		end(run, (struct ending){.kind = ENDS_BROKEN});
	} else { /* the last candidate is the world we are in */
		const struct branch *last = &run->branches->list[--run->branches->count];

		*run->world = last->world;
		end(run, last->ending);
	}
	return 0;
}

static int end_with_map(struct run *run, size_t at, const struct judgement *judgement)
{
	if (judgement->truth == MAYBE)
		return end_with_candidates(run, at, judgement);
	if (judgement->hit.element) {
		end_with_verdict(run, &judgement->hit.element->verdict);
		return 0;
	}
	blur(run->world);
	end(run, ending_of_fate(FATE_UNKNOWN, "a map element that a rule writes"));
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

static void broken(struct run *run, size_t at)
{
	if (run->asks_peer && !run->world->unusual)
		exception_consider(run->scene, run->world, run->rule, at, &run->registers, run->exceptions);
	end(run, (struct ending){.kind = ENDS_BROKEN});
}

static bool is_test(const struct op *op)
{
	return op->kind == OP_CMP || op->kind == OP_RANGE || op->kind == OP_LOOKUP;
}

static int judged(struct run *run, size_t at, struct judgement *judgement)
{
	const struct op *op = &run->rule->ops[at];

	if (judgement->truth == NO) {
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
		return end_opaque(run, at, judgement);
	if (judgement->truth != YES && fork_world(run, at, judgement) < 0)
		return -1;
	return effect(run, op);
}

static int op_run(struct run *run, size_t at, const struct world *before)
{
	const struct op *op = &run->rule->ops[at];
	struct judgement judgement;
	bool exact = true;

	if (is_test(op) && split_ports(run, before, op, &exact) < 0)
		return -1;
	/* asked before a map writes its data over the address */
	run->asks_peer = is_test(op) && ((run->scene->peer_general && test_asks_peer(op, &run->registers)) ||
					 test_asks_owner(op, &run->registers));
	op_judge(op, run->scene, run->world, &run->registers, &judgement);
	notes_judge(&run->notes, run->scene, run->rule, at, &judgement);
	if (op->kind == OP_DYNSET && set_write(run->world, op, &run->registers, run->scene->pool) < 0)
		return -1;
	if (op->kind == OP_LIMIT && world_spend(run->world, op, run->scene->pool) < 0)
		return -1;
	if (!exact && (judgement.truth == YES || judgement.truth == NO))
		judgement.truth = MAYBE;
	return judged(run, at, &judgement);
}

int rule_run(const struct scene *scene, const struct rule *rule, struct world *world,
	     struct branches *branches, struct exceptions *exceptions, struct ending *ending)
{
	struct run run = {
		.scene = scene,
		.rule = rule,
		.world = world,
		.branches = branches,
		.exceptions = exceptions,
		.ending = ending,
	};
	const struct world before = *world;

	*ending = (struct ending){.kind = ENDS_PASSED};
	registers_forget(&run.registers);
	for (size_t at = 0; at < rule->op_count && !run.ended; at++)
		if (op_run(&run, at, &before) < 0)
			return -1;
	notes_tell(&run.notes, scene, world, rule, ending, exceptions);
	return 0;
}
