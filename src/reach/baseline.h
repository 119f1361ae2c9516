/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --baseline: what was seen of each target the last time, a line of JSON each. What has changed since is told; a target that was not
 * seen now keeps its line.
 */
#ifndef FWPORT_REACH_BASELINE_H
#define FWPORT_REACH_BASELINE_H

#include "examination.h"
#include "target_list.h"

/* What the last time's line says of this target; nothing where there is none, or it does not parse. */
int baseline_look(struct examination *examination, struct error *err);
/* The line for the next time. */
int baseline_write(const struct examination *examination, struct error *err);
/* The lines of targets that are not in the list. */
int baseline_keep(const struct equipment *equipment, const struct target_list *targets, struct error *err);

#endif
