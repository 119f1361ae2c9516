/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ufw takes two rules for the same when all but action, logging and comment is the same, and puts the new one in the place of the
 * old. Lines that are not understood are of other packets: those of its application profiles have more words.
 */
#include "ufw_rules.h"

#include "fwport/pool.h"

#include <string.h>

static void address_add(const struct prefix *list, size_t count, enum family family, struct text *out)
{
	char prefix[ADDRESS_TEXT];

	if (count)
		text_add(out, " %s", prefix_text(list, prefix));
	else
		text_add(out, " %s", family == FAMILY_IPV4 ? "0.0.0.0/0" : "::/0");
}

void ufw_tuple_add(const struct opening *opening, enum family family, struct text *out)
{
	const struct port_range ports = opening->port.ports;
	const struct scope *scope = &opening->scope;

	text_add(out, "%s %u", protocol_name(opening->port.protocol), ports.first);
	if (ports.last != ports.first)
		text_add(out, ":%u", ports.last);
	address_add(scope->to, scope->to_count, family, out);
	text_add(out, " any");
	address_add(scope->from, scope->from_count, family, out);
	text_add(out, " %s", direction_word(scope->direction));
	if (scope->iface)
		text_add(out, "_%s", scope->iface);
}

/* Behind "### tuple ### ", the action and a space; up to the comment. What is routed is of other packets. */
static bool is_of(const char *line, const char *tuple, bool *allows)
{
	static const char head[] = "### tuple ### ";
	const char *rest;

	if (strncmp(line, head, sizeof(head) - 1) != 0)
		return false;
	line += sizeof(head) - 1;
	rest = strchr(line, ' ');
	if (!rest || strncmp(line, "route:", 6) == 0 || strncmp(rest + 1, tuple, strlen(tuple)) != 0)
		return false;
	*allows = strncmp(line, "allow", 5) == 0 && strchr(" _", line[5]);
	rest += 1 + strlen(tuple);
	return *rest == '\n' || *rest == '\0' || strncmp(rest, " comment=", 9) == 0;
}

int ufw_rules_look(const char *lines, const struct opening *opening, enum family family, enum ufw_has *out,
		   struct error *err)
{
	CLEANUP(text_free) struct text tuple = {0};
	bool allows;

	ufw_tuple_add(opening, family, &tuple);
	if (tuple.failed)
		return error_memory(err);
	*out = UFW_HAS_NONE;
	for (const char *line = lines; line; line = strchr(line, '\n'), line = line ? line + 1 : NULL)
		if (is_of(line, text_string(&tuple), &allows))
			*out = allows ? UFW_HAS_ALLOW : UFW_HAS_OTHER;
	return 0;
}
