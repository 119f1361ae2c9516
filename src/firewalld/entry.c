/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firewalld keeps the ports of a zone as a set: what is added joins with what there is, and what is removed is cut out of it, also
 * out of what somebody else has added. So none are added of which it has some.
 */
#include "entry.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Where one of its two lists of rules is asked about. */
struct list {
	struct bus_object object;
	bool named; /* the zone is an argument, else it is the object */
};

int entry_parse(const char *zone, const char *text, struct entry *out, struct error *err)
{
	*out = (struct entry){.zone = zone};
	if (strncmp(text, "rule ", 5) != 0)
		return port_parse(text, (struct place){0}, &out->ports, err);
	out->rich = text;
	return 0;
}

static int permanent_path(struct bus *bus, const char *zone, struct pool *pool, const char **out,
			  struct error *err)
{
	static const struct bus_object config = {"/org/fedoraproject/FirewallD1/config",
						 "org.fedoraproject.FirewallD1.config"};
	CLEANUP(bus_unref) sd_bus_message *reply = NULL;
	sd_bus_message *question;
	const char *path;

	if (bus_message(bus, &config, "getZoneByName", &question, err) < 0)
		return -1;
	sd_bus_message_append(question, "s", zone);
	if (bus_ask(bus, question, &reply, err) < 0)
		return -1;
	if (!reply || sd_bus_message_read(reply, "o", &path) < 0)
		return bus_failed(EBADMSG, err);
	*out = pool_text(pool, path);
	return *out ? 0 : error_memory(err);
}

static int list_of(struct bus *bus, const struct entry *entry, unsigned level, struct pool *pool,
		   struct list *out, struct error *err)
{
	*out = (struct list){{"/org/fedoraproject/FirewallD1", "org.fedoraproject.FirewallD1.zone"}, true};
	if (level == HANDED_RUNTIME)
		return 0;
	*out = (struct list){{NULL, "org.fedoraproject.FirewallD1.config.zone"}, false};
	return permanent_path(bus, entry->zone, pool, &out->object.path, err);
}

/* With the entry itself as its arguments, or with the zone alone. */
static int question_make(struct bus *bus, const struct list *list, const char *member,
			 const struct entry *entry, bool whole, sd_bus_message **out, struct error *err)
{
	char ports[PORT_TEXT];
	int failed = 0;

	if (bus_message(bus, &list->object, member, out, err) < 0)
		return -1;
	if (list->named)
		failed = sd_bus_message_append(*out, "s", entry->zone);
	if (failed >= 0 && whole && entry->rich)
		failed = sd_bus_message_append(*out, "s", entry->rich);
	else if (failed >= 0 && whole)
		failed = sd_bus_message_append(*out, "ss", port_range_text(entry->ports.ports, ports),
					       protocol_name(entry->ports.protocol));
	return failed < 0 ? bus_failed(failed, err) : 0;
}

static int change(struct bus *bus, const struct entry *entry, unsigned level, bool add, int seconds,
		  struct error *err)
{
	static const char *const members[2][2] = {{"removePort", "removeRichRule"},
						  {"addPort", "addRichRule"}};
	CLEANUP(bus_unref) sd_bus_message *reply = NULL;
	CLEANUP(pool_free) struct pool pool = {0};
	sd_bus_message *question;
	struct list list;

	if (list_of(bus, entry, level, &pool, &list, err) < 0 ||
	    question_make(bus, &list, members[add][entry->rich != NULL], entry, true, &question, err) < 0)
		return -1;
	if (add && list.named)
		sd_bus_message_append(question, "i", seconds);
	return bus_ask(bus, question, &reply, err);
}

/* ports */

struct overlap {
	bool some, all;
};

