/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside one run of a rule: how far it has come, how it ends, and what its operations do to the world. */
#ifndef FWPORT_EVAL_RUN_H
#define FWPORT_EVAL_RUN_H

#include "notes.h"
#include "rule.h"

struct run {
	const struct scene *scene;
	const struct rule *rule;
	struct world *world;
	struct branches *branches;
	struct exceptions *exceptions;
	struct ending *ending;
	struct registers registers;
	bool asks_peer; /* the operation at hand tests the peer's address, or whose socket it is */
	struct notes notes;
	bool ended;
};

struct ending ending_of_fate(enum fate fate, const char *because);
struct ending ending_of_verdict(const struct nft_verdict *verdict);
/* Whoever is handed the packet may change it. */
bool verdict_blurs(const struct nft_verdict *verdict);

void run_end(struct run *run, struct ending ending);
void run_end_with_verdict(struct run *run, const struct nft_verdict *verdict);
/* What an operation that went through does. 0, or -1 when memory is gone. */
int effect_run(struct run *run, const struct op *op);

#endif
