/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The certificates that a server sends: what they say, and whether they prove its name to us. */
#ifndef FWPORT_REACH_CHAIN_H
#define FWPORT_REACH_CHAIN_H

#include "facts.h"
#include "trust_tls.h"

#include "fwport/error.h"
#include "fwport/pool.h"

/* Fills all but the staple. `name` is what the leaf must bear, a host or an address. -1: no memory. */
int chain_read(STACK_OF(X509) * sent, struct trust *trust, const char *name, struct pool *pool,
	       struct chain_facts *out, struct error *err);
/* X509_V_OK, or the first thing that is wrong with it. */
int chain_check(STACK_OF(X509) * sent, struct trust *trust);

#endif
