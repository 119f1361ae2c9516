/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that the child fills and the parent puts in its place: the child may write to what is open, and to nothing else. Readers see
 * the old file or the whole new one.
 */
#ifndef FWPORT_REACH_OUTLET_H
#define FWPORT_REACH_OUTLET_H

#include "fwport/error.h"

#include <limits.h>

struct outlet {
	const char *path; /* NULL: there is none */
	char temporary[PATH_MAX];
	int fd;
};

int outlet_open(const char *path, struct outlet *out, struct error *err);
int outlet_publish(struct outlet *outlet, struct error *err);
void outlet_discard(struct outlet *outlet); /* for CLEANUP: nothing behind outlet_publish */

#endif
