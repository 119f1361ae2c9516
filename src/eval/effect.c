/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an operation does to the world when it has gone through: verdicts end the rule, marks are written, NAT moves the packet.
 */
#include "flow.h"
#include "handover.h"
#include "nat.h"
#include "run.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

struct ending ending_of_fate(enum fate fate, const char *because)
{
	return (struct ending){.kind = ENDS_FATE, .fate = fate, .because = because};
}

struct ending ending_of_verdict(const struct nft_verdict *verdict)
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

bool verdict_blurs(const struct nft_verdict *verdict)
{
	return ending_of_verdict(verdict).fate == FATE_UNKNOWN;
}

void run_end(struct run *run, struct ending ending)
{
	*run->ending = ending;
	run->ended = true;
}

void run_end_with_verdict(struct run *run, const struct nft_verdict *verdict)
{
	if (verdict_blurs(verdict))
		world_blur(run->world);
	if (verdict->code != VERDICT_CONTINUE)
		run_end(run, ending_of_verdict(verdict));
}

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
		run_end(run, ending_of_fate(FATE_UNKNOWN, "a packet type that sockets refuse"));
}

/* Only CT of x_tables makes one for events; nft's wants a connection (nft_ct_set_eval). */
static bool makes_template(const struct op *op)
{
	return op->meta.key == NFT_CT_ZONE || op->meta.key == NFT_CT_HELPER ||
	       (op->meta.key == NFT_CT_EVENTMASK && op_is_of_xt(op));
}

/*
 * Before tracking there is no connection to be changed; what it is to be, the packet carries as a template, and notrack then comes
 * too late (nft_ct_set_zone_eval, xt_ct_target).
 */
static void set_ct(struct run *run, const struct op *op)
{
	if (op->meta.key == NFT_CT_MARK && flow_has_entry(run->scene, run->world))
		mark_read(&run->registers, op->sreg, &run->world->ct_mark);
	if (makes_template(op))
		run->world->templated |= !run->scene->tracked && !run->world->untracked;
}

/* Too late, too, once the packet has its entry (nft_notrack_eval). */
static void untrack(struct run *run)
{
	bool templated = run->world->templated && !run->scene->tracked;

	run->world->untracked |= !templated && !flow_has_entry(run->scene, run->world);
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
		world_blur(run->world);
	ending = ending_of_fate(result.fate, result.because);
	ending.forwarded = result.fate == FATE_DROP &&
			   nat_target(op, &run->registers, run->world->packet, &ending.forwarded_to,
				      &ending.forwarded_port) &&
			   !address_is_loopback(&ending.forwarded_to);
	run_end(run, ending);
	return 0;
}

/* A proxy gets the packet as it is, and what the rule does with it behind that is not told; others may give back another. */
static void hand_over(struct run *run, const struct op *op)
{
	if (handover_fate(op, run->scene, run->world, &run->registers) == FATE_DROP) {
		run_end(run, ending_of_fate(FATE_DROP, "no proxy waits for it (tproxy)"));
		return;
	}
	run->world->mark = run->world->ct_mark = (struct mark){0, UINT32_MAX};
	if (op->handover.kind != HANDOVER_SOCKET)
		world_blur(run->world);
	run_end(run, ending_of_fate(FATE_UNKNOWN, handover_words(op)));
}

int effect_run(struct run *run, const struct op *op)
{
	switch (op->kind) {
	case OP_META_SET:
		set_meta(run, op);
		break;
	case OP_CT_SET:
		set_ct(run, op);
		break;
	case OP_NOTRACK:
		untrack(run);
		break;
	case OP_VERDICT:
		run_end_with_verdict(run, &op->verdict);
		break;
	case OP_REJECT:
		run_end(run, ending_of_fate(FATE_REJECT, NULL));
		break;
	case OP_NAT:
		return nat(run, op);
	case OP_PAYLOAD_SET:
	case OP_OPTION_SET:
		if (!write_run(op, run->scene, &run->registers, run->world))
			run_end(run, ending_of_fate(FATE_UNKNOWN, "an address or port that a rule writes"));
		break;
	case OP_HANDOVER:
		hand_over(run, op);
		break;
	case OP_PAYLOAD:
	case OP_META:
	case OP_CT:
	case OP_FIB:
	case OP_IMMEDIATE:
	case OP_EXTHDR:
	case OP_ATTACHED:
	case OP_NUMBER:
	case OP_BITWISE:
	case OP_BYTEORDER:
	case OP_CMP:
	case OP_RANGE:
	case OP_LOOKUP:
	case OP_LIMIT:
	case OP_QUOTA:
	case OP_CONNLIMIT:
	case OP_COUNTER:
	case OP_LOG:
	case OP_ASIDE:
	case OP_DYNSET: /* it has written, even where it breaks the rule */
	case OP_OPAQUE:
		break;
	}
	return 0;
}
