/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * [{"name":"ufw", "evidence":"..", "tables":[{"engine","family","table"}], "owner_flag":false,
 *   "stays":[{"chain":{..}, "rules":1, "events":[{"command":"ufw reload","rules":"stay|go|return"}]}]}]
 */
#include "json_neighbours.h"

#include "json_parts.h"

static const char *const fates[] = {[GUEST_STAYS] = "stay", [GUEST_GOES] = "go", [GUEST_RETURNS] = "return"};

static json_t *table_json(const struct table *table)
{
	return json_pack("{ss, ss, so}", "engine", engine_name(table->engine), "family",
			 table_family_name(table->family), "table", part_text(table->name));
}

static json_t *tables_json(const struct neighbour *neighbour)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < neighbour->table_count; i++)
		if (part_append(array, table_json(neighbour->tables[i])) < 0) {
			json_decref(array);
			return NULL;
		}
	return array;
}

static json_t *events_json(const struct guest_stay *stay, enum neighbour_kind kind,
			   const struct neighbour_care *care)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < stay->event_count; i++)
		if (part_append(array, json_pack("{ss, ss}", "command", stay->events[i].command, "rules",
						 fates[guest_fate_with(care, kind, stay->events[i].fate)])) <
		    0) {
			json_decref(array);
			return NULL;
		}
	return array;
}

static json_t *stays_json(const struct neighbour *neighbour, const struct neighbour_care *care)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < neighbour->stay_count; i++) {
		const struct guest_stay *stay = &neighbour->stays[i];

		if (part_append(array, json_pack("{so, sI, so}", "chain", part_chain(stay->chain), "rules",
						 (json_int_t)stay->rule_count, "events",
						 events_json(stay, neighbour->kind, care))) < 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *neighbour_json(const struct neighbour *neighbour, const struct neighbour_care *care)
{
	return json_pack("{ss, so, so, so, so}", "name", neighbour_word(neighbour->kind), "evidence",
			 part_text(neighbour->evidence), "tables", tables_json(neighbour), "owner_flag",
			 part_bool(neighbour->owns), "stays", stays_json(neighbour, care));
}

json_t *part_neighbours(const struct neighbours *neighbours, const struct neighbour_care *care)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < neighbours->count; i++)
		if (part_append(array, neighbour_json(&neighbours->list[i], care)) < 0) {
			json_decref(array);
			return NULL;
		}
	return array;
}
