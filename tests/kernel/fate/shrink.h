/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The smallest ruleset that one can come to by leaving things out, and on which the evaluator and the kernel still disagree. */
#ifndef FWPORT_FATE_SHRINK_H
#define FWPORT_FATE_SHRINK_H

#include "trial.h"

/* Probes of one connection (or one), numbered from 1. The result is in the pool, and loaded when this returns. */
int shrink(struct trial *trial, const struct ruleset *ruleset, const struct probe *probes, size_t count,
	   struct pool *pool, struct ruleset **out, struct error *err);

#endif
