/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions to the evaluator for tests, and their answers in words that can be compared.
 */
#ifndef FWPORT_TEST_ASK_H
#define FWPORT_TEST_ASK_H

#include "build.h"

#include "fwport/eval.h"

struct query query_in(uint16_t port); /* tcp, both families, anyone */
struct query query_out(uint16_t port);
struct prefix prefix_named(const char *text);

/* The answer lives in the build's pool; the test fails when there is none. */
const struct answer *ask(struct build *build, struct query query);
const struct answer *ask_in(struct build *build, uint16_t port);

/* The entry of the family whose interfaces begin with eth0, or that has none. */
const struct family_answer *entry(const struct answer *answer, enum family family);
/* "syn pass, syn-ack pass, ack drop, answer pass" for IPv4 */
const char *fates(struct build *build, const struct answer *answer);
/* decision_text of who decided about the packet, "" when nobody did; IPv4 */
const char *decider(struct build *build, const struct answer *answer, enum packet_role role);
/* The texts of all conditions, joined by "; "; IPv4. Those that decide have a "!" in front. */
const char *conditions(struct build *build, const struct answer *answer);
const char *conditions_of(struct build *build, const struct family_answer *family);
/* "verdict ipv4/verdict ipv6" by entry */
const char *verdicts(struct build *build, const struct answer *answer);

#endif
