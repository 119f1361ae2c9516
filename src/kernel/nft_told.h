/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel tells at a commit about the rules that it has now, where it was asked to echo them: the rule as it stands in
 * its memory, written by the same function as a dump writes it, once the transaction cannot fail any more.
 */
#ifndef FWPORT_KERNEL_NFT_TOLD_H
#define FWPORT_KERNEL_NFT_TOLD_H

#include "fwport/step.h"

struct nlmsghdr;

/* Notes an echoed rule, which lives in the pool, in the step that added it. One that cannot be read has not been told. */
void told_take(const struct nlmsghdr *message, struct step *step, struct pool *pool);
/*
 * The place in the chain, as it is made up so far, of the rule that the step added; false when the kernel told nothing, or of
 * another place than the step asked for.
 */
bool told_place(const struct step *step, const struct chain *chain, size_t *place);

#endif
