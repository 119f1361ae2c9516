/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Anonymous sets: made in the same transaction as the one rule that looks into them.
 */
#ifndef FWPORT_KERNEL_NFT_ELEMENTS_H
#define FWPORT_KERNEL_NFT_ELEMENTS_H

#include "nft_expressions.h"
#include "nft_objects.h"

int fresh_set_write(struct batch *batch, size_t number, const struct step *step, struct fresh_set fresh,
		    struct error *err);

#endif
