/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shared parts of the JSON lines: rules, decisions, conditions, listeners, openings.
 */
#include "json_parts.h"

#include "fwport/engines.h"
#include "fwport/errand.h"

#include "fwport/rule_text.h"

#include <errno.h>
#include <time.h>

static void json_unref(json_t **value)
{
	json_decref(*value);
}

/* A stranger's name need not be UTF-8, and JSON has to be: what jansson refuses is shown byte by byte. */
static json_t *repaired(const char *string)
{
	CLEANUP(text_free) struct text safe = {0};

	for (const unsigned char *c = (const unsigned char *)string; *c; c++)
		if (*c < 0x80)
			text_add_bytes(&safe, c, 1);
		else
			text_add(&safe, "\\x%02x", *c);
	return safe.failed ? NULL : json_string(text_string(&safe));
}

json_t *part_text(const char *string)
{
	json_t *value;

	if (!string)
		return json_null();
	value = json_string(string);
	return value ? value : repaired(string);
}

json_t *part_bool(bool value)
{
	return json_boolean(value);
}

json_t *part_number(uint32_t value)
{
	return json_integer((json_int_t)value);
}

json_t *part_moment(int64_t seconds)
{
	const time_t moment = (time_t)seconds;
	struct tm parts;
	char text[64];

	if (!seconds || !gmtime_r(&moment, &parts) ||
	    !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts))
		return json_null();
	return json_string(text);
}

int part_append(json_t *array, json_t *item)
{
	return json_array_append_new(array, item);
}

json_t *part_engines(enum hook hook, unsigned families)
{
	CLEANUP(text_free) struct text line = {0};

	engines_warning(hook, families, &line);
	return line.failed ? NULL : part_text(text_string(&line));
}

static const char *base_hook(const struct chain *chain)
{
	return chain->base ? hook_name(chain->hook) : NULL;
}

json_t *part_chain(const struct chain *chain)
{
	return json_pack("{so, so, so, so, so, so, so, so}", "engine",
			 part_text(engine_name(chain->table->engine)), "owner",
			 part_text(owner_name(chain->table->owner)), "family",
			 part_text(table_family_name(chain->table->family)), "table",
			 part_text(chain->table->name), "chain", part_text(chain->name), "type",
			 part_text(chain->base ? chain_type_name(chain->type) : NULL), "hook",
			 part_text(base_hook(chain)), "priority",
			 chain->base ? json_integer(chain->priority) : json_null());
}

/* The place of a rule or policy; rule NULL is the policy. Handles are nf_tables' own; legacy has none. */
static json_t *part_place(const struct chain *chain, const struct rule *rule, const char *text)
{
	bool handle = rule && chain->table->engine == ENGINE_NFT;

	return json_pack("{so, so, so, so, so, so, so, so, so}", "engine",
			 part_text(engine_name(chain->table->engine)), "owner",
			 part_text(owner_name(chain->table->owner)), "family",
			 part_text(table_family_name(chain->table->family)), "table",
			 part_text(chain->table->name), "chain", part_text(chain->name), "position",
			 rule ? json_integer(rule->position) : json_null(), "handle",
			 handle ? json_integer((json_int_t)rule->handle) : json_null(), "text",
			 part_text(text), "policy", part_bool(!rule));
}

json_t *part_rule(const struct rule *rule)
{
	CLEANUP(text_free) struct text text = {0};

	if (!rule)
		return json_null();
	rule_text(rule, &text);
	return text.failed ? NULL : part_place(rule->chain, rule, text_string(&text));
}

json_t *part_decision(const struct decision *decision)
{
	if (!decision)
		return json_null();
	if (decision->rule)
		return part_rule(decision->rule);
	return part_place(decision->base, NULL,
			  decision->base->policy_drop ? "policy drop" : "policy accept");
}

