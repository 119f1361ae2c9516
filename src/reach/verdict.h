/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the check says in the end: whose fault it is, what the fault is called, and how sure that is. Parties and codes are words
 * that scripts rely on: they are added to, and never change their meaning.
 */
#ifndef FWPORT_REACH_VERDICT_H
#define FWPORT_REACH_VERDICT_H

#include <stddef.h>

enum party {
	PARTY_OK,
	PARTY_LOCAL_CONFIG,
	PARTY_LOCAL_ROUTE,
	PARTY_LOCAL_NETWORK,
	PARTY_LOCAL_FIREWALL,
	PARTY_RESOLVER,
	PARTY_PROXY,
	PARTY_PATH,
	PARTY_REMOTE_TCP,
	PARTY_REMOTE_TLS,
	PARTY_REMOTE_CERT,
	PARTY_INTERCEPTION,
	PARTY_CAPTIVE_PORTAL,
	PARTY_REMOTE_HTTP,
	PARTY_UNKNOWN,
};

enum stage {
	STAGE_RESOLVER,
	STAGE_ROUTE,
	STAGE_FIREWALL,
	STAGE_PROXY,
	STAGE_TCP,
	STAGE_TLS,
	STAGE_CERTIFICATE,
	STAGE_HTTP,
	STAGE_HTTP3,
};
enum { STAGE_COUNT = STAGE_HTTP3 + 1 };

enum confidence {
	CONFIDENCE_GUESS,
	CONFIDENCE_LIKELY,
	CONFIDENCE_PROVED, /* by the witness, the evaluator, a trace, or a second try that differs in one thing */
};

/* One finding: the verdict, or something that is wrong all the same. Strings live in the examination's pool. */
struct finding {
	enum party party;
	const char *code; /* one of codes.h */
	enum stage stage;
	enum confidence confidence;
	const char *text; /* a sentence for a tired administrator, without a full stop */
	const char *next; /* a command or an advice that helps; NULL: none known */
};

struct findings {
	struct finding *list;
	size_t count;
};

const char *party_word(enum party party);
const char *stage_word(enum stage stage);
const char *confidence_word(enum confidence confidence);

#endif
