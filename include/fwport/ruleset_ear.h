/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ear: hears what the kernel tells of changes of nf_tables, whoever makes them, and sleeps when there are none. Of legacy tables
 * it tells nothing: those are looked at (legacy_look.h).
 */
#ifndef FWPORT_RULESET_EAR_H
#define FWPORT_RULESET_EAR_H

#include "fwport/burst.h"
#include "fwport/error.h"

struct ruleset_ear {
	int fd; /* readable when there is something to hear; -1: closed, start with it */
};

int ruleset_ear_open(struct ruleset_ear *ear, struct error *err);
/* Adds all that was told by now, and waits for nothing. When the kernel had to drop some of it, the burst is one that lost. */
int ruleset_ear_hear(const struct ruleset_ear *ear, struct burst *burst, struct error *err);
void ruleset_ear_close(struct ruleset_ear *ear); /* for CLEANUP */

#endif
