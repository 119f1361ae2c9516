/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A name that is being resolved, and the second look where the first one did not do. */
#ifndef FWPORT_REACH_RESOLVING_H
#define FWPORT_REACH_RESOLVING_H

#include "examination.h"
#include "nameservers.h"

enum { BEHIND_MOST = NAMESERVERS_MOST };

struct resolving {
	struct examination *examination;
	struct resolver_facts *facts; /* the examination's */
	const char *host;
	unsigned families;
	struct deadline deadline, long_deadline;
	struct resolver_config config;
	bool implied; /* it names no nameserver */
	struct nameserver behind[BEHIND_MOST];
	size_t behind_count;
	struct address_list told;     /* by any of the nameservers */
	struct address_list suffixed; /* addresses of the name with the suffix */
};

/* The first that has answered anything; NULL: none has. */
const struct nameserver_facts *nameserver_that_talks(const struct resolver_facts *facts);

/*
 * Once everybody was asked: fills told and suffixed, and in the facts why a nameserver is silent, whether one fails to validate
 * only, and the suffix.
 */
int resolve_closer(struct resolving *resolving, struct error *err);

#endif
