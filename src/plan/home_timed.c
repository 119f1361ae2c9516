/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps have one time for all of their ports, so cells are sorted into runs that end together. What is there ends when the
 * kernel's own clock says, which stands still while the machine sleeps: a little more or less is taken for the same.
 */
#include "home_timed.h"

#include "fwport/port_set.h"
#include "step_list.h"

#include <linux/netfilter/nf_tables.h>

enum { SECONDS_TOLERATED = 3 };

/* Cells of the kernel, ascending by port. */
struct cells {
	struct port_range *ports;
	int64_t *expires;
	bool *stays;
	size_t count;
};

static struct step elements_step(const struct set *set, const struct port_range *ports, size_t count,
				 int64_t expires, bool remove)
{
	return (struct step){.remove = remove,
			     .object = STEP_ELEMENTS,
			     .table = set->table,
			     .set = set,
			     .ports = ports,
			     .port_count = count,
			     .expires = expires};
}

static int cells_read(const struct set *set, int64_t read_at, struct pool *pool, struct cells *out,
		      struct error *err)
{
	size_t count = 0;

	if (port_set_ranges(set, pool, &out->ports, &out->count, err) < 0)
		return -1;
	out->expires = pool_alloc(pool, (out->count + 1) * sizeof(*out->expires));
	out->stays = pool_alloc(pool, (out->count + 1) * sizeof(*out->stays));
	if (!out->expires || !out->stays)
		return error_memory(err);
	for (size_t i = 0; i < set->element_count; i++) {
		const struct element *element = &set->elements[i];

		if (!element->interval_end && !element->catch_all && count < out->count)
			out->expires[count++] =
				element->expires ? (read_at + (int64_t)element->expires + 500) / 1000 : 0;
	}
	return 0;
}

/* How many of the wanted cells, from `at` on, end together. */
static size_t run_length(const struct home_set *want, size_t at)
{
	size_t length = 1;

	while (at + length < want->count && want->expires[at + length] == want->expires[at])
		length++;
	return length;
}

static bool ends_like(int64_t a, int64_t b)
{
	return a && a - b <= SECONDS_TOLERATED && b - a <= SECONDS_TOLERATED;
}

/* Marks the cells that lie within those of the run and end with them; *stay are the run's own. */
static int run_find(struct cells *cells, const struct port_range *run, size_t length, int64_t expires,
		    struct pool *pool, struct port_range **stay, size_t *stay_count, struct error *err)
{
	struct port_range *merged = pool_copy(pool, run, length * sizeof(*merged));
	size_t merged_count, j = 0;

	*stay = pool_alloc(pool, (cells->count + 1) * sizeof(**stay));
	*stay_count = 0;
	if (!merged || !*stay)
		return error_memory(err);
	merged_count = port_ranges_merge(merged, length);
	for (size_t i = 0; i < cells->count; i++) {
		while (j < merged_count && merged[j].last < cells->ports[i].first)
			j++;
		if (j == merged_count || cells->stays[i] || !ends_like(cells->expires[i], expires) ||
		    merged[j].first > cells->ports[i].first || merged[j].last < cells->ports[i].last)
			continue;
		cells->stays[i] = true;
		(*stay)[(*stay_count)++] = cells->ports[i];
	}
	return 0;
}

static int run_compare(struct cells *cells, const struct set *set, const struct home_set *want, size_t at,
		       size_t length, struct pool *pool, struct steps *add, struct error *err)
{
	const int64_t expires = want->expires[at];
	struct port_range *stay, *missing;
	size_t stay_count, count;

	if (run_find(cells, want->ports + at, length, expires, pool, &stay, &stay_count, err) < 0 ||
	    ranges_subtract(want->ports + at, length, stay, stay_count, pool, &missing, &count, err) < 0)
		return -1;
	return count ? steps_push(add, elements_step(set, missing, count, expires, false), pool, err) : 0;
}

/* One step for those that end together and stand side by side. */
static int cells_remove(const struct cells *cells, const struct set *set, struct pool *pool,
			struct steps *out, struct error *err)
{
	for (size_t i = 0, next; i < cells->count; i = next) {
		next = i + 1;
		if (cells->stays[i])
			continue;
		while (next < cells->count && !cells->stays[next] &&
		       cells->expires[next] == cells->expires[i])
			next++;
		if (steps_push(out, elements_step(set, cells->ports + i, next - i, cells->expires[i], true),
			       pool, err) < 0)
			return -1;
	}
	return 0;
}

int timed_elements_add(const struct home_set *want, struct pool *pool, struct steps *out, struct error *err)
{
	for (size_t at = 0, length; at < want->count; at += length) {
		length = run_length(want, at);
		if (steps_push(out,
			       elements_step(&want->set, want->ports + at, length, want->expires[at], false),
			       pool, err) < 0)
			return -1;
	}
	return 0;
}

int timed_elements_compare(const struct set *have, int64_t read_at, const struct home_set *want,
			   struct pool *pool, struct home_steps *out, struct error *err)
{
	struct steps add = {0};
	struct cells cells;

	if (cells_read(have, read_at, pool, &cells, err) < 0)
		return -1;
	for (size_t at = 0, length; at < want->count; at += length) {
		length = run_length(want, at);
		if (run_compare(&cells, have, want, at, length, pool, &add, err) < 0)
			return -1;
	}
	/* What is replaced has to be gone first. */
	if (cells_remove(&cells, have, pool, add.count ? &out->add : &out->remove, err) < 0)
		return -1;
	return steps_append(&out->add, &add, pool, err);
}

int timed_elements_remove(const struct set *have, int64_t read_at, struct pool *pool, struct steps *out,
			  struct error *err)
{
	struct cells cells;

	if (cells_read(have, read_at, pool, &cells, err) < 0)
		return -1;
	return cells_remove(&cells, have, pool, out, err);
}
