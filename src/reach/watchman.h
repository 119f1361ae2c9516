/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parent process: it watches packets for its child, and waits for its end. It gives up its rights once it has its socket, and of
 * strangers' bytes it reads headers only.
 */
#ifndef FWPORT_REACH_WATCHMAN_H
#define FWPORT_REACH_WATCHMAN_H

#include "fwport/error.h"

#include <sys/types.h>

/* Two ends of the socket that witness.h tells of, the child's and the watchman's. */
int watchman_line(int *child, int *watchman, struct error *err);
/* All packets, as yet; -1: there is no right to see them. */
int watchman_packets(void);
/* SIGINT, SIGTERM, SIGHUP and SIGCHLD, from now on held back in this process and those it starts. */
int watchman_signals(int *signals, struct error *err);
void watchman_release_signals(void);

/* How the child ended, as waitpid() has it, and the signal (0: none) that was to end both. */
struct child_end {
	int status;
	int signal;
};

/* Until the child ends. packets may be -1: then nothing is watched. Takes none of the descriptors. */
struct child_end watchman_watch(int packets, int line, int signals, pid_t child);

#endif
