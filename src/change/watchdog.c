/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where systemd has no timer for it, a process of our own: a session of its own, no terminal, no file of the caller's, deaf to what
 * a lost terminal sends. A socket leads to whoever made the change: a byte on it calls the watchdog off, and its end means that the
 * change is made, or that its maker was killed. Whoever kills the watchdog means it, and the next fwport does its work.
 */
#include "config.h"

#include "watchdog.h"

#include "fwport/files.h"
#include "fwport/journal.h"
#include "fwport/store.h"
#include "overdue.h"
#include "timer_unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum watched { WATCH_DEADLINE, WATCH_LINE, WATCH_RECORD, WATCH_COUNT };

/* The process */

static void deafen(void)
{
	static const int deaf_to[] = {SIGHUP, SIGINT, SIGPIPE};
	sigset_t none;

	for (size_t i = 0; i < sizeof(deaf_to) / sizeof(deaf_to[0]); i++)
		signal(deaf_to[i], SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void close_from(unsigned first)
{
	if (close_range(first, ~0u, 0) == 0)
		return;
	for (long fd = first; fd < sysconf(_SC_OPEN_MAX); fd++)
		close((int)fd);
}

/* Neither the lock, nor a pipe that somebody reads to its end. Returns where the line is then, -1 when it cannot be done. */
static int let_go(int line)
{
	enum { PLACE = STDERR_FILENO + 1 };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	line = fcntl(line, F_DUPFD_CLOEXEC, PLACE);
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (dup2(null, fd) < 0)
			return -1;
	if (dup2(line, PLACE) < 0)
		return -1;
	close_from(PLACE + 1);
	/* A relative directory of state must still be found. */
	return *directory_path(DIRECTORY_STATE) == '/' && chdir("/") < 0 ? -1 : PLACE;
}

static int alarm_at(int64_t deadline)
{
	const struct itimerspec when = {.it_value.tv_sec = deadline};
	int timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC);

	return timer >= 0 && timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL) == 0 ? timer : -1;
}

/* Files of the record are replaced. Without this it stays until the deadline, and finds nothing to do. */
static int watch_record(void)
{
	int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (watch >= 0)
		inotify_add_watch(watch, directory_path(DIRECTORY_STATE), IN_MOVED_TO);
	return watch;
}

/* Once its maker has gone: whether the change was confirmed, or has been taken back. */
static bool is_over(const struct pending *pending)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct journal_end end;
	struct error unreadable;
	struct state state;

	if (store_peek(&state, &pool, &unreadable) < 0 || journal_read(&end, &unreadable) < 0)
		return false;
	return state.pending.generation != pending->generation &&
	       !(end.last.generation == pending->generation && journal_is_open(&end.last));
}

static void drain(int watch)
{
	char events[4096];

	while (read(watch, events, sizeof(events)) > 0)
		;
}

/* Until the deadline: true. False: there is nothing left to watch. */
static bool watch(int line, int timer, const struct pending *pending)
{
	struct pollfd watched[WATCH_COUNT] = {
		{.fd = timer, .events = POLLIN}, {.fd = line, .events = POLLIN}, {watch_record(), POLLIN, 0}};
	char byte;

	for (;;) {
		if (poll(watched, WATCH_COUNT, -1) < 0)
			continue;
		if (watched[WATCH_DEADLINE].revents)
			return true;
		if (watched[WATCH_LINE].revents) {
			if (read(line, &byte, sizeof(byte)) > 0)
				return false;
			close(line);
			watched[WATCH_LINE].fd = -1;
		}
		if (watched[WATCH_RECORD].revents)
			drain(watched[WATCH_RECORD].fd);
		if (watched[WATCH_LINE].fd < 0 && is_over(pending))
			return false;
	}
}

static void stand_watch(int line, const struct pending *pending, const struct actor *actor)
{
	struct error untold;
	uint32_t generation;
	int timer;

	prctl(PR_SET_NAME, "fwport-watchdog");
	deafen();
	line = let_go(line);
	timer = alarm_at(pending->deadline);
	if (line < 0 || timer < 0 || write(line, "", 1) != 1)
		return;
	if (watch(line, timer, pending))
		overdue_insist(actor, &generation, &untold);
}

/* Its maker */

/* A child of a child: nobody waits for it, and no terminal becomes its own. */
static int fork_away(int line, const struct pending *pending, const struct actor *actor)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (setsid() >= 0 && (child = fork()) == 0)
			stand_watch(line, pending, actor);
		_exit(child < 0);
	}
	if (child < 0)
		return -1;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return 0;
}

static bool says_that_it_stands(int line)
{
	char byte;
	ssize_t length;

	do
		length = read(line, &byte, sizeof(byte));
	while (length < 0 && errno == EINTR);
	return length == 1;
}

static int process_arm(struct watchdog *watchdog, const struct actor *actor, struct error *err)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return error_system(err, errno, "cannot start the watchdog");
	if (fork_away(ends[1], &watchdog->pending, actor) < 0) {
		int sys = errno;

		close(ends[0]);
		close(ends[1]);
		return error_system(err, sys, "cannot start the watchdog");
	}
	close(ends[1]);
	watchdog->line = ends[0];
	if (says_that_it_stands(watchdog->line))
		return 0;
	descriptor_close(&watchdog->line);
	return error_set(err, ERROR_SYSTEM, "the watchdog did not start");
}

int watchdog_arm(struct watchdog *watchdog, const struct pending *pending, const struct actor *actor,
		 struct error *err)
{
	*watchdog = (struct watchdog){.pending = *pending, .line = -1};
	if (timer_unit_start(pending->generation, pending->deadline - boot_seconds()))
		return 0;
	if (process_arm(watchdog, actor, err) == 0)
		return 0;
	watchdog->pending = (struct pending){0};
	return -1;
}

void watchdog_call_off(struct watchdog *watchdog)
{
	if (!watchdog->pending.generation)
		return;
	if (watchdog->line >= 0)
		(void)!send(watchdog->line, "", 1, MSG_NOSIGNAL);
	else
		timer_unit_stop(watchdog->pending.generation);
	watchdog_leave(watchdog);
}

void watchdog_leave(struct watchdog *watchdog)
{
	if (watchdog->pending.generation)
		descriptor_close(&watchdog->line);
	watchdog->pending = (struct pending){0};
}
