/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engines, one row each; backend.c lists them.
 */
#ifndef FWPORT_ENGINES_H
#define FWPORT_ENGINES_H

#include "fwport/backend.h"

extern const struct backend backend_nft;

#endif
