/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Puts a rule at a place in a hypothetical ruleset and looks whether it helps, and whether somebody else gets through by it:
 * every class of sources that rules single out must fare as before.
 */
#include "meet.h"

#include "blocker.h"
#include "fwport/rule_text.h"
#include "peers.h"
#include "way_end.h"

#include <string.h>

int class_refuse(struct placing *placing, const struct course *course, size_t class, const char *sentence,
		 const char *hint, struct error *err)
{
	const struct port_class *ports = &course->survey->classes[class];
	struct refusals *refusals = placing->refusals;

	course->settled[class] = true;
	refusals->list = pool_grow(placing->pool, refusals->list, refusals->count, sizeof(*refusals->list));
	if (!refusals->list || !sentence)
		return error_memory(err);
	refusals->list[refusals->count++] = (struct refusal){
		.group = course->group,
		.family = course->lane->family,
		.ports = ports->ranges,
		.port_count = ports->range_count,
		.sentence = sentence,
		.hint = hint,
	};
	return 0;
}

static void settle(const struct course *course, const struct need *need)
{
	for (size_t i = 0; i < need->class_count; i++)
		course->settled[need->classes[i]] = true;
}

static int refuse_need(struct placing *placing, const struct course *course, const struct need *need,
		       const char *sentence, const char *hint, struct error *err)
{
	for (size_t i = 0; i < need->class_count; i++)
		if (class_refuse(placing, course, need->classes[i], sentence, hint, err) < 0)
			return -1;
	return 0;
}

static int ports_of(const struct course *course, const struct need *need, struct pool *pool,
		    struct port_range **out, size_t *count, struct error *err)
{
	size_t room = 1, used = 0;

	for (size_t i = 0; i < need->class_count; i++)
		room += course->survey->classes[need->classes[i]].range_count;
	*out = pool_alloc(pool, room * sizeof(**out));
	if (!*out)
		return error_memory(err);
	for (size_t i = 0; i < need->class_count; i++) {
		const struct port_class *class = &course->survey->classes[need->classes[i]];

		memcpy(*out + used, class->ranges, class->range_count * sizeof(**out));
		used += class->range_count;
	}
	*count = port_ranges_merge(*out, used);
	return 0;
}

static int guest_make(const struct course *course, const struct need *need, const struct site *site,
		      struct pool *pool, struct guest *out, struct error *err)
{
	const struct scope *scope = course->group->scope;
	struct port_range *ports;
	size_t count = 0;

	if (ports_of(course, need, pool, &ports, &count, err) < 0)
		return -1;
	*out = (struct guest){
		.group = course->group,
		.predicate = {.kind = need->kind,
			      .protocol = course->group->protocol,
			      .leaves = need->leaves,
			      .one_family = true,
			      .family = course->lane->family,
			      .peer = course->lane->peer,
			      .local = course->lane->local,
			      .iface = scope->iface,
			      .local_only = site->local_only,
			      .arrives = need->arrives,
			      .until = course->group->expires,
			      .ports = ports,
			      .port_count = count},
		.chain = site->chain,
		.before = site->before,
	};
	return 0;
}

static bool is_repeated(const struct placing *placing, const struct guest *guest)
{
	for (size_t i = 0; i < placing->guests->count; i++) {
		const struct guest *other = &placing->guests->list[i];
		const struct predicate *a = &other->predicate, *b = &guest->predicate;

		if (other->group == guest->group && chain_is(other->chain, guest->chain) &&
		    rule_is(other->before, guest->before) && a->kind == b->kind && a->family == b->family &&
		    a->peer == b->peer && a->local == b->local && a->arrives == b->arrives &&
		    ranges_cover(a->ports, a->port_count, b->ports, b->port_count))
			return true;
	}
	return false;
}

static int others_check(const struct placing *placing, const struct course *course, const struct need *need,
			const struct ruleset *after, const struct decision **found, bool *too_many,
			struct error *err)
{
	struct decision blocker;
	struct trial trial = {
		.before = placing->working,
		.after = after,
		.host = placing->host,
		.group = course->group,
		.lane = course->lane,
		.blocker = &blocker,
	};

	*found = NULL;
	*too_many = false;
	if (decision_at_end(need->station, placing->pool, &blocker, err) < 0)
		return -1;
	for (size_t i = 0; i < need->class_count && !*found && !*too_many; i++)
		if (peers_check(&trial, course->survey->classes[need->classes[i]].example, placing->pool,
				found, too_many, err) < 0)
			return -1;
	return 0;
}

/* Tracking does not know each reply: notrack may have kept it from some. */
static bool may_not_help(const struct need *need)
{
	return need->tentative || need->kind == PREDICATE_REPLY_TRACKED;
}

/* Whether the packets of the need fare better than before. */
static int site_helps(const struct placing *placing, const struct course *course, const struct need *need,
		      const struct ruleset *after, bool *helps, struct error *err)
{
	struct answer answer;

	*helps = false;
	if (lane_ask(after, placing->host, course->group, course->lane,
		     course->survey->classes[need->classes[0]].example, placing->pool, &answer, err) < 0)
		return -1;
	for (size_t i = 0; i < answer.family_count; i++) {
		const struct station *station =
			station_like(&answer.families[i], need->role, need->station->chain);

		*helps |= station && !fate_is_block(station->fate) && station->fate < need->station->fate;
	}
	return 0;
}

/* It tests the ports of SCTP by matches, and cannot have two lists of them. */
static bool iptables_can_list(const struct predicate *predicate)
{
	return !predicate->arrives || predicate->protocol != PROTOCOL_SCTP;
}

