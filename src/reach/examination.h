/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The examination of one target: what is asked, what was found, and what is concluded. One thread makes it, from beginning to end;
 * nothing in it is shared but the witness and the oracle, which see to that themselves.
 */
#ifndef FWPORT_REACH_EXAMINATION_H
#define FWPORT_REACH_EXAMINATION_H

#include "deadline.h"
#include "facts.h"
#include "options.h"
#include "target.h"
#include "verdict.h"

#include <stdio.h>

/* Of a name with more addresses the first ones of each family are tried. */
enum { ENDPOINTS_OF_A_FAMILY = 2, ENDPOINTS_MOST = 2 * ENDPOINTS_OF_A_FAMILY };

struct witness;
struct oracle;
struct trust;

/* What all examinations share. */
struct equipment {
	const struct options *options;
	struct witness *witness; /* NULL: there is none */
	struct oracle *oracle;   /* NULL: nobody knows the firewall */
	struct trust *trust;     /* the issuers that are trusted, and our own certificate */
	unsigned uid;            /* as whom it is asked */
	const char *user;        /* its name, or NULL */
	const char *baseline;    /* what --baseline held, "" a new one; NULL: there is none */
	FILE *new_baseline;      /* what it will hold; left empty it stays as it was */
};

struct examination {
	const struct equipment *equipment;
	struct pool *pool;
	struct target target;
	struct deadline deadline;
	double began, ms; /* the whole of it */
	int64_t now;      /* this host's clock, seconds since 1970 */

	struct resolver_facts resolver;
	struct proxy_facts proxy;
	bool by_proxy; /* the endpoints are the proxy's, and a tunnel leads to the target */
	struct endpoint endpoints[ENDPOINTS_MOST];
	size_t endpoint_count;
	const struct endpoint *best; /* the one that went furthest; NULL: there is none */
	struct plain_facts plain;
	struct http3_facts http3;
	struct opinion_facts opinion;
	struct audit_facts audit;
	struct trace_facts trace;
	struct baseline_facts before;

	struct finding verdict;
	struct findings warnings;
};

/*
 * Examines: fills everything but equipment, pool and target, which are given. Whatever is wrong with the target is a finding; -1 with
 * *err means that there was no memory to look, or that the kernel does not let us.
 */
int examine(struct examination *examination, struct error *err);

/* TCP connected there, and TLS shook hands if it was tried. */
bool endpoint_connects(const struct endpoint *endpoint);
/* Whether the target was reached there without a fault of any stage, trust included. */
bool endpoint_works(const struct endpoint *endpoint);

#endif
