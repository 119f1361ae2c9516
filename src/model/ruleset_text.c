/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One rule per line, with the name under which everything else speaks of it. */
#include "fwport/ruleset_text.h"

#include "fwport/rule_text.h"

static void chain_add(const struct chain *chain, struct text *out)
{
	CLEANUP(text_free) struct text name = {0};

	chain_name_in_engine(chain, &name);
	out->failed |= name.failed;
	chain_name(chain, out);
	if (chain->base) {
		text_add(out, ": ");
		base_chain_text(chain, out);
	}
	for (size_t i = 0; i < chain->rule_count; i++) {
		text_add_bytes(out, "\n  ", 3);
		rule_name_of_chain(chain->rules[i], text_string(&name), out);
		text_add_bytes(out, ": ", 2);
		rule_text(chain->rules[i], out);
	}
	text_add_bytes(out, "\n", 1);
}

static void table_add(const struct table *table, struct text *out)
{
	text_add(out, "table %s %s, %s%s\n", table_family_name(table->family), table->name,
		 owner_name(table->owner), table_is_dormant(table) ? ", dormant" : "");
	for (size_t i = 0; i < table->set_count; i++)
		text_add(out, "set %s: %zu elements%s\n", table->sets[i]->name, table->sets[i]->element_count,
			 table->sets[i]->opaque ? ", opaque" : "");
	for (size_t i = 0; i < table->object_count; i++)
		text_add(out, "object %s: type %u\n", table->objects[i]->name, table->objects[i]->type);
	for (size_t i = 0; i < table->flowtable_count; i++)
		text_add(out, "flowtable %s\n", table->flowtables[i]);
	for (size_t i = 0; i < table->chain_count; i++)
		chain_add(table->chains[i], out);
}

void ruleset_text(const struct ruleset *ruleset, struct text *out)
{
	for (size_t i = 0; i < ruleset->table_count; i++)
		table_add(ruleset->tables[i], out);
}
