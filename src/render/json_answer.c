/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The JSON of `why`: per family the packets of the conversation, each with its path and who decided.
 */
#include "fwport/json.h"

#include "json_parts.h"

#include "fwport/rule_text.h"

/* A chain "accepts" what its packet may "pass" the whole path for; the other words are the same. */
static const char *station_word(enum fate fate)
{
	return fate == FATE_PASS ? "accept" : fate_word(fate);
}

static json_t *part_station(const struct station *station)
{
	return json_pack("{so, so, so, so, so}", "hook", part_text(hook_name(station->hook)), "chain",
			 part_chain(station->chain), "verdict", part_text(station_word(station->fate)),
			 "decided_by", part_decision(&station->decision), "because",
			 part_text(station->decision.because));
}

static json_t *part_path(const struct packet_answer *packet)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < packet->path_count; i++)
		if (part_append(list, part_station(&packet->path[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

/* What was not read may stop it all the same: no pass is told in a family of which something is unknown. */
static enum fate told_fate(const struct family_answer *family, const struct packet_answer *packet)
{
	return family->unknown && packet->fate == FATE_PASS ? FATE_UNKNOWN : packet->fate;
}

/* NAT may send it to somebody else: nothing stops it, and this host never sees it. */
static json_t *part_packet(const struct family_answer *family, const struct packet_answer *packet)
{
	const struct decision *decision = packet->decided_by;
	const bool forwarded = decision && decision->forwarded;
	char address[ADDRESS_TEXT];

	return json_pack("{so, so, so, so, so, so}", "packet",
			 part_text(packet_role_word(packet->packet.role)), "verdict",
			 part_text(fate_word(told_fate(family, packet))), "decided_by",
			 part_decision(decision), "delivered", part_bool(!forwarded), "forwarded_to",
			 part_text(forwarded ? address_text(&decision->forwarded_to, address) : NULL), "path",
			 part_path(packet));
}

static json_t *part_packets(const struct family_answer *family)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < family->packet_count; i++)
		if (part_append(list, part_packet(family, &family->packets[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *part_end(const struct family_answer *family, const struct address *address)
{
	char text[ADDRESS_TEXT];

	return family->packet_count ? part_text(address_text(address, text)) : json_null();
}

/* The accept, the packet that does not come to it, and the blocker before it. */
static json_t *part_shadowed(const struct shadowed *shadowed)
{
	CLEANUP(text_free) struct text command = {0};
	json_t *part = part_rule(shadowed->accept);

	rule_command(shadowed->accept, &command);
	if (command.failed ||
	    json_object_set_new(part, "packet", part_text(packet_role_word(shadowed->packet))) < 0 ||
	    json_object_set_new(part, "reason", part_text(shadowed->moved ? "moved" : "behind")) < 0 ||
	    json_object_set_new(part, "added_by", part_text(command.length ? text_string(&command) : NULL)) <
		    0 ||
	    json_object_set_new(part, "behind", part_decision(shadowed->blocker)) < 0) {
		json_decref(part);
		return NULL;
	}
	return part;
}

static json_t *part_never_reached(const struct family_answer *family)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < family->never_reached_count; i++)
		if (part_append(list, part_shadowed(&family->never_reached[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *part_move(const struct move *move)
{
	char address[ADDRESS_TEXT];

	if (!move->rule)
		return json_null();
	return json_pack("{so, si, so}", "address", part_text(address_text(&move->to, address)), "port",
			 (int)move->port, "rule", part_rule(move->rule));
}

/* The rest of the way of what is not for this host; unlike that of the answer, its verdict is about the packets' passing. */
static json_t *part_forward(const struct family_answer *family)
{
	const struct decision *decision = family->packet_count ? family->packets[0].decided_by : NULL;
	const struct family_answer *forward = family->forward;
	char address[ADDRESS_TEXT];

	if (!forward || !decision)
		return json_null();
	return json_pack("{so, si, so, so, so, so, so, so, so, so}", "address",
			 part_text(address_text(&decision->forwarded_to, address)), "port",
			 (int)decision->forwarded_port, "interface", part_text(forward->interface), "verdict",
			 part_text(verdict_word(forward->verdict)), "unknown", part_text(forward->unknown),
			 "packets", part_packets(forward), "blockers", part_blockers(forward),
			 "never_reached", part_never_reached(forward), "conditions",
			 part_conditions(forward, false), "exceptions", part_conditions(forward, true));
}

static json_t *part_existing(const struct family_answer *family)
{
	const struct packet_answer *existing = answer_existing(family);

	return part_text(existing ? fate_word(told_fate(family, existing)) : NULL);
}

static json_t *part_fix(const struct fix *fix)
{
	return json_pack("{so, so}", "fwport", part_text(fix->fwport && *fix->fwport ? fix->fwport : NULL),
			 "owner", part_text(fix->owner && *fix->owner ? fix->owner : NULL));
}

static json_t *part_warnings(const struct family_answer *family)
{
	json_t *list = json_array();

	for (enum hook hook = 0; hook <= HOOK_EGRESS; hook++)
		if (engines_meet(family, hook) && part_append(list, part_engines(hook, 0)) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *part_family(const struct family_answer *family, const struct fix *fix)
{
	return json_pack("{so, so, so, so, so, so, so, so, so, so, so, so, so, so, so, so, so, so, so}",
			 "family", part_text(family_word(family->family)), "applicable",
			 part_bool(family->applicable), "counted", part_bool(family->counted), "interface",
			 part_text(family->interface), "address", part_text(family->addresses), "verdict",
			 part_text(family->applicable ? verdict_word(family->verdict) : NULL), "unknown",
			 part_text(family->unknown), "local", part_end(family, &family->local), "peer",
			 part_end(family, &family->peer), "packets", part_packets(family), "blockers",
			 part_blockers(family), "never_reached", part_never_reached(family), "moved_to",
			 part_move(&family->move), "forward", part_forward(family), "existing",
			 part_existing(family), "conditions", part_conditions(family, false), "exceptions",
			 part_conditions(family, true), "warnings", part_warnings(family), "fix",
			 part_fix(fix));
}

static json_t *part_families(const struct answer *answer, const struct fix *fixes)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < answer->family_count; i++)
		if (part_append(list, part_family(&answer->families[i], &fixes[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *part_not_modelled(const struct answer *answer)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < answer->not_modelled_count; i++) {
		const struct not_modelled *item = &answer->not_modelled[i];

		if (part_append(list, json_pack("{so, so, so}", "kind", part_text(item->kind), "name",
						part_text(item->name), "text", part_text(item->text))) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

int json_answer(FILE *out, const struct answer *answer, const struct answer_notes *notes, struct error *err)
{
	const struct query *query = &answer->query;

	return parts_print(
		out,
		json_pack("{si, ss, so, so, so, si, so, so, so, so, so, so, so}", "schema", 1, "command",
			  "why", "direction", part_text(direction_word(query->direction)), "service",
			  part_text(notes->service), "protocol", part_text(protocol_name(query->protocol)),
			  "port", (int)query->port, "ports", part_text(notes->ports), "verdict",
			  part_text(verdict_word(answer->verdict)), "ruleset",
			  answer->ruleset ? json_integer(answer->ruleset) : json_null(), "families",
			  part_families(answer, notes->fixes), "listeners", part_listeners(notes->listeners),
			  "not_modelled", part_not_modelled(answer), "hint", part_text(notes->hint)),
		err);
}
