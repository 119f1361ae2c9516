/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cases that were found once and are kept in files: the messages of a ruleset, the packets of one connection, and in comments
 * what was said of them. Files need nothing but the kernel, and are run again as they are.
 */
#ifndef FWPORT_FATE_CASE_H
#define FWPORT_FATE_CASE_H

#include "trial.h"

#include <stdio.h>

/* As the trial stands, with `written` loaded and the probes run. */
int case_write(const struct trial *trial, const struct ruleset *written, const struct probe *probes,
	       size_t count, const struct packet_answer *answers, FILE *out, struct error *err);
/* Runs it; *out is false where evaluator and kernel disagree, or the evaluator does not decide. */
int case_run(struct trial *trial, const char *path, bool *out, struct error *err);

#endif
