/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command of the tool that owns the blocking table, one writer per owner. Where the rule has to stand is where a guest of
 * ours would: before the blocker's tail, not behind it.
 */
#include "fwport/plan.h"

#include "place.h"

#include <inttypes.h>
#include <string.h>

enum { MULTIPORT_MOST = 15 }; /* ports in one match of iptables, a range counts as two */

/* What the writers need of the blocker: whether it stops answers, and the place for a rule. */
struct spot {
	bool reply;
	const struct chain *chain; /* NULL: no rule of ours could stand anywhere, nor should another */
	const struct rule *before; /* NULL: at the end */
	bool local_only;
	const struct decision *blocker;
};

/* "443-445,447" in the words of a tool: with its sign for a range. */
static void ports_add(const struct fix_question *question, char to, const char *between, struct text *out)
{
	for (size_t i = 0; i < question->port_count; i++) {
		const struct port_range range = question->ports[i];

		text_add(out, "%s%u", i ? between : "", range.first);
		if (range.last != range.first)
			text_add(out, "%c%u", to, range.last);
	}
}

static bool is_inbound(const struct fix_question *question)
{
	return question->query->direction == DIRECTION_IN;
}

static bool fits_multiport(const struct fix_question *question)
{
	size_t slots = 0;

	for (size_t i = 0; i < question->port_count; i++)
		slots += 1 + (question->ports[i].first != question->ports[i].last);
	return slots <= MULTIPORT_MOST;
}

static const char *prefix_or_any(const struct prefix *prefix, char out[ADDRESS_TEXT])
{
	return prefix ? prefix_text(prefix, out) : "any";
}

/* What ufw adds stands behind all that its user has denied already, unless it is told to put it before. */
static bool is_of_ufws_user(const struct decision *blocker)
{
	return blocker->rule && (strncmp(blocker->chain->name, "ufw-user-", 9) == 0 ||
				 strncmp(blocker->chain->name, "ufw6-user-", 10) == 0);
}

static void ufw_add(const struct fix_question *question, const struct spot *spot, struct text *out)
{
	const struct query *query = question->query;
	const bool in = is_inbound(question);
	const struct prefix *from = in ? query->peer : query->local, *to = in ? query->local : query->peer;
	char prefix[ADDRESS_TEXT];

	if (spot->reply || !fits_multiport(question))
		return;
	text_add(out, "ufw %sallow%s", is_of_ufws_user(spot->blocker) ? "prepend " : "", in ? "" : " out");
	if (query->iface)
		text_add(out, "%s on %s", in ? " in" : "", query->iface);
	if (!from && !to && !query->iface) {
		text_add(out, " ");
		ports_add(question, ':', ",", out);
		text_add(out, "/%s", protocol_name(query->protocol));
		return;
	}
	if (in || from)
		text_add(out, " from %s", prefix_or_any(from, prefix));
	text_add(out, " to %s port ", prefix_or_any(to, prefix));
	ports_add(question, ':', ",", out);
	text_add(out, " proto %s", protocol_name(query->protocol));
}

/* The zone whose chain blocks: "filter_IN_public", or one of those that it calls, "filter_IN_public_deny". */
static void zone_add(const struct decision *blocker, struct text *out)
{
	static const char head[] = "filter_IN_", *const tails[] = {"_pre", "_log", "_deny", "_allow",
								   "_post"};
	const char *name = blocker->chain->name;
	size_t length;

	if (strncmp(name, head, strlen(head)) != 0 || strncmp(name, "filter_IN_policy_", 17) == 0)
		return;
	name += strlen(head);
	length = strlen(name);
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		size_t tail = strlen(tails[i]);

		if (length > tail && strcmp(name + length - tail, tails[i]) == 0) {
			length -= tail;
			break;
		}
	}
	text_add(out, " --zone=%.*s", (int)length, name);
}

static void rich_rule_add(const struct query *query, struct port_range range, struct text *out)
{
	const struct prefix *any = query->peer ? query->peer : query->local;
	char prefix[ADDRESS_TEXT], ports[PORT_TEXT];

	text_add(out, " --add-rich-rule='rule family=%s", family_word(any->address.family));
	if (query->peer)
		text_add(out, " source address=%s", prefix_text(query->peer, prefix));
	if (query->local)
		text_add(out, " destination address=%s", prefix_text(query->local, prefix));
	text_add(out, " port port=%s protocol=%s accept'", port_range_text(range, ports),
		 protocol_name(query->protocol));
}

