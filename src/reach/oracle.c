/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the oracle is asked, and what its answers mean. They are fwport's own, and taken at their word. */
#include "oracle.h"

#include "oracle_line.h"
#include "stage_json.h"

#include "fwport/text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(const json_t *object, const char *key, struct pool *pool)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text && *text ? pool_text(pool, text) : NULL;
}

/* "ip filter OUTPUT, rule 3, handle 14: tcp dport 443 drop" */
static const char *rule_text(const json_t *rule, struct pool *pool)
{
	CLEANUP(text_free) struct text text = {0};
	const json_t *handle = json_object_get(rule, "handle"), *position = json_object_get(rule, "position");
	const char *engine = json_string_value(json_object_get(rule, "engine"));

	if (!json_is_object(rule))
		return NULL;
	text_add(&text, "%s %s %s", json_string_value(json_object_get(rule, "family")),
		 json_string_value(json_object_get(rule, "table")),
		 json_string_value(json_object_get(rule, "chain")));
	if (engine && strcmp(engine, "legacy") == 0)
		text_add(&text, " (legacy)");
	if (json_is_integer(position))
		text_add(&text, ", rule %lld", (long long)json_integer_value(position));
	if (json_is_integer(handle))
		text_add(&text, ", handle %lld", (long long)json_integer_value(handle));
	text_add(&text, json_is_true(json_object_get(rule, "policy")) ? ", policy" : "");
	text_add(&text, ": %s", json_string_value(json_object_get(rule, "text")));
	return pool_text(pool, text_string(&text));
}

static enum firewall_verdict verdict_of(const json_t *family)
{
	const char *word = json_string_value(json_object_get(family, "verdict"));

	return !word                      ? FIREWALL_UNKNOWN
	       : !strcmp(word, "open")    ? FIREWALL_OPEN
	       : !strcmp(word, "blocked") ? FIREWALL_BLOCKED
	       : !strcmp(word, "depends") ? FIREWALL_DEPENDS
					  : FIREWALL_UNKNOWN;
}

static bool is_answer(const char *packet)
{
	return packet && (strcmp(packet, "syn-ack") == 0 || strcmp(packet, "answer") == 0);
}

/* The packet that the blocker stops is judged "drop" or "reject". */
static bool is_rejected(const json_t *family, const char *packet)
{
	const json_t *judged;
	size_t i;

	json_array_foreach(json_object_get(family, "packets"), i, judged)
	{
		const char *name = json_string_value(json_object_get(judged, "packet")),
			   *verdict = json_string_value(json_object_get(judged, "verdict"));

		if (name && packet && verdict && strcmp(name, packet) == 0)
			return strcmp(verdict, "reject") == 0;
	}
	return false;
}

/* The packet that the verdict hangs on, where nothing blocks. */
static const json_t *undecided_packet(const json_t *family)
{
	const json_t *packet;
	size_t i;

	json_array_foreach(json_object_get(family, "packets"), i, packet)
	{
		const char *verdict = json_string_value(json_object_get(packet, "verdict"));

		if (verdict && strcmp(verdict, "unknown") == 0)
			return packet;
	}
	return NULL;
}

/* Where it is met that does not let it be known what becomes of it. */
static const json_t *undecided_place(const json_t *family)
{
	const json_t *path = json_object_get(undecided_packet(family), "path");

	return json_array_get(path, json_array_size(path) - 1);
}

/* Where a connection goes that NAT of this host moves; the evaluator does not follow it out of the output hook. */
static const char *redirect_text(const json_t *family, struct pool *pool)
{
	const json_t *moved = json_object_get(family, "moved_to");
	const char *address = json_string_value(json_object_get(moved, "address")),
		   *type = json_string_value(
			   json_object_get(json_object_get(undecided_place(family), "chain"), "type"));

	if (address)
		return pool_format(pool, "%s, port %lld", address,
				   (long long)json_integer_value(json_object_get(moved, "port")));
	return type && strcmp(type, "nat") == 0 ? "another place" : NULL;
}

/* The rule that the answer is about. */
static const json_t *rule_of(const json_t *family)
{
	const json_t *blocker = json_array_get(json_object_get(family, "blockers"), 0);
	const json_t *undecided = json_object_get(undecided_packet(family), "decided_by");

	if (blocker)
		return blocker;
	return json_is_object(undecided) ? undecided
					 : json_object_get(json_object_get(family, "moved_to"), "rule");
}

static json_t *bare_rule(const json_t *rule)
{
	json_t *bare = json_copy((json_t *)rule); /* NULL stays NULL */

	json_object_del(bare, "packet");
	return bare;
}

static void free_text(char **text)
{
	free(*text);
}

/* For programs that know the shapes of `why`. NULL: memory is short. */
static const char *shapes_of(const json_t *family, struct pool *pool)
{
	CLEANUP(json_unref)
	json_t *shapes =
		json_pack("{so?, sO?, sO?}", "rule", bare_rule(rule_of(family)), "conditions",
			  json_object_get(family, "conditions"), "fix", json_object_get(family, "fix"));
	CLEANUP(free_text) char *text = shapes ? json_dumps(shapes, JSON_COMPACT) : NULL;

	return text ? pool_text(pool, text) : NULL;
}

