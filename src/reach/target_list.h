/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be checked: of the command line, or of a file with a target a line. */
#ifndef FWPORT_REACH_TARGET_LIST_H
#define FWPORT_REACH_TARGET_LIST_H

#include "options.h"
#include "target.h"

struct target_list {
	struct target *list;
	size_t count;
};

/* Opens --file, with the rights that there are; -1 in *fd where targets come from the command line. "-" is standard input. */
int target_list_open(const struct options *options, int *fd, struct error *err);
/* All of them, or the first that is none: ERROR_USAGE, or ERROR_FILE with file and line. Strings are the pool's. */
int target_list_read(const struct options *options, int fd, struct pool *pool, struct target_list *out,
		     struct error *err);

#endif
