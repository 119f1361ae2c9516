/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rights of this process. After start-up two capabilities remain in effect: CAP_NET_ADMIN, and CAP_NET_RAW for the sockets of
 * legacy tables. What some readings need on top is taken for as long as they last. Everything else is given up for good, for
 * this process and those that it starts, and with it ways to new rights and system calls that nothing here needs.
 */
#ifndef FWPORT_PRIVILEGE_H
#define FWPORT_PRIVILEGE_H

#include "fwport/error.h"

enum privilege {
	PRIVILEGE_FILES = 1,     /* files in the home of whoever became root: CAP_DAC_READ_SEARCH */
	PRIVILEGE_PROCESSES = 2, /* who holds which socket: CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH */
	PRIVILEGE_PROGRAMS = 4,  /* which programs of BPF there are: CAP_SYS_ADMIN */
};

/* CAP_NET_ADMIN: root may lack it, in a container for example, and somebody else may have it. */
bool privilege_suffices(void);
/* Of the two that legacy tables take: "CAP_NET_RAW is missing"; NULL: neither is. */
const char *privilege_missing(void);
int privilege_drop(struct error *err);
/*
 * System calls that nothing here needs fail with EPERM from now on, unless no filter is wanted. An error is worth a word, and no
 * reason to end: the rights are given up all the same.
 */
int privilege_deny_calls(struct error *err);

/* What was taken: CLEANUP(privilege_return) struct privilege_taken more = privilege_take(PRIVILEGE_FILES); */
struct privilege_taken {
	unsigned capabilities;
};
struct privilege_taken privilege_take(enum privilege privilege);
void privilege_return(struct privilege_taken *taken);

#endif
