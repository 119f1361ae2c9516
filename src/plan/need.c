/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From blocked stations to needs. Knows which predicate each packet of a conversation takes: replies are told by connection
 * tracking where it runs, and by TCP flags where it does not, so that opening a port does not switch it on.
 */
#include "need.h"

#include <linux/netfilter_ipv4.h>

/* At the hooks where connection tracking begins, chains before it see every packet as invalid. */
static bool knows_connections(const struct chain *base)
{
	switch (base->hook) {
	case HOOK_PREROUTING:
	case HOOK_OUTPUT:
		return base->priority > NF_IP_PRI_CONNTRACK;
	case HOOK_INPUT:
	case HOOK_FORWARD:
	case HOOK_POSTROUTING:
		return true;
	case HOOK_INGRESS:
	case HOOK_EGRESS:
		return false;
	}
	return false;
}

/* false: no predicate is narrow enough. */
static bool kind_choose(const struct ruleset *ruleset, const struct packet *packet, const struct chain *base,
			enum predicate_kind *kind)
{
	bool tcp = packet->protocol == PROTOCOL_TCP;

	if (!packet_role_is_reply(packet->role))
		*kind = PREDICATE_REQUEST;
	else if (knows_connections(base) && (!tcp || ruleset_tracks_connections(ruleset, packet->family)))
		*kind = PREDICATE_REPLY_TRACKED;
	else if (tcp)
		*kind = packet->role == PACKET_SYN_ACK ? PREDICATE_REPLY_SYN_ACK : PREDICATE_REPLY_ACK;
	else
		return false;
	return true;
}

static const struct site *first_site(const struct need *need)
{
	return need->sites.count ? &need->sites.list[0] : NULL;
}

static unsigned site_position(const struct site *site)
{
	return site->before ? site->before->position : ~0u;
}

/* A rule for ACK also serves the SYN-ACK. */
static bool serves(enum predicate_kind have, enum predicate_kind want)
{
	return have == want || (have == PREDICATE_REPLY_ACK && want == PREDICATE_REPLY_SYN_ACK);
}

/*
 * Two needs of one conversation in one chain: when their predicates agree the earlier place may serve both, and the next
 * round tells. At one place the wider predicate serves both.
 */
static bool absorb(struct need *have, const struct need *more)
{
	const struct site *a = first_site(have), *b = first_site(more);

	if (!a || !b || a->chain != b->chain || have->leaves != more->leaves ||
	    have->arrives != more->arrives || have->tentative != more->tentative)
		return false;
	if (have->kind == more->kind) {
		if (site_position(b) < site_position(a))
			*have = *more;
		return true;
	}
	if (site_position(a) != site_position(b))
		return false;
	if (serves(more->kind, have->kind)) {
		*have = *more;
		return true;
	}
	return serves(have->kind, more->kind);
}

static int need_add(struct needs *needs, const struct need *need, struct pool *pool, struct error *err)
{
	for (size_t i = 0; i < needs->count; i++)
		if (absorb(&needs->list[i], need))
			return 0;
	needs->list = pool_grow(pool, needs->list, needs->count, sizeof(*needs->list));
	if (!needs->list)
		return error_memory(err);
	needs->list[needs->count++] = *need;
	return 0;
}

/* A packet that is let pass earlier may write less: the next round asks again. */
static bool has_sure(const struct needs *needs)
{
	for (size_t i = 0; i < needs->count; i++)
		if (!needs->list[i].tentative)
			return true;
	return false;
}

static struct need need_at(const struct packet *packet, const struct station *station)
{
	return (struct need){
		.leaves = packet->leaves,
		.arrives = station->port == packet_asked_port(packet) ? 0 : station->port,
		.role = packet->role,
		.station = station,
	};
}

static int station_need(const struct ruleset *ruleset, const struct ruleset *now, const struct packet *packet,
			const struct station *station, bool override, struct pool *pool, struct needs *out,
			struct error *err)
{
	struct asked_port asked = packet_port(packet->protocol, station->port, packet->role);
	struct need need = need_at(packet, station);