/* Why this site cannot be used, or NULL and *after with the guest in place. */
static int site_try(struct placing *placing, const struct course *course, const struct need *need,
		    const struct site *site, struct guest *guest, struct ruleset **after, const char **why,
		    struct error *err)
{
	CLEANUP(text_free) struct text name = {0};
	const struct decision *found;
	struct decision shown;
	bool helps = true, too_many;
	struct steps steps = {0};

	*why = NULL;
	if (guest_make(course, need, site, placing->pool, guest, err) < 0)
		return -1;
	if (table_is_compat(site->chain->table) && !iptables_can_list(&guest->predicate)) {
		*why = "a rule for it in a table of iptables-nft would need a match that iptables cannot "
		       "list";
		return 0;
	}
	if (is_repeated(placing, guest)) {
		*why = "a rule before what blocks it would not be reached";
		return 0;
	}
	if (guest_steps(guest, placing->pool, &steps, err) < 0 ||
	    steps_apply(placing->working, &steps, placing->pool, after, err) < 0)
		return -1;
	if (may_not_help(need) && site_helps(placing, course, need, *after, &helps, err) < 0)
		return -1;
	if (!helps)
		*why = "a rule there does not help";
	if (!helps || site->proved)
		return 0;
	if (others_check(placing, course, need, *after, &found, &too_many, err) < 0)
		return -1;
	if (too_many)
		*why = "too many sources are told apart to prove that none of them would be let through";
	if (!found)
		return 0;
	shown = *found;
	shown.rule = found->rule ? rule_as_in(placing->now, found->rule) : NULL;
	if (decision_is_nat(&shown)) {
		text_add(&name, "sent elsewhere by ");
		rule_name(shown.rule, &name);
	} else {
		decision_text(&shown, &name);
	}
	*why = pool_format(placing->pool, "a rule here would let through sources that are %s",
			   text_string(&name));
	return *why && !name.failed ? 0 : error_memory(err);
}

/* Refused for another need of theirs: a rule for this one would open nothing. */
static bool is_settled(const struct course *course, const struct need *need)
{
	for (size_t i = 0; i < need->class_count; i++)
		if (!course->settled[need->classes[i]])
			return false;
	return true;
}

/* *met: a guest stands at one of the need's places; else *why not. */
static int sites_meet(struct placing *placing, const struct course *course, const struct need *need,
		      bool *met, const char **why, struct error *err)
{
	struct ruleset *after;
	struct guest guest;

	*met = false;
	*why = NULL;
	for (size_t i = 0; i < need->sites.count && !*met; i++) {
		const char *not_here;

		if (site_try(placing, course, need, &need->sites.list[i], &guest, &after, &not_here, err) < 0)
			return -1;
		*met = !not_here;
		*why = *why ? *why : not_here;
	}
	if (!*met)
		return 0;
	placing->working = after;
	return guests_push(placing->guests, &guest, placing->pool, err);
}

static bool overrides(const struct course *course, const struct need *need)
{
	for (size_t i = 0; i < need->class_count; i++) {
		const struct port_class *class = &course->survey->classes[need->classes[i]];

		if (!group_overrides(course->group, class->ranges, class->range_count))
			return false;
	}
	return true;
}

/*
 * Behind a blocker that asks something there may be another. When a rule before the later one is enough, the earlier was not
 * sure to block (it asks the time of day, or something that is not understood), and is not bypassed.
 */
static int later_meet(struct placing *placing, const struct course *course, const struct need *need,
		      bool *met, struct error *err)
{
	const struct lane_packet packet = {
		.host = placing->host,
		.group = course->group,
		.lane = course->lane,
		.port = course->survey->classes[need->classes[0]].example,
		.role = need->role,
	};
	const struct station *blockers[BLOCKERS_MOST];
	bool override = overrides(course, need);
	size_t count;

	*met = false;
	if (blockers_behind(placing->working, &packet, need->station, placing->pool, blockers, &count, err) <
	    0)
		return -1;
	while (count-- > 0 && !*met) {
		struct need later = *need;
		const char *why;

		later.tentative = true;
		if (sites_find(placing->now, blockers[count],
			       packet_port((uint8_t)course->group->protocol, need->station->port, need->role),
			       override, placing->pool, &later.sites, err) < 0)
			return -1;
		if (later.sites.refused)
			return refuse_need(placing, course, need, later.sites.refused, later.sites.hint, err);
		if (sites_meet(placing, course, &later, met, &why, err) < 0)
			return -1;
	}
	return 0;
}

/* What connection tracking does not know for a reply is told by its flags. */
static int untracked_meet(struct placing *placing, const struct course *course, const struct need *need,
			  bool *met, const char **why, struct error *err)
{
	struct need by_flags = *need;

	if (*met || need->kind != PREDICATE_REPLY_TRACKED || course->group->protocol != PROTOCOL_TCP)
		return 0;
	by_flags.kind = need->role == PACKET_SYN_ACK ? PREDICATE_REPLY_SYN_ACK : PREDICATE_REPLY_ACK;
	return sites_meet(placing, course, &by_flags, met, why, err);
}

int need_meet(struct placing *placing, const struct course *course, const struct need *need,
	      struct error *err)
{
	const char *why;
	bool met = false;

	if (is_settled(course, need))
		return 0;
	if (!need->tentative && later_meet(placing, course, need, &met, err) < 0)
		return -1;
	if (met || is_settled(course, need))
		return 0;
	if (sites_meet(placing, course, need, &met, &why, err) < 0 ||
	    untracked_meet(placing, course, need, &met, &why, err) < 0)
		return -1;
	if (met)
		return 0;
	if (need->tentative) {
		settle(course, need);
		return 0;
	}
	return refuse_need(
		placing, course, need,
		why ? why : "the blocking chain is reached in several ways, and no rule can tell them apart",
		NULL, err);
}
