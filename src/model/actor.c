/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who makes a change, in words. A claim is told as a claim.
 */
#include "fwport/actor.h"

#include <inttypes.h>

const char *actor_address(const struct actor *actor)
{
	return actor->ssh_peer ? actor->ssh_peer : actor->ssh_client;
}

void actor_add_login(const struct actor *actor, struct text *out)
{
	if (!actor->has_loginuid)
		text_add(out, "no login");
	else if (actor->login)
		text_add(out, "%s (%" PRIu32 ")", actor->login, actor->loginuid);
	else
		text_add(out, "uid %" PRIu32, actor->loginuid);
}

void actor_add(const struct actor *actor, struct text *out)
{
	actor_add_login(actor, out);
	if (!actor->has_loginuid || actor->loginuid != actor->uid)
		text_add(out, ", as uid %" PRIu32, actor->uid);
	if (actor->sudo_user)
		text_add(out, ", sudo for %s", actor->sudo_user);
	if (actor->tty)
		text_add(out, ", tty %s", actor->tty);
	if (actor->ssh_peer)
		text_add(out, ", from %s", actor->ssh_peer);
	else if (actor->ssh_client)
		text_add(out, ", claims to come from %s", actor->ssh_client);
}
