/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running one rule in one world: where it ends, and which other worlds come off on the way. */
#ifndef FWPORT_EVAL_RULE_H
#define FWPORT_EVAL_RULE_H

#include "exception.h"
#include "match.h"

enum ending_kind {
	ENDS_BROKEN, /* some operation did not match */
	ENDS_PASSED, /* all went through, nothing was decided */
	ENDS_FATE,
	ENDS_JUMP,
	ENDS_GOTO,
	ENDS_RETURN,
};

struct ending {
	enum ending_kind kind;
	enum fate fate;      /* ENDS_FATE */
	const char *because; /* FATE_UNKNOWN */
	const struct chain *target;
	bool forwarded; /* FATE_DROP: by NAT, to this address */
	struct address forwarded_to;
	uint16_t forwarded_port;
};

struct branch {
	struct world world;
	bool again; /* run the rule from its start in this world; else it ended as told */
	struct ending ending;
};

struct branches {
	struct branch *list;
	size_t count;
};

/* 0, or -1 when memory is gone. The world becomes the one that the ending is about. */
int rule_run(const struct scene *scene, const struct rule *rule, struct world *world,
	     struct branches *branches, struct exceptions *exceptions, struct ending *ending);

#endif
