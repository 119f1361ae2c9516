/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy in sentences. Long lists are cut, unless everything is asked for: --json has them whole.
 */
#include "say_policy.h"

#include "fwport/plain.h"
#include "fwport/rule_text.h"

enum { LINES_SHOWN = 40, RANGES_SHOWN = 8 };

static size_t shown_of(const struct output *output, size_t count)
{
	return output->verbose || count <= LINES_SHOWN ? count : LINES_SHOWN;
}

static void say_rest(const struct output *output, size_t count)
{
	if (shown_of(output, count) < count)
		plain_line(output->out, "  ... and %zu more, which --verbose lists", count - LINES_SHOWN);
}

/* "  8080/tcp on 192.0.2.10 in IPv4: python3 (pid 812)" */
static void say_listener(const struct output *output, const struct stopped_listener *stopped)
{
	const struct listener *listener = stopped->listener;
	CLEANUP(text_free) struct text line = {0};
	char port[PORT_TEXT], address[ADDRESS_TEXT];

	text_add(&line, "  %s",
		 port_text((struct port_spec){listener->protocol, {listener->port, listener->port}}, port));
	if (!listener->any)
		text_add(&line, " on %s", address_text(&listener->address, address));
	text_add(&line, " in %s", family_name(stopped->family));
	if (listener->program)
		text_add(&line, ": %s (pid %d)", listener->program, (int)listener->pid);
	plain_line(output->out, "%s", text_string(&line));
}

static void say_listeners(const struct output *output, const struct stops *stops)
{
	const size_t shown = shown_of(output, stops->listener_count);

	if (!stops->listener_count)
		return;
	plain_line(
		output->out,
		"Listening sockets that will no longer be reached, unless \"fwport open\" opens their port:");
	for (size_t i = 0; i < shown; i++)
		say_listener(output, &stops->listeners[i]);
	say_rest(output, stops->listener_count);
}

/* "  22/tcp in: rule 4 of ip filter INPUT (iptables-nft, handle 7): tcp dport 22 accept" */
static void say_accept(const struct output *output, const struct stopped_accept *stopped)
{
	const size_t shown = stopped->port_count > RANGES_SHOWN + 1 ? RANGES_SHOWN : stopped->port_count;
	CLEANUP(text_free) struct text line = {0};
	char ports[PORT_TEXT];

	text_add(&line, "  ");
	for (size_t i = 0; i < shown; i++)
		text_add(&line, "%s%s", i ? "," : "", port_range_text(stopped->ports[i], ports));
	if (shown < stopped->port_count)
		text_add(&line, ", ... %zu more", stopped->port_count - shown);
	text_add(&line, "/%s %s: ", protocol_name(stopped->protocol), direction_word(stopped->direction));
	rule_name(stopped->rule, &line);
	text_add(&line, ": ");
	rule_text(stopped->rule, &line);
	plain_line(output->out, "%s", text_string(&line));
}

static void say_accepts(const struct output *output, const struct stops *stops)
{
	const size_t shown = shown_of(output, stops->accept_count);

	if (!stops->accept_count)
		return;
	plain_line(output->out, "Rules of others that accept what will be dropped all the same:");
	for (size_t i = 0; i < shown; i++)
		say_accept(output, &stops->accepts[i]);
	say_rest(output, stops->accept_count);
}

void say_stops(const struct output *output, const struct change_report *report)
{
	say_listeners(output, &report->stops);
	say_accepts(output, &report->stops);
	if (report->admitted)
		plain_line(output->out,
			   "%zu established connection%s without an accept of %s own will go on: connection "
			   "tracking, which did not see %s begin, comes on.",
			   report->admitted, report->admitted == 1 ? "" : "s",
			   report->admitted == 1 ? "its" : "their", report->admitted == 1 ? "it" : "them");
}

static void say_direction(const struct output *output, enum direction direction, bool drop, const char *again)
{
	static const char *const what[] = {
		[DIRECTION_IN] = "comes in to this host", [DIRECTION_OUT] = "goes out from this host"};

	plain_line(output->out, "%s: what %s and is not opened is %s%s.", direction_word(direction),
		   what[direction], drop ? "dropped" : "left to the rules of others", again);
}

void say_policy_again(const struct output *output, const struct change_report *report)
{
	for (int direction = 0; direction < 2; direction++)
		if (report->policy.drop[direction] != report->policy_before.drop[direction])
			say_direction(output, (enum direction)direction, report->policy.drop[direction],
				      " again");
}

void say_policy(const struct output *output, const struct change_report *report)
{
	for (int direction = 0; direction < 2; direction++)
		say_direction(output, (enum direction)direction, report->policy.drop[direction], "");
	if (!policy_drops(report->policy))
		return;
	if (report->changed)
		plain_line(output->out,
			   "proved: a port that nobody opened is dropped, and each opening is as "
			   "it was (ruleset %u).",
			   report->ruleset);
	plain_line(output->out, "What is forwarded, and so the traffic of containers, is not covered.");
}
