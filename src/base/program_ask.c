/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * It is in a process group of its own, so that what it has started ends with it. Its output is read until it is closed, and no
 * longer than there is time.
 */
#include "fwport/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long milliseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static int attributes_set(posix_spawnattr_t *attributes, posix_spawn_file_actions_t *actions, int end,
			  int lock)
{
	const short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP;
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	return posix_spawnattr_setsigmask(attributes, &none) ||
			       posix_spawnattr_setsigdefault(attributes, &all) ||
			       posix_spawnattr_setpgroup(attributes, 0) ||
			       posix_spawnattr_setflags(attributes, flags) ||
			       posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY,
								0) ||
			       posix_spawn_file_actions_adddup2(actions, end, STDOUT_FILENO) ||
			       posix_spawn_file_actions_adddup2(actions, end, STDERR_FILENO) ||
			       (lock >= 0 && posix_spawn_file_actions_adddup2(actions, lock, lock))
		       ? -1
		       : 0;
}

static pid_t start(const char *const *argv, int end, int lock)
{
	static char *const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int failed = ENOMEM;
	pid_t pid;

	if (posix_spawnattr_init(&attributes))
		return -1;
	if (posix_spawn_file_actions_init(&actions) == 0) {
		if (attributes_set(&attributes, &actions, end, lock) == 0)
			failed = posix_spawn(&pid, argv[0], &actions, &attributes, (char *const *)argv,
					     environment);
		posix_spawn_file_actions_destroy(&actions);
	}
	posix_spawnattr_destroy(&attributes);
	errno = failed;
	return failed ? -1 : pid;
}

static void keep(struct text *out, const char *bytes, size_t length)
{
	const size_t room = PROGRAM_ANSWER_MOST - out->length;

	text_add_bytes(out, bytes, length < room ? length : room);
}

/* False: the time was over first. */
static bool read_all(int from, long long deadline, struct text *out)
{
	struct pollfd line = {.fd = from, .events = POLLIN};
	char bytes[512];

	for (;;) {
		const long long left = deadline - milliseconds_now();
		ssize_t length;

		if (left <= 0)
			return false;
		if (poll(&line, 1, (int)left) < 1)
			continue;
		length = read(from, bytes, sizeof(bytes));
		if (length == 0 || (length < 0 && errno != EINTR))
			return true;
		if (length > 0)
			keep(out, bytes, (size_t)length);
	}
}

/* Who closes its output may go on for a while. */
static bool ends_by(pid_t pid, long long deadline, int *status)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	pid_t ended;

	while ((ended = waitpid(pid, status, WNOHANG)) == 0 && milliseconds_now() < deadline)
		nanosleep(&pause, NULL);
	return ended == pid;
}

static int attend(pid_t pid, int from, long long deadline, struct text *out)
{
	int status;

	if (read_all(from, deadline, out) && ends_by(pid, deadline, &status)) {
		errno = 0;
		return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	}
	kill(-pid, SIGKILL);
	waitpid(pid, &status, 0);
	errno = ETIMEDOUT;
	return -1;
}

int program_ask(const char *const *argv, unsigned milliseconds, int lock, struct text *out)
{
	const long long deadline = milliseconds_now() + milliseconds;
	int ends[2], status = -1, failed;
	pid_t pid;

	signal(SIGCHLD, SIG_DFL); /* of a child whose end is ignored there is no status */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return -1;
	pid = start(argv, ends[1], lock);
	failed = errno;
	close(ends[1]);
	if (pid > 0) {
		status = attend(pid, ends[0], deadline, out);
		failed = errno;
	}
	close(ends[0]);
	errno = failed;
	return status;
}
