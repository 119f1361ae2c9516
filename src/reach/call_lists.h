/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system calls of each process. The parent and the watchman have few, which are listed. The child, which checks, runs libraries, and with them whatever this
 * host resolves names by, so there it is listed what it must never do: start a program, write a file, get at other processes or at
 * the machine. What is not allowed fails with EPERM.
 */
#ifndef FWPORT_REACH_CALL_LISTS_H
#define FWPORT_REACH_CALL_LISTS_H

#include <sys/types.h>

/* Where the kernel has no such filters, nothing is done. */
void call_lists_of_child(void);
void call_lists_of_watchman(void);
/* Signals go to the child, and to nobody else. */
void call_lists_of_parent(pid_t child);

#endif
