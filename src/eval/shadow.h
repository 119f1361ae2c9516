/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands behind a blocker and would have let the packet pass; and where NAT took it. */
#ifndef FWPORT_EVAL_SHADOW_H
#define FWPORT_EVAL_SHADOW_H

#include "walk.h"

/*
 * Where the station blocks: the accepts that its packet would have come to without the blocker or without NAT, added to the
 * answer each once. `entering` are the worlds that came to it; `packet` is as it was before NAT. 0, or -1 when memory is gone.
 */
int shadow_find(const struct scene *scene, const struct worlds *entering, const struct packet *packet,
		const struct station *station, struct pool *pool, struct family_answer *answer);
/* Where these worlds have the conversation moved to, if they do and it was not known before. */
void move_find(const struct worlds *worlds, struct family_answer *answer);

#endif
