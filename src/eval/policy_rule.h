/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of policy routing in words, and which of them may be about a conversation. */
#ifndef FWPORT_EVAL_POLICY_RULE_H
#define FWPORT_EVAL_POLICY_RULE_H

#include "ends.h"

/* It drops or refuses what it matches, and chooses no table. */
bool policy_rule_refuses(const struct policy_rule *rule);
/* Whether packets between these ends, either way, may match it. */
bool policy_rule_may_match(const struct policy_rule *rule, const struct host *host, const struct end *end);
/* "100: from 10.0.0.0/8 fwmark 0x1 lookup 100", as ip(8) has it; NULL when memory is gone. */
const char *policy_rule_text(const struct policy_rule *rule, struct pool *pool);
/* What it does to packets that it matches, behind its text: "may match, and then no packet goes that way". */
const char *policy_rule_effect(const struct policy_rule *rule);

#endif