json_t *part_blockers(const struct family_answer *answer)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < answer->blocker_count; i++) {
		const struct blocker *blocker = &answer->blockers[i];
		json_t *item = part_decision(blocker->decision);

		if (json_object_set_new(item, "packet", part_text(packet_role_word(blocker->packet))) < 0 ||
		    part_append(list, json_incref(item)) < 0) {
			json_decref(list);
			list = NULL;
		}
		json_decref(item);
	}
	return list;
}

static bool is_exception(const struct condition *condition)
{
	return !condition->decides && condition->kind != CONDITION_RATE;
}

json_t *part_conditions(const struct family_answer *answer, bool exceptions)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < answer->condition_count; i++) {
		const struct condition *condition = &answer->conditions[i];

		if (is_exception(condition) != exceptions)
			continue;
		if (part_append(list, json_pack("{so, so, so}", "kind",
						part_text(condition_kind_word(condition->kind)), "text",
						part_text(condition->text), "rule",
						part_rule(condition->rule))) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *part_listener(const struct listener *listener)
{
	char address[ADDRESS_TEXT];

	return json_pack("{so, si, so, so, so, so}", "address",
			 part_text(address_text(&listener->address, address)), "port", (int)listener->port,
			 "protocol", part_text(protocol_name(listener->protocol)), "pid",
			 listener->pid ? json_integer(listener->pid) : json_null(), "program",
			 part_text(listener->program), "uid", part_number(listener->uid));
}

json_t *part_listeners(const struct listeners *listeners)
{
	json_t *list = json_array();

	for (size_t i = 0; list && listeners && i < listeners->count; i++)
		if (part_append(list, part_listener(&listeners->list[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

json_t *part_prefixes(const struct prefix *prefixes, size_t count)
{
	json_t *list = json_array();
	char text[ADDRESS_TEXT];

	for (size_t i = 0; list && i < count; i++)
		if (part_append(list, part_text(prefix_text(&prefixes[i], text))) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *part_families(unsigned families)
{
	json_t *list = json_array();

	for (enum family family = FAMILY_IPV4; list && family <= FAMILY_IPV6; family++)
		if (families & FAMILY_BIT(family) && part_append(list, part_text(family_word(family))) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

json_t *part_opening(const struct opening *opening)
{
	const struct scope *scope = &opening->scope;
	char ports[PORT_TEXT];

	return json_pack("{so, so, so, so, so, so, so, so, so, so, so, ss}", "service",
			 part_text(opening->service), "protocol",
			 part_text(protocol_name(opening->port.protocol)), "ports",
			 part_text(port_range_text(opening->port.ports, ports)), "direction",
			 part_text(direction_word(scope->direction)), "from",
			 part_prefixes(scope->from, scope->from_count), "to",
			 part_prefixes(scope->to, scope->to_count), "interface", part_text(scope->iface),
			 "families", part_families(scope->families), "profile", part_text(opening->profile),
			 "reason", part_text(opening->reason), "expires", part_moment(opening->expires),
			 "via", via_word(opening->via));
}

json_t *part_recorded(const struct opening *opening)
{
	json_t *entry = part_opening(opening);
	json_t *more = json_pack("{so, so, so}", "id", part_number(opening->id), "created",
				 part_moment(opening->created), "saved", part_bool(!opening->runtime));

	if (json_object_update_new(entry, more) == 0)
		return entry;
	json_decref(entry);
	return NULL;
}

json_t *part_openings(const struct openings *openings)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < openings->count; i++)
		if (part_append(list, part_opening(&openings->list[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

json_t *part_kept(const struct openings *openings)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < openings->count; i++)
		if (part_append(list, part_recorded(&openings->list[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

/* ASCII only: what is UTF-8 and obeyed by terminals (C1) does not reach one unescaped. */
int parts_print(FILE *out, json_t *root, struct error *err)
{
	CLEANUP(json_unref) json_t *owned = root;

	if (!owned)
		return error_memory(err);
	errno = 0;
	if (json_dumpf(owned, out, JSON_COMPACT | JSON_ENSURE_ASCII) < 0 || fputc('\n', out) == EOF)
		return error_system(err, errno ? errno : EIO, "cannot write JSON");
	return 0;
}
