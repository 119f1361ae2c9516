/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An sshd holds its connection. A mosh-server has a socket that is bound and not connected, and whoever started it by ssh is long
 * gone from there: to whom it answers connection tracking knows, or else the address is the one that it was started from. What
 * cockpit's browser is connected to is another process than the session's, by way of sockets that tell nothing: all such
 * connections count.
 */
#include "session_server.h"

#include "fwport/files.h"

#include <stdio.h>
#include <string.h>

enum { ANCESTOR_LIMIT = 64, ENVIRON_LIMIT = 4 << 20 };

static int socket_take(const struct socket *found, void *context, struct error *err)
{
	struct view *view = context;

	view->sockets = pool_grow(view->pool, view->sockets, view->count, sizeof(*view->sockets));
	if (!view->sockets)
		return error_memory(err);
	view->sockets[view->count++] = *found;
	return 0;
}

int view_read(struct view *view, struct error *err)
{
	if (sockets_read(PROTOCOL_TCP, SOCKET_ESTABLISHED, 0, 0, socket_take, view, err) < 0)
		return -1;
	return listeners_read(PROTOCOL_TCP, 0, false, view->pool, &view->listeners, err);
}

static bool somebody_listens(const struct view *view, uint16_t port)
{
	for (size_t i = 0; i < view->listeners.count; i++)
		if (view->listeners.list[i].port == port)
			return true;
	return false;
}

int connection_add(struct connections *out, const struct connection *connection, struct pool *pool,
		   struct error *err)
{
	out->list = pool_grow(pool, out->list, out->count, sizeof(*out->list));
	if (!out->list)
		return error_memory(err);
	out->list[out->count++] = *connection;
	return 0;
}

/* Of sshd */

static bool holds(const uint32_t *inodes, size_t count, uint32_t inode)
{
	for (size_t i = 0; i < count; i++)
		if (inodes[i] == inode)
			return true;
	return false;
}

/*
 * The connections of one sshd. It also holds those that its user forwards, which came from no listener of this host and
 * are left out, unless there is nothing else: somebody may have stopped the listening sshd.
 */
static int sshd_connections(const struct view *view, pid_t pid, struct connections *out, struct error *err)
{
	uint32_t *inodes;
	size_t count;

	if (process_sockets(pid, view->pool, &inodes, &count, err) < 0)
		return -1;
	for (int listened = 1; listened >= 0 && out->count == 0; listened--)
		for (size_t i = 0; i < view->count; i++) {
			const struct socket *found = &view->sockets[i];

			if (holds(inodes, count, found->inode) &&
			    (!listened || somebody_listens(view, found->ends.local_port)) &&
			    connection_add(out, &found->ends, view->pool, err) < 0)
				return -1;
		}
	return 0;
}

/* Of mosh */

bool connection_parse(const char *value, struct connection *out)
{
	char peer[ADDRESS_TEXT], local[ADDRESS_TEXT];
	const struct place nowhere = {0};
	struct error ignored;

	*out = (struct connection){0};
	if (sscanf(value, "%63s %hu %63s %hu", peer, &out->peer_port, local, &out->local_port) != 4)
		return false;
	return address_parse(peer, nowhere, &out->peer, &ignored) == 0 &&
	       address_parse(local, nowhere, &out->local, &ignored) == 0;
}

/* The ssh connection that a process was started from. */
static bool started_from(pid_t pid, struct connection *out)
{
	static const char name[] = "SSH_CONNECTION=";
	CLEANUP(text_free) struct text environment = {0};
	struct error ignored;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/environ", (int)pid);
	if (file_read(path, ENVIRON_LIMIT, &environment, &ignored) < 0)
		return false;
	for (const char *at = text_string(&environment), *end = at + environment.length; at < end;
	     at += strlen(at) + 1)
		if (strncmp(at, name, strlen(name)) == 0)
			return connection_parse(at + strlen(name), out);
	return false;
}

