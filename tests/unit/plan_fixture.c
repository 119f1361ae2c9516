/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small parts that the planner's tests share.
 */
#include "plan_fixture.h"

#include "fwport/port_set.h"
#include "fwport/rule_text.h"
#include "fwport/text.h"

#include "cmocka_all.h"

#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>
#include <string.h>

int fixture_start(void **state)
{
	struct plan_fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	build_start(&fixture->build);
	build_host(&fixture->build);
	fixture->wanted.list = fixture->list;
	*state = fixture;
	return 0;
}

int fixture_end(void **state)
{
	struct plan_fixture *fixture = *state;

	build_end(&fixture->build);
	free(fixture);
	return 0;
}

static void add_prefix(struct plan_fixture *fixture, const struct prefix **list, size_t *count,
		       const char *text)
{
	struct prefix *larger = pool_alloc(&fixture->build.pool, (*count + 1) * sizeof(*larger));

	assert_non_null(larger);
	if (*count)
		memcpy(larger, *list, *count * sizeof(*larger));
	assert_int_equal(prefix_parse(text, (struct place){0}, &larger[*count], &fixture->err), 0);
	(*count)++;
	*list = larger;
}

void fixture_want(struct plan_fixture *fixture, const char *words)
{
	char *text = pool_text(&fixture->build.pool, words), *rest = NULL;
	struct opening *opening = &fixture->list[fixture->wanted.count];

	assert_true(fixture->wanted.count < OPENINGS_MOST);
	*opening = (struct opening){.id = (uint32_t)fixture->wanted.count + 1,
				    .scope = {.families = FAMILIES_BOTH}};
	for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		struct scope *scope = &opening->scope;

		if (!strcmp(word, "out"))
			scope->direction = DIRECTION_OUT;
		else if (!strcmp(word, "ipv4"))
			scope->families = FAMILY_BIT(FAMILY_IPV4);
		else if (!strcmp(word, "ipv6"))
			scope->families = FAMILY_BIT(FAMILY_IPV6);
		else if (!strcmp(word, "from"))
			add_prefix(fixture, &scope->from, &scope->from_count, strtok_r(NULL, " ", &rest));
		else if (!strcmp(word, "to"))
			add_prefix(fixture, &scope->to, &scope->to_count, strtok_r(NULL, " ", &rest));
		else if (!strcmp(word, "iface"))
			scope->iface = strtok_r(NULL, " ", &rest);
		else if (!strcmp(word, "until"))
			opening->expires = atoll(strtok_r(NULL, " ", &rest));
		else if (!strcmp(word, "override"))
			opening->override = true;
		else
			assert_int_equal(port_parse(word, (struct place){0}, &opening->port, &fixture->err),
					 0);
	}
	fixture->wanted.count++;
}

void fixture_unwant(struct plan_fixture *fixture, uint32_t id)
{
	size_t kept = 0;

	for (size_t i = 0; i < fixture->wanted.count; i++)
		if (fixture->list[i].id != id)
			fixture->list[kept++] = fixture->list[i];
	fixture->wanted.count = kept;
}

void fixture_plan_on(struct plan_fixture *fixture, const struct ruleset *ruleset)
{
	const struct wishes wishes = {.openings = &fixture->wanted,
				      .place = fixture->place,
				      .policy = fixture->policy,
				      .established = &fixture->established};
	int done;

	for (size_t i = 0; i < fixture->wanted.count; i++)
		fixture->asked[i] = &fixture->list[i];
	done = plan_make(ruleset, &fixture->build.host, &wishes, fixture->asked, fixture->wanted.count,
			 &fixture->build.pool, &fixture->plan, &fixture->err);
	if (done < 0)
		fail_msg("%s", fixture->err.text);
}

void fixture_plan(struct plan_fixture *fixture)
{
	fixture_plan_on(fixture, &fixture->build.ruleset);
}

static const char *keep(struct plan_fixture *fixture, struct text *text)
{
	const char *kept = pool_text(&fixture->build.pool, text_string(text));

	assert_false(text->failed);
	assert_non_null(kept);
	text_free(text);
	return kept;
}

