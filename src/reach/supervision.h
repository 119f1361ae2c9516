/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The process that was started, waiting for the one that checks: signals go through it, and it tells how that one ended. */
#ifndef FWPORT_REACH_SUPERVISION_H
#define FWPORT_REACH_SUPERVISION_H

#include <sys/types.h>

/* SIGINT, SIGTERM, SIGHUP and SIGCHLD, in this process and those that it starts. */
void signals_hold(void);
void signals_release(void);

/* As waitpid() has it, and the signal (0: none) that was to end both. */
struct child_end {
	int status;
	int signal;
};
struct child_end child_await(pid_t child);

#endif
