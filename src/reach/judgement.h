/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A judgement under way. Stages are judged in their order: the first fault is the verdict, and every other fault, with what is
 * wrong all the same, a warning.
 */
#ifndef FWPORT_REACH_JUDGEMENT_H
#define FWPORT_REACH_JUDGEMENT_H

#include "codes.h"
#include "examination.h"

struct judgement {
	struct examination *examination;
	bool is_blocked; /* there is a verdict */
	bool failed;     /* memory */
	const char *
		whom; /* "nameserver ": where a way leads that is judged; NULL: to the target, or its proxy */
};

/* What is found, but for the words; `next` NULL: nothing that helps is known. */
struct charge {
	enum party party;
	const char *code;
	enum stage stage;
	enum confidence confidence;
	const char *next;
};

void judgement_fault(struct judgement *judgement, struct charge charge, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void judgement_warning(struct judgement *judgement, struct charge charge, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Words for a text, in the pool; "" when memory is short. */
const char *judgement_words(struct judgement *judgement, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
const char *judgement_address(struct judgement *judgement, const struct address *address);

/* What a firewall that blocks does. */
const char *firewall_code(const struct firewall_facts *firewall);

void judge_name(struct judgement *judgement);
/* Route, firewall, TCP, to the endpoint; of the one that went furthest the finding is a fault, of others what they are told by. */
void judge_way(struct judgement *judgement, const struct endpoint *endpoint);
/* Likewise to a nameserver that does not answer. False: the way there is not to blame. */
bool judge_way_to_nameserver(struct judgement *judgement, const struct nameserver_facts *server,
			     const struct dns_answer *answer);
/* Whether there has to be a proxy. */
void judge_need(struct judgement *judgement);
void judge_proxy(struct judgement *judgement);
/* Whether this host stopped it between its programs and its devices: what neighbours are asked and say, and data. */
bool judge_neighbour_stopped_here(struct judgement *judgement, const struct endpoint *endpoint);
/* A warning: some of the SYNs that were sent never left. */
bool judge_losses_here(struct judgement *judgement, const struct endpoint *endpoint);
bool judge_data_stopped_here(struct judgement *judgement, const struct endpoint *endpoint);
void judge_tls(struct judgement *judgement, const struct endpoint *endpoint);
void judge_certificate(struct judgement *judgement, const struct endpoint *endpoint);
void judge_http(struct judgement *judgement, const struct endpoint *endpoint);
/* What --audit found, whether the target can be reached or not. */
void judge_audit(struct judgement *judgement);
/* What is wrong with a target that can be reached. */
void judge_beside(struct judgement *judgement);

#endif
