/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connections that an administrator's session hangs on, by evidence: sudo strips SSH_CONNECTION and tmux keeps a stale
 * one, so the processes above us are asked first, then those that are attached to a multiplexer above us, and the environment only
 * where they say nothing.
 */
#include "sockets.h"
#include "terminals.h"

#include "fwport/privilege.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ANCESTOR_LIMIT = 64, SSH_PORT = 22 };

/* Since OpenSSH 9.8 and 10.0 the parts of sshd are programs of their own. */
static const char *const sshd_names[] = {"sshd", "sshd-session", "sshd-auth", "dropbear"};

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

/* The nearest sshd from this process upwards that holds a connection: with privilege separation there are two, and both may. */
static int connections_above(const struct view *view, pid_t from, char name[PROCESS_NAME], pid_t *sshd,
			     struct connections *out, struct error *err)
{
	pid_t parent;

	for (*sshd = sshd_from(from, name, &parent); *sshd; *sshd = sshd_from(parent, name, &parent)) {
		if (connections_of(view, *sshd, out, err) < 0)
			return -1;
		if (out->count)
			break;
	}
	return 0;
}

static int by_ancestors(const struct view *view, struct connections *out, struct error *err)
{
	char name[PROCESS_NAME];
	pid_t sshd;

	if (connections_above(view, getppid(), name, &sshd, out, err) < 0)
		return -1;
	if (out->count == 0)
		return 0;
	out->evidence = pool_format(view->pool, "%s (pid %d)", name, (int)sshd);
	return out->evidence ? 0 : error_memory(err);
}

/* The nearest process above us that shows its windows on terminals of others; 0: there is none. */
static int multiplexer_find(struct pool *pool, pid_t *out, char name[PROCESS_NAME], struct terminals *shown,
			    struct error *err)
{
	pid_t pid = getppid(), parent;

	*out = 0;
	for (int i = 0; i < ANCESTOR_LIMIT && pid > 0 && process_read(pid, name, &parent);
	     i++, pid = parent) {
		if (terminals_shown_by(pid, pool, shown, err) < 0)
			return -1;
		if (shown->count == 0)
			continue;
		*out = pid;
		return 0;
	}
	return 0;
}

static bool connection_equal(const struct connection *a, const struct connection *b)
{
	return a->local_port == b->local_port && a->peer_port == b->peer_port &&
	       address_equal(&a->local, &b->local) && address_equal(&a->peer, &b->peer);
}

static bool connections_have(const struct connections *connections, const struct connection *one)
{
	for (size_t i = 0; i < connections->count; i++)
		if (connection_equal(&connections->list[i], one))
			return true;
	return false;
}

/* Everybody who is attached sees what we do, and one of them does it. */
static int by_terminals(const struct view *view, struct connections *out, struct error *err)
{
	char name[PROCESS_NAME], ignored[PROCESS_NAME];
	pid_t multiplexer, *users, sshd;
	struct terminals shown;
	size_t count;

	if (multiplexer_find(view->pool, &multiplexer, name, &shown, err) < 0)
		return -1;
	if (!multiplexer)
		return 0;
	if (terminals_users(&shown, view->pool, &users, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct connections found = {0};

		if (connections_above(view, users[i], ignored, &sshd, &found, err) < 0)
			return -1;
		for (size_t j = 0; j < found.count; j++)
			if (!connections_have(out, &found.list[j]) &&
			    connection_add(out, &found.list[j], view->pool, err) < 0)
				return -1;
	}
	if (out->count == 0)
		return 0;
	out->evidence = pool_format(view->pool, "the clients of %s (pid %d)", name, (int)multiplexer);
	return out->evidence ? 0 : error_memory(err);
}

/* What a multiplexer hands down is from when it was started. */
static bool environment_is_stale(void)
{
	return getenv("TMUX") || getenv("STY");
}

/* "192.0.2.7 51820 198.51.100.1 22": the client's end, then ours. */
static bool environment_connection(struct connection *out)
{
	const char *value = getenv("SSH_CONNECTION");
	char peer[ADDRESS_TEXT], local[ADDRESS_TEXT];
	const struct place nowhere = {0};
	struct error ignored;

	if (!value || environment_is_stale() ||
	    sscanf(value, "%63s %hu %63s %hu", peer, &out->peer_port, local, &out->local_port) != 4)
		return false;
	return address_parse(peer, nowhere, &out->peer, &ignored) == 0 &&
	       address_parse(local, nowhere, &out->local, &ignored) == 0;
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
		by_ancestors, by_terminals, by_environment, by_listeners};
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

static bool session_is_likely(struct pool *pool)
{
	char name[PROCESS_NAME];
	struct terminals shown;
	struct error ignored;
	pid_t found;

	return sshd_from(getppid(), name, &found) || getenv("SSH_CONNECTION") ||
	       (multiplexer_find(pool, &found, name, &shown, &ignored) == 0 && found);
}

/* Asked only where a session is likely: everything that is established has to be read. */
const char *session_peer(struct pool *pool)
{
	CLEANUP(privilege_return) struct privilege_taken more = privilege_take(PRIVILEGE_PROCESSES);
	struct view view = {.pool = pool};
	struct connections found = {0};
	char text[ADDRESS_TEXT];
	struct error ignored;

	if (!session_is_likely(pool) || view_read(&view, &ignored) < 0 ||
	    by_ancestors(&view, &found, &ignored) < 0 ||
	    (found.count == 0 && by_terminals(&view, &found, &ignored) < 0) ||
	    (found.count == 0 && by_environment(&view, &found, &ignored) < 0) || found.count == 0)
		return NULL;
	return pool_text(pool, address_text(&found.list[0].peer, text));
}
