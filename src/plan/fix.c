/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an administrator can type: the fwport command, and the command of the tool that owns the blocking table. Only
 * suggestions; nothing here is ever run.
 */
#include "fwport/plan.h"

#include "place.h"
#include "predicate.h"

#include <inttypes.h>

static void port_add(const struct query *query, struct text *out)
{
	char port[PORT_TEXT];

	text_add(out, "%s", port_text((struct port_spec){query->protocol, {query->port, query->port}}, port));
}

static void fwport_add(const struct query *query, bool override, struct text *out)
{
	bool in = query->direction == DIRECTION_IN;
	const struct prefix *from = in ? query->peer : query->local, *to = in ? query->local : query->peer;
	char prefix[ADDRESS_TEXT];

	text_add(out, "fwport open ");
	port_add(query, out);
	if (!in)
		text_add(out, " --out");
	if (from)
		text_add(out, " --from %s", prefix_text(from, prefix));
	if (to)
		text_add(out, " --to %s", prefix_text(to, prefix));
	if (query->iface)
		text_add(out, " --iface %s", query->iface);
	if (query->families == FAMILY_BIT(FAMILY_IPV4) && !query->peer && !query->local)
		text_add(out, " -4");
	if (query->families == FAMILY_BIT(FAMILY_IPV6) && !query->peer && !query->local)
		text_add(out, " -6");
	if (override)
		text_add(out, " --override");
}

static bool is_reply(const struct blocker *blocker)
{
	return blocker->packet == PACKET_SYN_ACK || blocker->packet == PACKET_ANSWER;
}

/* one writer per owner */

static void ufw_add(const struct query *query, const struct blocker *blocker, struct text *out)
{
	char prefix[ADDRESS_TEXT];
	const char *protocol = protocol_name(query->protocol);

	if (is_reply(blocker))
		return;
	text_add(out, "ufw allow%s", query->direction == DIRECTION_IN ? "" : " out");
	if (query->iface)
		text_add(out, "%s on %s", query->direction == DIRECTION_IN ? " in" : "", query->iface);
	if (!query->peer && !query->iface)
		text_add(out, " %u/%s", query->port, protocol);
	else if (query->direction == DIRECTION_IN)
		text_add(out, " from %s to any port %u proto %s",
			 query->peer ? prefix_text(query->peer, prefix) : "any", query->port, protocol);
	else
		text_add(out, " to %s port %u proto %s",
			 query->peer ? prefix_text(query->peer, prefix) : "any", query->port, protocol);
}

static void firewalld_add(const struct query *query, const struct blocker *blocker, struct text *out)
{
	char prefix[ADDRESS_TEXT];

	if (is_reply(blocker) || query->direction == DIRECTION_OUT)
		return;
	if (query->peer)
		text_add(out,
			 "firewall-cmd --permanent --add-rich-rule='rule family=%s source address=%s port "
			 "port=%u protocol=%s accept'",
			 family_word(query->peer->address.family), prefix_text(query->peer, prefix),
			 query->port, protocol_name(query->protocol));
	else
		text_add(out, "firewall-cmd --permanent --add-port=%u/%s", query->port,
			 protocol_name(query->protocol));
	text_add(out, " && firewall-cmd --reload");
}

static void nft_match_add(const struct query *query, const struct blocker *blocker, struct text *out)
{
	bool in = query->direction == DIRECTION_IN;
	char prefix[ADDRESS_TEXT];

	if (is_reply(blocker)) {
		text_add(out, " ct state established,related accept");
		return;
	}
	if (query->iface)
		text_add(out, " %s \"%s\"", in ? "iifname" : "oifname", query->iface);
	if (query->peer)
		text_add(out, " %s %s %s", query->peer->address.family == FAMILY_IPV4 ? "ip" : "ip6",
			 in ? "saddr" : "daddr", prefix_text(query->peer, prefix));
	text_add(out, " %s dport %u accept", protocol_name(query->protocol), query->port);
}

