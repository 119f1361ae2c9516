/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ufw is asked by its own command. A rule of ours bears a comment with our opening's number, and with that comment it is deleted, so
 * that ufw finds no rule but ours. Its files are those of the machine: in another network than that of process 1 it would write down
 * there what it does here.
 */
#include "via_way.h"

#include "fwport/files.h"
#include "fwport/privilege.h"
#include "ufw_rules.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { RULES_LIMIT = 16 << 20 };

static const char program[] = "/usr/sbin/ufw";

static int check(const struct opening *opening, struct error *err)
{
	if (opening->port.protocol != PROTOCOL_TCP && opening->port.protocol != PROTOCOL_UDP)
		return error_set(err, ERROR_USAGE, "ufw has rules for ports of TCP and UDP alone");
	if (opening->runtime)
		return error_set(err, ERROR_USAGE,
				 "ufw keeps what it is told, and cannot be asked for --runtime");
	if (opening->expires)
		return error_set(err, ERROR_USAGE,
				 "rules of ufw have no end, and it cannot be asked for --for");
	return 0;
}

/* The files may be there on hosts where it does not run: what counts is that the kernel has its chains. */
static bool is_active(const struct ruleset *ruleset)
{
	for (size_t i = 0; i < ruleset->table_count; i++)
		if (table_find_chain(ruleset->tables[i], "ufw-user-input") ||
		    table_find_chain(ruleset->tables[i], "ufw6-user-input"))
			return true;
	return false;
}

static int check_here(const struct ruleset *ruleset, struct error *err)
{
	CLEANUP(privilege_return) struct privilege_taken more = privilege_take(PRIVILEGE_PROCESSES);
	struct stat ours, theirs;

	if (!is_active(ruleset))
		return error_set(err, ERROR_SYSTEM, "ufw is not active: its chains are not in the ruleset");
	if (stat("/proc/self/ns/net", &ours) < 0 || stat("/proc/1/ns/net", &theirs) < 0)
		return error_system(err, errno, "cannot see which network ufw looks after");
	if (ours.st_dev != theirs.st_dev || ours.st_ino != theirs.st_ino)
		return error_set(err, ERROR_SYSTEM, "the ufw of this machine looks after another network");
	return 0;
}

static int read_rules(const struct opening *opening, enum family family, enum ufw_has *out, struct error *err)
{
	static const char *const paths[] = {
		[FAMILY_IPV4] = "/etc/ufw/user.rules", [FAMILY_IPV6] = "/etc/ufw/user6.rules"};
	CLEANUP(text_free) struct text lines = {0};

	if (file_read(paths[family], RULES_LIMIT, &lines, err) < 0)
		return error_in(err, "cannot read what ufw has");
	return ufw_rules_look(text_string(&lines), opening, family, out, err);
}

static int denied(const struct opening *opening, struct error *err)
{
	char port[PORT_TEXT];

	error_set(err, ERROR_BLOCKED,
		  "ufw has a rule for the very packets of %s that does not let them pass, and would put ours "
		  "in "
		  "its place",
		  port_text(opening->port, port));
	return error_hint(err, "ufw status numbered, and ufw delete NUMBER");
}

static int look(struct opening *opening, const struct ruleset *ruleset, const struct host *host,
		struct pool *pool, struct error *err)
{
	unsigned wanted = 0, had = 0;

	(void)host;
	(void)pool;
	if (check_here(ruleset, err) < 0)
		return -1;
	for (int family = 0; family < FAMILY_COUNT; family++) {
		enum ufw_has has = UFW_HAS_NONE;

		if (!scope_has_family(&opening->scope, (enum family)family))
			continue;
		if (read_rules(opening, (enum family)family, &has, err) < 0)
			return -1;
		if (has == UFW_HAS_OTHER)
			return denied(opening, err);
		wanted |= FAMILY_BIT((enum family)family);
		had |= has == UFW_HAS_ALLOW ? FAMILY_BIT((enum family)family) : 0;
	}
	if (had && had != wanted)
		return error_set(err, ERROR_BLOCKED,
				 "ufw lets it through over %s already: ask for the other alone",
				 family_name(had == FAMILY_BIT(FAMILY_IPV4) ? FAMILY_IPV4 : FAMILY_IPV6));
	opening->handed = had ? 0 : HANDED_RUNTIME | HANDED_PERMANENT;
	return 0;
}

/* One family is said by the addresses that are all of it. */
static const char *address_word(const struct prefix *list, size_t count, const struct scope *scope,
				char out[ADDRESS_TEXT])
{
	if (count)
		return prefix_text(list, out);
	if (scope->families == FAMILIES_BOTH || scope->from_count || scope->to_count)
		return "any";
	return scope->families & FAMILY_BIT(FAMILY_IPV4) ? "0.0.0.0/0" : "::/0";
}

static void say_rule(const struct opening *opening, struct via_words *words)
{
	const struct scope *scope = &opening->scope;
	const struct port_range ports = opening->port.ports;
	char address[ADDRESS_TEXT];

	via_say(words, "%s", direction_word(scope->direction));
	if (scope->iface) {
		via_say(words, "on");
		via_say(words, "%s", scope->iface);
	}
	via_say(words, "proto");
	via_say(words, "%s", protocol_name(opening->port.protocol));
	via_say(words, "from");
	via_say(words, "%s", address_word(scope->from, scope->from_count, scope, address));
	via_say(words, "to");
	via_say(words, "%s", address_word(scope->to, scope->to_count, scope, address));
	via_say(words, "port");
	if (ports.first == ports.last)
		via_say(words, "%u", ports.first);
	else
		via_say(words, "%u:%u", ports.first, ports.last);
	via_say(words, "comment");
	via_say(words, "fwport:%u", opening->id);
}

/* Behind what its user denies already, unless it is to go past that. */
static int run(const struct errand *errand, int lock, struct error *err)
{
	CLEANUP(via_words_free) struct via_words words = {0};
	CLEANUP(text_free) struct text answer = {0};
	int status;

	via_say(&words, "%s", program);
	if (errand->back)
		via_say(&words, "delete");
	else if (errand->opening->override)
		via_say(&words, "prepend");
	via_say(&words, "allow");
	say_rule(errand->opening, &words);
	status = via_ask(&words, "ufw", lock, &answer, err);
	if (status <= 0)
		return status;
	return error_set(err, ERROR_SYSTEM, "ufw says %s", text_string(&answer));
}

const struct via_way via_ufw = {check, look, run};
