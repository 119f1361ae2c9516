/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connections that an administrator's session hangs on, by evidence: sudo strips SSH_CONNECTION and tmux keeps a stale
 * one, so the processes above us are asked first, then those that are attached to a multiplexer above us, and the environment only
 * where they say nothing.
 */
#include "session_server.h"
#include "terminals.h"

#include "fwport/privilege.h"

#include <stdlib.h>
#include <unistd.h>

enum { ANCESTOR_LIMIT = 64, SSH_PORT = 22 };

static int by_ancestors(const struct view *view, struct connections *out, struct error *err)
{
	char name[PROCESS_NAME];
	pid_t server;

	if (connections_above(view, getppid(), name, &server, out, err) < 0)
		return -1;
	if (out->count == 0)
		return 0;
	out->evidence = pool_format(view->pool, "%s (pid %d)", name, (int)server);
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
	pid_t multiplexer, *users, server;
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

		if (connections_above(view, users[i], ignored, &server, &found, err) < 0)
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

static bool environment_connection(struct connection *out)
{
	const char *value = getenv("SSH_CONNECTION");

	return value && !environment_is_stale() && connection_parse(value, out);
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

	return server_from(getppid(), name, &found) || getenv("SSH_CONNECTION") ||
	       (multiplexer_find(pool, &found, name, &shown, &ignored) == 0 && found);
}

/* Of several that cockpit has nobody knows who it is. */
static bool is_one_peer(const struct connections *connections)
{
	for (size_t i = 1; i < connections->count; i++)
		if (!address_equal(&connections->list[i].peer, &connections->list[0].peer))
			return false;
	return true;
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
	    by_ancestors(&view, &found, &ignored) < 0 || !is_one_peer(&found) ||
	    (found.count == 0 && by_terminals(&view, &found, &ignored) < 0) ||
	    (found.count == 0 && by_environment(&view, &found, &ignored) < 0) || found.count == 0)
		return NULL;
	return pool_text(pool, address_text(&found.list[0].peer, text));
}
