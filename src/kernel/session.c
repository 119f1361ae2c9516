/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connections that an administrator's session hangs on, by evidence: sudo strips SSH_CONNECTION and tmux keeps a stale
 * one, so the processes above us are asked first and the environment only where they say nothing.
 */
#include "sockets.h"

#include "fwport/privilege.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ANCESTOR_LIMIT = 64, SSH_PORT = 22 };

/* Since OpenSSH 9.8 and 10.0 the parts of sshd are programs of their own. */
static const char *const sshd_names[] = {"sshd", "sshd-session", "sshd-auth"};

static bool is_sshd(const char *name)
{
	for (size_t i = 0; i < sizeof(sshd_names) / sizeof(*sshd_names); i++)
		if (strcmp(sshd_names[i], name) == 0)
			return true;
	return false;
}

/* Everything that is established, and who listens: what all three kinds of evidence are matched with. */
struct view {
	struct socket *sockets;
	size_t count;
	struct listeners listeners; /* without owners */
	struct pool *pool;
};

static int socket_take(const struct socket *found, void *context, struct error *err)
{
	struct view *view = context;

	view->sockets = pool_grow(view->pool, view->sockets, view->count, sizeof(*view->sockets));
	if (!view->sockets)
		return error_memory(err);
	view->sockets[view->count++] = *found;
	return 0;
}

static int view_read(struct view *view, struct error *err)
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

static int connection_add(struct connections *out, const struct connection *connection, struct pool *pool,
			  struct error *err)
{
	out->list = pool_grow(pool, out->list, out->count, sizeof(*out->list));
	if (!out->list)
		return error_memory(err);
	out->list[out->count++] = *connection;
	return 0;
}

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
static int connections_of(const struct view *view, pid_t pid, struct connections *out, struct error *err)
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

/* The next sshd from this process upwards, 0 when there is none; its parent is where the search would go on. */
static pid_t sshd_from(pid_t pid, char name[PROCESS_NAME], pid_t *parent)
{
	for (int i = 0; i < ANCESTOR_LIMIT && pid > 0 && process_read(pid, name, parent); i++, pid = *parent)
		if (is_sshd(name))
			return pid;
	return 0;
}

/* The nearest sshd above us that holds a connection: with privilege separation there are two, and both may hold it. */
static int by_ancestors(const struct view *view, struct connections *out, struct error *err)
{
	char name[PROCESS_NAME];
	pid_t parent, pid = sshd_from(getppid(), name, &parent);

	for (; pid; pid = sshd_from(parent, name, &parent)) {
		if (connections_of(view, pid, out, err) < 0)
			return -1;
		if (out->count == 0)
			continue;
		out->evidence = pool_format(view->pool, "%s (pid %d)", name, (int)pid);
		return out->evidence ? 0 : error_memory(err);
	}
	return 0;
}

/* "192.0.2.7 51820 198.51.100.1 22": the client's end, then ours. */
static bool environment_connection(struct connection *out)
{
	const char *value = getenv("SSH_CONNECTION");
	char peer[ADDRESS_TEXT], local[ADDRESS_TEXT];
	const struct place nowhere = {0};
	struct error ignored;

	if (!value || sscanf(value, "%63s %hu %63s %hu", peer, &out->peer_port, local, &out->local_port) != 4)
		return false;
	return address_parse(peer, nowhere, &out->peer, &ignored) == 0 &&
	       address_parse(local, nowhere, &out->local, &ignored) == 0;
}

static bool connection_equal(const struct connection *a, const struct connection *b)
{
	return a->local_port == b->local_port && a->peer_port == b->peer_port &&
	       address_equal(&a->local, &b->local) && address_equal(&a->peer, &b->peer);
}

/* Believed only if there is such a connection now. */
static int by_environment(const struct view *view, struct connections *out, struct error *err)
{
	struct connection said;

	if (!environment_connection(&said))
		return 0;
	for (size_t i = 0; i < view->count; i++) {
		if (!connection_equal(&view->sockets[i].ends, &said))
			continue;
		out->evidence = "SSH_CONNECTION";
		return connection_add(out, &said, view->pool, err);
	}
	return 0;
}

/* Port 22 counts whoever holds it: systemd may listen there for sshd, and without root nobody's name is known. */
static bool is_sshd_port(const struct listeners *listeners, uint16_t port)
{
	for (size_t i = 0; i < listeners->count; i++) {
		const struct listener *listener = &listeners->list[i];

		if (listener->port == port &&
		    (port == SSH_PORT || (listener->program && is_sshd(listener->program))))
			return true;
	}
	return false;
}

static int by_listeners(const struct view *view, struct connections *out, struct error *err)
{
	struct listeners listeners;

	if (view->count == 0)
		return 0;
	if (listeners_read(PROTOCOL_TCP, 0, true, view->pool, &listeners, err) < 0)
		return -1;
	for (size_t i = 0; i < view->count; i++)
		if (is_sshd_port(&listeners, view->sockets[i].ends.local_port) &&
		    connection_add(out, &view->sockets[i].ends, view->pool, err) < 0)
			return -1;
	if (out->count)
		out->evidence = "all connections to listening sshds";
	return 0;
}

/* `ssh localhost` hangs on another session, which is no process above us: the next kind of evidence may find it. */
static void drop_own(struct connections *connections)
{
	size_t kept = 0;

	for (size_t i = 0; i < connections->count; i++) {
		const struct connection *one = &connections->list[i];

		if (!address_is_loopback(&one->peer) && !address_equal(&one->peer, &one->local))
			connections->list[kept++] = *one;
	}
	connections->count = kept;
}

int session_connections(struct pool *pool, struct connections *out, struct error *err)
{
	static int (*const kinds_of_evidence[])(const struct view *, struct connections *, struct error *) = {
		by_ancestors, by_environment, by_listeners};
	CLEANUP(privilege_return) struct privilege_taken more = privilege_take(PRIVILEGE_PROCESSES);
	struct view view = {.pool = pool};

	*out = (struct connections){.evidence = "none"};
	if (view_read(&view, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(kinds_of_evidence) / sizeof(*kinds_of_evidence) && out->count == 0;
	     i++) {
		if (kinds_of_evidence[i](&view, out, err) < 0)
			return -1;
		drop_own(out);
	}
	return 0;
}

/* Asked only where a session is likely: everything that is established has to be read. */
const char *session_peer(struct pool *pool)
{
	CLEANUP(privilege_return) struct privilege_taken more = privilege_take(PRIVILEGE_PROCESSES);
	struct view view = {.pool = pool};
	struct connections found = {0};
	char name[PROCESS_NAME], text[ADDRESS_TEXT];
	struct error ignored;
	pid_t parent;

	if (!sshd_from(getppid(), name, &parent) && !getenv("SSH_CONNECTION"))
		return NULL;
	if (view_read(&view, &ignored) < 0 || by_ancestors(&view, &found, &ignored) < 0 ||
	    (found.count == 0 && by_environment(&view, &found, &ignored) < 0) || found.count == 0)
		return NULL;
	return pool_text(pool, address_text(&found.list[0].peer, text));
}
