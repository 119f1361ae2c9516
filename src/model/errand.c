/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What has to be asked of neighbours between two records, and how it reads.
 */
#include "fwport/errand.h"

#include "fwport/lifetime.h"

#include <string.h>

static const char *const via_words[VIA_COUNT] = {
	[VIA_GUEST] = "guest",
	[VIA_UFW] = "ufw",
	[VIA_FIREWALLD] = "firewalld",
};

const char *via_word(enum via via)
{
	return via_words[via];
}

bool via_find(const char *word, enum via *out)
{
	for (int via = 0; via < VIA_COUNT; via++)
		if (strcmp(word, via_words[via]) == 0) {
			*out = (enum via)via;
			return true;
		}
	return false;
}

unsigned opening_levels(const struct opening *opening)
{
	const bool lasts = !opening->runtime && !opening->expires;

	if (opening->via == VIA_GUEST)
		return 0;
	return opening->handed & (lasts ? HANDED_RUNTIME | HANDED_PERMANENT : HANDED_RUNTIME);
}

int errands_push(struct errands *errands, struct errand errand, struct pool *pool, struct error *err)
{
	struct errand *list = pool_grow(pool, errands->list, errands->count, sizeof(*list));

	if (!list)
		return error_memory(err);
	errands->list = list;
	list[errands->count++] = errand;
	return 0;
}

static bool is_same_zone(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* One with another end is asked for anew. */
static bool is_same(const struct opening *a, const struct opening *b)
{
	return a->id == b->id && a->via == b->via && is_same_zone(a->zone, b->zone) &&
	       a->expires == b->expires;
}

/* Of those that a list holds, for the same: where its neighbour has it. */
static unsigned levels_in(const struct errands *held, const struct opening *opening)
{
	unsigned levels = 0;

	for (size_t i = 0; i < held->count; i++)
		if (is_same(held->list[i].opening, opening))
			levels |= held->list[i].levels;
	return levels;
}

static int hold(const struct openings *openings, bool dormant, int64_t now, struct pool *pool,
		struct errands *out, struct error *err)
{
	for (size_t i = 0; i < openings->count; i++) {
		const struct opening *opening = &openings->list[i];
		struct errand held = {.opening = opening,
				      .seconds = opening->expires ? opening->expires - now : 0};

		held.levels = opening_levels(opening) & (dormant ? HANDED_PERMANENT : ~0u);
		if (held.levels && !opening_has_expired(opening, now) &&
		    errands_push(out, held, pool, err) < 0)
			return -1;
	}
	return 0;
}

/* All that neighbours have by a record. What is closed until the next boot they bring back with it. */
static int hold_all(const struct state *state, int64_t now, struct pool *pool, struct errands *out,
		    struct error *err)
{
	*out = (struct errands){0};
	if (hold(&state->openings, false, now, pool, out, err) < 0)
		return -1;
	return hold(&state->dormant, true, now, pool, out, err);
}

static int add_all(const struct errands *held, const struct errands *unless, bool back, struct pool *pool,
		   struct errands *out, struct error *err)
{
	for (size_t i = 0; i < held->count; i++) {
		struct errand errand = held->list[i];

		errand.back = back;
		errand.levels &= ~levels_in(unless, errand.opening);
		if (errand.levels && errands_push(out, errand, pool, err) < 0)
			return -1;
	}
	return 0;
}

int errands_between(const struct state *from, const struct state *to, int64_t now, struct pool *pool,
		    struct errands *out, struct error *err)
{
	struct errands had, wanted;

	*out = (struct errands){0};
	if (hold_all(from, now, pool, &had, err) < 0 || hold_all(to, now, pool, &wanted, err) < 0 ||
	    add_all(&had, &wanted, true, pool, out, err) < 0)
		return -1;
	return add_all(&wanted, &had, false, pool, out, err);
}

int errands_inverse(const struct errands *errands, struct pool *pool, struct errands *out, struct error *err)
{
	*out = (struct errands){0};
	for (size_t i = errands->count; i-- > 0;) {
		struct errand inverse = errands->list[i];

		inverse.back = !inverse.back;
		if (errands_push(out, inverse, pool, err) < 0)
			return -1;
	}
	return 0;
}

bool errands_widen(const struct errands *errands)
{
	for (size_t i = 0; i < errands->count; i++)
		if (!errands->list[i].back)
			return true;
	return false;
}

static void scope_add(const struct scope *scope, struct text *out)
{
	char prefix[ADDRESS_TEXT];

	if (scope->iface)
		text_add(out, " on %s", scope->iface);
	for (size_t i = 0; i < scope->from_count; i++)
		text_add(out, " from %s", prefix_text(&scope->from[i], prefix));
	for (size_t i = 0; i < scope->to_count; i++)
		text_add(out, " to %s", prefix_text(&scope->to[i], prefix));
	if (scope->families != FAMILIES_BOTH && !scope->from_count && !scope->to_count)
		text_add(out, " over %s",
			 family_name(scope->families == FAMILY_BIT(FAMILY_IPV4) ? FAMILY_IPV4 : FAMILY_IPV6));
}

static const char *levels_phrase(unsigned levels)
{
	static const char *const phrases[] = {
		[HANDED_RUNTIME] = ", runtime",
		[HANDED_PERMANENT] = ", permanent",
		[HANDED_RUNTIME | HANDED_PERMANENT] = ", runtime and permanent",
	};

	return phrases[levels];
}

void errand_text(const struct errand *errand, struct text *out)
{
	const struct opening *opening = errand->opening;
	char port[PORT_TEXT], rest[LIFETIME_TEXT];

	text_add(out, "%c by %s:", errand->back ? '-' : '+', via_word(opening->via));
	if (opening->zone)
		text_add(out, " zone %s,", opening->zone);
	text_add(out, "%s port %s", opening->scope.direction == DIRECTION_OUT ? " out," : "",
		 port_text(opening->port, port));
	scope_add(&opening->scope, out);
	if (opening->via == VIA_FIREWALLD)
		text_add(out, "%s", levels_phrase(errand->levels));
	if (errand->seconds && !errand->back)
		text_add(out, ", for %s", lifetime_text(errand->seconds, rest));
}
