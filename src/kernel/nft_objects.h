/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The messages of one step: what it adds or removes, in the kernel's encoding, at the end of a batch.
 */
#ifndef FWPORT_KERNEL_NFT_OBJECTS_H
#define FWPORT_KERNEL_NFT_OBJECTS_H

#include "nft_batch.h"

#include "fwport/step.h"

/* `number` is the step's place in the plan, from 0. An error means that the step cannot be written, and nothing was sent. */
int table_write(struct batch *batch, size_t number, const struct step *step, struct error *err);
int chain_write(struct batch *batch, size_t number, const struct step *step, struct error *err);
int set_send(struct batch *batch, size_t number, const struct step *step, struct error *err);
int elements_write(struct batch *batch, size_t number, const struct step *step, struct error *err);
int rule_write(struct batch *batch, size_t number, const struct step *step, struct error *err);

#endif
