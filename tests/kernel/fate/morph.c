/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The evaluator against itself, on random rulesets and without a kernel: changes that mean nothing change no fate, a drop that is
 * added opens nothing, nor does an accept that comes later, and what is decided while facts are hidden is decided alike when
 * they are not.
 *
 *     morph [SEED [RULESETS]]
 */
#include "author.h"
#include "change.h"
#include "journey.h"
#include "morph_host.h"
#include "prune.h"
#include "scene.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PROBES = 40, RULESETS = 1500 };

/* Of a fate before and after. */
typedef bool claim_function(enum fate before, enum fate after);

static bool is_decided(enum fate fate)
{
	return fate == FATE_PASS || fate_is_block(fate);
}

static bool stays(enum fate before, enum fate after)
{
	return before == after || (fate_is_block(before) && fate_is_block(after));
}

static bool stays_if_decided(enum fate before, enum fate after)
{
	return !is_decided(before) || !is_decided(after) || stays(before, after);
}

static bool opens_nothing(enum fate before, enum fate after)
{
	return !fate_is_block(before) || after != FATE_PASS;
}

/* `after` is what is said while facts are hidden. */
static bool over_approximates(enum fate before, enum fate after)
{
	return !is_decided(after) || stays(before, after);
}

typedef void hide_function(struct chance *chance, struct packet *packet);

static void hide_nothing(struct chance *chance, struct packet *packet)
{
	(void)chance;
	(void)packet;
}

static void hide_link(struct chance *chance, struct packet *packet)
{
	(void)chance;
	packet->iface = NULL;
}

static void hide_bytes(struct chance *chance, struct packet *packet)
{
	for (size_t i = 0; i < packet->network_length; i++)
		if (chance_percent(chance, 30))
			packet->network_origin[i] = ORIGIN_UNKNOWN;
	for (size_t i = 0; i < packet->transport_length; i++)
		if (chance_percent(chance, 30))
			packet->transport_origin[i] = ORIGIN_UNKNOWN;
}

static bool change_nothing(struct changer *changer)
{
	(void)changer;
	return true;
}

/* Chains of a link are met only by packets whose link is known: without it nothing is asked where there are some. */
static bool change_nothing_without_devices(struct changer *changer)
{
	for (size_t i = 0; i < changer->ruleset->table_count; i++)
		for (size_t j = 0; j < changer->ruleset->tables[i]->chain_count; j++)
			if (changer->ruleset->tables[i]->chains[j]->device_count > 0)
				return false;
	return true;
}

struct experiment {
	const char *what;
	change_function *change;
	hide_function *hide;
	claim_function *claim;
};

static const struct experiment experiments[] = {
	{"a rule that cannot match changes nothing", change_add_rule_that_cannot_match, hide_nothing, stays},
	{"a set may be split into rules", change_split_set, hide_nothing, stays_if_decided},
	{"a chain may be written where it is jumped to", change_inline_chain, hide_nothing, stays_if_decided},
	{"an empty base chain that accepts changes nothing", change_add_empty_chain, hide_nothing, stays},
	{"filters side by side may change places", change_swap_filters, hide_nothing, stays_if_decided},
	{"a counter, a log or a comment changes nothing", change_add_counter, hide_nothing, stays},
	{"a drop opens nothing", change_add_drop, hide_nothing, opens_nothing},
	{"an accept in a later base chain opens nothing", change_add_later_accept, hide_nothing,
	 opens_nothing},
	{"what is decided without knowing a set is so", hide_set, hide_nothing, over_approximates},
	{"what is decided without knowing an operation is so", hide_op, hide_nothing, over_approximates},
	{"what is decided without knowing the link is so", change_nothing_without_devices, hide_link,
	 over_approximates},
	{"what is decided without knowing some bytes is so", change_nothing, hide_bytes, over_approximates},
};

enum { EXPERIMENTS = sizeof(experiments) / sizeof(experiments[0]) };

struct tally {
	size_t checks, decided, wrong;
	uint64_t seed; /* of the first that was wrong */
};

