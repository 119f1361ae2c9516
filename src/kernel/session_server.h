/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The servers that an administrator's session may hang on, known by their names, and the connections of each: sshd, mosh-server and
 * cockpit's.
 */
#ifndef FWPORT_KERNEL_SESSION_SERVER_H
#define FWPORT_KERNEL_SESSION_SERVER_H

#include "sockets.h"

/* Everything that is established, and who listens: what all kinds of evidence are matched with. */
struct view {
	struct socket *sockets;
	size_t count;
	struct listeners listeners; /* without owners */
	struct pool *pool;
};

int view_read(struct view *view, struct error *err);
int connection_add(struct connections *out, const struct connection *connection, struct pool *pool,
		   struct error *err);
/* "192.0.2.7 51820 198.51.100.1 22", as SSH_CONNECTION has it: the client's end, then ours. */
bool connection_parse(const char *value, struct connection *out);

bool is_sshd(const char *name);
/* The next such server from this process upwards, 0 when there is none; its parent is where the search would go on. */
pid_t server_from(pid_t pid, char name[PROCESS_NAME], pid_t *parent);
/* The nearest one that holds a connection: with privilege separation there are two sshds, and both may. */
int connections_above(const struct view *view, pid_t from, char name[PROCESS_NAME], pid_t *server,
		      struct connections *out, struct error *err);

#endif
