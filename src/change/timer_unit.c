/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks systemd by its own programs, since its library would double the time that fwport takes to start. A timer acts in the
 * namespaces of process 1: when our network or our files are others, it would look after another firewall.
 */
#include "timer_unit.h"

#include "fwport/files.h"
#include "fwport/pool.h"
#include "fwport/privilege.h"
#include "fwport/program.h"

#include <limits.h>
#include <stdio.h>
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

/* Two changes may lead to the same generation, when the first of them is undone. */
static const char *unit_option(uint32_t generation, struct pool *pool)
{
	return pool_format(pool, "--unit=fwport-confirm-%u-%d", generation, (int)getpid());
}

static const char *directory_option(const char *name, enum directory which, struct pool *pool)
{
	return pool_format(pool, "--setenv=%s=%s", name, directory_path(which));
}

bool timer_unit_start(uint32_t generation, int64_t seconds)
{
	CLEANUP(pool_free) struct pool pool = {0};
	char program[PATH_MAX];
	const char *argv[] = {
		"/usr/bin/systemd-run",
		"--quiet",
		"--no-ask-password",
		"--collect",
		"--timer-property=AccuracySec=100ms",
		"--timer-property=RemainAfterElapse=no",
		unit_option(generation, &pool),
		pool_format(&pool, "--description=take back generation %u of fwport unless it is confirmed",
			    generation),
		pool_format(&pool, "--on-active=%lld", (long long)seconds),
		directory_option("FWPORT_STATE_DIR", DIRECTORY_STATE, &pool),
		directory_option("FWPORT_RUN_DIR", DIRECTORY_RUN, &pool),
		directory_option("FWPORT_CONFIG_DIR", DIRECTORY_CONFIG, &pool),
		directory_option("FWPORT_DATA_DIR", DIRECTORY_DATA, &pool),
		"--",
		program,
		"confirm",
		"--overdue",
		NULL,
	};

	if (!systemd_runs() || !own_path(program) || !acts_for_us(program))
		return false;
	for (size_t i = 0; i + 1 < sizeof(argv) / sizeof(argv[0]); i++)
		if (!argv[i])
			return false;
	return program_run(argv, ANSWER_MILLISECONDS) == 0;
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
