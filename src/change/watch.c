/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waits. While nothing happens it sleeps without end, but for a look at legacy tables each second where there are any. Once something
 * was heard it listens at intervals: whoever changes the ruleset a thousand times in a second wakes it twenty times.
 */
#include "watch_look.h"

#include "fwport/files.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum {
	LISTEN_EACH = 50, /* milliseconds */
	TABLES_EACH = 1000,
	RETRY_FIRST = 100,
	RETRY_BUSY = 400,
	RETRY_MOST = 64000,
	RETRY_WAITING = 2000,
};

int64_t watch_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int signals_open(struct watch *watch, struct error *err)
{
	sigset_t hangup;

	sigemptyset(&hangup);
	sigaddset(&hangup, SIGHUP);
	sigprocmask(SIG_BLOCK, &hangup, NULL);
	sigprocmask(SIG_SETMASK, NULL, &watch->mask);
	watch->signals = signalfd(-1, &hangup, SFD_CLOEXEC | SFD_NONBLOCK);
	return watch->signals >= 0 ? 0 : error_system(err, errno, "cannot wait for signals");
}

/* What there is to be seen, whatever was heard. */
static void look_anew(struct watch *watch)
{
	burst_lose(&watch->burst);
	watch->retry = watch_clock();
}

int watch_open(struct watch **out, struct error *err)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	if (!watch)
		return error_memory(err);
	watch->ear.fd = watch->signals = -1;
	watch->poll = CALM_NEVER;
	if (ruleset_ear_open(&watch->ear, err) < 0 || signals_open(watch, err) < 0) {
		watch_close(&watch);
		return -1;
	}
	look_anew(watch);
	*out = watch;
	return 0;
}

void watch_close(struct watch **watch)
{
	if (!*watch)
		return;
	ruleset_ear_close(&(*watch)->ear);
	descriptor_close(&(*watch)->signals);
	legacy_look_free(&(*watch)->tables);
	vigil_free(&(*watch)->vigil);
	free(*watch);
	*watch = NULL;
}

static int64_t sooner(int64_t a, int64_t b)
{
	if (a == CALM_NEVER || b == CALM_NEVER)
		return a == CALM_NEVER ? b : a;
	return a < b ? a : b;
}

/* After an error it is not what is heard that counts. */
static int64_t look_due(const struct watch *watch)
{
	return watch->retry != CALM_NEVER ? watch->retry : calm_due(&watch->calm);
}

static int sleep_for(const struct watch *watch, int64_t now)
{
	int64_t until = sooner(look_due(watch), watch->poll);

	if (watch->calm.heard && watch->retry == CALM_NEVER)
		until = sooner(until, now + LISTEN_EACH);
	if (until == CALM_NEVER)
		return -1;
	return until > now ? (int)(until - now) : 0;
}

static int await(const struct watch *watch, struct error *err)
{
	struct pollfd sources[] = {
		{.fd = watch->signals, .events = POLLIN},
		{.fd = watch->calm.heard || watch->retry != CALM_NEVER ? -1 : watch->ear.fd,
		 .events = POLLIN},
	};

	if (poll(sources, sizeof(sources) / sizeof(sources[0]), sleep_for(watch, watch_clock())) < 0 &&
	    errno != EINTR)
		return error_system(err, errno, "cannot wait for changes of the ruleset");
	return 0;
}

/* Somebody asks for it to begin anew. */
static void hear_signals(struct watch *watch)
{
	struct signalfd_siginfo signal;
	bool any = false;

	while (read(watch->signals, &signal, sizeof(signal)) == sizeof(signal))
		any = true;
	if (!any)
		return;
	vigil_free(&watch->vigil);
	watch->policy_left = watch->waiting = watch->refused = false;
	look_anew(watch);
}

static int look_at_tables(struct watch *watch, struct error *err)
{
	struct legacy_look now;

	if (legacy_look_take(&now, err) < 0) {
		legacy_look_free(&now);
		return -1;
	}
	legacy_look_compare(&watch->tables, &now, &watch->burst);
	legacy_look_free(&watch->tables);
	watch->tables = now;
	watch->poll = now.count ? watch_clock() + TABLES_EACH : CALM_NEVER;
	return 0;
}

/* Tables that change are looked at as often as others are listened to, until they are quiet. */
static int hear(struct watch *watch, struct error *err)
{
	const int64_t now = watch_clock();

	watch->burst.any = false;
	if (ruleset_ear_hear(&watch->ear, &watch->burst, err) < 0)
		return -1;
	if (watch->poll != CALM_NEVER && (now >= watch->poll || watch->calm.heard) &&
	    look_at_tables(watch, err) < 0)
		return -1;
	if (watch->burst.any)
		calm_hear(&watch->calm, now, watch->burst.hurt);
	return 0;
}

int watch_wait(struct watch *watch, struct error *err)
{
	int64_t due;

	do {
		if (await(watch, err) < 0 || hear(watch, err) < 0)
			return -1;
		hear_signals(watch);
		due = look_due(watch);
	} while (due == CALM_NEVER || watch_clock() < due);
	return 0;
}

static int64_t pause_after(const struct watch *watch, const struct error *err)
{
	const int64_t most = err->kind == ERROR_BUSY ? RETRY_BUSY : RETRY_MOST;
	int64_t pause = RETRY_FIRST;

	for (unsigned i = 1; i < watch->failures && pause < most; i++)
		pause *= 2;
	return pause < most ? pause : most;
}

/* What was heard stays heard until it is seen. */
static int look_again(struct watch *watch, const struct error *err)
{
	watch->failures++;
	watch->retry = watch_clock() + pause_after(watch, err);
	return -1;
}

int watch_look(struct watch *watch, const struct actor *actor, struct pool *pool, struct watch_news *out,
	       struct error *err)
{
	const int64_t began = watch_clock(), heard = watch->calm.heard ? watch->calm.first : began;

	/* The tables first: what changes behind that is seen the next time. */
	if (look_at_tables(watch, err) < 0 || watch_decide(watch, actor, pool, out, err) < 0)
		return look_again(watch, err);
	out->milliseconds = watch_clock() - heard;
	watch->failures = 0;
	watch->retry = watch->waiting ? watch_clock() + RETRY_WAITING : CALM_NEVER;
	if (!watch->waiting)
		watch->burst = (struct burst){0};
	calm_looked(&watch->calm, began, watch_clock());
	return 0;
}

void watch_told(struct watch *watch)
{
	sigprocmask(SIG_SETMASK, &watch->mask, NULL);
}
