/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The general peer: a real address that no rule mentions. It lies in the largest gap that the mentioned intervals leave in
 * the space of public addresses; where they leave none (a rule per continent), in one that only the widest of them cover.
 */
#include "peer.h"

#include <stdlib.h>
#include <string.h>

enum { ALWAYS = 0 }; /* the predicate of intervals that are to be avoided whatever rules say */

struct space {
	number first, last;
};

struct gap {
	bool found;
	number first, last;
};

static const struct {
	enum family family;
	const char *prefix;
} special[] = {
	{FAMILY_IPV4, "0.0.0.0/8"},      {FAMILY_IPV4, "10.0.0.0/8"},     {FAMILY_IPV4, "100.64.0.0/10"},
	{FAMILY_IPV4, "127.0.0.0/8"},    {FAMILY_IPV4, "169.254.0.0/16"}, {FAMILY_IPV4, "172.16.0.0/12"},
	{FAMILY_IPV4, "192.0.0.0/24"},   {FAMILY_IPV4, "192.0.2.0/24"},   {FAMILY_IPV4, "192.88.99.0/24"},
	{FAMILY_IPV4, "192.168.0.0/16"}, {FAMILY_IPV4, "198.18.0.0/15"},  {FAMILY_IPV4, "198.51.100.0/24"},
	{FAMILY_IPV4, "203.0.113.0/24"}, {FAMILY_IPV4, "224.0.0.0/3"},    {FAMILY_IPV6, "2001::/23"},
	{FAMILY_IPV6, "2001:db8::/32"},  {FAMILY_IPV6, "2002::/16"},      {FAMILY_IPV6, "3fff::/20"},
};

static struct space space_of(const struct prefix *prefix)
{
	unsigned bits = 8 * address_size(prefix->address.family) - prefix->length;
	number first = number_of_address(&prefix->address);
	number open = bits == 0 ? 0 : bits >= 128 ? ~(number)0 : ((number)1 << bits) - 1;

	return (struct space){first, first | open};
}

static int avoid(struct intervals *intervals, struct space space, struct pool *pool)
{
	struct interval *list = pool_grow(pool, intervals->list, intervals->count, sizeof(*list));

	if (!list)
		return -1;
	intervals->list = list;
	list[intervals->count++] = (struct interval){space.first, space.last, ALWAYS};
	return 0;
}

static int avoid_special(struct intervals *intervals, enum family family, struct pool *pool)
{
	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
		struct error err = {0};
		struct prefix prefix;

		if (special[i].family != family)
			continue;
		if (prefix_parse(special[i].prefix, (struct place){0}, &prefix, &err) < 0 ||
		    avoid(intervals, space_of(&prefix), pool) < 0)
			return -1;
	}
	return 0;
}

/* The host's own addresses; and, for a peer from outside, the networks they are in. */
static int avoid_host(struct intervals *intervals, const struct host *host, enum family family, bool networks,
		      struct pool *pool)
{
	for (size_t i = 0; host && i < host->address_count; i++) {
		const struct host_address *address = &host->addresses[i];
		number own = number_of_address(&address->address);

		if (address->address.family != family)
			continue;
		if (avoid(intervals, networks ? space_of(&address->prefix) : (struct space){own, own}, pool) <
		    0)
			return -1;
	}
	return 0;
}

static int by_first(const void *left, const void *right)
{
	const struct interval *a = left, *b = right;

	return (a->first > b->first) - (a->first < b->first);
}

static void gap_consider(struct gap *gap, number first, number last)
{
	if (gap->found && last - first <= gap->last - gap->first)
		return;
	*gap = (struct gap){true, first, last};
}

/* The largest gap between intervals that are narrower than `width`. The list is sorted. */
static struct gap gap_find(const struct intervals *intervals, struct space space, number width)
{
	struct gap gap = {0};
	number at = space.first;

	for (size_t i = 0; i < intervals->count; i++) {
		const struct interval *interval = &intervals->list[i];

		if (interval->predicate != ALWAYS && interval->last - interval->first >= width)
			continue;
		if (interval->last < at)
			continue;
		if (interval->first > space.last)
			break;
		if (interval->first > at)
			gap_consider(&gap, at, interval->first - 1);
		if (interval->last >= space.last)
			return gap;
		at = interval->last + 1;
	}
	gap_consider(&gap, at, space.last);
	return gap;
}

