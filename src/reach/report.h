/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Telling what was found, in one of the forms. Each is whole lines; the caller sees to it that two do not mix. */
#ifndef FWPORT_REACH_REPORT_H
#define FWPORT_REACH_REPORT_H

#include "examination.h"

#include <stdio.h>

int report_table(FILE *out, const struct examination *examination, struct error *err);
int report_json(FILE *out, const struct examination *examination, struct error *err);
/* One line with perfdata, for one target. */
int report_nagios(FILE *out, const struct examination *examination, struct error *err);
/* The line for a check that could not be made; its exit status. */
int report_nagios_failure(FILE *out, const struct error *err);
/* All targets: a family of metrics stands together. */
int report_prometheus(FILE *out, const struct examination *const *examinations, size_t count,
		      struct error *err);

/* Exit status of one (0, 1, 11), and Nagios' own (0-3). */
int examination_exit_status(const struct examination *examination);
int examination_nagios_status(const struct examination *examination);

#endif
