/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences about when openings end, and about a clock that was put back. */
#ifndef FWPORT_SAY_TIME_H
#define FWPORT_SAY_TIME_H

#include "command.h"
#include "fwport/report.h"

/* Until when the ports are open that were asked for, and which of them are open without an end all the same. */
void say_ends(const struct output *output, const struct change_report *report);
/* How many openings went because they had ended. */
void say_expired(const struct output *output, const struct change_report *report);
/* NULL: the clock was not put back. */
void say_clock(const struct output *output, const struct opening *from_later, int64_t now);

#endif