struct bench {
	struct stage stage;
	struct probe probes[PROBES];
	struct pool pool;
	struct chance chance;
	struct ruleset *ruleset;
	enum fate fates[PROBES];
};

/* As the kernel would number them: the younger, the greater. */
static void handles_give(struct ruleset *ruleset)
{
	for (size_t i = 0; i < ruleset->table_count; i++) {
		struct table *table = ruleset->tables[i];

		table->handle = i + 1;
		for (size_t j = 0; j < table->chain_count; j++)
			table->chains[j]->handle = j + 1;
	}
}

static int fates_find(struct bench *bench, const struct ruleset *ruleset, hide_function *hide,
		      enum fate fates[PROBES])
{
	struct facts facts[FAMILY_COUNT];

	for (int family = 0; family < FAMILY_COUNT; family++)
		facts_find(ruleset, (enum family)family, &facts[family]);
	for (size_t i = 0; i < PROBES; i++) {
		struct packet packet = bench->probes[i].packet;
		struct packet_answer answer;

		hide(&bench->chance, &packet);
		if (journey_of_packets(ruleset, &bench->stage.host, &facts[packet.family], &packet, 1,
				       &bench->pool, &answer) < 0)
			return -1;
		fates[i] = answer.fate;
	}
	return 0;
}

static int experiment_run(struct bench *bench, const struct experiment *experiment, struct tally *tally,
			  uint64_t seed)
{
	struct changer changer = {&bench->chance, &bench->pool, ruleset_copy(bench->ruleset, &bench->pool)};
	enum fate fates[PROBES];

	if (!changer.ruleset)
		return -1;
	if (!experiment->change(&changer))
		return 0;
	if (fates_find(bench, changer.ruleset, experiment->hide, fates) < 0)
		return -1;
	for (size_t i = 0; i < PROBES; i++) {
		tally->checks++;
		tally->decided += is_decided(fates[i]);
		if (experiment->claim(bench->fates[i], fates[i]))
			continue;
		if (tally->wrong++ == 0)
			tally->seed = seed;
	}
	return 0;
}

static int ruleset_test(struct bench *bench, uint64_t seed, struct tally *tallies)
{
	bench->chance = (struct chance){seed};
	for (uint32_t i = 0; i < PROBES; i++)
		probe_draw(&bench->chance, &bench->stage, i + 1, &bench->probes[i]);
	bench->ruleset = author_write(&bench->chance, bench->probes, PROBES, &bench->pool);
	if (!bench->ruleset)
		return -1;
	handles_give(bench->ruleset);
	if (fates_find(bench, bench->ruleset, hide_nothing, bench->fates) < 0)
		return -1;
	for (size_t i = 0; i < EXPERIMENTS; i++)
		if (experiment_run(bench, &experiments[i], &tallies[i], seed) < 0)
			return -1;
	pool_free(&bench->pool);
	return 0;
}

static bool tell(unsigned number, const struct experiment *experiment, const struct tally *tally)
{
	bool good = tally->wrong == 0 && tally->checks > 0;

	printf("%sok %u - %s\n", good ? "" : "not ", number, experiment->what);
	printf("# %zu packets, %zu decided, %zu wrong", tally->checks, tally->decided, tally->wrong);
	if (tally->wrong)
		printf(", first: morph %" PRIu64 " 1", tally->seed);
	printf("\n");
	return good;
}

int main(int argc, char **argv)
{
	static struct bench bench;
	struct tally tallies[EXPERIMENTS] = {0};
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : (uint64_t)time(NULL) * 1000000;
	size_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : RULESETS;
	bool good = true;

	host_imagine(&bench.stage.host);
	printf("1..%d\n# seed %" PRIu64 ", %zu rulesets\n", EXPERIMENTS, seed, count);
	for (size_t i = 0; i < count; i++)
		if (ruleset_test(&bench, seed + i, tallies) < 0)
			return 1;
	for (unsigned i = 0; i < EXPERIMENTS; i++)
		good &= tell(i + 1, &experiments[i], &tallies[i]);
	return good ? 0 : 1;
}
