/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line on a terminal while something takes longer than a second.
 */
#ifndef FWPORT_PROGRESS_H
#define FWPORT_PROGRESS_H

#include "command.h"

/* All zero: nothing is shown. */
struct progress {
	pid_t pid;
	int line; /* its end ends the other process */
};

/* `what` is at work from now on: "fwport apply, 2000 openings". Not with --quiet or --json, nor where nobody sees it. */
struct progress progress_begin(const struct output *output, const char *what);
/* Wipes the line, before anything else is printed. */
void progress_end(struct progress *progress);

#endif
