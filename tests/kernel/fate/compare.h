/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The evaluator's account of a packet's way beside the kernel's, rule by rule. */
#ifndef FWPORT_FATE_COMPARE_H
#define FWPORT_FATE_COMPARE_H

#include "tracer.h"

#include "fwport/trace.h"

enum agreement {
	AGREE_PASS, /* every rule, every policy, and that it passes */
	AGREE_DROP,
	UNDECIDED, /* the evaluator does not say which way, or not yet at the place where the ways end */
	DISAGREE,
};

enum agreement compare(const struct packet_answer *answer, const struct event *told);
/* Both ways in words, one step a line. */
void ways_text(const struct packet_answer *answer, const struct event *told, struct text *out);

#endif
