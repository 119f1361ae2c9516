/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking all nameservers at once, each of its own. */
#ifndef FWPORT_REACH_NAMESERVERS_H
#define FWPORT_REACH_NAMESERVERS_H

#include "deadline.h"
#include "facts.h"
#include "resolver_config.h"

struct nameservers {
	const struct resolver_config *config;
	const struct nameserver *behind; /* asked too, where a stub among the configured ones fails */
	size_t behind_count;
	unsigned families; /* FAMILY_BIT()s */
	bool unchecked;    /* what does not validate is wanted, too */
};

/* A resolver on this host, which asks others. */
bool nameserver_is_stub(const struct nameserver *server);
/* It has answered all that it was asked, be it that there is nothing. */
bool nameserver_is_settled(const struct nameserver_facts *facts);

/*
 * Fills servers, server_count and, where the name cannot be asked for, unaskable. Ends when all have answered; or some time after
 * one has, for then nobody waits for the others; or with the deadline.
 */
int nameservers_ask(const struct nameservers *nameservers, const char *name, struct deadline deadline,
		    struct pool *pool, struct resolver_facts *facts, struct error *err);

#endif
