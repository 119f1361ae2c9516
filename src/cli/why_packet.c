/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way of one packet: its fate, then each base chain that it meets with who decided there, where NAT moved it, and what stands
 * too late behind a blocker.
 */
#include "why_packet.h"

#include "phrase.h"

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

/* On a terminal the way is told in short, unless everything is asked for. */
static bool is_short(const struct tree *tree)
{
	return tree_is_drawn(tree) && !tree->output->verbose;
}

/* "rejected by" */
static void add_fate(const struct decision *decision, bool moves, struct text *out)
{
	char address[ADDRESS_TEXT];

	if (!decision->rule)
		text_add(out, "%s", policies[decision->fate]);
	else if (decision->forwarded)
		text_add(out,
			 decision->forwarded_to.family == FAMILY_IPV6
				 ? "sent to [%s]:%u, which is not this host, by"
				 : "sent to %s:%u, which is not this host, by",
			 address_text(&decision->forwarded_to, address), decision->forwarded_port);
	else
		text_add(out, "%s", moves ? "moved by" : fates[decision->fate]);
}

/* " rule 7 of chain services (handle 14)" */
static void add_rule(const struct tree *tree, const struct decision *decision, struct text *out)
{
	if (!decision->rule)
		return;
	text_add(out, " rule %u", decision->rule->position);
	if (decision->chain && decision->chain != decision->base)
		text_add(out, " of chain %s", decision->chain->name);
	if (decision->base->table->engine == ENGINE_NFT && !is_short(tree))
		text_add(out, " (handle %" PRIu64 ")", decision->rule->handle);
}

static void add_rule_text(const struct decision *decision, struct text *out)
{
	rule_text(decision->rule, out);
	if (decision->because)
		text_add(out, " (%s)", decision->because);
}

static void print_calls(struct tree *tree, const struct decision *decision)
{
	for (size_t i = 0; i < decision->call_count; i++)
		tree_add(tree, 3, "by rule %u of %s to the next chain", decision->calls[i].rule->position,
			 decision->calls[i].rule->chain->name);
}

/* What comes too late: accepts that stand behind the station's blocker. */
static void print_never_reached(struct tree *tree, const struct family_answer *family,
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
		tree_add(tree, 3, "never reached: %s", text_string(&line));
	}
}

static bool is_moved_by(const struct family_answer *family, const struct station *station)
{
	return family->move.rule && station->decision.rule == family->move.rule;
}

static void print_move(struct tree *tree, const struct family_answer *family, const struct station *station)
{
	const struct move *move = &family->move;
	char address[ADDRESS_TEXT];

	if (is_moved_by(family, station))
		tree_add(tree, 3,
			 move->to.family == FAMILY_IPV6 ? "to [%s]:%u; what follows sees that port"
							: "to %s:%u; what follows sees that port",
			 address_text(&move->to, address), move->port);
}

static bool is_blocked_at(const struct station *station)
{
	return fate_is_block(station->fate) && !station->decision.forwarded;
}

/* "input        ip filter INPUT (iptables-nft, priority 0): ", in short "input: ip filter INPUT (iptables-nft): " */
static void add_chain(const struct tree *tree, const struct station *station, struct text *out)
{
	text_add(out, tree_is_drawn(tree) ? "%s: " : "%-12s ", hook_name(station->hook));
	chain_name(station->chain, out);
	text_add(out, " (%s", owner_name(station->chain->table->owner));
	if (!is_short(tree)) {
		text_add(out, ", priority ");
		priority_text(station->chain, out);
	}
	text_add(out, "): ");
}

static enum mark mark_of_station(const struct station *station)
{
	if (is_blocked_at(station))
		return MARK_BAD;
	if (station->decision.fate == FATE_DEPENDS || station->decision.fate == FATE_UNKNOWN)
		return MARK_DOUBT;
	return station->decision.rule && station->decision.fate == FATE_PASS ? MARK_GOOD : MARK_NONE;
}

/*
 * "    input        ip filter INPUT (iptables-nft, priority 0): rejected by rule 7 (handle 14): ...   <== blocks"; in a tree the
 * rule stands below.
 */
