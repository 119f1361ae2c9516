/* SPDX-License-Identifier: GPL-2.0-or-later */
/* It gets the signals as they are by default, even where ours are held back. */
#include "fwport/program.h"

#include "fwport/patience.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int attributes_set(posix_spawnattr_t *attributes, posix_spawn_file_actions_t *actions)
{
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	if (posix_spawnattr_setsigmask(attributes, &none) ||
	    posix_spawnattr_setsigdefault(attributes, &all) ||
	    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
		return -1;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (posix_spawn_file_actions_addopen(actions, fd, "/dev/null", O_RDWR, 0))
			return -1;
	return 0;
}

static pid_t start(const char *const *argv)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	pid_t pid = -1;

	if (posix_spawnattr_init(&attributes))
		return -1;
	if (posix_spawn_file_actions_init(&actions) == 0) {
		if (attributes_set(&attributes, &actions) < 0 ||
		    posix_spawn(&pid, argv[0], &actions, &attributes, (char *const *)argv, environ))
			pid = -1;
		posix_spawn_file_actions_destroy(&actions);
	}
	posix_spawnattr_destroy(&attributes);
	return pid;
}

int program_run(const char *const *argv, unsigned milliseconds)
{
	struct patience patience = patience_of(milliseconds);
	pid_t pid = start(argv), ended;
	int status;

	if (pid < 0)
		return -1;
	while ((ended = waitpid(pid, &status, WNOHANG)) == 0 && patience_lasts(&patience))
		;
	if (ended == 0) {
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		return -1;
	}
	return ended == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