const char *fixture_steps(struct plan_fixture *fixture, const char *only)
{
	struct text lines = {0};

	for (size_t i = 0; i < fixture->plan.steps.count; i++) {
		struct text line = {0};

		step_text(&fixture->plan.steps.list[i], &line);
		if (!only || strstr(text_string(&line), only))
			text_add(&lines, "%s\n", text_string(&line));
		text_free(&line);
	}
	return keep(fixture, &lines);
}

static void dump_set(struct plan_fixture *fixture, const struct set *set, struct text *out)
{
	struct port_range *ranges;
	size_t count;
	char port[PORT_TEXT];

	text_add(out, " set %s %u", (set->flags & NFT_SET_ANONYMOUS) ? "-" : set->name, set->flags);
	if (set->key_length == 2) {
		assert_int_equal(port_set_ranges(set, &fixture->build.pool, &ranges, &count, &fixture->err),
				 0);
		for (size_t i = 0; i < count; i++)
			text_add(out, " %s", port_range_text(ranges[i], port));
	} else {
		text_add(out, " %zu elements", set->element_count);
	}
	text_add(out, "\n");
}

const char *fixture_dump(struct plan_fixture *fixture, const struct ruleset *ruleset)
{
	struct text out = {0};

	for (size_t i = 0; i < ruleset->table_count; i++) {
		const struct table *table = ruleset->tables[i];

		text_add(&out, "table %s %s\n", table_family_name(table->family), table->name);
		for (size_t j = 0; j < table->set_count; j++) {
			assert_ptr_equal(table->sets[j]->table, table);
			dump_set(fixture, table->sets[j], &out);
		}
		for (size_t j = 0; j < table->chain_count; j++) {
			const struct chain *chain = table->chains[j];

			assert_ptr_equal(chain->table, table);
			text_add(&out, " chain %s\n", chain->name);
			for (size_t k = 0; k < chain->rule_count; k++) {
				assert_ptr_equal(chain->rules[k]->chain, chain);
				assert_int_equal(chain->rules[k]->position, k + 1);
				text_add(&out, "  ");
				rule_text(chain->rules[k], &out);
				text_add(&out, "\n");
			}
		}
	}
	return keep(fixture, &out);
}

const struct opening_answer *fixture_result(const struct plan_fixture *fixture, size_t opening,
					    enum family family)
{
	for (size_t i = 0; i < fixture->plan.result_count; i++)
		if (fixture->plan.results[i].opening == &fixture->list[opening] &&
		    fixture->plan.results[i].family == family)
			return &fixture->plan.results[i];
	fail_msg("no result for opening %zu", opening);
	return NULL;
}

enum verdict fixture_verdict(const struct plan_fixture *fixture, size_t opening, enum family family)
{
	const struct opening_answer *result = fixture_result(fixture, opening, family);

	assert_non_null(result->answer);
	assert_true(result->answer->applicable);
	return result->answer->verdict;
}

/* The kernel gives handles; without them steps cannot name what an earlier plan added. */
static void give_handles(const struct ruleset *ruleset, uint64_t *handle)
{
	for (size_t i = 0; i < ruleset->table_count; i++)
		for (size_t j = 0; j < ruleset->tables[i]->chain_count; j++) {
			const struct chain *chain = ruleset->tables[i]->chains[j];

			for (size_t k = 0; k < chain->rule_count; k++)
				if (!chain->rules[k]->handle)
					chain->rules[k]->handle = ++*handle;
		}
}

void fixture_settles(struct plan_fixture *fixture)
{
	const struct ruleset *after = fixture->plan.after;
	const struct steps steps = fixture->plan.steps;
	const char *before = fixture_dump(fixture, &fixture->build.ruleset);
	struct ruleset *restored;
	struct steps inverse;

	give_handles(after, &fixture->build.handle);
	if (steps_inverse(&steps, after, &fixture->build.pool, &inverse, &fixture->err) < 0 ||
	    steps_apply(after, &inverse, &fixture->build.pool, &restored, &fixture->err) < 0)
		fail_msg("%s", fixture->err.text);
	assert_string_equal(fixture_dump(fixture, restored), before);
	fixture_plan_on(fixture, after);
	assert_string_equal(fixture_steps(fixture, NULL), "");
}
