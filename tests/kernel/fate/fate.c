/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The evaluator's way of a packet through the rules against the kernel's own account of it: random rulesets, real packets, rule by
 * rule.
 *
 *     fate [SEED [CHECKS [FILE]]]
 *
 * CHECKS packets are compared (20000). Ruleset number n of a run has the seed SEED + n. A disagreement is shrunk and printed,
 * and written to FILE; kept with the name NAME.case in tests/golden/fate it is run again with each test. Most of the time the
 * kernel waits for its own readers, so several hosts, each in namespaces of its own, are tested at once.
 */
#define _GNU_SOURCE /* MAP_ANONYMOUS */

#include "author.h"
#include "case.h"
#include "shrink.h"

#include <glob.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORKERS = 16, SINGLES = 216, CONVERSATIONS = 8 };
enum { PROBES = SINGLES + CONVERSATIONS * CONVERSATION_LIMIT, CHECKS = 20000 };
enum { UNDECIDED_PERCENT = 25, RARER_PERCENT = 10 };

struct tally {
	size_t agreements[DISAGREE + 1];
	size_t disagreements; /* that were there a second time */
	size_t rulesets, refused, cases, wrong_cases;
	bool failed;
};

struct options {
	uint64_t seed;
	size_t checks;
	const char *file; /* or NULL */
};

struct worker {
	const struct options *options;
	unsigned number;
	struct tally *tally;
	struct trial trial;
	struct pool pools[2]; /* of the ruleset at hand, and of the one that is loaded until then */
};

static void probes_draw(struct chance *chance, const struct stage *stage, struct probe probes[PROBES])
{
	for (uint32_t i = 0; i < SINGLES; i++)
		probe_draw(chance, stage, i + 1, &probes[i]);
	for (uint32_t i = SINGLES; i < PROBES; i += CONVERSATION_LIMIT)
		probe_draw_conversation(chance, stage, i + 1, (uint16_t)(CONVERSATION_PORT + i), &probes[i]);
}

/* Disagreements */

struct suspect {
	const struct probe *probes;
	size_t count;
};

/* The packets of its connection. */
static struct suspect suspect_at(const struct probe *probes, size_t index)
{
	if (index < SINGLES)
		return (struct suspect){&probes[index], 1};
	index -= (index - SINGLES) % CONVERSATION_LIMIT;
	return (struct suspect){&probes[index], CONVERSATION_LIMIT};
}

static int tell_to(FILE *out, struct worker *worker, const struct ruleset *ruleset, struct suspect suspect,
		   const struct packet_answer *answers, uint64_t seed, struct error *err)
{
	fprintf(out, "# fate %" PRIu64 " 1\n", seed);
	if (case_write(&worker->trial, ruleset, suspect.probes, suspect.count, answers, out, err) < 0)
		return -1;
	return fflush(out) == 0 ? 0 : error_set(err, ERROR_SYSTEM, "cannot write the case");
}

/* In one piece, since others write too. */
static int tell(struct worker *worker, const struct ruleset *ruleset, struct suspect suspect,
		const struct packet_answer *answers, uint64_t seed, struct error *err)
{
	FILE *file = worker->options->file ? fopen(worker->options->file, "we") : NULL;
	char *text = NULL, *rest;
	size_t length;
	FILE *memory = open_memstream(&text, &length);
	int result =
		memory ? tell_to(memory, worker, ruleset, suspect, answers, seed, err) : error_memory(err);

	if (memory)
		fclose(memory);
	if (file && result == 0)
		fputs(text, file);
	for (char *line = text ? strtok_r(text, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest))
		printf("%s%s\n", line[0] == '#' ? "" : "# ", line);
	fflush(stdout);
	free(text);
	if (file)
		fclose(file);
	return result;
}

static int disagreement(struct worker *worker, struct ruleset *ruleset, struct suspect suspect, uint64_t seed,
			struct error *err)
{
	struct packet_answer answers[CONVERSATION_LIMIT];
	enum agreement agreements[CONVERSATION_LIMIT];
	struct pool *pool = &worker->pools[0];
	struct ruleset *small;
	int again = trial_disagrees(&worker->trial, ruleset, suspect.probes, suspect.count, pool, err);

	if (again <= 0)
		return again;
	worker->tally->disagreements++;
	if (shrink(&worker->trial, ruleset, suspect.probes, suspect.count, pool, &small, err) < 0 ||
	    trial_run(&worker->trial, suspect.probes, suspect.count, pool, answers, agreements, err) < 0)
		return -1;
	return tell(worker, small, suspect, answers, seed, err);
}

/* One ruleset */

/* What was loaded before is needed until it has been replaced. */
static void pools_turn(struct worker *worker)
{
	pool_free(&worker->pools[1]);
	worker->pools[1] = worker->pools[0];
	worker->pools[0] = (struct pool){0};
}

static int ruleset_test(struct worker *worker, uint64_t seed, struct error *err)
{
	struct chance chance = {seed};
	struct probe probes[PROBES];
	struct packet_answer answers[PROBES];
	enum agreement agreements[PROBES];
	struct ruleset *ruleset;

	pools_turn(worker);
	probes_draw(&chance, &worker->trial.stage, probes);
	ruleset = author_write(&chance, probes, PROBES, &worker->pools[0]);
	if (!ruleset)
		return error_memory(err);
	if (trial_load(&worker->trial, ruleset, &worker->pools[0], err) < 0 ||
	    trial_run(&worker->trial, probes, PROBES, &worker->pools[0], answers, agreements, err) < 0)
		return -1;
	worker->tally->rulesets++;
	for (size_t i = 0; i < PROBES; i++)
		worker->tally->agreements[agreements[i]]++;
	for (size_t i = 0; i < PROBES; i++)
		if (agreements[i] == DISAGREE)
			return disagreement(worker, ruleset, suspect_at(probes, i), seed, err);
	return 0;
}

