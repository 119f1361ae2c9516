/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between whom: the interfaces and addresses that a question is about, in one family. */
#ifndef FWPORT_EVAL_ENDS_H
#define FWPORT_EVAL_ENDS_H

#include "scene.h"

struct mapping;

struct end {
	const struct link *link; /* NULL: the host has none that could be meant */
	const struct link *back; /* which replies to the peer leave by; NULL: the same */
	const char *name;        /* of the link or links it stands for; NULL none */
	/* Where NAT sends the conversation on: the link to there, and what it does. NULL: it ends here. */
	const struct link *onward;
	const struct mapping *mapping;
	bool counted;
	struct address local, peer;
	bool local_open; /* one of several addresses, or of none that is known */
	bool peer_open;  /* the question fixes no peer */
	bool peer_split; /* and rules single out every one there is */
};

struct ends {
	struct end *list; /* empty: the family does not apply */
	size_t count;
};

/* 0, or -1 when memory is gone. */
int ends_find(const struct ruleset *ruleset, const struct host *host, const struct query *query,
	      enum family family, const struct facts *facts, struct pool *pool, struct ends *out);

#endif
