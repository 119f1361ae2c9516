/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way of one packet: its fate, then each base chain that it meets with who decided there, where NAT moved it, and what stands
 * too late behind a blocker.
 */
#include "why_packet.h"

#include "phrase.h"

#include "fwport/plain.h"
#include "fwport/rule_text.h"

#include <inttypes.h>

static const char *const fates[] = {
	[FATE_PASS] = "accepted by", [FATE_DEPENDS] = "depends on", [FATE_UNKNOWN] = "unknown at",
	[FATE_DROP] = "dropped by",  [FATE_REJECT] = "rejected by",
};

/* Where no rule decided and the walk fell off the end of the base chain. */
static const char *const policies[] = {
	[FATE_PASS] = "passes, policy accept",
	[FATE_DEPENDS] = "depends on the rules before its policy",
	[FATE_UNKNOWN] = "unknown: one of the rules before its policy is not understood",
	[FATE_DROP] = "dropped by its policy",
	[FATE_REJECT] = "rejected by its policy",
};

static void add_decision(const struct decision *decision, bool moves, struct text *out)
{
	char address[ADDRESS_TEXT];

	if (!decision->rule) {
		text_add(out, "%s", policies[decision->fate]);
		return;
	}
	if (decision->forwarded)
		text_add(out,
			 decision->forwarded_to.family == FAMILY_IPV6
				 ? "sent to [%s]:%u, which is not this host, by"
				 : "sent to %s:%u, which is not this host, by",
			 address_text(&decision->forwarded_to, address), decision->forwarded_port);
	else
		text_add(out, "%s", moves ? "moved by" : fates[decision->fate]);
	text_add(out, " rule %u", decision->rule->position);
	if (decision->chain && decision->chain != decision->base)
		text_add(out, " of chain %s", decision->chain->name);
	if (decision->base->table->engine == ENGINE_NFT)
		text_add(out, " (handle %" PRIu64 ")", decision->rule->handle);
	text_add(out, ": ");
	rule_text(decision->rule, out);
	if (decision->because)
		text_add(out, " (%s)", decision->because);
}

static void print_calls(const struct output *output, const struct decision *decision)
{
	for (size_t i = 0; i < decision->call_count; i++)
		plain_line(output->out, "                  by rule %u of %s to the next chain",
			   decision->calls[i].rule->position, decision->calls[i].rule->chain->name);
}

/* What comes too late: accepts that stand behind the station's blocker. */
static void print_never_reached(const struct output *output, const struct family_answer *family,
				const struct station *station)
{
	CLEANUP(text_free) struct text line = {0}, command = {0};

	for (size_t i = 0; i < family->never_reached_count; i++) {
		const struct shadowed *shadowed = &family->never_reached[i];

		if (shadowed->blocker != &station->decision)
			continue;
		text_clear(&line);
		text_clear(&command);
		rule_name(shadowed->accept, &line);
		text_add(&line, ": ");
		rule_text(shadowed->accept, &line);
		if (shadowed->moved)
			text_add(&line, " (NAT moved the packet to port %u before)", family->move.port);
		rule_command(shadowed->accept, &command);
		if (command.length)
			text_add(&line, " (a rule that `%s` added)", text_string(&command));
		plain_line(output->out, "                 never reached: %s", text_string(&line));
	}
}

static void print_move(const struct output *output, const struct family_answer *family,
		       const struct station *station)
{
	const struct move *move = &family->move;
	char address[ADDRESS_TEXT];

	if (!move->rule || station->decision.rule != move->rule)
		return;
	plain_line(output->out,
		   move->to.family == FAMILY_IPV6 ? "                 to [%s]:%u; what follows sees that port"
						  : "                 to %s:%u; what follows sees that port",
		   address_text(&move->to, address), move->port);
}

/* "    input        ip filter INPUT (iptables-nft, priority 0): rejected by rule 7 (handle 14): ...   <== blocks" */
static void print_station(const struct output *output, const struct family_answer *family,
			  const struct station *station)
{
	CLEANUP(text_free) struct text line = {0};

	text_add(&line, "    %-12s ", hook_name(station->hook));
	chain_name(station->chain, &line);
	text_add(&line, " (%s, priority ", owner_name(station->chain->table->owner));
	priority_text(station->chain, &line);
	text_add(&line, "): ");
	add_decision(&station->decision, family->move.rule && station->decision.rule == family->move.rule,
		     &line);
	if (fate_is_block(station->fate) && !station->decision.forwarded)
		text_add(&line, "   <== blocks");
	plain_line(output->out, "%s", text_string(&line));
	if (output->verbose)
		print_calls(output, &station->decision);
	print_move(output, family, station);
	print_never_reached(output, family, station);
}

/* A packet is not said to pass while something that was not read may stop it. */
void why_packet_print(const struct output *output, const struct family_answer *family,
		      const struct packet_answer *packet)
{
	const char *name = packet_role_name(packet->packet.role);
	bool unread = family->unknown && packet->fate == FATE_PASS;

	if (packet->path_count == 0) {
		plain_line(output->out, "  %s: meets no base chain%s", name, unread ? " that was read" : "");
		return;
	}
	plain_line(output->out, "  %s: %s", name, fate_word(unread ? FATE_UNKNOWN : packet->fate));
	for (size_t i = 0; i < packet->path_count; i++) {
		print_station(output, family, &packet->path[i]);
		/* It never comes to the rest, which were judged as if it did. */
		if (packet->path[i].decision.forwarded)
			return;
	}
}
