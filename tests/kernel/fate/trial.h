/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trial: one ruleset in the kernel, probes through it, and what the evaluator says of each. */
#ifndef FWPORT_FATE_TRIAL_H
#define FWPORT_FATE_TRIAL_H

#include "compare.h"

struct trial {
	struct stage stage;
	struct tracer tracer;
	struct ruleset *loaded; /* whose tables are in the kernel; NULL: none */
	struct ruleset *read;   /* as the kernel gave it back, without the tracer's tables */
	size_t refused;         /* parts that the kernel would not take */
};

int trial_start(struct trial *trial, unsigned processor, struct error *err);
/* Brings it into the kernel, without what the kernel refuses (which is taken out of it), and reads it back into the pool. */
int trial_load(struct trial *trial, struct ruleset *ruleset, struct pool *pool, struct error *err);
/* As they are in a file; nothing else is loaded. */
int trial_load_messages(struct trial *trial, const uint8_t *messages, size_t length, struct pool *pool,
			struct error *err);
int trial_unload(struct trial *trial, struct error *err);
/* Packets of one connection come one behind the other; the others have CONVERSATION_PORT in none of their ports. */
int trial_run(struct trial *trial, const struct probe *probes, size_t count, struct pool *pool,
	      struct packet_answer *answers, enum agreement *out, struct error *err);

/* Loads and runs it. 1: evaluator and kernel disagree on one of the probes (of one connection), 0: they do not. */
int trial_disagrees(struct trial *trial, struct ruleset *ruleset, const struct probe *probes, size_t count,
		    struct pool *pool, struct error *err);

#endif
