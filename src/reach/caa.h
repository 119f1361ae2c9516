/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CAA (RFC 8659): who may make certificates for a name, as its owner says in the DNS. */
#ifndef FWPORT_REACH_CAA_H
#define FWPORT_REACH_CAA_H

#include "deadline.h"
#include "facts.h"

#include "fwport/error.h"
#include "fwport/pool.h"

/*
 * Asks for the name and, where it has none, for those above it. AUDIT_NO: there are records, and *issuers (the pool's) lists
 * whom they allow; AUDIT_YES: there are none, and anybody may; AUDIT_UNKNOWN: no answer until the deadline.
 */
int caa_ask(const char *name, struct deadline deadline, struct pool *pool, enum audit_answer *lacks,
	    const char **issuers, struct error *err);

#endif