static void firewalld_add(const struct fix_question *question, const struct spot *spot, struct text *out)
{
	const struct query *query = question->query;
	char ports[PORT_TEXT];

	if (spot->reply || !is_inbound(question))
		return;
	text_add(out, "firewall-cmd --permanent");
	zone_add(spot->blocker, out);
	for (size_t i = 0; i < question->port_count; i++)
		if (query->peer || query->local)
			rich_rule_add(query, question->ports[i], out);
		else
			text_add(out, " --add-port=%s/%s", port_range_text(question->ports[i], ports),
				 protocol_name(query->protocol));
	text_add(out, " && firewall-cmd --reload");
}

static void nft_address_add(const char *which, const struct prefix *prefix, struct text *out)
{
	char address[ADDRESS_TEXT];

	if (prefix)
		text_add(out, " %s %s %s", prefix->address.family == FAMILY_IPV4 ? "ip" : "ip6", which,
			 prefix_text(prefix, address));
}

static void nft_match_add(const struct fix_question *question, const struct spot *spot, struct text *out)
{
	const struct query *query = question->query;
	const bool in = is_inbound(question);

	if (spot->reply) {
		text_add(out, " ct state established,related accept");
		return;
	}
	if (query->iface)
		text_add(out, " %s \"%s\"", in ? "iifname" : "oifname", query->iface);
	nft_address_add(in ? "saddr" : "daddr", query->peer, out);
	nft_address_add(in ? "daddr" : "saddr", query->local, out);
	if (spot->local_only)
		text_add(out, " fib %s type local", in ? "daddr" : "saddr");
	text_add(out, " %s dport %s", protocol_name(query->protocol), question->port_count > 1 ? "{ " : "");
	ports_add(question, '-', ", ", out);
	text_add(out, "%s accept", question->port_count > 1 ? " }" : "");
}

static void nft_add(const struct fix_question *question, const struct spot *spot, struct text *out)
{
	const struct table *table = spot->chain ? spot->chain->table : NULL;

	if (!table || table_has_owner(table))
		return; /* nobody else's rule is taken there */
	text_add(out, "nft %s rule %s %s %s", spot->before ? "insert" : "add",
		 table_family_name(table->family), table->name, spot->chain->name);
	if (spot->before)
		text_add(out, " position %" PRIu64, spot->before->handle);
	nft_match_add(question, spot, out);
}

static void iptables_match_add(const struct fix_question *question, const struct spot *spot, struct text *out)
{
	const struct query *query = question->query;
	const bool in = is_inbound(question);
	char prefix[ADDRESS_TEXT];

	if (spot->reply) {
		text_add(out, " -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT");
		return;
	}
	if (query->iface)
		text_add(out, " %s %s", in ? "-i" : "-o", query->iface);
	if (query->peer)
		text_add(out, " %s %s", in ? "-s" : "-d", prefix_text(query->peer, prefix));
	if (query->local)
		text_add(out, " %s %s", in ? "-d" : "-s", prefix_text(query->local, prefix));
	if (spot->local_only)
		text_add(out, " -m addrtype --%s-type LOCAL", in ? "dst" : "src");
	text_add(out, " -p %s%s ", protocol_name(query->protocol),
		 question->port_count > 1 ? " -m multiport --dports" : " --dport");
	ports_add(question, ':', ",", out);
	text_add(out, " -j ACCEPT");
}

static void iptables_add(const struct fix_question *question, const struct spot *spot, struct text *out)
{
	const struct table *table = spot->chain ? spot->chain->table : NULL;

	if (!table || table_has_owner(table) || !fits_multiport(question))
		return;
	text_add(out, "%s%s", table->family == TABLE_IP6 ? "ip6tables" : "iptables",
		 table->engine == ENGINE_LEGACY ? "-legacy" : "");
	if (spot->before)
		text_add(out, " -I %s %u", spot->chain->name, spot->before->position);
	else
		text_add(out, " -A %s", spot->chain->name);
	iptables_match_add(question, spot, out);
}

typedef void owner_add(const struct fix_question *question, const struct spot *spot, struct text *out);

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
	[OWNER_LEGACY] = iptables_add,
};

/* Then no port of the question names the packet at the blocker. */
static bool has_other_destination(const struct family_answer *answer, const struct blocker *blocker)
{
	for (size_t i = 0; i < answer->packet_count; i++)
		for (size_t j = 0; j < answer->packets[i].path_count; j++)
			if (answer->packets[i].packet.role == blocker->packet &&
			    decision_is_nat(&answer->packets[i].path[j].decision))
				return true;
	return false;
}

