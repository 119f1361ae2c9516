/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes of a ruleset of which it is known what they may do to a packet's fate, whatever the ruleset is. Each makes one change
 * somewhere, and returns false where there is nothing to make it on.
 */
#ifndef FWPORT_FATE_CHANGE_H
#define FWPORT_FATE_CHANGE_H

#include "chance.h"

#include "fwport/ruleset.h"

struct changer {
	struct chance *chance;
	struct pool *pool;
	struct ruleset *ruleset;
};

typedef bool change_function(struct changer *changer);

/* Nothing may change. */
bool change_add_rule_that_cannot_match(struct changer *changer);
bool change_split_set(struct changer *changer);
bool change_inline_chain(struct changer *changer);
bool change_add_empty_chain(struct changer *changer);
bool change_swap_filters(struct changer *changer);
bool change_add_counter(struct changer *changer);
/* Nothing may open. */
bool change_add_drop(struct changer *changer);
bool change_add_later_accept(struct changer *changer);
/* Facts get lost: what is still decided is decided as before. */
bool hide_set(struct changer *changer);
bool hide_op(struct changer *changer);

#endif