struct ports {
	const uint32_t *inodes;
	size_t count;
	uint16_t port; /* 0: none yet */
};

static int port_take(const struct socket *found, void *context, struct error *err)
{
	struct ports *ports = context;

	(void)err;
	if (holds(ports->inodes, ports->count, found->inode))
		ports->port = found->ends.local_port;
	return 0;
}

static int mosh_connections(const struct view *view, pid_t pid, struct connections *out, struct error *err)
{
	struct connection starter;
	struct ports ports = {0};
	uint32_t *inodes;

	if (process_sockets(pid, view->pool, &inodes, &ports.count, err) < 0)
		return -1;
	ports.inodes = inodes;
	if (sockets_read(PROTOCOL_UDP, SOCKET_LISTENING, 0, 0, port_take, &ports, err) < 0)
		return -1;
	if (ports.port)
		datagrams_read(ports.port, view->pool, out);
	if (!ports.port || out->count || !started_from(pid, &starter))
		return 0;
	starter.local_port = ports.port;
	starter.peer_port = 0;
	starter.datagrams = true;
	return connection_add(out, &starter, view->pool, err);
}

/* Of cockpit */

static bool serves_browsers(const char *program)
{
	return program && (!strcmp(program, "cockpit-tls") || !strcmp(program, "cockpit-ws"));
}

static int cockpit_connections(const struct view *view, pid_t pid, struct connections *out, struct error *err)
{
	struct socket_owner *owners = pool_alloc(view->pool, (view->count + 1) * sizeof(*owners));

	(void)pid;
	if (!owners)
		return error_memory(err);
	for (size_t i = 0; i < view->count; i++)
		owners[i] = (struct socket_owner){.inode = view->sockets[i].inode};
	if (socket_owners_find(owners, view->count, view->pool, err) < 0)
		return -1;
	for (size_t i = 0; i < view->count; i++) {
		const struct socket *found = &view->sockets[i];
		const struct socket_owner *owner = socket_owner(owners, view->count, found->inode);

		if (owner && serves_browsers(owner->program) &&
		    somebody_listens(view, found->ends.local_port) &&
		    connection_add(out, &found->ends, view->pool, err) < 0)
			return -1;
	}
	return 0;
}

/* Since OpenSSH 9.8 and 10.0 the parts of sshd are programs of their own. */
static const struct server {
	const char *name;
	int (*connections)(const struct view *view, pid_t pid, struct connections *out, struct error *err);
} servers[] = {
	{"sshd", sshd_connections},
	{"sshd-session", sshd_connections},
	{"sshd-auth", sshd_connections},
	{"dropbear", sshd_connections},
	{"mosh-server", mosh_connections},
	{"cockpit-bridge", cockpit_connections},
	{"cockpit-session", cockpit_connections},
	{"cockpit-ws", cockpit_connections},
};

static const struct server *server_named(const char *name)
{
	for (size_t i = 0; i < sizeof(servers) / sizeof(*servers); i++)
		if (strcmp(servers[i].name, name) == 0)
			return &servers[i];
	return NULL;
}

bool is_sshd(const char *name)
{
	const struct server *server = server_named(name);

	return server && server->connections == sshd_connections;
}

pid_t server_from(pid_t pid, char name[PROCESS_NAME], pid_t *parent)
{
	for (int i = 0; i < ANCESTOR_LIMIT && pid > 0 && process_read(pid, name, parent); i++, pid = *parent)
		if (server_named(name))
			return pid;
	return 0;
}

int connections_above(const struct view *view, pid_t from, char name[PROCESS_NAME], pid_t *server,
		      struct connections *out, struct error *err)
{
	pid_t parent;

	for (*server = server_from(from, name, &parent); *server;
	     *server = server_from(parent, name, &parent)) {
		if (server_named(name)->connections(view, *server, out, err) < 0)
			return -1;
		if (out->count)
			break;
	}
	return 0;
}
