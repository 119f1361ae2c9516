/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The answer to a request, as facts, and where it sends on to. */
#ifndef FWPORT_REACH_HTTP_H
#define FWPORT_REACH_HTTP_H

#include "deadline.h"
#include "exchange.h"

/* After the exchange was run with this URL: what it was answered. `asked_at` is when it could be asked. */
int http_read(const struct exchange *exchange, double asked_at, struct pool *pool, struct http_facts *facts,
	      struct error *err);
/* Follows redirects, at most 8, as long as they lead to https and do not go round. Runs the exchange again. */
int http_follow(struct exchange *exchange, const char *url, struct deadline deadline, struct pool *pool,
		struct http_facts *facts, struct error *err);

#endif
