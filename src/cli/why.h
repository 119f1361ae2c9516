/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The answer of `why` as text.
 */
#ifndef FWPORT_WHY_H
#define FWPORT_WHY_H

#include "command.h"
#include "fwport/json.h"

void why_print(const struct output *output, const struct answer *answer, const struct answer_notes *notes);

#endif
