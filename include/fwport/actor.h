/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The actor: who makes a change, for its record. Some of it the kernel vouches for, some is only claimed by the environment. All
 * strings are clean: one line of UTF-8, what else was in them escaped. They live in a pool.
 */
#ifndef FWPORT_ACTOR_H
#define FWPORT_ACTOR_H

#include "fwport/text.h"

#include <stdint.h>

struct actor {
	/* What the kernel says. */
	bool has_loginuid; /* somebody logged in; false for a service at boot */
	uint32_t loginuid; /* who that was, whatever sudo or su made of him since */
	uint32_t uid;      /* the real one */
	int pid;
	const char *tty; /* "pts/1", of the controlling terminal; NULL without one */
	const char
		*ssh_peer; /* "192.0.2.7": the other end of the session, found by evidence; NULL not found */
	/* What names it bears, and what is merely claimed. NULL: not known, or not said. */
	const char *login;      /* the login uid's name in /etc/passwd */
	const char *sudo_user;  /* SUDO_USER */
	const char *ssh_client; /* the address in SSH_CONNECTION or SSH_CLIENT */
	const char *command;    /* "fwport open 443 --reason 'two words'": a line for a shell */
};

/* "alice (1000)", "uid 1000", "no login" */
void actor_add_login(const struct actor *actor, struct text *out);
/* "alice (1000), as uid 0, sudo for alice, tty pts/1, from 192.0.2.7" */
void actor_add(const struct actor *actor, struct text *out);
/* Where he sits: what was found, else what was claimed, else NULL. */
const char *actor_address(const struct actor *actor);

#endif
