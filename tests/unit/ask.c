/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks the evaluator and puts its answers into words; test code.
 */
#include "ask.h"

#include "cmocka_all.h"

#include <string.h>

struct query query_in(uint16_t port)
{
	return (struct query){
		.direction = DIRECTION_IN, .protocol = PROTOCOL_TCP, .port = port, .families = FAMILIES_BOTH};
}

struct query query_out(uint16_t port)
{
	struct query query = query_in(port);

	query.direction = DIRECTION_OUT;
	return query;
}

struct prefix prefix_named(const char *text)
{
	struct error err = {0};
	struct prefix prefix = {0};

	if (prefix_parse(text, (struct place){0}, &prefix, &err) < 0)
		fail_msg("%s", err.text);
	return prefix;
}

const struct answer *ask(struct build *build, struct query query)
{
	struct answer *answer = pool_alloc(&build->pool, sizeof(*answer));
	struct error err = {0};

	assert_non_null(answer);
	if (evaluate(&build->ruleset, &build->host, &query, &build->pool, answer, &err) < 0)
		fail_msg("%s", err.text);
	return answer;
}

const struct answer *ask_in(struct build *build, uint16_t port)
{
	return ask(build, query_in(port));
}

const struct family_answer *entry(const struct answer *answer, enum family family)
{
	for (size_t i = 0; i < answer->family_count; i++) {
		const struct family_answer *found = &answer->families[i];

		if (found->family == family &&
		    (!found->interface || strncmp(found->interface, "eth0", 4) == 0))
			return found;
	}
	fail_msg("no entry for %s", family_name(family));
	return NULL;
}

static const char *taken(struct build *build, struct text *text)
{
	const char *copy = pool_text(&build->pool, text_string(text));

	text_free(text);
	assert_non_null(copy);
	return copy;
}

const char *fates(struct build *build, const struct answer *answer)
{
	const struct family_answer *family = entry(answer, FAMILY_IPV4);
	struct text text = {0};

	for (size_t i = 0; i < family->packet_count; i++)
		text_add(&text, "%s%s %s", i ? ", " : "", packet_role_word(family->packets[i].packet.role),
			 fate_word(family->packets[i].fate));
	return taken(build, &text);
}

const char *decider(struct build *build, const struct answer *answer, enum packet_role role)
{
	const struct family_answer *family = entry(answer, FAMILY_IPV4);
	struct text text = {0};

	for (size_t i = 0; i < family->packet_count; i++)
		if (family->packets[i].packet.role == role && family->packets[i].decided_by)
			decision_text(family->packets[i].decided_by, &text);
	return taken(build, &text);
}

const char *conditions_of(struct build *build, const struct family_answer *family)
{
	struct text text = {0};

	for (size_t i = 0; i < family->condition_count; i++)
		text_add(&text, "%s%s%s", i ? "; " : "", family->conditions[i].decides ? "!" : "",
			 family->conditions[i].text);
	return taken(build, &text);
}

const char *conditions(struct build *build, const struct answer *answer)
{
	return conditions_of(build, entry(answer, FAMILY_IPV4));
}

const char *verdicts(struct build *build, const struct answer *answer)
{
	struct text text = {0};

	for (size_t i = 0; i < answer->family_count; i++) {
		const struct family_answer *family = &answer->families[i];

		text_add(&text, "%s%s %s", i ? ", " : "", family_word(family->family),
			 family->applicable ? verdict_word(family->verdict) : "n/a");
		if (family->applicable && family->interface)
			text_add(&text, " (%s%s)", family->interface, family->counted ? "" : " uncounted");
	}
	return taken(build, &text);
}