static void take_family(const json_t *family, struct pool *pool, struct firewall_facts *facts)
{
	const json_t *blocker = json_array_get(json_object_get(family, "blockers"), 0);
	const json_t *condition = json_array_get(json_object_get(family, "conditions"), 0);
	const char *packet = json_string_value(json_object_get(blocker, "packet")),
		   *because = text_of(undecided_place(family), "because", pool),
		   *unknown = text_of(family, "unknown", pool);

	*facts = (struct firewall_facts){
		.reached = true,
		.verdict = verdict_of(family),
		.blocks_answer = is_answer(packet),
		.rejects = is_rejected(family, packet),
		.rule = rule_text(rule_of(family), pool),
		.redirect = redirect_text(family, pool),
		.condition = text_of(condition, "text", pool),
		.unknown = unknown ? unknown : because,
		.fix = text_of(json_object_get(family, "fix"), "fwport", pool),
		.shapes = shapes_of(family, pool),
	};
}

/* Of several interfaces that the address may be reached by, one that blocks tells the most. */
static void take_answer(const json_t *answer, struct pool *pool, struct firewall_facts *facts)
{
	const json_t *family;
	size_t i;

	json_array_foreach(json_object_get(answer, "families"), i, family)
	{
		if (!json_is_true(json_object_get(family, "applicable")))
			continue;
		if (!facts->reached || verdict_of(family) == FIREWALL_BLOCKED)
			take_family(family, pool, facts);
	}
}

int oracle_ask(struct oracle *oracle, uint8_t protocol, const struct address *to, uint16_t port, unsigned uid,
	       struct pool *pool, struct firewall_facts *facts, struct error *err)
{
	CLEANUP(text_free) struct text question = {0}, line = {0};
	char address[ADDRESS_TEXT];
	json_t *answer;

	*facts = (struct firewall_facts){0};
	text_add(&question, "out %s %u %s %u\n", protocol == IPPROTO_UDP ? "udp" : "tcp", port,
		 address_text(to, address), uid);
	if (question.failed)
		return error_memory(err);
	if (!oracle || !oracle_exchange(oracle, &question, &line))
		return 0;
	answer = json_loadb(line.bytes, line.length, 0, NULL);
	take_answer(answer, pool, facts);
	json_decref(answer);
	return 0;
}

/* --- packets that are followed --- */

/* Why it was refused, in fwport's words, or NULL. */
static const char *refusal(const json_t *answer, struct pool *pool)
{
	return answer ? text_of(json_object_get(answer, "error"), "text", pool) : "fwport does not answer";
}

static json_t *ask(struct oracle *oracle, const struct text *question)
{
	CLEANUP(text_free) struct text line = {0};

	return oracle && oracle_exchange(oracle, question, &line)
		       ? json_loadb(line.bytes, line.length, 0, NULL)
		       : NULL;
}

int oracle_trace(struct oracle *oracle, const struct address *remotes, size_t count, uint16_t port,
		 struct pool *pool, const char **refused, struct error *err)
{
	CLEANUP(text_free) struct text question = {0};
	CLEANUP(json_unref) json_t *answer = NULL;
	char address[ADDRESS_TEXT];

	text_add(&question, "trace %u", port);
	for (size_t i = 0; i < count; i++)
		text_add(&question, " %s", address_text(&remotes[i], address));
	text_add(&question, "\n");
	if (question.failed)
		return error_memory(err);
	answer = ask(oracle, &question);
	*refused = refusal(answer, pool);
	return 0;
}

static bool is_known(const struct trace_facts *facts, const char *text)
{
	for (size_t i = 0; i < facts->count; i++)
		if (strcmp(facts->list[i].text, text) == 0)
			return true;
	return false;
}

/* "inet filter output, handle 14: drop" */
static const char *event_text(const json_t *event, struct pool *pool)
{
	const json_t *handle = json_object_get(event, "handle");
	const char *chain = json_string_value(json_object_get(event, "chain")),
		   *verdict = json_string_value(json_object_get(event, "verdict"));

	if (!chain || !verdict)
		return NULL;
	if (!json_is_integer(handle))
		return pool_format(pool, "%s, policy: %s", chain, verdict);
	return pool_format(pool, "%s, handle %lld: %s", chain, (long long)json_integer_value(handle),
			   verdict);
}

static int take_event(const json_t *event, struct pool *pool, struct trace_facts *facts, struct error *err)
{
	const char *text = event_text(event, pool);
	struct trace_line *list;

	if (!text)
		return error_memory(err);
	if (is_known(facts, text))
		return 0;
	list = pool_grow(pool, facts->list, facts->count, sizeof(*list));
	if (!list)
		return error_memory(err);
	facts->list = list;
	list[facts->count++] = (struct trace_line){text, json_is_true(json_object_get(event, "stops"))};
	return 0;
}

int oracle_traced(struct oracle *oracle, struct pool *pool, struct trace_facts *facts, struct error *err)
{
	CLEANUP(text_free) struct text question = {0};
	CLEANUP(json_unref) json_t *answer = NULL;
	const json_t *event;
	size_t i;

	text_add(&question, "traced\n");
	answer = ask(oracle, &question);
	facts->refused = refusal(answer, pool);
	json_array_foreach(json_object_get(answer, "events"), i,
			   event) if (take_event(event, pool, facts, err) < 0) return -1;
	return 0;
}
