/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's sockets as sock_diag lists them, and the processes that hold them as /proc does.
 */
#ifndef FWPORT_KERNEL_SOCKETS_H
#define FWPORT_KERNEL_SOCKETS_H

#include "fwport/host_read.h"

#include <dirent.h>

enum socket_state {
	SOCKET_ESTABLISHED,
	SOCKET_CONNECTED, /* one side may have said that it is done, and the other goes on */
	SOCKET_LISTENING,
};

struct socket {
	/* IPv4 in IPv6 sockets is told as IPv4; the peer of a listening one is all zero. */
	struct connection ends;
	uint32_t inode, link;
	uid_t uid;
	bool transparent;
	bool only_ipv6; /* listens on IPv6 alone */
};

typedef int socket_each(const struct socket *found, void *context, struct error *err);

/* Every socket of the protocol in that state; a port of 0 is any. */
int sockets_read(enum protocol protocol, enum socket_state state, uint16_t local_port, uint16_t peer_port,
		 socket_each *each, void *context, struct error *err);

/* Inodes of sockets, and the process that holds each: a filled table is sorted by inode. */
struct socket_owner {
	uint32_t inode;
	pid_t pid; /* 0: not found */
	const char *program;
};

/* One pass over all processes. What may not be read, as without root, stays 0. */
int socket_owners_find(struct socket_owner *owners, size_t count, struct pool *pool, struct error *err);
struct socket_owner *socket_owner(struct socket_owner *owners, size_t count, uint32_t inode); /* or NULL */
/* The inodes of the sockets that one process holds; none when it may not be read. */
int process_sockets(pid_t pid, struct pool *pool, uint32_t **inodes, size_t *count, struct error *err);
/* Its name as in /proc/PID/comm, and its parent; false when it is gone. */
enum { PROCESS_NAME = 64 };
bool process_read(pid_t pid, char name[PROCESS_NAME], pid_t *parent);
bool process_terminal(pid_t pid, dev_t *out); /* its own, 0 none; false when it is gone */
DIR *process_files(pid_t pid);                /* what it has open; NULL when it may not be read */

#endif
