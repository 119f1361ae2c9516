/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The path of a packet through netfilter's hooks. Hooks of one place run by priority, and of equal priority the newest first
 * (nf_hook_entries_grow), which nobody tells: see ties.h. NAT chains run where the kernel's dispatcher stands, whatever their
 * own priority, which only orders them among themselves (nf_nat_core.c). Dormant tables have no hooks.
 */
#include "path.h"

#include <stdlib.h>
#include <string.h>

bool chain_has_device(const struct chain *chain, const struct link *link)
{
	for (size_t i = 0; link && i < chain->device_count; i++) {
		size_t length = strlen(chain->devices[i]);

		if (strcmp(chain->devices[i], link->name) == 0)
			return true;
		if (length > 0 && chain->devices[i][length - 1] == '*' &&
		    strncmp(chain->devices[i], link->name, length - 1) == 0)
			return true;
	}
	return false;
}

/* What is forwarded was in prerouting already when NAT sent it on; what answers it comes by the other side. */
static bool is_met_onward(const struct chain *chain, const struct packet *packet)
{
	switch (chain->hook) {
	case HOOK_INGRESS:
		return !packet->original && chain_has_device(chain, packet->iface);
	case HOOK_PREROUTING:
		return !packet->original;
	case HOOK_FORWARD:
	case HOOK_POSTROUTING:
		return true;
	case HOOK_EGRESS:
		return chain_has_device(chain, packet->onward);
	case HOOK_INPUT:
	case HOOK_OUTPUT:
		break;
	}
	return false;
}

static bool is_met(const struct chain *chain, const struct packet *packet, bool nat)
{
	if (!chain->base || (chain->type == CHAIN_NAT && !nat))
		return false;
	if (packet->onward)
		return is_met_onward(chain, packet);
	switch (chain->hook) {
	case HOOK_INGRESS:
		return !packet->leaves && chain_has_device(chain, packet->iface);
	case HOOK_EGRESS:
		return packet->leaves && chain_has_device(chain, packet->iface);
	case HOOK_PREROUTING:
	case HOOK_INPUT:
		return !packet->leaves;
	case HOOK_OUTPUT:
	case HOOK_POSTROUTING:
		return packet->leaves;
	case HOOK_FORWARD:
		break;
	}
	return false;
}

/* Of equal priority, the kernel's own comes first or last as the ties say. */
static bool is_behind(const struct ties *ties, const struct chain *chain, int32_t place, bool usually)
{
	int kernel = tie_rank(ties, chain->hook, place, false, NULL);
	int own = tie_rank(ties, chain->hook, place, false, chain->table);

	return kernel < 0 || own < 0 ? usually : own > kernel;
}

static bool is_tracked(const struct chain *chain, int32_t place, const struct ties *ties)
{
	switch (chain->hook) {
	case HOOK_INGRESS:
		return false;
	case HOOK_PREROUTING:
	case HOOK_OUTPUT:
		if (place == PLACE_TRACKING)
			return is_behind(ties, chain, place, true);
		return place > PLACE_TRACKING;
	case HOOK_INPUT:
	case HOOK_FORWARD:
	case HOOK_POSTROUTING:
	case HOOK_EGRESS:
		break;
	}
	return true;
}

/* NAT of the destination was in prerouting, and is taken back from what answers in postrouting. */
static bool is_inside_onward(const struct chain *chain, const struct packet *packet)
{
	return packet->original || chain->hook == HOOK_INGRESS || chain->hook == HOOK_PREROUTING;
}

static bool is_inside(const struct chain *chain, const struct packet *packet, int32_t place,
		      const struct ties *ties)
{
	bool nat = chain->type == CHAIN_NAT;

	if (packet->onward && is_inside_onward(chain, packet))
		return true;
	switch (chain->hook) {
	case HOOK_INGRESS:
	case HOOK_EGRESS:
		return false;
	case HOOK_PREROUTING:
		if (place == PLACE_NAT_DESTINATION && !nat)
			return is_behind(ties, chain, place, false);
		return place > PLACE_NAT_DESTINATION;
	case HOOK_POSTROUTING:
		if (place == PLACE_NAT_SOURCE && !nat)
			return !is_behind(ties, chain, place, false);
		return place <= PLACE_NAT_SOURCE;
	case HOOK_INPUT:
	case HOOK_FORWARD:
	case HOOK_OUTPUT:
		break;
	}
	return true;
}

static int by_priority(int32_t a, int32_t b)
{
	return (a > b) - (a < b);
}

static int by_age(uint64_t a, uint64_t b)
{
	return (b > a) - (b < a);
}

/* Of two tables the newer one, for want of better: where it matters, the ties know both orders. */
static int compare_stops(const void *left, const void *right)
{
	const struct stop *a = left, *b = right;
	int order = (int)a->chain->hook - (int)b->chain->hook;

	if (order == 0)
		order = by_priority(a->place, b->place);
	if (order == 0)
		order = by_priority(a->rank, b->rank);
	if (order == 0 && a->chain->type == CHAIN_NAT && b->chain->type == CHAIN_NAT)
		order = by_priority(a->chain->priority, b->chain->priority);
	if (order == 0)
		order = by_priority(a->nat_rank, b->nat_rank);
	if (order == 0)
		order = by_age(a->chain->table->handle, b->chain->table->handle);
	if (order == 0)
		order = by_age(a->chain->handle, b->chain->handle);
	return order;
}

static int path_add(struct path *path, const struct chain *chain, const struct packet *packet,
		    const struct ties *ties, struct pool *pool)
{
	struct stop *stops = pool_grow(pool, path->stops, path->count, sizeof(*stops));
	int32_t place = chain_place(chain);
	bool nat = chain->type == CHAIN_NAT;

	if (!stops)
		return -1;
	path->stops = stops;
	stops[path->count++] = (struct stop){
		.chain = chain,
		.place = place,
		.rank = tie_rank(ties, chain->hook, place, false, nat ? NULL : chain->table),
		.nat_rank = nat ? tie_rank(ties, chain->hook, chain->priority, true, chain->table) : -1,
		.tracked = is_tracked(chain, place, ties),
		.inside = is_inside(chain, packet, place, ties),
	};
	return 0;
}

int path_find(const struct ruleset *ruleset, const struct packet *packet, bool nat, const struct ties *ties,
	      struct pool *pool, struct path *out)
{
	*out = (struct path){0};
	for (size_t i = 0; i < ruleset->table_count; i++) {
		const struct table *table = ruleset->tables[i];

		if (table_is_dormant(table) || !table_sees_family(table, packet->family))
			continue;
		for (size_t j = 0; j < table->chain_count; j++)
			if (is_met(table->chains[j], packet, nat) &&
			    path_add(out, table->chains[j], packet, ties, pool) < 0)
				return -1;
	}
	if (out->count > 1)
		qsort(out->stops, out->count, sizeof(out->stops[0]), compare_stops);
	return 0;
}
