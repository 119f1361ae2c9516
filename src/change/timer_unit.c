/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks systemd by its own programs, since its library would double the time that fwport takes to start. A timer acts in the
 * namespaces of process 1: when our network or our files are others, it would look after another firewall.
 */
#include "timer_unit.h"

#include "fwport/files.h"
#include "fwport/lifetime.h"
#include "fwport/pool.h"
#include "fwport/privilege.h"
#include "fwport/program.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ANSWER_MILLISECONDS = 5000 };

static bool is_same(const char *a, const char *b)
{
	struct stat one, other;

	return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
	       one.st_ino == other.st_ino;
}

/* Whether process 1 finds the same file there. */
static bool is_seen(const char *path)
{
	char seen[PATH_MAX];

	if (*path != '/' || snprintf(seen, sizeof(seen), "/proc/1/root%s", path) >= (int)sizeof(seen))
		return false;
	return is_same(path, seen);
}

static bool own_path(char path[PATH_MAX])
{
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);

	if (length < 0)
		return false;
	path[length] = '\0';
	return true;
}

static bool systemd_runs(void)
{
	struct stat status;

	return stat("/run/systemd/system", &status) == 0 && S_ISDIR(status.st_mode);
}

/* What belongs to process 1 is only shown to whoever may trace it. */
static bool acts_for_us(const char *program)
{
	CLEANUP(privilege_return) struct privilege_taken more = privilege_take(PRIVILEGE_PROCESSES);

	return is_same("/proc/self/ns/net", "/proc/1/ns/net") && is_seen(program) &&
	       is_seen(directory_path(DIRECTORY_STATE));
}

static const char *directory_option(const char *name, enum directory which, struct pool *pool)
{
	return pool_format(pool, "--setenv=%s=%s", name, directory_path(which));
}

/* What differs between the timers. */
struct timer {
	const char *unit, *description, *when, *accuracy, *wait;
	const char *command[2]; /* of this program */
};

static bool timer_start(const struct timer *timer, const char *program, struct pool *pool)
{
	const char *argv[] = {
		"/usr/bin/systemd-run",
		"--no-ask-password",
		"--collect",
		timer->wait,
		timer->accuracy,
		"--timer-property=RemainAfterElapse=no",
		"--property=SuccessExitStatus=5", /* busy, and somebody will come again */
		timer->unit,
		timer->description,
		timer->when,
		directory_option("FWPORT_STATE_DIR", DIRECTORY_STATE, pool),
		directory_option("FWPORT_RUN_DIR", DIRECTORY_RUN, pool),
		directory_option("FWPORT_CONFIG_DIR", DIRECTORY_CONFIG, pool),
		directory_option("FWPORT_DATA_DIR", DIRECTORY_DATA, pool),
		"--",
		program,
		timer->command[0],
		timer->command[1],
		NULL,
	};

	for (size_t i = 0; i + 1 < sizeof(argv) / sizeof(argv[0]); i++)
		if (!argv[i])
			return false;
	return program_run(argv, ANSWER_MILLISECONDS) == 0;
}

/* Two changes may lead to the same generation, when the first of them is undone. */
bool timer_unit_start(uint32_t generation, int64_t seconds)
{
	CLEANUP(pool_free) struct pool pool = {0};
	char program[PATH_MAX];
	const struct timer timer = {
		.unit = pool_format(&pool, "--unit=fwport-confirm-%u-%d", generation, (int)getpid()),
		.description = pool_format(
			&pool, "--description=take back generation %u of fwport unless it is confirmed",
			generation),
		.when = pool_format(&pool, "--on-active=%lld", (long long)seconds),
		.accuracy = "--timer-property=AccuracySec=100ms",
		.wait = "--quiet",
		.command = {"confirm", "--overdue"},
	};

	return systemd_runs() && own_path(program) && acts_for_us(program) &&
	       timer_start(&timer, program, &pool);
}

/* Our own units may not look at process 1, which has started them. One that collects in another place does no harm there. */
static bool is_started_by_systemd(void)
{
	return getppid() == 1 && getenv("INVOCATION_ID");
}

bool timer_unit_may_collect(void)
{
	char program[PATH_MAX];

	return systemd_runs() && own_path(program) && (acts_for_us(program) || is_started_by_systemd());
}

/* Of a name that is taken systemd-run says no more than that it failed. */
static bool is_active(const char *unit)
{
	const char *argv[] = {"/usr/bin/systemctl", "--quiet", "is-active", unit, NULL};

	return program_run(argv, ANSWER_MILLISECONDS) == 0;
}

bool timer_unit_collect(int64_t moment)
{
	CLEANUP(pool_free) struct pool pool = {0};
	const char *unit = pool_format(&pool, "fwport-expiry-%lld.timer", (long long)moment);
	char program[PATH_MAX], text[MOMENT_TEXT];
	const struct timer timer = {
		.unit = pool_format(&pool, "--unit=fwport-expiry-%lld", (long long)moment),
		.description = "--description=remove what has ended of fwport",
		.when = pool_format(&pool, "--on-calendar=%s", moment_text(moment, text)),
		.accuracy = "--timer-property=AccuracySec=1s",
		.wait = "--no-block", /* early at boot it is started late */
		.command = {"restore", "--expired"},
	};

	return timer_unit_may_collect() && own_path(program) && unit &&
	       (timer_start(&timer, program, &pool) || is_active(unit));
}

void timer_unit_stop(uint32_t generation)
{
	char units[64];
	const char *argv[] = {"/usr/bin/systemctl", "--quiet", "--no-ask-password", "stop", units, NULL};

	if (!systemd_runs())
		return;
	snprintf(units, sizeof(units), "fwport-confirm-%u-*.timer", generation);
	program_run(argv, ANSWER_MILLISECONDS);
}
