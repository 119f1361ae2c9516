/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps under construction.
 */
#ifndef FWPORT_PLAN_STEP_LIST_H
#define FWPORT_PLAN_STEP_LIST_H

#include "fwport/step.h"

int steps_push(struct steps *steps, struct step step, struct pool *pool, struct error *err);
int steps_append(struct steps *steps, const struct steps *more, struct pool *pool, struct error *err);
/* A rule goes, and an anonymous set of its own with it. */
int steps_drop_rule(struct steps *steps, const struct rule *rule, struct pool *pool, struct error *err);

#endif
