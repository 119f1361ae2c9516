/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One step: the line that people read.
 */
#include "fwport/step.h"

#include "fwport/lifetime.h"
#include "fwport/rule_text.h"

enum { PORTS_SHOWN = 12 };

static void table_line(const struct step *step, struct text *out)
{
	text_add(out, "table %s %s", table_family_name(step->table->family), step->table->name);
}

static void chain_line(const struct step *step, struct text *out)
{
	const struct chain *chain = step->chain;

	text_add(out, "chain ");
	chain_name_in_engine(chain, out);
	if (!chain->base)
		return;
	text_add(out, " (%s, hook %s, priority ", chain_type_name(chain->type), hook_name(chain->hook));
	priority_text(chain, out);
	text_add(out, ", policy %s)", chain->policy_drop ? "drop" : "accept");
}

static void set_line(const struct step *step, struct text *out)
{
	text_add(out, "set %s %s %s", table_family_name(step->table->family), step->table->name,
		 step->set->name);
	if (step->set->connection_count)
		text_add(out, " of %zu connection%s", step->set->connection_count,
			 step->set->connection_count == 1 ? "" : "s");
}

static void elements_line(const struct step *step, struct text *out)
{
	size_t shown = step->port_count > PORTS_SHOWN + 1 ? PORTS_SHOWN : step->port_count;
	char port[PORT_TEXT], moment[MOMENT_TEXT];

	for (size_t i = 0; i < shown; i++)
		text_add(out, "%s%s", i ? ", " : "", port_range_text(step->ports[i], port));
	if (shown < step->port_count)
		text_add(out, ", ... %zu more", step->port_count - shown);
	text_add(out, " in set %s", step->set->name);
	if (step->expires)
		text_add(out, " until %s", moment_text(step->expires, moment));
}

static void rule_line(const struct step *step, struct text *out)
{
	text_add(out, "rule in ");
	chain_name_in_engine(step->chain, out);
	if (!step->remove && step->before)
		text_add(out, " before rule %u", step->before->position);
	text_add(out, ": ");
	rule_text(step->rule, out);
}

void step_text(const struct step *step, struct text *out)
{
	text_add(out, "%c ", step->remove ? '-' : '+');
	switch (step->object) {
	case STEP_TABLE:
		table_line(step, out);
		break;
	case STEP_CHAIN:
		chain_line(step, out);
		break;
	case STEP_SET:
		set_line(step, out);
		break;
	case STEP_ELEMENTS:
		elements_line(step, out);
		break;
	case STEP_RULE:
		rule_line(step, out);
		break;
	}
	if (step->note)
		text_add(out, " (%s)", step->note);
}
