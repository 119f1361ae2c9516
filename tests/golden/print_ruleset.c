/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints the ruleset of its network namespace as fwport reads it: what the golden files compare.
 */
#include "fwport/nft_read.h"
#include "fwport/ruleset_text.h"

#include <stdio.h>

int main(void)
{
	CLEANUP(pool_free) struct pool pool = {0};
	CLEANUP(text_free) struct text text = {0};
	struct ruleset *ruleset;
	struct error err = {0};

	if (nft_read(NULL, NULL, &pool, &ruleset, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return error_exit_status(err.kind);
	}
	ruleset_text(ruleset, &text);
	fputs(text_string(&text), stdout);
	return text.failed;
}
