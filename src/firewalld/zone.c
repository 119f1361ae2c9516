/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks for the zones that something is bound to.
 */
#include "zone.h"

#include <errno.h>
#include <string.h>

static const struct bus_object zones = {"/org/fedoraproject/FirewallD1", "org.fedoraproject.FirewallD1.zone"},
			       root = {"/org/fedoraproject/FirewallD1", "org.fedoraproject.FirewallD1"};

static int ask_name(struct bus *bus, const struct bus_object *object, const char *member,
		    const char *argument, struct pool *pool, const char **out, struct error *err)
{
	CLEANUP(bus_unref) sd_bus_message *reply = NULL;
	sd_bus_message *question;
	const char *name = "";
	int failed = 0;

	if (bus_message(bus, object, member, &question, err) < 0)
		return -1;
	if (argument)
		failed = sd_bus_message_append(question, "s", argument);
	if (bus_ask(bus, question, &reply, err) < 0)
		return -1;
	if (failed >= 0 && reply)
		failed = sd_bus_message_read(reply, "s", &name);
	if (failed < 0)
		return bus_failed(failed, err);
	*out = pool_text(pool, name);
	return *out ? 0 : error_memory(err);
}

/* Its bits beyond the length may be set, and sets and hardware addresses are sources, too: those single out others than ours. */
static bool holds(const char *text, const struct prefix *source)
{
	struct error not_a_prefix;
	struct prefix bound;

	return prefix_parse(text, (struct place){0}, &bound, &not_a_prefix) == 0 &&
	       bound.length <= source->length && prefix_contains(&bound, &source->address);
}

/* The rest of one zone: its interfaces and its sources. */
static int read_bound(sd_bus_message *reply, const struct prefix *source, bool *out)
{
	const char *kind, *name;
	int more;

	*out = false;
	if (sd_bus_message_enter_container(reply, 'a', "{sas}") < 0)
		return -1;
	while ((more = sd_bus_message_enter_container(reply, 'e', "sas")) > 0) {
		if (sd_bus_message_read(reply, "s", &kind) < 0 ||
		    sd_bus_message_enter_container(reply, 'a', "s") < 0)
			return -1;
		while ((more = sd_bus_message_read(reply, "s", &name)) > 0)
			*out |= strcmp(kind, "sources") == 0 && holds(name, source);
		if (more < 0 || sd_bus_message_exit_container(reply) < 0 ||
		    sd_bus_message_exit_container(reply) < 0)
			return -1;
	}
	return more < 0 ? -1 : sd_bus_message_exit_container(reply);
}

static int read_zone_of(sd_bus_message *reply, const struct prefix *source, const char **out)
{
	const char *zone;
	bool is_bound;
	int more;

	if (sd_bus_message_enter_container(reply, 'a', "{sa{sas}}") < 0)
		return -1;
	while ((more = sd_bus_message_enter_container(reply, 'e', "sa{sas}")) > 0) {
		if (sd_bus_message_read(reply, "s", &zone) < 0 || read_bound(reply, source, &is_bound) < 0 ||
		    sd_bus_message_exit_container(reply) < 0)
			return -1;
		if (is_bound && !*out)
			*out = zone;
	}
	return more < 0 ? -1 : 0;
}

/* NULL: it is bound to none. */
static int zone_of_source(struct bus *bus, const struct prefix *source, struct pool *pool, const char **out,
			  struct error *err)
{
	CLEANUP(bus_unref) sd_bus_message *reply = NULL;
	const char *zone = NULL;
	sd_bus_message *question;

	*out = NULL;
	if (bus_message(bus, &zones, "getActiveZones", &question, err) < 0 ||
	    bus_ask(bus, question, &reply, err) < 0)
		return -1;
	if (!reply || read_zone_of(reply, source, &zone) < 0)
		return bus_failed(EBADMSG, err);
	if (!zone)
		return 0;
	*out = pool_text(pool, zone);
	return *out ? 0 : error_memory(err);
}

static int zone_of_interface(struct bus *bus, const char *interface, struct pool *pool, const char **out,
			     struct error *err)
{
	if (ask_name(bus, &zones, "getZoneOfInterface", interface, pool, out, err) < 0)
		return -1;
	return **out ? 0 : ask_name(bus, &root, "getDefaultZone", NULL, pool, out, err);
}

int zone_find(struct bus *bus, const struct prefix *source, const char *const *interfaces, size_t count,
	      struct pool *pool, const char **out, struct error *err)
{
	*out = NULL;
	if (source && zone_of_source(bus, source, pool, out, err) < 0)
		return -1;
	if (*out)
		return 0;
	for (size_t i = 0; i < count; i++) {
		const char *zone;

		if (zone_of_interface(bus, interfaces[i], pool, &zone, err) < 0)
			return -1;
		if (*out && strcmp(*out, zone) != 0)
			return error_set(
				err, ERROR_BLOCKED,
				"%s is in zone %s, and %s in zone %s: an opening is asked for in one zone",
				interfaces[0], *out, interfaces[i], zone);
		*out = zone;
	}
	return *out ? 0 : ask_name(bus, &root, "getDefaultZone", NULL, pool, out, err);
}