static void print_station(struct tree *tree, const struct family_answer *family,
			  const struct station *station)
{
	CLEANUP(text_free) struct text chain = {0}, fate = {0}, rule = {0}, quoted = {0};
	const enum mark mark = mark_of_station(station);

	add_chain(tree, station, &chain);
	add_fate(&station->decision, is_moved_by(family, station), &fate);
	add_rule(tree, &station->decision, &rule);
	if (station->decision.rule)
		add_rule_text(&station->decision, &quoted);
	if (!tree_is_drawn(tree) && quoted.length)
		text_add(&rule, ": %s", text_string(&quoted));
	if (is_blocked_at(station) && !*screen_sign(&tree->output->screen, mark))
		text_add(&rule, "   <== blocks");
	tree_add_marked(tree, 2, text_string(&chain), tree_is_drawn(tree) ? mark : MARK_NONE,
			text_string(&fate), text_string(&rule));
	if (tree_is_drawn(tree) && quoted.length)
		tree_add(tree, 3, "%s", text_string(&quoted));
	if (tree->output->verbose)
		print_calls(tree, &station->decision);
	print_move(tree, family, station);
	print_never_reached(tree, family, station);
}

/* In short: the chains of the first packet where a rule decided, and of the others those that do not let it pass. */
static bool is_shown(const struct tree *tree, const struct family_answer *family,
		     const struct packet_answer *packet, const struct station *station)
{
	if (!is_short(tree) || station->decision.forwarded || is_moved_by(family, station) ||
	    station->fate != FATE_PASS)
		return true;
	return packet == &family->packets[0] && station->decision.rule != NULL;
}

static enum mark mark_of_fate(enum fate fate)
{
	return fate == FATE_PASS ? MARK_GOOD : fate_is_block(fate) ? MARK_BAD : MARK_DOUBT;
}

/* A packet is not said to pass while something that was not read may stop it. */
static void print_packet(struct tree *tree, const struct family_answer *family,
			 const struct packet_answer *packet)
{
	const char *name = packet_role_name(packet->packet.role);
	const bool unread = family->unknown && packet->fate == FATE_PASS;
	const enum fate fate = unread ? FATE_UNKNOWN : packet->fate;
	CLEANUP(text_free) struct text before = {0};

	if (packet->path_count == 0) {
		tree_add(tree, 1, "%s: meets no base chain%s", name, unread ? " that was read" : "");
		return;
	}
	text_add(&before, "%s: ", name);
	tree_add_marked(tree, 1, text_string(&before), tree_is_drawn(tree) ? mark_of_fate(fate) : MARK_NONE,
			fate_word(fate), "");
	for (size_t i = 0; i < packet->path_count; i++) {
		if (is_shown(tree, family, packet, &packet->path[i]))
			print_station(tree, family, &packet->path[i]);
		/* It never comes to the rest, which were judged as if it did. */
		if (packet->path[i].decision.forwarded)
			return;
	}
}

/* Of which nothing is to be told but that it passes. */
static bool is_plain_pass(const struct tree *tree, const struct family_answer *family, size_t index)
{
	const struct packet_answer *packet = &family->packets[index];

	if (!index || !is_short(tree) || family->unknown || packet->fate != FATE_PASS)
		return false;
	for (size_t i = 0; i < packet->path_count; i++)
		if (is_shown(tree, family, packet, &packet->path[i]))
			return false;
	return true;
}

/* "SYN-ACK, ACK, answer: pass". Returns the index of the first that is not one of them. */
static size_t print_passes(struct tree *tree, const struct family_answer *family, size_t index)
{
	CLEANUP(text_free) struct text names = {0};

	for (; index < family->packet_count && is_plain_pass(tree, family, index); index++)
		text_add(&names, "%s%s", names.length ? ", " : "",
			 packet_role_name(family->packets[index].packet.role));
	text_add(&names, ": ");
	tree_add_marked(tree, 1, text_string(&names), MARK_GOOD, fate_word(FATE_PASS), "");
	return index;
}

void why_packets_print(struct tree *tree, const struct family_answer *family)
{
	for (size_t i = 0; i < family->packet_count;) {
		if (is_plain_pass(tree, family, i))
			i = print_passes(tree, family, i);
		else
			print_packet(tree, family, &family->packets[i++]);
	}
}

void why_packet_print(struct tree *tree, const struct family_answer *family,
		      const struct packet_answer *packet)
{
	print_packet(tree, family, packet);
}