static int by_value(const void *left, const void *right)
{
	number a, b;

	memcpy(&a, left, sizeof(a));
	memcpy(&b, right, sizeof(b));
	return (a > b) - (a < b);
}

/* Every point is covered: finds the greatest width such that leaving out what is at least so wide uncovers one. */
static int gap_find_covered(const struct intervals *intervals, struct space space, struct pool *pool,
			    struct gap *out)
{
	number *widths = pool_alloc(pool, (intervals->count + 1) * sizeof(*widths));
	size_t low = 0, high = intervals->count;

	if (!widths)
		return -1;
	for (size_t i = 0; i < intervals->count; i++)
		widths[i] = intervals->list[i].last - intervals->list[i].first;
	if (intervals->count > 1)
		qsort(widths, intervals->count, sizeof(*widths), by_value);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct gap gap = gap_find(intervals, space, widths[middle]);

		if (gap.found) {
			*out = gap;
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return 0;
}

/* Neither the first nor the last of a network, as far as the gap allows. */
static number middle_of(const struct gap *gap)
{
	number middle = gap->first + (gap->last - gap->first) / 2;

	while ((middle & 0xff) == 0 || (middle & 0xff) == 0xff) {
		if (middle + 1 > gap->last || middle == gap->last)
			return gap->first + (gap->last - gap->first) / 2;
		middle++;
	}
	return middle;
}

static struct space space_of_internet(enum family family)
{
	if (family == FAMILY_IPV4)
		return (struct space){(number)1 << 24, ((number)224 << 24) - 1};
	return (struct space){(number)0x2000 << 112, ((number)0x4000 << 112) - 1};
}

/* Of what rules mention, all that lies in one of the first, which are avoided anyway: most of it, where addresses are private. */
static void leave_out_what_is_avoided(struct intervals *intervals, size_t avoided)
{
	size_t kept = avoided;

	for (size_t i = avoided; i < intervals->count; i++) {
		const struct interval *interval = &intervals->list[i];
		size_t at = 0;

		while (at < avoided && (interval->first < intervals->list[at].first ||
					interval->last > intervals->list[at].last))
			at++;
		if (at == avoided)
			intervals->list[kept++] = *interval;
	}
	intervals->count = kept;
}

static int intervals_to_avoid(const struct ruleset *ruleset, const struct host *host, enum family family,
			      const struct prefix *within, struct pool *pool, struct intervals *out)
{
	size_t avoided;

	if (!within && avoid_special(out, family, pool) < 0)
		return -1;
	if (avoid_host(out, host, family, !within, pool) < 0)
		return -1;
	avoided = out->count;
	if (peers_of_ruleset(ruleset, family, pool, out) < 0)
		return -1;
	leave_out_what_is_avoided(out, avoided);
	if (out->count > 1)
		qsort(out->list, out->count, sizeof(out->list[0]), by_first);
	return 0;
}

/* Within a network, not the network's own address, nor IPv4's broadcast, if there are others. */
static struct space space_within(const struct prefix *within)
{
	struct space space = space_of(within);

	if (space.last - space.first < 3)
		return space;
	return (struct space){space.first + 1, space.last - 1};
}

/* What names all of the space tells nobody apart. */
static bool names_all(const struct interval *interval, struct space space)
{
	return interval->predicate != ALWAYS && interval->first <= space.first &&
	       interval->last >= space.last;
}

static void leave_out_what_names_all(struct intervals *intervals, struct space space)
{
	size_t kept = 0;

	for (size_t i = 0; i < intervals->count; i++)
		if (!names_all(&intervals->list[i], space))
			intervals->list[kept++] = intervals->list[i];
	intervals->count = kept;
}

int peer_choose(const struct ruleset *ruleset, const struct host *host, enum family family,
		const struct prefix *within, struct address *out, bool *split)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct space space = within ? space_within(within) : space_of_internet(family);
	struct intervals intervals = {0};
	struct gap gap;

	if (intervals_to_avoid(ruleset, host, family, within, &pool, &intervals) < 0)
		return -1;
	leave_out_what_names_all(&intervals, space);
	gap = gap_find(&intervals, space, ~(number)0);
	*split = !gap.found || intervals.computed;
	if (!gap.found && gap_find_covered(&intervals, space, &pool, &gap) < 0)
		return -1;
	if (!gap.found)
		gap = (struct gap){true, space.first, space.last};
	*out = address_of_number(middle_of(&gap), family);
	return 0;
}
