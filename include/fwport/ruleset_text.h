/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole ruleset for people: each table with its owner and its sets, each chain, each rule on a line. Never parsed again.
 */
#ifndef FWPORT_RULESET_TEXT_H
#define FWPORT_RULESET_TEXT_H

#include "fwport/ruleset.h"
#include "fwport/text.h"

void ruleset_text(const struct ruleset *ruleset, struct text *out);

#endif
