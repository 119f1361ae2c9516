/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the outcomes of a walk to the fate of the packet there, and to what has to be said about it. */
#ifndef FWPORT_EVAL_JUDGE_H
#define FWPORT_EVAL_JUDGE_H

#include "walk.h"

/* Adds conditions and blockers to the answer, each once. 0, or -1 when memory is gone. */
int station_judge(const struct walk *walk, enum packet_role role, struct station *station,
		  struct family_answer *answer, struct pool *pool);
int blocker_add(struct family_answer *answer, enum packet_role role, const struct decision *decision,
		struct pool *pool);
/* Each condition once. `text` may be NULL: memory was gone. */
int condition_add(struct family_answer *answer, enum condition_kind kind, const char *text,
		  const struct rule *rule, bool decides, struct pool *pool);

#endif
