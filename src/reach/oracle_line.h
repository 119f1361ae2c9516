/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A question to the oracle, and its answer, as lines. Safe for threads. */
#ifndef FWPORT_REACH_ORACLE_LINE_H
#define FWPORT_REACH_ORACLE_LINE_H

#include "fwport/text.h"

struct oracle;

/* False: there is no answer. It is the caller's to free. */
bool oracle_exchange(struct oracle *oracle, const struct text *question, struct text *answer);

#endif
