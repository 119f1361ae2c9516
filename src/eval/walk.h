/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A packet's walk through one base chain, in all worlds at once. */
#ifndef FWPORT_EVAL_WALK_H
#define FWPORT_EVAL_WALK_H

#include "exception.h"
#include "scene.h"
#include "world.h"

enum { OUTCOME_LIMIT = 64 };

struct outcome {
	struct world world;
	bool opaque; /* on its way something was not understood that made a difference */
	struct decision decision;
};

struct walk {
	struct outcome *outcomes;
	size_t outcome_count;
	const struct rule **passed; /* of the nominal world */
	size_t passed_count;
	struct footstep *way; /* of the nominal world */
	size_t way_length;
	bool parted; /* there were other worlds */
	struct exceptions exceptions;
	bool peer_split;           /* those of the exceptions are as many as the others */
	const struct worlds *past; /* those that go past the chain: NAT is not asked of them; NULL none */
	bool beyond;               /* a bound was reached: there are worlds that nobody followed */
};

/* 0, or -1 when memory is gone. `worlds` is used up. */
int walk_run(const struct scene *scene, struct worlds *worlds, struct walk *out);

#endif
