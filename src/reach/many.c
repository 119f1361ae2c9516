/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads take the next target until there is none. What one has found is made text by its own thread; the lock is for handing it
 * over. Whoever called waits, and tells how far it is.
 */
#include "baseline.h"
#include "many.h"
#include "report.h"

#include <errno.h>
#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum {
	FILES_EACH = 24, /* sockets of one examination: to nameservers, addresses, in second tries */
	FILES_APART = 32,
	STACK_BYTES = 512 << 10,
	PATIENCE = 1000, /* milliseconds, until there is something to tell */
	PULSE = 200,
	PROGRESS_COLUMNS = 38,
};

/* One target's way from being examined to being shown. */
struct outcome {
	struct pool pool;
	const struct examination *examination;
	char *text; /* as it is shown, until it was */
	size_t length;
	bool done;
};

struct many {
	const struct equipment *equipment;
	const struct target_list *targets;
	const struct showing *showing;
	pthread_mutex_t lock;
	pthread_cond_t ended; /* all threads */
	struct outcome *outcomes;
	pthread_t *threads;
	size_t thread_count;
	size_t next, done, shown, running;
	size_t not_ok;
	int status;
	bool failed; /* err says why */
	struct error err;
	locale_t letters; /* each table takes the user's, and finds them read as long as they are held here */
	double began;
	bool told; /* how far it is: that stands on the terminal's last line */
};

unsigned many_at_once(unsigned wanted, unsigned *files)
{
	struct rlimit limit = {0};
	rlim_t most;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return wanted;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	getrlimit(RLIMIT_NOFILE, &limit);
	most = limit.rlim_cur < FILES_APART + FILES_EACH ? 1 : (limit.rlim_cur - FILES_APART) / FILES_EACH;
	*files = limit.rlim_cur > UINT_MAX ? UINT_MAX : (unsigned)limit.rlim_cur;
	return most < wanted ? (unsigned)most : wanted;
}

/* Ranks, the least severe first. */
static int rank(enum report_form form, int status)
{
	static const int plain[] = {0, 1, 11}, nagios[] = {0, 3, 1, 2};
	const int *order = form == REPORT_NAGIOS ? nagios : plain;
	const int count = form == REPORT_NAGIOS ? 4 : 3;

	for (int i = 0; i < count; i++)
		if (order[i] == status)
			return i;
	return count;
}

static int status_of(const struct examination *examination)
{
	return examination->equipment->options->form == REPORT_NAGIOS ? examination_nagios_status(examination)
								      : examination_exit_status(examination);
}

static int render(const struct examination *examination, FILE *out, struct error *err)
{
	const struct options *options = examination->equipment->options;

	switch (options->form) {
	case REPORT_TABLE:
		return report_table(out, examination, err);
	case REPORT_JSON:
		return report_json(out, examination, err);
	case REPORT_NAGIOS:
		return report_nagios(out, examination, err);
	case REPORT_PROMETHEUS:
		return 0; /* which is one text about all of them */
	}
	return 0;
}

static int make_text(struct outcome *outcome, struct error *err)
{
	FILE *out = open_memstream(&outcome->text, &outcome->length);
	int status;

	if (!out)
		return error_memory(err);
	status = render(outcome->examination, out, err);
	if (fclose(out) != 0 && status == 0)
		return error_memory(err);
	return status;
}

static int examine_once(const struct many *many, size_t index, struct error *err)
{
	struct outcome *outcome = &many->outcomes[index];
	struct examination *examination;

	pool_free(&outcome->pool);
	examination = pool_alloc(&outcome->pool, sizeof(*examination));
	if (!examination)
		return error_memory(err);
	examination->equipment = many->equipment;
	examination->pool = &outcome->pool;
	examination->target = many->targets->list[index];
	outcome->examination = examination;
	return examine(examination, err);
}

/* With second chances: what failed may have been the moment. */
static int examine_one(const struct many *many, size_t index, struct error *err)
{
	const struct outcome *outcome = &many->outcomes[index];

	for (unsigned i = 0; i <= many->equipment->options->retries; i++) {
		if (examine_once(many, index, err) < 0)
			return -1;
		if (outcome->examination->verdict.party == PARTY_OK)
			break;
	}
	return make_text(&many->outcomes[index], err);
}

static void wipe_progress(struct many *many)
{
	if (many->told)
		fprintf(many->showing->progress, "\r%*s\r", PROGRESS_COLUMNS, "");
	many->told = false;
}

static int write_out(struct many *many, const char *bytes, size_t length, struct error *err)
{
	FILE *out = many->showing->out;

	wipe_progress(many);
	if (fwrite(bytes, 1, length, out) != length || fflush(out) != 0)
		return error_system(err, errno, "cannot write what was found");
	return 0;
}

static int show(struct many *many, struct outcome *outcome, struct error *err)
{
	int status = outcome->length ? write_out(many, outcome->text, outcome->length, err) : 0;

	free(outcome->text);
	outcome->text = NULL;
	if (many->equipment->options->form != REPORT_PROMETHEUS) {
		outcome->examination = NULL;
		pool_free(&outcome->pool);
	}
	return status;
}

/* In the order given: what is done, up to the first that is not. */
static int show_in_order(struct many *many, struct error *err)
{
	while (many->shown < many->targets->count && many->outcomes[many->shown].done)
		if (show(many, &many->outcomes[many->shown++], err) < 0)
			return -1;
	return 0;
}

static int hand_over(struct many *many, struct outcome *outcome, struct error *err)
{
	const enum report_form form = many->equipment->options->form;
	const int status = status_of(outcome->examination);

	if (baseline_write(outcome->examination, err) < 0)
		return -1;
	outcome->done = true;
	many->done++;
	many->not_ok += outcome->examination->verdict.party != PARTY_OK;
	if (rank(form, status) > rank(form, many->status))
		many->status = status;
	return form == REPORT_JSON ? show(many, outcome, err) : show_in_order(many, err);
}

