/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells the way of each packet of a conversation, chain by chain: who decided, everything that blocks, what may make it
 * otherwise, and what would open it.
 */
#include "why.h"

#include "phrase.h"
#include "print.h"
#include "tree.h"
#include "why_packet.h"

#include "fwport/engines.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

static void add_upper(const char *word, struct text *out)
{
	for (; *word; word++)
		text_add(out, "%c", toupper((unsigned char)*word));
}

static bool is_same_interface(const struct family_answer *a, const struct family_answer *b)
{
	return a->family == b->family && a->interface && b->interface &&
	       strcmp(a->interface, b->interface) == 0;
}

/* Two addresses of one interface may have two answers. */
static bool is_told_by_address(const struct answer *answer, const struct family_answer *family)
{
	size_t alike = 0;

	for (size_t i = 0; family->addresses && i < answer->family_count; i++)
		alike += is_same_interface(&answer->families[i], family);
	return alike > 1;
}

static void add_behind_verdict(const struct answer *answer, const struct family_answer *family,
			       struct text *out)
{
	char address[ADDRESS_TEXT];

	if (family->forward)
		text_add(out, " here, and sent on to %s",
			 address_text(&family->packets[0].decided_by->forwarded_to, address));
	if (!family->counted && family->applicable)
		text_add(out, " (does not count, no default route)");
	if (answer->ruleset)
		text_add(out, " (ruleset %" PRIu32 ")", answer->ruleset);
}

/* "https 443/tcp in IPv4 on eth0: BLOCKED (ruleset 184)" */
static void print_headline(struct tree *tree, const struct answer *answer, const struct answer_notes *notes,
			   const struct family_answer *family, const char *families)
{
	const struct query *query = &answer->query;
	CLEANUP(text_free) struct text line = {0}, word = {0}, behind = {0};

	if (notes->service)
		text_add(&line, "%s ", notes->service);
	text_add(&line, "%s/%s %s %s", notes->ports, protocol_name(query->protocol),
		 direction_word(query->direction), families);
	if (family->interface)
		text_add(&line, " on %s", family->interface);
	if (is_told_by_address(answer, family))
		text_add(&line, " at %s", family->addresses);
	text_add(&line, ": ");
	add_upper(phrase_verdict(family), &word);
	add_behind_verdict(answer, family, &behind);
	tree_add_marked(tree, 0, text_string(&line),
			family->applicable ? mark_of(family->verdict) : MARK_NONE, text_string(&word),
			text_string(&behind));
}

static void print_blockers(struct tree *tree, const struct family_answer *family)
{
	CLEANUP(text_free) struct text line = {0};

	if (family->blocker_count < 2 || (tree_is_drawn(tree) && !tree->output->verbose))
		return; /* the path has shown it */
	tree_add(tree, 1, "all that blocks:");
	for (size_t i = 0; i < family->blocker_count; i++) {
		text_clear(&line);
		phrase_decision(family->blockers[i].decision, &line);
		tree_add(tree, 2, "%s: %s", packet_role_name(family->blockers[i].packet), text_string(&line));
	}
}

/* Only where a firewall treats the two unlike: connections that go on after a ban, or that no longer do. */
static void print_existing(struct tree *tree, const struct family_answer *family)
{
	const struct packet_answer *existing = answer_existing(family);
	const struct packet_answer *first = family->packets;
	CLEANUP(text_free) struct text line = {0};

	if (!existing || family->unknown || fate_is_block(existing->fate) == fate_is_block(first->fate))
		return;
	text_add(&line, "%s", fate_word(existing->fate));
	if (existing->decided_by) {
		text_add(&line, " by ");
		phrase_decision(existing->decided_by, &line);
	}
	tree_add(tree, 1, "existing connections: %s", text_string(&line));
}

static void print_conditions(struct tree *tree, const struct family_answer *family)
{
	for (size_t i = 0; i < family->condition_count; i++) {
		const struct condition *condition = &family->conditions[i];
		bool decides = condition->decides || condition->kind == CONDITION_RATE;

		tree_add(tree, 1, "%s: %s", decides ? "condition" : "but", condition->text);
	}
}

