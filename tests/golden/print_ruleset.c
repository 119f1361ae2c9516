/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints the ruleset of its network namespace as fwport reads it, one rule per line: what the golden files compare.
 */
#include "fwport/nft_read.h"
#include "fwport/rule_text.h"

#include <stdio.h>

static void chain_print(const struct chain *chain, struct text *line)
{
	text_clear(line);
	chain_name(chain, line);
	if (chain->base) {
		text_add(line, ": ");
		base_chain_text(chain, line);
	}
	printf("%s\n", text_string(line));
	for (size_t i = 0; i < chain->rule_count; i++) {
		text_clear(line);
		rule_name(chain->rules[i], line);
		text_add(line, ": ");
		rule_text(chain->rules[i], line);
		printf("  %s\n", text_string(line));
	}
}

static void table_print(const struct table *table, struct text *line)
{
	printf("table %s %s, %s%s\n", table_family_name(table->family), table->name, owner_name(table->owner),
	       table_is_dormant(table) ? ", dormant" : "");
	for (size_t i = 0; i < table->set_count; i++)
		printf("set %s: %zu elements%s\n", table->sets[i]->name, table->sets[i]->element_count,
		       table->sets[i]->opaque ? ", opaque" : "");
	for (size_t i = 0; i < table->object_count; i++)
		printf("object %s: type %u\n", table->objects[i]->name, table->objects[i]->type);
	for (size_t i = 0; i < table->flowtable_count; i++)
		printf("flowtable %s\n", table->flowtables[i]);
	for (size_t i = 0; i < table->chain_count; i++)
		chain_print(table->chains[i], line);
}

int main(void)
{
	CLEANUP(pool_free) struct pool pool = {0};
	CLEANUP(text_free) struct text line = {0};
	struct ruleset *ruleset;
	struct error err = {0};

	if (nft_read(NULL, NULL, &pool, &ruleset, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return error_exit_status(err.kind);
	}
	for (size_t i = 0; i < ruleset->table_count; i++)
		table_print(ruleset->tables[i], &line);
	return line.failed;
}
