/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words for what the evaluator found, as JSON and tables say them. Sentences are eval/explain.c's.
 */
#include "fwport/trace.h"

const char *verdict_word(enum verdict verdict)
{
	static const char *const words[] = {
		[ANSWER_OPEN] = "open",
		[ANSWER_DEPENDS] = "depends",
		[ANSWER_UNKNOWN] = "unknown",
		[ANSWER_BLOCKED] = "blocked",
	};

	return words[verdict];
}

const char *fate_word(enum fate fate)
{
	static const char *const words[] = {
		[FATE_PASS] = "pass", [FATE_DEPENDS] = "depends", [FATE_UNKNOWN] = "unknown",
		[FATE_DROP] = "drop", [FATE_REJECT] = "reject",
	};

	return words[fate];
}

const char *condition_kind_word(enum condition_kind kind)
{
	static const char *const words[] = {
		[CONDITION_RATE] = "rate",
		[CONDITION_SOURCE] = "source",
		[CONDITION_INTERFACE] = "interface",
		[CONDITION_TIME] = "time",
		[CONDITION_SET] = "set",
		[CONDITION_ORDER] = "order",
		[CONDITION_OTHER] = "other",
	};

	return words[kind];
}

enum verdict fate_verdict(enum fate fate)
{
	static const enum verdict verdicts[] = {
		[FATE_PASS] = ANSWER_OPEN,       [FATE_DEPENDS] = ANSWER_DEPENDS,
		[FATE_UNKNOWN] = ANSWER_UNKNOWN, [FATE_DROP] = ANSWER_BLOCKED,
		[FATE_REJECT] = ANSWER_BLOCKED,
	};

	return verdicts[fate];
}

bool fate_is_block(enum fate fate)
{
	return fate == FATE_DROP || fate == FATE_REJECT;
}

static bool is_of_the_first_exchange(enum packet_role role)
{
	return role == PACKET_SYN || role == PACKET_SYN_ACK || role == PACKET_DATAGRAM;
}

const struct packet_answer *answer_existing(const struct family_answer *answer)
{
	const struct packet_answer *worst = NULL;

	for (size_t i = 0; i < answer->packet_count; i++) {
		const struct packet_answer *packet = &answer->packets[i];

		if (!is_of_the_first_exchange(packet->packet.role) && (!worst || packet->fate > worst->fate))
			worst = packet;
	}
	return worst;
}
