/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said where there is nothing to report: the error, in the form that was asked for. */
#ifndef FWPORT_REACH_COMPLAINT_H
#define FWPORT_REACH_COMPLAINT_H

#include "fwport/error.h"

#include <stdio.h>

/* To programs where json is not NULL and takes it, else to people. Returns the exit status. */
int complain(FILE *people, FILE *json, const struct error *err);

#endif