	if (!kind_choose(ruleset, packet, station->decision.base, &need.kind)) {
		out->refused =
			"its answers are blocked before connection tracking, where no rule can tell them";
		return 0;
	}
	if (sites_find(now, station, asked, override, pool, &need.sites, err) < 0)
		return -1;
	if (need.sites.banned && has_sure(out))
		return 0;
	if (need.sites.refused) {
		out->refused = need.sites.refused;
		out->hint = need.sites.hint;
		return 0;
	}
	return need_add(out, &need, pool, err);
}

/*
 * Somebody passes, and who does not is not always known. Only the end of the chain may be what stops the others: what
 * else stops them is a condition that somebody made.
 */
static int station_supposed(const struct ruleset *ruleset, const struct ruleset *now,
			    const struct packet *packet, const struct station *station, struct pool *pool,
			    struct needs *out, struct error *err)
{
	struct station *end = pool_copy(pool, station, sizeof(*end));
	struct need need = need_at(packet, end ? end : station);

	if (!end)
		return error_memory(err);
	need.tentative = true;
	end->decision = (struct decision){.base = station->chain, .chain = station->chain, .fate = FATE_DROP};
	if (!chain_end_blocks(station->chain, &end->decision.rule) ||
	    !kind_choose(ruleset, packet, station->chain, &need.kind))
		return 0;
	if (sites_find(now, end, (struct asked_port){.protocol = packet->protocol}, true, pool, &need.sites,
		       err) < 0)
		return -1;
	return need.sites.refused ? 0 : need_add(out, &need, pool, err);
}

static int packet_needs(const struct ruleset *ruleset, const struct ruleset *now,
			const struct packet_answer *packet, bool override, struct pool *pool,
			struct needs *out, struct error *err)
{
	for (size_t i = 0; i < packet->path_count && !out->refused; i++) {
		const struct station *station = &packet->path[i];
		int done = 0;

		if (fate_is_block(station->fate))
			done = station_need(ruleset, now, &packet->packet, station, override, pool, out, err);
		else if (station->fate != FATE_PASS)
			done = station_supposed(ruleset, now, &packet->packet, station, pool, out, err);
		if (done < 0)
			return -1;
	}
	return 0;
}

int needs_find(const struct ruleset *ruleset, const struct ruleset *now, const struct answer *answer,
	       bool override, struct pool *pool, struct needs *out, struct error *err)
{
	*out = (struct needs){0};
	for (size_t i = 0; i < answer->family_count; i++) {
		const struct family_answer *family = &answer->families[i];

		if (!family->applicable || !family->counted)
			continue;
		for (size_t j = 0; j < family->packet_count && !out->refused; j++)
			if (packet_needs(ruleset, now, &family->packets[j], override, pool, out, err) < 0)
				return -1;
	}
	return 0;
}

static bool same_need(const struct need *a, const struct need *b)
{
	const struct site *x = first_site(a), *y = first_site(b);

	if (a->kind != b->kind || a->leaves != b->leaves || a->arrives != b->arrives ||
	    a->tentative != b->tentative || a->station->decision.rule != b->station->decision.rule ||
	    a->station->decision.chain != b->station->decision.chain || !x != !y)
		return false;
	return !x || (x->chain == y->chain && x->before == y->before && x->local_only == y->local_only);
}

static int class_add(struct need *need, size_t class, struct pool *pool, struct error *err)
{
	need->classes = pool_grow(pool, need->classes, need->class_count, sizeof(*need->classes));
	if (!need->classes)
		return error_memory(err);
	need->classes[need->class_count++] = class;
	return 0;
}

int needs_merge(struct needs *needs, const struct needs *more, size_t class, struct pool *pool,
		struct error *err)
{
	for (size_t i = 0; i < more->count; i++) {
		size_t j = 0;

		while (j < needs->count && !same_need(&needs->list[j], &more->list[i]))
			j++;
		if (j == needs->count) {
			needs->list = pool_grow(pool, needs->list, needs->count, sizeof(*needs->list));
			if (!needs->list)
				return error_memory(err);
			needs->list[needs->count++] = more->list[i];
		}
		if (class_add(&needs->list[j], class, pool, err) < 0)
			return -1;
	}
	return 0;
}
