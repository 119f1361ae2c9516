/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loading, reading back, sending and judging. What the evaluator gets is what the kernel says it has, so the decoder is tested
 * with it.
 */
#include "trial.h"
#include "journey.h"
#include "prune.h"
#include "wire.h"

#include "fwport/nft_read.h"

#include <string.h>

enum { REFUSAL_LIMIT = 100 };

enum { FIRST_PROBES = 64, READY_TRIES = 3000 };

/* Links and addresses are there when the kernel says so, and taken into use a moment later. */
static int ready_wait(struct trial *trial, struct error *err)
{
	struct probe probes[FIRST_PROBES];
	struct chance chance = {1};

	for (uint32_t i = 0; i < FIRST_PROBES; i++)
		probe_draw(&chance, &trial->stage, i + 1, &probes[i]);
	for (unsigned tries = 0; tries < READY_TRIES; tries++) {
		bool all = true;

		if (tracer_run(&trial->tracer, &trial->stage, probes, FIRST_PROBES, err) < 0)
			return -1;
		for (size_t i = 0; i < FIRST_PROBES; i++)
			all &= tracer_saw_to_the_end(&trial->tracer, &probes[i]);
		if (all)
			return 0;
	}
	return error_set(err, ERROR_SYSTEM, "packets do not pass where there are no rules");
}

int trial_start(struct trial *trial, unsigned processor, struct error *err)
{
	*trial = (struct trial){0};
	if (stage_build(&trial->stage, processor, err) < 0 || tracer_open(&trial->tracer, err) < 0)
		return -1;
	return ready_wait(trial, err);
}

/* In the written ruleset what was refused is not constant. */
static void take_out(struct ruleset *ruleset, const struct refusal *refusal)
{
	struct table *table = (struct table *)refusal->table;
	struct chain *chain = (struct chain *)refusal->chain;

	if (refusal->rule) {
		prune_rule(chain, refusal->rule->position - 1);
	} else if (chain) {
		prune_chain(table, chain);
	} else if (refusal->set) {
		prune_set(table, refusal->set);
	} else {
		for (size_t i = ruleset->table_count; i-- > 0;)
			if (ruleset->tables[i] == table)
				prune_table(ruleset, i);
	}
}

static int load(struct trial *trial, struct ruleset *ruleset, struct error *err)
{
	struct refusal refusal = {0};

	for (size_t i = 0; i < REFUSAL_LIMIT; i++) {
		if (wire_replace(trial->loaded, ruleset, &refusal, err) < 0)
			return -1;
		if (!refusal.table) {
			trial->loaded = ruleset;
			return 0;
		}
		trial->refused++;
		take_out(ruleset, &refusal);
	}
	return error_set(err, ERROR_SYSTEM, "the kernel refuses too much");
}

static void tracer_tables_drop(struct ruleset *ruleset)
{
	for (size_t i = ruleset->table_count; i-- > 0;)
		if (strcmp(ruleset->tables[i]->name, TRACER_TABLE) == 0)
			prune_table(ruleset, i);
}

static int read_back(struct trial *trial, struct pool *pool, struct error *err)
{
	if (nft_read(NULL, NULL, pool, &trial->read, err) < 0)
		return -1;
	tracer_tables_drop(trial->read);
	return 0;
}

int trial_load(struct trial *trial, struct ruleset *ruleset, struct pool *pool, struct error *err)
{
	return load(trial, ruleset, err) < 0 ? -1 : read_back(trial, pool, err);
}

int trial_unload(struct trial *trial, struct error *err)
{
	const struct ruleset nothing = {0};
	struct refusal refusal;
	int result = wire_replace(trial->loaded, &nothing, &refusal, err);

	trial->loaded = NULL;
	return result;
}

int trial_load_messages(struct trial *trial, const uint8_t *messages, size_t length, struct pool *pool,
			struct error *err)
{
	if (trial_unload(trial, err) < 0 || wire_send(messages, length, err) < 0 ||
	    read_back(trial, pool, err) < 0)
		return -1;
	trial->loaded = trial->read;
	return 0;
}

static bool is_conversation(const struct packet *packet)
{
	return packet->source_port >= CONVERSATION_PORT || packet->destination_port >= CONVERSATION_PORT;
}

/* How many packets from here on are of one connection. */
static size_t count_together(const struct probe *probes, size_t count)
{
	return is_conversation(&probes[0].packet) && count >= CONVERSATION_LIMIT ? CONVERSATION_LIMIT : 1;
}

/* The tracer ends single packets behind postrouting. */
static void egress_forget(struct packet_answer *answer)
{
	while (answer->path_count > 0 && answer->path[answer->path_count - 1].hook == HOOK_EGRESS)
		answer->path_count--;
}

/* What comes behind a packet that was dropped is another conversation than the one that was asked about. */
static void judge(const struct tracer *tracer, const struct probe *probes, size_t count,
		  const struct packet_answer *answers, enum agreement *out)
{
	bool over = false;

	for (size_t i = 0; i < count; i++) {
		out[i] = over ? UNDECIDED : compare(&answers[i], tracer->first[probes[i].number]);
		over |= out[i] != AGREE_PASS;
	}
}

static int evaluate_together(const struct trial *trial, const struct probe *probes, size_t count,
			     const struct facts facts[FAMILY_COUNT], struct pool *pool,
			     struct packet_answer *answers, struct error *err)
{
	struct packet packets[CONVERSATION_LIMIT];

	for (size_t i = 0; i < count; i++)
		packets[i] = probes[i].packet;
	if (journey_of_packets(trial->read, &trial->stage.host, &facts[packets[0].family], packets, count,
			       pool, answers) < 0)
		return error_memory(err);
	return 0;
}

int trial_run(struct trial *trial, const struct probe *probes, size_t count, struct pool *pool,
	      struct packet_answer *answers, enum agreement *out, struct error *err)
{
	struct facts facts[FAMILY_COUNT] = {0};

	for (int family = 0; family < FAMILY_COUNT; family++)
		facts_find(trial->read, (enum family)family, &facts[family]);
	if (tracer_run(&trial->tracer, &trial->stage, probes, count, err) < 0)
		return -1;
	for (size_t i = 0, together; i < count; i += together) {
		together = count_together(probes + i, count - i);
		if (evaluate_together(trial, probes + i, together, facts, pool, answers + i, err) < 0)
			return -1;
		if (together == 1)
			egress_forget(&answers[i]);
		judge(&trial->tracer, probes + i, together, answers + i, out + i);
	}
	return 0;
}

int trial_disagrees(struct trial *trial, struct ruleset *ruleset, const struct probe *probes, size_t count,
		    struct pool *pool, struct error *err)
{
	struct packet_answer answers[CONVERSATION_LIMIT];
	enum agreement agreements[CONVERSATION_LIMIT];

	if (trial_load(trial, ruleset, pool, err) < 0 ||
	    trial_run(trial, probes, count, pool, answers, agreements, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (agreements[i] == DISAGREE)
			return 1;
	return 0;
}