static void nft_add(const struct query *query, const struct blocker *blocker, struct text *out)
{
	const struct decision *decision = blocker->decision;
	const struct chain *chain = decision->chain;

	text_add(out, "nft %s rule %s %s %s", decision->rule ? "insert" : "add",
		 table_family_name(chain->table->family), chain->table->name, chain->name);
	if (decision->rule)
		text_add(out, " position %" PRIu64, decision->rule->handle);
	nft_match_add(query, blocker, out);
}

static void iptables_add(const struct query *query, const struct blocker *blocker, struct text *out)
{
	const struct decision *decision = blocker->decision;
	bool in = query->direction == DIRECTION_IN;
	char prefix[ADDRESS_TEXT];

	text_add(out, "%s", decision->chain->table->family == TABLE_IP6 ? "ip6tables" : "iptables");
	if (decision->rule)
		text_add(out, " -I %s %u", decision->chain->name, decision->rule->position);
	else
		text_add(out, " -A %s", decision->chain->name);
	if (is_reply(blocker)) {
		text_add(out, " -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT");
		return;
	}
	if (query->iface)
		text_add(out, " %s %s", in ? "-i" : "-o", query->iface);
	if (query->peer)
		text_add(out, " %s %s", in ? "-s" : "-d", prefix_text(query->peer, prefix));
	text_add(out, " -p %s --dport %u -j ACCEPT", protocol_name(query->protocol), query->port);
}

typedef void owner_add(const struct query *query, const struct blocker *blocker, struct text *out);

/* NULL: its rules are written by a program that would write them again. */
static owner_add *const owners[] = {
	[OWNER_OURS] = NULL,
	[OWNER_ADMIN] = nft_add,
	[OWNER_IPTABLES_NFT] = iptables_add,
	[OWNER_UFW] = ufw_add,
	[OWNER_FIREWALLD] = firewalld_add,
	[OWNER_DOCKER] = NULL,
	[OWNER_FAIL2BAN] = NULL,
	[OWNER_LIBVIRT] = NULL,
	[OWNER_KUBERNETES] = NULL,
	[OWNER_LEGACY] = NULL,
};

static const struct station *station_of(const struct family_answer *answer, const struct decision *decision)
{
	for (size_t i = 0; i < answer->packet_count; i++)
		for (size_t j = 0; j < answer->packets[i].path_count; j++) {
			const struct station *station = &answer->packets[i].path[j];

			if (station->decision.base == decision->base &&
			    station->decision.rule == decision->rule && fate_is_block(station->fate))
				return station;
		}
	return NULL;
}

/* Whether a guest could help at every blocker, at least past explicit denies. */
static bool can_open(const struct query *query, const struct family_answer *answer, bool *override)
{
	CLEANUP(pool_free) struct pool pool = {0};
	const struct ruleset nothing = {0};

	for (size_t i = 0; i < answer->blocker_count; i++) {
		const struct blocker *blocker = &answer->blockers[i];
		const struct station *station = station_of(answer, blocker->decision);
		struct asked_port asked = packet_port(query->port, blocker->packet);
		struct sites sites;
		struct error err;

		if (!station)
			return false;
		if (sites_find(&nothing, station, asked, false, &pool, &sites, &err) < 0)
			return false;
		*override |= sites.hint != NULL;
		if (sites.hint && sites_find(&nothing, station, asked, true, &pool, &sites, &err) < 0)
			return false;
		if (sites.refused || !sites.count)
			return false;
	}
	return answer->blocker_count > 0;
}

void fix_text(const struct query *query, const struct family_answer *answer, struct text *fwport,
	      struct text *owner)
{
	const struct blocker *first = answer->blocker_count ? &answer->blockers[0] : NULL;
	const struct station *station = first ? station_of(answer, first->decision) : NULL;
	bool override = false;

	if (can_open(query, answer, &override))
		fwport_add(query, override, fwport);
	if (station && !decision_is_nat(first->decision) && owners[station->chain->table->owner]) {
		const struct decision end = decision_at_end(station);

		owners[station->chain->table->owner](query, &(struct blocker){first->packet, &end}, owner);
	}
}
