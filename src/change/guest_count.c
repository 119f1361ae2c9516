/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules that let the first packet of an opening pass are those of its answers. A packet may meet several, one in each table:
 * the one that has counted most has seen them all.
 */
#include "guest_count.h"

#include <stdlib.h>

/* A rule of ours that lets packets of an opening pass. */
struct passing {
	const struct rule *rule;
	struct status_item *item;
};

struct passings {
	struct passing *list;
	size_t count;
	struct pool *pool;
};

static bool is_of_ours(const struct station *station)
{
	const struct rule *rule = station->decision.rule;

	return rule && rule->tag && rule->chain->table->engine == ENGINE_LEGACY &&
	       !chain_is_home(rule->chain);
}

static bool is_of_home(const struct station *station)
{
	return station->decision.rule && chain_is_home(station->decision.rule->chain);
}

static bool has_home(const struct table *table)
{
	for (size_t i = 0; i < table->chain_count; i++)
		if (chain_is_home(table->chains[i]))
			return true;
	return false;
}

/* In a table with a home: what it lets pass does not come to the home. */
static bool is_before_home(const struct station *station)
{
	return is_of_ours(station) && has_home(station->decision.rule->chain->table);
}

/* Some station of a first packet, on any of the ways. */
static bool any_station(const struct status_item *item, bool (*is)(const struct station *))
{
	for (size_t i = 0; i < item->result_count; i++)
		for (size_t j = 0; j < item->results[i].part_count; j++) {
			const struct family_answer *answer = item->results[i].parts[j].answer;

			for (size_t k = 0; answer->packet_count && k < answer->packets[0].path_count; k++)
				if (is(&answer->packets[0].path[k]))
					return true;
		}
	return false;
}

/*
 * Whether its guests are to be counted. What the home counted is not the opening's where a guest lets its packets pass before
 * they come there; where only some come there, nobody has counted all.
 */
static bool is_for_guests(struct status_item *item)
{
	if (item->counted && !any_station(item, is_before_home))
		return false;
	item->packets = item->bytes = 0;
	item->counted = false;
	return !any_station(item, is_before_home) || !any_station(item, is_of_home);
}

static bool passings_add(struct passings *out, const struct packet_answer *first, struct status_item *item)
{
	for (size_t i = 0; i < first->path_count; i++) {
		if (!is_of_ours(&first->path[i]))
			continue;
		out->list = pool_grow(out->pool, out->list, out->count, sizeof(*out->list));
		if (!out->list)
			return false;
		out->list[out->count++] = (struct passing){first->path[i].decision.rule, item};
	}
	return true;
}

static bool passings_of(struct passings *out, struct status_item *item)
{
	for (size_t i = 0; i < item->result_count; i++)
		for (size_t j = 0; j < item->results[i].part_count; j++) {
			const struct family_answer *answer = item->results[i].parts[j].answer;

			if (answer->packet_count && !passings_add(out, &answer->packets[0], item))
				return false;
		}
	return true;
}

static int order(const void *left, const void *right)
{
	const struct passing *a = left, *b = right;

	if (a->rule != b->rule)
		return a->rule < b->rule ? -1 : 1;
	return (a->item > b->item) - (a->item < b->item);
}

static int order_of_items(const void *left, const void *right)
{
	const struct passing *a = left, *b = right;
	const enum table_family x = a->rule->chain->table->family, y = b->rule->chain->table->family;

	if (a->item != b->item)
		return a->item < b->item ? -1 : 1;
	return (x > y) - (x < y);
}

/* In order: those of one opening alone, each once. */
static void keep_own(struct passings *passings)
{
	size_t kept = 0;

	for (size_t i = 0, next; i < passings->count; i = next) {
		bool own = true;

		for (next = i + 1;
		     next < passings->count && passings->list[next].rule == passings->list[i].rule; next++)
			own &= passings->list[next].item == passings->list[i].item;
		if (own)
			passings->list[kept++] = passings->list[i];
	}
	passings->count = kept;
}

static const struct op *counter_of(const struct rule *rule)
{
	for (size_t i = 0; i < rule->op_count; i++)
		if (rule->ops[i].kind == OP_COUNTER)
			return &rule->ops[i];
	return NULL;
}

/* Of one opening and family, the greatest. */
static void count(const struct passing *list, size_t length)
{
	struct status_item *item = list[0].item;
	const struct op *most = NULL;

	for (size_t i = 0; i < length; i++) {
		const struct op *counter = counter_of(list[i].rule);

		if (counter && (!most || counter->counter.packets > most->counter.packets))
			most = counter;
	}
	if (!most)
		return;
	item->packets += most->counter.packets;
	item->bytes += most->counter.bytes;
	item->counted = true;
}

int guests_count(struct status_report *report, struct pool *pool, struct error *err)
{
	struct passings passings = {.pool = pool};

	for (size_t i = 0; i < report->item_count; i++)
		if (is_for_guests(&report->items[i]) && !passings_of(&passings, &report->items[i]))
			return error_memory(err);
	if (!passings.count)
		return 0;
	qsort(passings.list, passings.count, sizeof(*passings.list), order);
	keep_own(&passings);
	qsort(passings.list, passings.count, sizeof(*passings.list), order_of_items);
	for (size_t i = 0, length; i < passings.count; i += length) {
		for (length = 1; i + length < passings.count &&
				 !order_of_items(&passings.list[i], &passings.list[i + length]);
		     length++)
			continue;
		count(&passings.list[i], length);
	}
	return 0;
}
