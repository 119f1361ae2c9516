/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fwport watch: what others throw out is put back. It stays in the foreground, and whoever started it ends it by a signal: that may
 * come at any time, as for every other command.
 */
#include "commands.h"
#include "say_watch.h"

#include "fwport/files.h"
#include "fwport/host_read.h"
#include "fwport/notify.h"
#include "fwport/watcher.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BUSY_TIMES = 25 }; /* so often somebody may be in the way before it is told */

/* What lasts from one look to the next. */
struct watching {
	const struct output *output;
	const struct actor *actor;
	struct watch *watch;
	int lock;
	struct watcher told;
	unsigned busy;
	char failure[sizeof(((struct error *)NULL)->text)]; /* that was told last */
};

static void note(struct watching *watching, const struct watch_news *news)
{
	struct watcher *told = &watching->told;

	if (!news->restored || watching->lock < 0)
		return;
	told->restored++;
	told->last = time(NULL);
	snprintf(told->after, sizeof(told->after), "%s", news->after ? news->after : "");
	watcher_note(watching->lock, told);
}

/* Others change the ruleset, or hold the lock, and both pass. */
static bool is_worth_telling(struct watching *watching, const struct error *why)
{
	watching->busy = why->kind == ERROR_BUSY ? watching->busy + 1 : 0;
	if ((why->kind == ERROR_BUSY && watching->busy < BUSY_TIMES) || !strcmp(watching->failure, why->text))
		return false;
	snprintf(watching->failure, sizeof(watching->failure), "%s", why->text);
	return true;
}

static int flush(const struct output *output, struct error *err)
{
	if (fflush(output->out) == 0 && !ferror(output->out))
		return 0;
	return error_system(err, errno ? errno : EIO, "cannot write the output");
}

/* 1: something that is recorded is not open, or could not be looked at. */
static int look(struct watching *watching, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct error why = {0};
	struct watch_news news = {0};
	const bool seen = watch_look(watching->watch, watching->actor, &pool, &news, &why) == 0;
	int done;

	if (seen) {
		*watching->failure = '\0';
		watching->busy = 0;
	}
	note(watching, &news);
	done = say_news(watching->output, &news, watching->actor, err);
	if (done == 0 && !seen && is_worth_telling(watching, &why))
		done = say_unseen(watching->output, &why, watching->actor, err);
	if (done < 0 || flush(watching->output, err) < 0)
		return -1;
	watch_told(watching->watch);
	return seen && news.all_open ? 0 : 1;
}

static int begin(const struct watching *watching, struct error *err)
{
	if (say_watching(watching->output, err) < 0 || flush(watching->output, err) < 0)
		return -1;
	notify("READY=1");
	return 0;
}

static int watch_on(struct watching *watching, bool once, struct error *err)
{
	for (bool begun = once;; begun = true) {
		int status;

		if (watch_wait(watching->watch, err) < 0)
			return -1;
		status = look(watching, err);
		if (status < 0 || once)
			return status;
		if (!begun && begin(watching, err) < 0)
			return -1;
	}
}

static int run(const struct request *request, const struct output *output, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	CLEANUP(watch_close) struct watch *watch = NULL;
	CLEANUP(descriptor_close) int lock = -1;
	struct watching watching = {.output = output, .told.pid = (int)getpid()};
	struct actor actor;

	if (actor_read(request->words, request->word_count, &pool, &actor, err) < 0 ||
	    (!request->once && watcher_begin(&lock, err) < 0) || watch_open(&watch, err) < 0)
		return -1;
	watching.actor = &actor;
	watching.watch = watch;
	watching.lock = lock;
	return watch_on(&watching, request->once, err);
}

static const struct option_def once_options[] = {
	{
		.name = "once",
		.help = "look once, put back what is missing, and end",
		.at = offsetof(struct request, once),
	},
	{0},
};

static const struct option_def *const options[] = {once_options, NULL};

static const struct example examples[] = {
	{"fwport watch --once", "puts back what is missing now"},
	{0},
};

const struct command command_watch = {
	.name = "watch",
	.operands = "",
	.summary = "put our openings back whenever others throw them out",
	.description =
		"Listens to changes of the ruleset, and looks each second at legacy tables where there "
		"are any. When others have loaded their rules anew and ours went with them, or no "
		"longer stand before what blocks, ours are put back as \"fwport restore\" does it: once "
		"the ruleset has been quiet for 200 ms, and within 2 s where it never is. What is "
		"closed stays closed: by \"fwport close\", by --runtime, at its end, or while a change "
		"awaits confirmation as it is in that change.\n"
		"\n"
		"A rule of ours that was deleted by itself, while nothing else in its table came or "
		"went, was deleted by somebody who meant it: its opening is told and left alone until "
		"its rules stand again. A table that was emptied, loaded anew or deleted is a "
		"neighbour's doing, and so is our own table when it is deleted as a whole. In legacy "
		"tables the two are told apart by counters, which begin anew when a table is restored. "
		"A new rule that denies the very port is told, and not gone past.\n"
		"\n"
		"Rules are put back twenty times in a minute at most. An opening that had to be put "
		"back thirty times within five minutes, or sixty times within an hour, is given up, and "
		"the program named that removes it. SIGHUP makes it look anew, at what was left or "
		"given up, too. It stays in the foreground; fwport-watch.service runs it, once that is "
		"enabled.\n"
		"\n"
		"Exit status 1, with --once: an opening is not open.",
	.options = options,
	.examples = examples,
	.needs = NEEDS_ROOT,
	.run = run,
};
