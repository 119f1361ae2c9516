/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lock-out guard: would the connection the administrator sits on, or a new one from the same peer, stop passing?
 */
#ifndef FWPORT_GUARD_H
#define FWPORT_GUARD_H

#include "fwport/eval.h"
#include "fwport/host_read.h"

/*
 * Compares two rulesets for each connection, as established and as new. *sentence is NULL when nothing that passes before
 * stops passing after, else "the connection from 192.0.2.7 to port 22 (sshd, pid 812) would be dropped by rule ...".
 */
int guard_check(const struct ruleset *before, const struct ruleset *after, const struct host *host,
		const struct connections *connections, struct pool *pool, const char **sentence,
		struct error *err);

#endif