/* Kept cases */

static int cases_run(struct worker *worker, struct error *err)
{
	const char *top = getenv("top_srcdir");
	CLEANUP(text_free) struct text pattern = {0};
	CLEANUP(globfree) glob_t found = {0};

	text_add(&pattern, "%s/tests/golden/fate/*.case", top ? top : ".");
	if (glob(text_string(&pattern), 0, NULL, &found) != 0)
		return 0;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		bool right;

		if (case_run(&worker->trial, found.gl_pathv[i], &right, err) < 0)
			return error_in(err, "%s", found.gl_pathv[i]);
		worker->tally->cases++;
		worker->tally->wrong_cases += !right;
		if (!right)
			printf("# told otherwise: %s\n", found.gl_pathv[i]);
	}
	return 0;
}

/* Workers */

static int work(struct worker *worker, struct error *err)
{
	size_t share = worker->options->checks / WORKERS + 1;

	if (trial_start(&worker->trial, worker->number, err) < 0 ||
	    (worker->number == 0 && cases_run(worker, err) < 0))
		return -1;
	for (size_t done = 0, i = worker->number; done < share; done += PROBES, i += WORKERS) {
		if (ruleset_test(worker, worker->options->seed + i, err) < 0)
			return error_in(err, "seed %" PRIu64, worker->options->seed + i);
		if (worker->tally->disagreements)
			break;
	}
	return 0;
}

static void worker_start(const struct options *options, unsigned number, struct tally *tally)
{
	static struct worker worker;
	struct error err = {0};

	if (fork() != 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	worker = (struct worker){.options = options, .number = number, .tally = tally};
	tally->failed = work(&worker, &err) < 0;
	tally->refused = worker.trial.refused;
	if (tally->failed)
		printf("# %s\n", err.text);
	fflush(stdout);
	_exit(0);
}

static struct tally tally_sum(const struct tally *tallies)
{
	struct tally sum = {0};

	for (size_t i = 0; i < WORKERS; i++) {
		for (size_t j = 0; j <= DISAGREE; j++)
			sum.agreements[j] += tallies[i].agreements[j];
		sum.disagreements += tallies[i].disagreements;
		sum.rulesets += tallies[i].rulesets;
		sum.refused += tallies[i].refused;
		sum.cases += tallies[i].cases;
		sum.wrong_cases += tallies[i].wrong_cases;
		sum.failed |= tallies[i].failed;
	}
	return sum;
}

/* TAP */

static bool claim(unsigned number, bool holds, const char *text)
{
	printf("%sok %u - %s\n", holds ? "" : "not ", number, text);
	return holds;
}

/* Each fate has its share, and what is left undecided is not much. */
static bool is_balanced(const struct tally *sum, size_t total)
{
	return sum->agreements[UNDECIDED] * 100 <= total * UNDECIDED_PERCENT &&
	       sum->agreements[AGREE_PASS] * 100 >= total * RARER_PERCENT &&
	       sum->agreements[AGREE_DROP] * 100 >= total * RARER_PERCENT;
}

static int tell_sum(const struct options *options, const struct tally *sum)
{
	size_t total = 0;
	bool good;

	for (size_t i = 0; i <= DISAGREE; i++)
		total += sum->agreements[i];
	printf("# seed %" PRIu64 ": %zu packets, %zu rulesets (%zu parts were refused), %zu kept cases\n",
	       options->seed, total, sum->rulesets, sum->refused, sum->cases);
	printf("# agree: %zu pass, %zu are dropped; undecided %zu (%zu.%zu %%), disagree %zu (%zu again)\n",
	       sum->agreements[AGREE_PASS], sum->agreements[AGREE_DROP], sum->agreements[UNDECIDED],
	       sum->agreements[UNDECIDED] * 100 / (total ? total : 1),
	       sum->agreements[UNDECIDED] * 1000 / (total ? total : 1) % 10, sum->agreements[DISAGREE],
	       sum->disagreements);
	good = claim(1, !sum->failed && sum->wrong_cases == 0, "kept cases go as the evaluator says");
	good &= claim(2, !sum->failed && total > 0 && sum->disagreements == 0,
		      "packets take the way through the rules that the evaluator tells");
	good &= claim(3, is_balanced(sum, total) || total < CHECKS, "most is decided, either way");
	return good ? 0 : 1;
}

static bool has_programs(void)
{
	return system("command -v nft >/dev/null && command -v ip >/dev/null") == 0;
}

int main(int argc, char **argv)
{
	const struct options options = {
		.seed = argc > 1 ? strtoull(argv[1], NULL, 10) : (uint64_t)time(NULL) * 1000000,
		.checks = argc > 2 ? strtoull(argv[2], NULL, 10) : CHECKS,
		.file = argc > 3 ? argv[3] : NULL,
	};
	size_t bytes = WORKERS * sizeof(struct tally);
	struct tally *tallies, sum;

	if (geteuid() != 0 || !has_programs()) {
		printf("1..0 # SKIP needs root, nft and ip\n");
		return 0;
	}
	tallies = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tallies == MAP_FAILED)
		return 1;
	printf("1..3\n");
	fflush(stdout);
	for (unsigned i = 0; i < WORKERS; i++)
		worker_start(&options, i, &tallies[i]);
	while (wait(NULL) > 0)
		;
	sum = tally_sum(tallies);
	return tell_sum(&options, &sum);
}