static void print_fix(struct tree *tree, const struct fix *fix)
{
	if (fix->fwport && *fix->fwport)
		tree_add_command(tree, 1, "fix", fix->fwport);
	if (fix->owner && *fix->owner)
		tree_add_command(tree, 1, "fix, by the owner", fix->owner);
}

/* What the question asks for and the host has not, or the family as such. */
static void print_not_applicable(struct tree *tree, const struct query *query,
				 const struct answer_notes *notes, enum family family)
{
	const char *name = family_name(family);

	if (notes->loopback)
		tree_add(tree, 1,
			 "interface %s is a loopback: what passes there stays on this host, and is not "
			 "asked about",
			 query->iface);
	else if (query->iface && query->direction == DIRECTION_OUT && query->peer)
		tree_add(tree, 1, "interface %s is not up with an %s address, or is not the way to this peer",
			 query->iface, name);
	else if (query->iface)
		tree_add(tree, 1, "interface %s is not up with an %s address that fits", query->iface, name);
	else if (query->direction == DIRECTION_IN && query->local)
		tree_add(tree, 1, "no %s address of this host is in the destination asked for", name);
	else
		tree_add(tree, 1, "this host has no %s address", name);
}

/* Docker leaves this chain to the administrator, and asks it before its own. */
static void print_control(struct tree *tree, const struct family_answer *forward, uint16_t port)
{
	const struct packet_answer *first = forward->packet_count ? &forward->packets[0] : NULL;

	for (size_t i = 0; first && i < first->path_count; i++) {
		const struct table *table = first->path[i].chain->table;

		if (first->path[i].hook != HOOK_FORWARD || !table_find_chain(table, "DOCKER-USER"))
			continue;
		tree_add(tree, 1, "rules of yours belong in %s %s DOCKER-USER, and see port %u",
			 table_family_name(table->family), table->name, port);
		return;
	}
}

/* What is not for this host is told as far as it is sent on, and from there as it is forwarded. */
static void print_forward(struct tree *tree, const struct family_answer *family)
{
	const struct decision *decision = family->packets[0].decided_by;
	const struct family_answer *forward = family->forward;
	CLEANUP(text_free) struct text line = {0}, word = {0};
	char address[ADDRESS_TEXT];

	why_packet_print(tree, family, &family->packets[0]);
	text_add(&line, "forwarded to %s, port %u", address_text(&decision->forwarded_to, address),
		 decision->forwarded_port);
	if (forward->interface)
		text_add(&line, ", by %s", forward->interface);
	text_add(&line, ": ");
	add_upper(verdict_word(forward->verdict), &word);
	tree_add_marked(tree, 1, text_string(&line), mark_of(forward->verdict), text_string(&word),
			"; no input chain meets it");
	tree->below = 1;
	if (forward->unknown)
		tree_add(tree, 1, "%s", forward->unknown);
	why_packets_print(tree, forward);
	print_blockers(tree, forward);
	print_conditions(tree, forward);
	tree->below = 0;
	print_control(tree, forward, decision->forwarded_port);
}

static void print_packets(struct tree *tree, const struct family_answer *family)
{
	why_packets_print(tree, family);
	print_blockers(tree, family);
	if (family->packet_count)
		print_existing(tree, family);
}

static void print_engines(struct tree *tree, const struct family_answer *family)
{
	CLEANUP(text_free) struct text line = {0};

	for (enum hook hook = 0; hook <= HOOK_EGRESS; hook++) {
		if (!engines_meet(family, hook))
			continue;
		text_clear(&line);
		engines_warning(hook, 0, &line);
		tree_add(tree, 1, "warning: %s", text_string(&line));
	}
}

static void print_below(struct tree *tree, const struct answer *answer, const struct answer_notes *notes,
			size_t index)
{
	const struct family_answer *family = &answer->families[index];

	if (!family->applicable)
		print_not_applicable(tree, &answer->query, notes, family->family);
	if (family->unknown)
		tree_add(tree, 1, "%s", family->unknown);
	if (family->forward)
		print_forward(tree, family);
	else
		print_packets(tree, family);
	print_conditions(tree, family);
	print_engines(tree, family);
	print_fix(tree, &notes->fixes[index]);
}

static void print_families(struct tree *tree, const struct answer *answer, const struct answer_notes *notes)
{
	for (size_t i = 0; i < answer->family_count; i++) {
		print_headline(tree, answer, notes, &answer->families[i],
			       family_name(answer->families[i].family));
		print_below(tree, answer, notes, i);
	}
}

