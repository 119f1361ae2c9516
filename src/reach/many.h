/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many examinations at a time, each in a thread of its own. The time of each counts from when it begins, so that those that wait for
 * their turn lose nothing.
 */
#ifndef FWPORT_REACH_MANY_H
#define FWPORT_REACH_MANY_H

#include "examination.h"
#include "target_list.h"

#include <stdio.h>

/* How many at a time this process can have: as options say, but no more than its open files allow, which are raised as far as may be. */
unsigned many_at_once(unsigned wanted, unsigned *files);

struct showing {
	FILE *out;
	FILE *progress; /* a terminal, or NULL */
	unsigned at_once;
};

/* Shows each as options say: JSON as they finish, anything else in the order given. *status is the worst of all. */
int many_examine(const struct equipment *equipment, const struct target_list *targets,
		 const struct showing *showing, int *status, struct error *err);

#endif
