/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands is read back from the entries themselves: they are all that remembers it.
 */
#include "admission.h"

#include "admitted.h"
#include "header_fields.h"

#include "fwport/port_set.h"

#include <endian.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

enum { SECOND = 1000 * 1000 * 1000, MILLISECONDS = 1000 };

/* The ends of one entry. */
struct ends {
	struct address source, destination;
	uint16_t source_port, destination_port;
	int64_t until;
};

static void address_take(struct address *out, enum family family, struct bytes value)
{
	if (value.length != address_size(family))
		return;
	out->family = family;
	memcpy(out->bytes, value.at, value.length);
}

static void payload_take(const struct op *load, struct bytes value, enum family family, struct ends *out)
{
	const uint32_t offset = load->payload.offset;

	if (load->payload.base == NFT_PAYLOAD_NETWORK_HEADER)
		address_take(offset == IPV4_SOURCE || offset == IPV6_SOURCE ? &out->source
									    : &out->destination,
			     family, value);
	else if (value.length == PORT_BYTES && offset == SOURCE_PORT_OFFSET)
		out->source_port = port_of_key(value);
	else if (value.length == PORT_BYTES)
		out->destination_port = port_of_key(value);
}

static void range_take(struct bytes to, struct ends *out)
{
	uint64_t last;

	if (to.length != sizeof(last))
		return;
	memcpy(&last, to.at, sizeof(last));
	out->until = (int64_t)((be64toh(last) + 1) / SECOND);
}

/* A load, and what it is held against. */
static struct admission admission_read(const struct rule *rule, enum family family, enum direction direction)
{
	const bool in = direction == DIRECTION_IN;
	struct ends ends = {0};

	for (size_t i = 0; i + 1 < rule->op_count; i++) {
		const struct op *op = &rule->ops[i];

		if (op->kind == OP_PAYLOAD && op[1].kind == OP_CMP)
			payload_take(op, op[1].cmp.value, family, &ends);
		if (op->kind == OP_RANGE)
			range_take(op->range.to, &ends);
	}
	return (struct admission){
		.connection = {.local = in ? ends.destination : ends.source,
			       .peer = in ? ends.source : ends.destination,
			       .local_port = in ? ends.destination_port : ends.source_port,
			       .peer_port = in ? ends.source_port : ends.destination_port},
		.until = ends.until,
	};
}

static int add(struct admissions *out, struct admission one, struct pool *pool, struct error *err)
{
	if (out->count == ADMISSIONS_MOST) {
		error_set(
			err, ERROR_BLOCKED,
			"more than %d established connections would be cut when connection tracking comes on",
			ADMISSIONS_MOST);
		return error_hint(err, "open the ports they use first, or use --backend=nft");
	}
	out->list = pool_grow(pool, out->list, out->count, sizeof(*out->list));
	if (!out->list)
		return error_memory(err);
	out->list[out->count++] = one;
	return 0;
}

static int standing_find(const struct chain *chain, enum direction direction, enum family family,
			 int64_t read_at, struct pool *pool, struct admissions *out, struct error *err)
{
	for (size_t i = 0; chain && i < chain->rule_count; i++) {
		struct admission one;

		if (!rule_admits(chain->rules[i]))
			continue;
		one = admission_read(chain->rules[i], family, direction);
		if (one.until * MILLISECONDS > read_at && add(out, one, pool, err) < 0)
			return -1;
	}
	return 0;
}

/* Where connection tracking was on, it knows them. */
static int new_find(const struct ruleset *now, const struct wishes *wishes, const struct wants *wants,
		    enum family family, struct pool *pool, struct admissions *out, struct error *err)
{
	const struct connections *established = wishes->established;
	const int64_t until = now->read_at / MILLISECONDS + ADMITTED_SECONDS;

	if (ruleset_tracks_connections(now, family))
		return 0;
	for (size_t i = 0; established && i < established->count; i++) {
		const struct connection *one = &established->list[i];

		if (one->peer.family == family && connection_needs_admission(one, wishes, wants) &&
		    add(out, (struct admission){*one, until}, pool, err) < 0)
			return -1;
	}
	return 0;
}

/* Both chains speak of the same connections, unless somebody took an entry away: the one that has more remembers better. */
int admissions_find(const struct ruleset *now, const struct wishes *wishes, const struct wants *wants,
		    enum family family, const struct chain *const chains[2], struct pool *pool,
		    struct admissions *out, struct error *err)
{
	struct admissions found[2] = {0};

	for (int direction = 0; direction < 2; direction++)
		if (standing_find(chains[direction], (enum direction)direction, family, now->read_at, pool,
				  &found[direction], err) < 0)
			return -1;
	*out = found[found[DIRECTION_OUT].count > found[DIRECTION_IN].count];
	return out->count ? 0 : new_find(now, wishes, wants, family, pool, out, err);
}

/* Where both directions drop, each has an entry for all of them. */
size_t admitted_count(const struct steps *steps)
{
	size_t elements = 0, entries[2] = {0};

	for (size_t i = 0; i < steps->count; i++) {
		const struct step *step = &steps->list[i];

		if (step->remove)
			continue;
		if (step->object == STEP_SET)
			elements += step->set->connection_count;
		if (step->object == STEP_RULE && rule_admits(step->rule))
			entries[!strcmp(step->chain->name, POLICY_CHAIN_OUT)]++;
	}
	return elements + (entries[0] > entries[1] ? entries[0] : entries[1]);
}