/* With one of its ranges. Ours in several of them is some of ours in each. */
static void compare(const struct entry *entry, const char *port, const char *protocol, struct overlap *out)
{
	struct port_range ours = entry->ports.ports;
	struct port_spec theirs;
	char text[2 * PORT_TEXT];
	struct error unknown;

	snprintf(text, sizeof(text), "%s/%s", port, protocol);
	if (port_parse(text, (struct place){0}, &theirs, &unknown) < 0 ||
	    theirs.protocol != entry->ports.protocol)
		return;
	out->some |= theirs.ports.first <= ours.last && ours.first <= theirs.ports.last;
	out->all |= theirs.ports.first <= ours.first && ours.last <= theirs.ports.last;
}

/* The rules of now are told as lists of two words each, the others as pairs. */
static int read_ports(sd_bus_message *reply, const struct entry *entry, bool lists, struct overlap *out)
{
	const char *port, *protocol;
	int more;

	if (sd_bus_message_enter_container(reply, 'a', lists ? "as" : "(ss)") < 0)
		return -1;
	while ((more = sd_bus_message_enter_container(reply, lists ? 'a' : 'r', lists ? "s" : "ss")) > 0) {
		if (sd_bus_message_read(reply, "s", &port) <= 0 ||
		    sd_bus_message_read(reply, "s", &protocol) <= 0 ||
		    sd_bus_message_exit_container(reply) < 0)
			return -1;
		compare(entry, port, protocol, out);
	}
	return more;
}

static int has_ports(struct bus *bus, const struct entry *entry, const struct list *list, bool *out,
		     struct error *err)
{
	CLEANUP(bus_unref) sd_bus_message *reply = NULL;
	struct overlap overlap = {0};
	char ports[PORT_TEXT];
	sd_bus_message *question;

	if (question_make(bus, list, "getPorts", entry, false, &question, err) < 0 ||
	    bus_ask(bus, question, &reply, err) < 0)
		return -1;
	if (!reply || read_ports(reply, entry, list->named, &overlap) < 0)
		return bus_failed(EBADMSG, err);
	*out = overlap.all;
	if (!overlap.some || overlap.all)
		return 0;
	return error_set(
		err, ERROR_BLOCKED,
		"some of %s are open in zone %s of firewalld already, and it would make one of them all",
		port_text(entry->ports, ports), entry->zone);
}

static int has_rule(struct bus *bus, const struct entry *entry, const struct list *list, bool *out,
		    struct error *err)
{
	CLEANUP(bus_unref) sd_bus_message *reply = NULL;
	sd_bus_message *question;
	int answer;

	if (question_make(bus, list, "queryRichRule", entry, true, &question, err) < 0 ||
	    bus_ask(bus, question, &reply, err) < 0)
		return -1;
	if (!reply || sd_bus_message_read(reply, "b", &answer) < 0)
		return bus_failed(EBADMSG, err);
	*out = answer;
	return 0;
}

int entry_look(struct bus *bus, const struct entry *entry, unsigned *levels, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};

	*levels = 0;
	for (unsigned level = HANDED_RUNTIME; level <= HANDED_PERMANENT; level <<= 1) {
		struct list list;
		bool has = false;

		if (list_of(bus, entry, level, &pool, &list, err) < 0 ||
		    (entry->rich ? has_rule(bus, entry, &list, &has, err)
				 : has_ports(bus, entry, &list, &has, err)) < 0)
			return -1;
		*levels |= has ? level : 0;
	}
	return 0;
}

/* What a boot brings back comes first: when the second fails the first is seen. */
int entry_add(struct bus *bus, const struct entry *entry, unsigned levels, int seconds, struct error *err)
{
	if (levels & HANDED_PERMANENT && change(bus, entry, HANDED_PERMANENT, true, 0, err) < 0)
		return -1;
	return levels & HANDED_RUNTIME ? change(bus, entry, HANDED_RUNTIME, true, seconds, err) : 0;
}

int entry_remove(struct bus *bus, const struct entry *entry, unsigned levels, struct error *err)
{
	if (levels & HANDED_RUNTIME && change(bus, entry, HANDED_RUNTIME, false, 0, err) < 0)
		return -1;
	return levels & HANDED_PERMANENT ? change(bus, entry, HANDED_PERMANENT, false, 0, err) : 0;
}
