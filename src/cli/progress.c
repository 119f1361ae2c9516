/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Another process shows it: the one at work may be stuck in a call or wait for a lock, and holds its signals. It knows how long it
 * takes and, from /proc/locks, who has the lock that is waited for.
 */
#include "config.h"

#include "progress.h"

#include "fwport/files.h"
#include "fwport/plain.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECOND_MS = 1000, PROGRAM_BYTES = 64 };

/* The process that holds the lock file, 0: nobody does. */
static long holder_of(const struct stat *lock)
{
	FILE *locks = fopen("/proc/locks", "re");
	char kind[16], mode[16], access[16];
	unsigned long inode;
	long pid, found = 0;

	if (!locks)
		return 0;
	while (!found && fscanf(locks, "%*s %15s %15s %15s %ld %*[^:]:%*[^:]:%lu %*[^\n]", kind, mode, access,
				&pid, &inode) == 5)
		if (strcmp(kind, "FLOCK") == 0 && inode == lock->st_ino)
			found = pid;
	fclose(locks);
	return found;
}

static bool lock_stat(struct stat *out)
{
	char path[PATH_MAX];

	return snprintf(path, sizeof(path), "%s/lock", directory_path(DIRECTORY_STATE)) < (int)sizeof(path) &&
	       stat(path, out) == 0;
}

static void add_program(long pid, struct text *out)
{
	char path[64], program[PROGRAM_BYTES] = "";
	FILE *name;

	snprintf(path, sizeof(path), "/proc/%ld/comm", pid);
	name = fopen(path, "re");
	if (name && fgets(program, sizeof(program), name))
		program[strcspn(program, "\n")] = '\0';
	if (name)
		fclose(name);
	plain_add(out, *program ? program : "another process");
	text_add(out, " (pid %ld)", pid);
}

/* "waiting for fwport (pid 812), which changes something, 3 s" */
static void add_line(const char *what, pid_t worker, unsigned seconds, struct text *out)
{
	struct stat lock;
	const long holder = lock_stat(&lock) ? holder_of(&lock) : 0;

	if (holder && holder != worker) {
		text_add(out, "waiting for ");
		add_program(holder, out);
		text_add(out, ", which changes something, %u s", seconds);
	} else {
		plain_add(out, what);
		text_add(out, ", %u s", seconds);
	}
}

/* Blanks instead of a sequence that erases: each terminal knows them. The cursor is left at the begin of the line. */
static void draw(size_t columns, const char *line)
{
	CLEANUP(text_free) struct text drawn = {0};
	const int width = (int)columns - 1;

	text_add(&drawn, "\r%-*.*s\r", width, width, line);
	if (!drawn.failed)
		(void)!write(STDERR_FILENO, drawn.bytes, drawn.length);
}

static void deafen(void)
{
	static const int signals[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGPIPE};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_IGN);
}

/* Until the other end of the line is closed, be it that the worker was killed. */
static void show(int line, size_t columns, const char *what, pid_t worker)
{
	struct pollfd watched = {.fd = line, .events = POLLIN};
	unsigned seconds = 0;

	while (poll(&watched, 1, SECOND_MS) == 0) {
		CLEANUP(text_free) struct text text = {0};

		add_line(what, worker, ++seconds, &text);
		draw(columns, text_string(&text));
	}
	if (seconds)
		draw(columns, "");
}

struct progress progress_begin(const struct output *output, const char *what)
{
	const size_t columns = output->beside.columns;
	const pid_t worker = getpid();
	int ends[2];
	pid_t pid;

	if (!columns || output->quiet || output->json || pipe2(ends, O_CLOEXEC) < 0)
		return (struct progress){0};
	pid = fork();
	if (pid == 0) {
		close(ends[1]);
		deafen();
		prctl(PR_SET_NAME, "fwport-progress");
		show(ends[0], columns, what, worker);
		_exit(0);
	}
	close(ends[0]);
	if (pid > 0)
		return (struct progress){pid, ends[1]};
	close(ends[1]);
	return (struct progress){0};
}

void progress_end(struct progress *progress)
{
	if (!progress->pid)
		return;
	close(progress->line);
	waitpid(progress->pid, NULL, 0);
	*progress = (struct progress){0};
}
