/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is recorded, and what a boot will make of it, in sentences.
 */
#ifndef FWPORT_CLI_SAY_RECORD_H
#define FWPORT_CLI_SAY_RECORD_H

#include "command.h"

void say_record(const struct output *output, const struct change_request *request,
		const struct change_report *report);
/* Which openings are recorded anew, no longer, or otherwise, a line each. */
int say_difference(const struct output *output, const struct change_report *report, struct error *err);
/* Rules that were found without an opening, and openings without a record. */
void say_found(const struct output *output, const struct change_report *report);
/* Of status: what is not saved, what is closed until the next boot, and whether that brings anything back. */
void say_kept(const struct output *output, const struct status_report *report);

#endif
