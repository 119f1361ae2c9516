/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a watch tells, on the terminal or in JSON and in the audit trail; and what others tell of a watcher.
 */
#ifndef FWPORT_CLI_SAY_WATCH_H
#define FWPORT_CLI_SAY_WATCH_H

#include "command.h"

#include "fwport/watch.h"

int say_watching(const struct output *output, struct error *err);
int say_news(const struct output *output, const struct watch_news *news, const struct actor *actor,
	     struct error *err);
/* A look that could not be made, and will be tried again. */
int say_unseen(const struct output *output, const struct error *why, const struct actor *actor,
	       struct error *err);
/* Of status: whether one runs, and what it has put back. */
void say_watcher(const struct output *output);

#endif
