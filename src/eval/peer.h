/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who asks? Finding a peer that no rule singles out. */
#ifndef FWPORT_EVAL_PEER_H
#define FWPORT_EVAL_PEER_H

#include "mention.h"

#include "fwport/host.h"

/*
 * `host` may be NULL; `within` NULL: anywhere in the public internet. *split: rules divide all of them, so that the one found
 * does not speak for the others. 0, or -1 when memory is gone.
 */
int peer_choose(const struct ruleset *ruleset, const struct host *host, enum family family,
		const struct prefix *within, struct address *out, bool *split);

#endif
