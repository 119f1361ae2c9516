/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The question as a whole: each family, each pair of ends, one journey; those that come out alike are one entry. The headline
 * is the worst of what counts, and what could not be read caps a family that would be open.
 */
#include "beside.h"
#include "ends.h"
#include "forward.h"
#include "glance.h"
#include "neighbours.h"
#include "returns.h"
#include "stack.h"
#include "ties.h"

#include "fwport/eval.h"

#include <string.h>

static bool decision_same(const struct decision *a, const struct decision *b)
{
	return a->chain == b->chain && a->rule == b->rule && a->fate == b->fate && a->base == b->base;
}

static bool packet_same(const struct packet_answer *a, const struct packet_answer *b)
{
	if (a->fate != b->fate || a->path_count != b->path_count)
		return false;
	for (size_t i = 0; i < a->path_count; i++)
		if (!decision_same(&a->path[i].decision, &b->path[i].decision))
			return false;
	return true;
}

static bool conditions_same(const struct family_answer *a, const struct family_answer *b)
{
	if (a->condition_count != b->condition_count)
		return false;
	for (size_t i = 0; i < a->condition_count; i++)
		if (a->conditions[i].rule != b->conditions[i].rule ||
		    strcmp(a->conditions[i].text, b->conditions[i].text) != 0)
			return false;
	return true;
}

/* Unknown for the same reason, or not at all. */
static bool reason_same(const struct family_answer *a, const struct family_answer *b)
{
	return a->unknown && b->unknown ? strcmp(a->unknown, b->unknown) == 0 : a->unknown == b->unknown;
}

static bool answer_same(const struct family_answer *a, const struct family_answer *b)
{
	if (a->family != b->family || !a->applicable || !b->applicable || a->verdict != b->verdict ||
	    a->packet_count != b->packet_count || !reason_same(a, b))
		return false;
	for (size_t i = 0; i < a->packet_count; i++)
		if (!packet_same(&a->packets[i], &b->packets[i]))
			return false;
	return conditions_same(a, b);
}

static bool is_listed(const char *list, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = list; at; at = strchr(at, ' ')) {
		at += *at == ' ';
		if (strncmp(at, name, length) == 0 && (at[length] == 0 || at[length] == ','))
			return true;
	}
	return false;
}

/* Two ends on one interface have one name. */
static int list_join(const char **list, const char *name, struct pool *pool)
{
	if (!*list || !name || is_listed(*list, name))
		return 0;
	*list = pool_format(pool, "%s, %s", *list, name);
	return *list ? 0 : -1;
}

static int answer_join(struct family_answer *into, const struct family_answer *other, struct pool *pool)
{
	if (other->counted && !into->counted) {
		into->counted = true;
		into->local = other->local;
	}
	if (list_join(&into->interface, other->interface, pool) < 0)
		return -1;
	return list_join(&into->addresses, other->addresses, pool);
}

static int answer_add(struct answer *answer, const struct family_answer *family, struct pool *pool)
{
	struct family_answer *list;

	for (size_t i = 0; i < answer->family_count; i++)
		if (answer_same(&answer->families[i], family))
			return answer_join(&answer->families[i], family, pool);
	list = pool_grow(pool, answer->families, answer->family_count, sizeof(*list));
	if (!list)
		return -1;
	answer->families = list;
	list[answer->family_count++] = *family;
	return 0;
}

/* Legacy tables */

static const char *legacy_text(const struct ruleset *ruleset, enum family family, struct pool *pool)
{
	static const char *const files[] = {
		[FAMILY_IPV4] = "/proc/net/ip_tables_names",
		[FAMILY_IPV6] = "/proc/net/ip6_tables_names",
	};
	const char *tables = ruleset->legacy_tables[family], *why = ruleset->legacy_unread[family];

	if (!tables)
		return pool_format(pool, "could not read %s", files[family]);
	return pool_format(pool, "the legacy table%s %s %s registered and could not be read%s%s",
			   strchr(tables, ' ') ? "s" : "", tables, strchr(tables, ' ') ? "are" : "is",
			   why ? ": " : "", why ? why : "");
}

static int legacy_cap(const struct ruleset *ruleset, struct family_answer *answer, struct pool *pool)
{
	if (ruleset_has_all_legacy(ruleset, answer->family) ||
	    (answer->verdict != ANSWER_OPEN && answer->verdict != ANSWER_DEPENDS))
		return 0;
	answer->verdict = ANSWER_UNKNOWN;
	answer->unknown = legacy_text(ruleset, answer->family, pool);
	return answer->unknown ? 0 : -1;
}

/* Families */

static bool family_is_meant(const struct query *query, enum family family)
{
	if (!(query->families & FAMILY_BIT(family)))
		return false;
	if (query->peer && query->peer->address.family != family)
		return false;
	return !query->local || query->local->address.family == family;
}

/* The answer outlives what was prepared for it. */
static int interface_keep(struct family_answer *answer, struct pool *pool)
{
	if (!answer->interface)
		return 0;
	answer->interface = pool_text(pool, answer->interface);
	return answer->interface ? 0 : -1;
}

