/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The JSON of the policy, and of what it stops.
 */
#include "json_policy.h"

#include "fwport/json.h"

static json_t *part_drop(bool drop)
{
	return part_text(drop ? "drop" : "accept");
}

json_t *part_policy(struct policy policy)
{
	return json_pack("{so, so}", "in", part_drop(policy.drop[DIRECTION_IN]), "out",
			 part_drop(policy.drop[DIRECTION_OUT]));
}

static json_t *part_listener(const struct stopped_listener *stopped)
{
	const struct listeners one = {(struct listener *)stopped->listener, 1};
	json_t *list = part_listeners(&one), *entry = json_incref(json_array_get(list, 0));

	json_decref(list);
	if (json_object_set_new(entry, "family", part_text(family_word(stopped->family))) == 0)
		return entry;
	json_decref(entry);
	return NULL;
}

static json_t *part_ranges(const struct stopped_accept *stopped)
{
	CLEANUP(text_free) struct text text = {0};
	char range[PORT_TEXT];

	for (size_t i = 0; i < stopped->port_count; i++)
		text_add(&text, "%s%s", i ? "," : "", port_range_text(stopped->ports[i], range));
	return text.failed ? NULL : part_text(text_string(&text));
}

static json_t *part_accept(const struct stopped_accept *stopped)
{
	return json_pack("{so, so, so, so}", "direction", part_text(direction_word(stopped->direction)),
			 "protocol", part_text(protocol_name(stopped->protocol)), "ports",
			 part_ranges(stopped), "rule", part_rule(stopped->rule));
}

json_t *part_stops(const struct stops *stops)
{
	json_t *listeners = json_array(), *accepts = json_array();
	int failed = !listeners || !accepts;

	for (size_t i = 0; i < stops->listener_count && !failed; i++)
		failed = part_append(listeners, part_listener(&stops->listeners[i])) < 0;
	for (size_t i = 0; i < stops->accept_count && !failed; i++)
		failed = part_append(accepts, part_accept(&stops->accepts[i])) < 0;
	if (!failed)
		return json_pack("{so, so}", "listeners", listeners, "accepts", accepts);
	json_decref(listeners);
	json_decref(accepts);
	return NULL;
}

int json_policy(FILE *out, const struct policy_report *report, struct error *err)
{
	return parts_print(out,
			   json_pack("{si, ss, so, so, so}", "schema", 1, "command", "policy", "policy",
				     part_policy(report->present), "recorded",
				     report->unrecorded ? json_null() : part_policy(report->recorded),
				     "ruleset", json_integer(report->ruleset)),
			   err);
}
