/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The short JSON lines: an error, a text, services and profiles.
 */
#include "fwport/json.h"

#include "json_parts.h"

int json_error(FILE *out, const char *command, const struct error *error)
{
	struct error ignored = {0};

	return parts_print(out,
			   json_pack("{si, so, s{so, so, so}}", "schema", 1, "command", part_text(command),
				     "error", "kind", part_text(error_kind_name(error->kind)), "text",
				     part_text(error->text), "hint",
				     part_text(error->hint[0] ? error->hint : NULL)),
			   &ignored);
}

int json_text(FILE *out, const char *command, const char *text, struct error *err)
{
	return parts_print(
		out, json_pack("{si, ss, so}", "schema", 1, "command", command, "text", part_text(text)),
		err);
}

static json_t *part_ports(const struct port_spec *ports, size_t count)
{
	json_t *list = json_array();
	char text[PORT_TEXT];

	for (size_t i = 0; list && i < count; i++)
		if (part_append(list,
				json_pack("{so, so}", "protocol", part_text(protocol_name(ports[i].protocol)),
					  "ports", part_text(port_range_text(ports[i].ports, text)))) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *part_service(const struct service *service)
{
	return json_pack("{so, so, so, si, so, so, so}", "service", part_text(service->name), "ports",
			 part_ports(service->ports, service->port_count), "origin",
			 part_text(service->origin), "line", (int)service->line, "comment",
			 part_text(service->comment), "refused", part_text(service->refused), "helpers",
			 part_text(service->helpers));
}

int json_services(FILE *out, const struct service_list *services, struct error *err)
{
	json_t *list = json_array();

	for (size_t i = 0; i < services->count; i++)
		if (part_append(list, part_service(&services->list[i])) < 0) {
			json_decref(list);
			return error_memory(err);
		}
	return parts_print(
		out, json_pack("{si, ss, so}", "schema", 1, "command", "services", "services", list), err);
}

static json_t *part_checks(const struct profile *profile)
{
	json_t *list = json_array();

	for (size_t i = 0; i < profile->check_count; i++)
		if (part_append(list, json_pack("{so, so}", "name", part_text(profile->checks[i].name),
						"target", part_text(profile->checks[i].target))) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *part_profile(const struct profile *profile)
{
	return json_pack("{so, so, so, so, so, so, so}", "profile", part_text(profile->name), "path",
			 part_text(profile->path), "title", part_text(profile->title), "description",
			 part_text(profile->description), "openings", part_openings(&profile->openings),
			 "checks", part_checks(profile), "error", part_text(profile->error));
}

static json_t *part_event(const struct trace_event *event)
{
	return json_pack("{so, so, so, so}", "chain", part_text(event->chain), "handle",
			 event->handle ? json_integer((json_int_t)event->handle) : json_null(), "verdict",
			 part_text(event->verdict), "stops", part_bool(event->stops));
}

int json_trace(FILE *out, const struct trace_events *events, struct error *err)
{
	json_t *list = json_array();

	for (size_t i = 0; i < events->count; i++)
		if (part_append(list, part_event(&events->list[i])) < 0) {
			json_decref(list);
			return error_memory(err);
		}
	return parts_print(out, json_pack("{si, ss, so}", "schema", 1, "command", "trace", "events", list),
			   err);
}

int json_profiles(FILE *out, const struct profile *profiles, size_t count, struct error *err)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		if (part_append(list, part_profile(&profiles[i])) < 0) {
			json_decref(list);
			return error_memory(err);
		}
	return parts_print(
		out, json_pack("{si, ss, so}", "schema", 1, "command", "profiles", "profiles", list), err);
}
