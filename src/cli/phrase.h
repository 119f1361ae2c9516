/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Phrases for people that several commands use: an opening, who may use it, who lets it pass or stops it, who listens.
 */
#ifndef FWPORT_PHRASE_H
#define FWPORT_PHRASE_H

#include "fwport/report.h"
#include "fwport/state.h"
#include "fwport/text.h"

/* "https 443/tcp", "8000-8010/udp" */
void phrase_opening(const struct opening *opening, struct text *out);
/* "anyone", "from 10.0.0.0/8, 2001:db8::/32 on eth1" */
void phrase_scope(const struct scope *scope, struct text *out);
/* All that makes it this opening: "https 443/tcp in from 10.0.0.0/8" */
void phrase_whole_opening(const struct opening *opening, struct text *out);
/* Directions in which the second is another policy: "in=drop". */
void phrase_policy(struct policy before, struct policy after, struct text *out);
/* "open", "blocked", ...; "not applicable" for a family the host does not have. */
const char *phrase_verdict(const struct family_answer *answer);
/* Behind the verdict: "by rule 6 of ip filter INPUT (inserted before reject, rule 7)", "SYN: rule 7 of ...: reject". */
void phrase_reason(const struct family_answer *answer, struct text *out);
/* The same for an opening: its parts may have reasons of their own, its scope tells what a family that is not applicable lacks. */
void phrase_result(const struct opening *opening, const struct opening_answer *result, struct text *out);
/* By what the opening is reached, in all its parts that are not blocked; "" when there is none. */
void phrase_passing(const struct opening *opening, const struct opening_answer *result, struct text *out);
/* The same in each family: "IPv4 by rule 3 of ip filter INPUT, IPv6 nothing on this host filters it". */
void phrase_reachable(const struct opening *opening, const struct opening_answer *results, size_t count,
		      struct text *out);
/* The rule with its place and text, or "the policy of inet filter input". */
void phrase_decision(const struct decision *decision, struct text *out);
/* "nginx (pid 812)", "nothing listens", "only on 127.0.0.1"; "" for outbound. */
void phrase_listeners(const struct listeners *listeners, const struct opening *opening, enum family family,
		      struct text *out);
/* "0.0.0.0:443 nginx (pid 812)" */
void phrase_listener(const struct listener *listener, struct text *out);

/* Also where the family does not apply. */
bool result_is_open(const struct opening_answer *result);

/* '+', '-' or '~', as lists of changes have it. */
char phrase_change_sign(enum record_change change);

#endif
