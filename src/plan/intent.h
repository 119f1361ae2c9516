/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Intent: whether the rule that blocks, or one that led to it, was meant for just this.
 */
#ifndef FWPORT_PLAN_INTENT_H
#define FWPORT_PLAN_INTENT_H

#include "place.h"

/* out->refused: the rule, as it stands in `now`, and why. Always 0 but without memory. */
int refuse_rule(const struct ruleset *now, const struct rule *rule, const char *why, struct pool *pool,
		struct sites *out, struct error *err);
/* Refuses when one of the rules means it. */
int intent_check(const struct ruleset *now, const struct decision *decision, struct asked_port asked,
		 bool override, struct pool *pool, struct sites *out, struct error *err);
/* Whether it limits a rate, or asks for what tracking calls invalid or whose sender is elsewhere: it is for everybody alike. */
bool rule_protects(const struct rule *rule);

#endif