/* False: there is none left, or somebody has failed. */
static bool take_next(struct many *many, size_t *index)
{
	bool taken;

	pthread_mutex_lock(&many->lock);
	taken = !many->failed && many->next < many->targets->count;
	if (taken)
		*index = many->next++;
	pthread_mutex_unlock(&many->lock);
	return taken;
}

static void *work(void *argument)
{
	struct many *many = argument;
	struct error err = {0};
	size_t index;

	while (take_next(many, &index)) {
		int status = examine_one(many, index, &err);

		pthread_mutex_lock(&many->lock);
		if (status == 0)
			status = hand_over(many, &many->outcomes[index], &err);
		if (status < 0 && !many->failed) {
			many->failed = true;
			many->err = err;
		}
		pthread_mutex_unlock(&many->lock);
	}
	pthread_mutex_lock(&many->lock);
	if (--many->running == 0)
		pthread_cond_signal(&many->ended);
	pthread_mutex_unlock(&many->lock);
	return NULL;
}

/* Blanks, not a sequence that erases: each terminal knows them. */
static void tell_progress(struct many *many)
{
	char line[64];

	if (!many->showing->progress || !many->running || clock_milliseconds() - many->began < PATIENCE)
		return;
	if (many->targets->count == 1)
		snprintf(line, sizeof(line), "checking, %.0f s", (clock_milliseconds() - many->began) / 1000);
	else
		snprintf(line, sizeof(line), "%zu of %zu checked, %zu not ok", many->done,
			 many->targets->count, many->not_ok);
	fprintf(many->showing->progress, "\r%-*s\r", PROGRESS_COLUMNS, line);
	fflush(many->showing->progress);
	many->told = true;
}

static struct timespec soon(void)
{
	const int64_t then = deadline_in(PULSE).at;

	return (struct timespec){.tv_sec = then / 1000, .tv_nsec = then % 1000 * 1000000};
}

static void wait_for_all(struct many *many)
{
	pthread_mutex_lock(&many->lock);
	while (many->running) {
		const struct timespec until = soon();

		pthread_cond_timedwait(&many->ended, &many->lock, &until);
		tell_progress(many);
	}
	wipe_progress(many);
	pthread_mutex_unlock(&many->lock);
	for (size_t i = 0; i < many->thread_count; i++)
		pthread_join(many->threads[i], NULL);
}

/* As many as can be had: one is enough. */
static int start_threads(struct many *many, size_t wanted, struct error *err)
{
	pthread_attr_t attributes;
	int sys = 0;

	many->threads = calloc(wanted, sizeof(*many->threads));
	if (!many->threads)
		return error_memory(err);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	pthread_mutex_lock(&many->lock);
	while (many->thread_count < wanted && sys == 0) {
		sys = pthread_create(&many->threads[many->thread_count], &attributes, work, many);
		many->thread_count += sys == 0;
	}
	many->running = many->thread_count;
	pthread_mutex_unlock(&many->lock);
	pthread_attr_destroy(&attributes);
	return many->thread_count ? 0 : error_system(err, sys, "cannot start a thread");
}

static int show_together(const struct many *many, struct error *err)
{
	const size_t count = many->targets->count;
	CLEANUP(pool_free) struct pool pool = {0};
	const struct examination **all = pool_alloc(&pool, count * sizeof(const struct examination *));

	if (!all)
		return error_memory(err);
	for (size_t i = 0; i < count; i++)
		all[i] = many->outcomes[i].examination;
	if (report_prometheus(many->showing->out, all, count, err) < 0)
		return -1;
	if (fflush(many->showing->out) != 0)
		return error_system(err, errno, "cannot write what was found");
	return 0;
}

static int run(struct many *many, struct error *err)
{
	const size_t count = many->targets->count;

	if (start_threads(many, count < many->showing->at_once ? count : many->showing->at_once, err) < 0)
		return -1;
	wait_for_all(many);
	if (many->failed) {
		*err = many->err;
		return -1;
	}
	if (baseline_keep(many->equipment, many->targets, err) < 0)
		return -1;
	return many->equipment->options->form == REPORT_PROMETHEUS ? show_together(many, err) : 0;
}

static void many_free(struct many *many)
{
	for (size_t i = 0; many->outcomes && i < many->targets->count; i++) {
		free(many->outcomes[i].text);
		pool_free(&many->outcomes[i].pool);
	}
	free(many->outcomes);
	free(many->threads);
	if (many->letters)
		freelocale(many->letters);
	pthread_cond_destroy(&many->ended);
	pthread_mutex_destroy(&many->lock);
}

/* The clock that is waited by is the one that deadlines are of. */
static void ended_init(pthread_cond_t *ended)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(ended, &attributes);
	pthread_condattr_destroy(&attributes);
}

int many_examine(const struct equipment *equipment, const struct target_list *targets,
		 const struct showing *showing, int *status, struct error *err)
{
	CLEANUP(many_free)
	struct many many = {.equipment = equipment,
			    .targets = targets,
			    .showing = showing,
			    .lock = PTHREAD_MUTEX_INITIALIZER,
			    .outcomes = calloc(targets->count, sizeof(struct outcome)),
			    .letters = newlocale(LC_CTYPE_MASK, "", (locale_t)0),
			    .began = clock_milliseconds()};

	ended_init(&many.ended);
	if (!many.outcomes)
		return error_memory(err);
	if (run(&many, err) < 0)
		return -1;
	*status = many.status;
	return 0;
}
