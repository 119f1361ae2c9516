/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the audit found, as warnings: the target can be reached, and should not offer this. */
#include "judgement.h"

#include <string.h>

static const struct {
	const char *item, *code;
} codes[] = {
	{"sslv3", CODE_OLD_VERSION},
	{"tls1.0", CODE_OLD_VERSION},
	{"tls1.1", CODE_OLD_VERSION},
	{"rc4", CODE_WEAK_SUITE},
	{"3des", CODE_WEAK_SUITE},
	{"export", CODE_WEAK_SUITE},
	{"null", CODE_WEAK_SUITE},
	{"anonymous", CODE_WEAK_SUITE},
	{"no-forward-secrecy", CODE_NO_FORWARD_SECRECY},
	{"heartbleed", CODE_HEARTBLEED},
};

/* NULL: it is told, and nothing to warn of. */
static const char *code_of(const char *item)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i].item, item) == 0)
			return codes[i].code;
	return NULL;
}

void judge_audit(struct judgement *judgement)
{
	const struct audit_facts *facts = &judgement->examination->audit;

	for (size_t i = 0; i < facts->count; i++)
		if (facts->items[i].answer == AUDIT_YES && code_of(facts->items[i].code))
			judgement_warning(judgement,
					  (struct charge){PARTY_REMOTE_TLS, code_of(facts->items[i].code),
							  STAGE_TLS, CONFIDENCE_PROVED, NULL},
					  "the target takes %s", facts->items[i].text);
}