/* Before the tail, where a guest would stand; before the blocker itself where only the owner may write; or nowhere. */
static struct spot spot_of(const struct fix_question *question, const struct blocker *blocker,
			   const struct station *station, bool reply)
{
	CLEANUP(pool_free) struct pool pool = {0};
	const struct ruleset nothing = {0};
	const struct query *query = question->query;
	struct spot spot = {.reply = reply};
	struct sites sites;
	struct error err;

	if (!chain_takes_guests(station->chain))
		return (struct spot){
			.reply = reply, .chain = station->decision.chain, .before = station->decision.rule};
	if (sites_find(&nothing, station, packet_port(query->protocol, query->port, blocker->packet), true,
		       &pool, &sites, &err) < 0 ||
	    sites.refused || !sites.count)
		return spot;
	spot.chain = sites.list[0].chain;
	spot.before = sites.list[0].before;
	spot.local_only = sites.list[0].local_only;
	return spot;
}

/* fail2ban's jail by its names for it: chain f2b-JAIL, or set addr-set-JAIL; NULL when the rule is none of its bans. */
static const char *jail_of(const struct rule *rule)
{
	static const char chain_head[] = "f2b-", set_head[] = "addr-set-", set_head6[] = "addr6-set-";

	for (size_t i = 0; i < rule->op_count; i++) {
		const char *name = rule->ops[i].kind == OP_LOOKUP ? rule->ops[i].lookup.set_name : NULL;

		if (name && strncmp(name, set_head, strlen(set_head)) == 0)
			return name + strlen(set_head);
		if (name && strncmp(name, set_head6, strlen(set_head6)) == 0)
			return name + strlen(set_head6);
	}
	return !rule->chain->base && strncmp(rule->chain->name, chain_head, strlen(chain_head)) == 0
		       ? rule->chain->name + strlen(chain_head)
		       : NULL;
}

/* A ban is lifted, and no rule put before it. */
static bool unban_add(const struct fix_question *question, const struct decision *blocker, struct text *out)
{
	const struct prefix *peer = question->query->peer;
	const char *jail = blocker->rule ? jail_of(blocker->rule) : NULL;
	char address[ADDRESS_TEXT];

	if (!jail)
		return false;
	if (is_inbound(question) && peer && peer->length == 8 * address_size(peer->address.family))
		text_add(out, "fail2ban-client set %s unbanip %s", jail,
			 address_text(&peer->address, address));
	return true;
}

/* A rule in a chain that is none of ufw's, in its table: what ufw adds may stand behind it. */
static bool is_beside_ufw(const struct decision *blocker)
{
	return blocker->base->table->owner == OWNER_UFW && blocker->rule &&
	       strncmp(blocker->chain->name, "ufw", 3) != 0;
}

/* It names the place, and its tool does not choose one. */
static bool is_by_hand(owner_add *add)
{
	return add == nft_add || add == iptables_add;
}

/* Nothing where the owner has no command for it. */
static void blocker_add(const struct fix_question *question, const struct family_answer *answer,
			const struct blocker *blocker, bool refused, struct text *out)
{
	const bool reply = packet_role_is_reply(blocker->packet);
	const struct station *station =
		reply || !has_other_destination(answer, blocker) ? blocker_station(answer, blocker) : NULL;
	owner_add *add = station ? owners[station->chain->table->owner] : NULL;
	struct spot spot;

	if (unban_add(question, blocker->decision, out) || !add)
		return;
	if (is_beside_ufw(blocker->decision))
		add = iptables_add;
	if (refused && !reply && is_by_hand(add) && chain_takes_guests(station->chain))
		return;
	spot = spot_of(question, blocker, station, reply);
	spot.blocker = blocker->decision;
	add(question, &spot, out);
}

/* A command that leaves one of the blockers where it is opens nothing, and one may serve several. */
void fix_owner(const struct fix_question *question, const struct family_answer *answer, bool refused,
	       struct text *out)
{
	CLEANUP(text_free) struct text all = {0}, one = {0};

	for (size_t i = 0; i < answer->blocker_count; i++) {
		text_clear(&one);
		blocker_add(question, answer, &answer->blockers[i], refused, &one);
		if (!one.length)
			return;
		if (!all.length || !strstr(text_string(&all), text_string(&one)))
			text_add(&all, "%s%s", all.length ? " && " : "", text_string(&one));
	}
	if (all.length)
		text_add(out, "%s", text_string(&all));
	out->failed |= all.failed || one.failed;
}