/* Which of the host's addresses the answer is good for, where it is not good for all. */
static int addresses_tell(const struct facts *facts, const struct end *end, struct pool *pool,
			  struct family_answer *answer)
{
	char address[ADDRESS_TEXT];

	if (!facts->tells_addresses || !end->link)
		return 0;
	answer->addresses = pool_text(pool, address_text(&end->local, address));
	return answer->addresses ? 0 : -1;
}

/* What of a family does not depend on the port. */
struct preparation {
	bool meant; /* else the rest is empty */
	struct facts facts;
	struct glances glances;
	struct ties ties;
	struct ends ends;
};

struct evaluation {
	const struct ruleset *ruleset;
	const struct host *host;
	struct query about;
	struct preparation families[FAMILY_COUNT];
};

static int family_prepare(struct evaluation *evaluation, enum family family, struct pool *pool)
{
	const struct ruleset *ruleset = evaluation->ruleset;
	struct preparation *known = &evaluation->families[family];

	known->meant = family_is_meant(&evaluation->about, family);
	if (!known->meant)
		return 0;
	facts_find(ruleset, family, &known->facts);
	beside_facts(evaluation->host, &known->facts);
	if (glances_find(ruleset, family, pool, &known->glances) < 0 ||
	    ties_find(ruleset, family, evaluation->about.direction, &known->facts, pool, &known->ties) < 0)
		return -1;
	known->facts.glances = &known->glances;
	return ends_find(ruleset, evaluation->host, &evaluation->about, family, &known->facts, pool,
			 &known->ends);
}

static int family_run(const struct evaluation *evaluation, enum family family, struct pool *pool,
		      struct answer *out)
{
	const struct family_answer missing = {.family = family, .verdict = ANSWER_UNKNOWN};
	const struct preparation *known = &evaluation->families[family];
	const struct ruleset *ruleset = evaluation->ruleset;
	const struct host *host = evaluation->host;

	if (!known->meant)
		return 0;
	if (known->ends.count == 0)
		return answer_add(out, &missing, pool);
	for (size_t i = 0; i < known->ends.count; i++) {
		const struct end *end = &known->ends.list[i];
		struct family_answer answer;

		if (returns_run(ruleset, host, &known->facts, &known->ties, &out->query, end, pool, &answer) <
			    0 ||
		    forward_find(ruleset, host, &known->facts, &known->ties, &out->query, end, pool,
				 &answer) < 0 ||
		    legacy_cap(ruleset, &answer, pool) < 0 ||
		    stack_cap(ruleset, host, end, pool, &answer) < 0 ||
		    beside_cap(host, &out->query, end, pool, &answer) < 0 ||
		    beside_tell_end(host, end, pool, out) < 0 ||
		    neighbours_tell(ruleset, host, &known->facts, &out->query, end, pool, &answer) < 0 ||
		    addresses_tell(&known->facts, end, pool, &answer) < 0 ||
		    interface_keep(&answer, pool) < 0 || answer_add(out, &answer, pool) < 0)
			return -1;
	}
	return 0;
}

/* OPEN needs at least one family that was proved. */
static enum verdict headline(const struct answer *answer)
{
	enum verdict worst = ANSWER_OPEN;
	bool any = false;

	for (size_t i = 0; i < answer->family_count; i++) {
		const struct family_answer *family = &answer->families[i];

		if (!family->applicable || !family->counted)
			continue;
		any = true;
		worst = family->verdict > worst ? family->verdict : worst;
	}
	return any ? worst : ANSWER_UNKNOWN;
}

int evaluation_begin(const struct ruleset *ruleset, const struct host *host, const struct query *about,
		     struct pool *pool, struct evaluation **out, struct error *err)
{
	struct evaluation *evaluation = pool_alloc(pool, sizeof(*evaluation));

	if (!evaluation)
		return error_memory(err);
	evaluation->ruleset = ruleset;
	evaluation->host = host;
	evaluation->about = *about;
	for (int family = FAMILY_IPV4; family < FAMILY_COUNT; family++)
		if (family_prepare(evaluation, (enum family)family, pool) < 0)
			return error_memory(err);
	*out = evaluation;
	return 0;
}

int evaluation_ask(const struct evaluation *evaluation, enum protocol protocol, uint16_t port,
		   struct pool *pool, struct answer *out, struct error *err)
{
	*out = (struct answer){.query = evaluation->about, .ruleset = evaluation->ruleset->number};
	out->query.protocol = protocol;
	out->query.port = port;
	for (int family = FAMILY_IPV4; family < FAMILY_COUNT; family++)
		if (family_run(evaluation, (enum family)family, pool, out) < 0)
			return error_memory(err);
	if (beside_tell(evaluation->ruleset, evaluation->host, pool, out) < 0)
		return error_memory(err);
	out->verdict = headline(out);
	return 0;
}

int evaluate(const struct ruleset *ruleset, const struct host *host, const struct query *query,
	     struct pool *pool, struct answer *out, struct error *err)
{
	CLEANUP(pool_free) struct pool scratch = {0};
	struct evaluation *evaluation;

	if (evaluation_begin(ruleset, host, query, &scratch, &evaluation, err) < 0)
		return -1;
	return evaluation_ask(evaluation, query->protocol, query->port, pool, out, err);
}
