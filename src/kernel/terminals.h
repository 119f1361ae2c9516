/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Multiplexers like tmux and screen: processes without a terminal of their own that show their windows on those of others, and who
 * sits there.
 */
#ifndef FWPORT_KERNEL_TERMINALS_H
#define FWPORT_KERNEL_TERMINALS_H

#include "sockets.h"

/* The terminals that are shown on, as device numbers. */
struct terminals {
	dev_t *list;
	size_t count;
};

/* Empty when the process has a terminal of its own, shows nothing, or may not be looked into. */
int terminals_shown_by(pid_t pid, struct pool *pool, struct terminals *out, struct error *err);
/* The processes that have one of them as their own. */
int terminals_users(const struct terminals *terminals, struct pool *pool, pid_t **out, size_t *count,
		    struct error *err);

#endif