/* Of the same interface, and told alike: who reads it need not compare. */
static bool are_one(const struct answer *answer, const struct tree *trees, size_t a, size_t b)
{
	const struct family_answer *first = &answer->families[a], *second = &answer->families[b];
	const char *interface = first->interface ? first->interface : "";

	return first->family != second->family && first->applicable == second->applicable &&
	       first->verdict == second->verdict && first->counted == second->counted &&
	       strcmp(interface, second->interface ? second->interface : "") == 0 &&
	       !is_told_by_address(answer, first) && !is_told_by_address(answer, second) && !first->forward &&
	       tree_equal(&trees[a], &trees[b]);
}

/* A family that another one was told with has no lines any more. */
static void draw_families(struct tree *tree, const struct answer *answer, const struct answer_notes *notes,
			  struct tree *trees)
{
	for (size_t i = 0; i < answer->family_count; i++) {
		const char *families = family_name(answer->families[i].family);

		if (!trees[i].count)
			continue;
		for (size_t j = i + 1; j < answer->family_count; j++)
			if (trees[j].count && are_one(answer, trees, i, j)) {
				families = "IPv4 and IPv6";
				trees[j].count = 0;
			}
		print_headline(tree, answer, notes, &answer->families[i], families);
		tree_join(tree, &trees[i]);
	}
}

static void grow_families(struct tree *tree, const struct answer *answer, const struct answer_notes *notes)
{
	struct tree *trees = pool_alloc(&tree->pool, (answer->family_count + 1) * sizeof(*trees));

	if (!trees) {
		tree->failed = true;
		return;
	}
	for (size_t i = 0; i < answer->family_count; i++) {
		trees[i].output = tree->output;
		print_below(&trees[i], answer, notes, i);
	}
	draw_families(tree, answer, notes, trees);
	for (size_t i = 0; i < answer->family_count; i++)
		tree_free(&trees[i]);
}

static void add_listeners(const struct listeners *listeners, uint16_t port, struct text *out)
{
	size_t before = out->length;

	for (size_t i = 0; i < listeners->count; i++) {
		if (listeners->list[i].port != port)
			continue;
		if (out->length > before)
			text_add(out, ", ");
		phrase_listener(&listeners->list[i], out);
	}
	if (out->length == before)
		text_add(out, "nothing");
}

static bool is_moved_before(const struct answer *answer, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (answer->families[i].move.rule &&
		    answer->families[i].move.port == answer->families[index].move.port)
			return true;
	return false;
}

/* On the port asked about, and on those that NAT takes it to. */
static void print_listeners(struct tree *tree, const struct answer *answer, const struct listeners *listeners)
{
	CLEANUP(text_free) struct text line = {0};

	if (answer->query.direction == DIRECTION_OUT || !listeners)
		return;
	add_listeners(listeners, answer->query.port, &line);
	tree_add(tree, 0, "listening: %s", text_string(&line));
	for (size_t i = 0; i < answer->family_count; i++) {
		const struct move *move = &answer->families[i].move;

		if (!move->rule || move->port == answer->query.port || is_moved_before(answer, i))
			continue;
		text_clear(&line);
		add_listeners(listeners, move->port, &line);
		tree_add(tree, 0, "listening where NAT takes it, on %u: %s", move->port, text_string(&line));
	}
}

static void print_not_modelled(struct tree *tree, const struct not_modelled *item)
{
	if (strcmp(item->kind, "unread") == 0)
		tree_add(tree, 0, "not read: %s: %s", item->name, item->text);
	else
		tree_add(tree, 0, "not judged: %s %s: %s", item->kind, item->name, item->text);
}

void why_print(const struct output *output, const struct answer *answer, const struct answer_notes *notes)
{
	CLEANUP(tree_free) struct tree tree = {.output = output};

	if (tree_is_drawn(&tree))
		grow_families(&tree, answer, notes);
	else
		print_families(&tree, answer, notes);
	print_listeners(&tree, answer, notes->listeners);
	for (size_t i = 0; i < answer->not_modelled_count; i++)
		print_not_modelled(&tree, &answer->not_modelled[i]);
	tree_draw(&tree);
}
