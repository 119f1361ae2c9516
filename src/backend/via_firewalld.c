/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firewalld is asked over D-Bus by a program of ours in libexec, since the library for it would double the time that fwport takes to
 * start. A port for anybody is a port of the zone; what is narrower is a rich rule. Rules that are about an interface it has none:
 * that is what zones are for.
 */
#include "via_way.h"

#include "fwport/files.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

enum { NO_LOCK = -1 }; /* who only looks changes nothing behind our back */

static int check(const struct opening *opening, struct error *err)
{
	if (opening->scope.direction == DIRECTION_OUT)
		return error_set(err, ERROR_USAGE,
				 "firewalld is asked for what comes in, and cannot be for --out");
	if (!opening->scope.iface)
		return 0;
	error_set(err, ERROR_USAGE, "firewalld opens ports by zones, and cannot be asked for one interface");
	return error_hint(err, "without --iface it is asked in the zone of the interfaces that lead outside");
}

static void begin(struct via_words *words, const char *question)
{
	via_say(words, "%s/fwport-firewalld", directory_path(DIRECTORY_LIBEXEC));
	via_say(words, "%s", question);
}

static bool is_plain(const struct scope *scope)
{
	return !scope->from_count && !scope->to_count && scope->families == FAMILIES_BOTH;
}

static enum family family_of(const struct scope *scope)
{
	if (scope->from_count || scope->to_count)
		return (scope->from_count ? scope->from : scope->to)->address.family;
	return scope->families & FAMILY_BIT(FAMILY_IPV4) ? FAMILY_IPV4 : FAMILY_IPV6;
}

/* "443/tcp", or a rich rule. */
static void say_entry(const struct opening *opening, struct via_words *words)
{
	const struct scope *scope = &opening->scope;
	CLEANUP(text_free) struct text rule = {0};
	char ports[PORT_TEXT], prefix[ADDRESS_TEXT];

	if (is_plain(scope)) {
		via_say(words, "%s", port_text(opening->port, ports));
		return;
	}
	text_add(&rule, "rule family=\"%s\"", family_word(family_of(scope)));
	if (scope->from_count)
		text_add(&rule, " source address=\"%s\"", prefix_text(scope->from, prefix));
	if (scope->to_count)
		text_add(&rule, " destination address=\"%s\"", prefix_text(scope->to, prefix));
	text_add(&rule, " port port=\"%s\" protocol=\"%s\" accept",
		 port_range_text(opening->port.ports, ports), protocol_name(opening->port.protocol));
	words->failed |= rule.failed;
	via_say(words, "%s", text_string(&rule));
}

/* Its exit statuses are those of fwport. */
static int told(int status, const struct text *answer, struct error *err)
{
	static const enum error_kind kinds[] = {[2] = ERROR_USAGE, [5] = ERROR_BUSY, [6] = ERROR_BLOCKED};
	const bool is_known = status > 0 && (size_t)status < sizeof(kinds) / sizeof(kinds[0]);

	if (status == 0)
		return 0;
	return error_set(err, is_known && kinds[status] ? kinds[status] : ERROR_SYSTEM, "%s",
			 text_string(answer));
}

static int ask(struct via_words *words, int lock, struct text *answer, struct error *err)
{
	const int status = via_ask(words, "fwport-firewalld", lock, answer, err);

	if (status >= 0)
		return told(status, answer, err);
	return err->sys == ENOENT ? error_hint(err, "it is built where libsystemd is") : -1;
}

/* Of what comes from outside: from the source asked for, or by the interfaces with a default route. */
static int find_zone(struct opening *opening, const struct host *host, struct pool *pool, struct error *err)
{
	CLEANUP(via_words_free) struct via_words words = {0};
	CLEANUP(text_free) struct text answer = {0};
	char prefix[ADDRESS_TEXT];

	begin(&words, "zone");
	via_say(&words, "%s", opening->scope.from_count ? prefix_text(opening->scope.from, prefix) : "-");
	for (size_t i = 0; i < host->link_count; i++) {
		const struct link *link = &host->links[i];

		if (link->up && !link->loopback &&
		    (host_has_default_route(host, FAMILY_IPV4, link->index) ||
		     host_has_default_route(host, FAMILY_IPV6, link->index)))
			via_say(&words, "%s", link->name);
	}
	if (ask(&words, NO_LOCK, &answer, err) < 0)
		return -1;
	opening->zone = pool_text(pool, text_string(&answer));
	return opening->zone ? 0 : error_memory(err);
}

static int look(struct opening *opening, const struct ruleset *ruleset, const struct host *host,
		struct pool *pool, struct error *err)
{
	CLEANUP(via_words_free) struct via_words words = {0};
	CLEANUP(text_free) struct text answer = {0};

	(void)ruleset;
	if (find_zone(opening, host, pool, err) < 0)
		return -1;
	begin(&words, "look");
	via_say(&words, "%s", opening->zone);
	say_entry(opening, &words);
	if (ask(&words, NO_LOCK, &answer, err) < 0)
		return -1;
	opening->handed =
		(HANDED_RUNTIME | HANDED_PERMANENT) & ~(unsigned)strtoul(text_string(&answer), NULL, 10);
	return 0;
}

static int run(const struct errand *errand, int lock, struct error *err)
{
	const int64_t seconds = errand->seconds < INT_MAX ? errand->seconds : INT_MAX;
	CLEANUP(via_words_free) struct via_words words = {0};
	CLEANUP(text_free) struct text answer = {0};

	begin(&words, errand->back ? "remove" : "add");
	via_say(&words, "%s", errand->opening->zone);
	say_entry(errand->opening, &words);
	via_say(&words, "%u", errand->levels);
	if (!errand->back)
		via_say(&words, "%d", (int)seconds);
	return ask(&words, lock, &answer, err);
}

const struct via_way via_firewalld = {check, look, run};
