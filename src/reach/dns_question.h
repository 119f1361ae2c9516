/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One question to one nameserver: by UDP, sent again when nothing comes, and by TCP when the answer was truncated. Never blocks. */
#ifndef FWPORT_REACH_DNS_QUESTION_H
#define FWPORT_REACH_DNS_QUESTION_H

#include "dns_message.h"
#include "resolver_config.h"

#include <poll.h>

enum dns_phase { DNS_PHASE_UDP, DNS_PHASE_CONNECTING, DNS_PHASE_TCP, DNS_PHASE_DONE };

struct dns_question {
	struct nameserver server;
	struct dns_query query;
	struct dns_answer *answer; /* is filled */
	int fd;                    /* -1: none */
	enum dns_phase phase;
	double began;
	unsigned sendings;
	bool strange;   /* something came that answers another question */
	bool truncated; /* the answer by UDP was */
	uint8_t *stream;
	size_t streamed; /* bytes of TCP so far */
};

void dns_question_begin(struct dns_question *question, bool by_tcp);
/* When it is time to send once more, in milliseconds of clock_milliseconds(). */
double dns_question_due(const struct dns_question *question);
void dns_question_send(struct dns_question *question);
short dns_question_events(const struct dns_question *question);
/* poll() said something. */
int dns_question_go_on(struct dns_question *question, struct pool *pool, struct error *err);
/* There is no time left. */
void dns_question_give_up(struct dns_question *question);

#endif
