/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the tool with which an administrator would do it: what enabling a service means is the init system's to know.
 */
#include "enable.h"

#include "fwport/persistence.h"

#include <errno.h>
#include <spawn.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ; /* POSIX has no header for it */

static const struct {
	const char *line;
	char *words[5];
} tools[] = {
	{"systemctl enable " RESTORE_UNIT " " VERIFY_UNIT,
	 {"systemctl", "enable", RESTORE_UNIT, VERIFY_UNIT, NULL}},
	{"rc-update add fwport boot", {"rc-update", "add", "fwport", "boot", NULL}},
};

static int run(const char *line, char *const *words, struct error *err)
{
	posix_spawn_file_actions_t actions;
	int status, failed = posix_spawn_file_actions_init(&actions);
	pid_t child;

	if (failed)
		return error_system(err, failed, "cannot run %s", words[0]);
	/* Our own standard output may be for a program. */
	failed = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
	if (!failed)
		failed = posix_spawnp(&child, words[0], &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (failed)
		return error_system(err, failed, "cannot run %s", words[0]);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return error_system(err, errno, "cannot wait for %s", words[0]);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	error_set(err, ERROR_SYSTEM, "\"%s\" failed", line);
	return error_hint(err,
			  "is what fwport installs for this init system there? see packaging in the manual");
}

int enable_restoring(struct error *err)
{
	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		if (run(tools[i].line, tools[i].words, err) == 0)
			return 0;
		if (err->sys != ENOENT)
			return -1;
	}
	error_set(err, ERROR_SYSTEM,
		  "neither systemctl nor rc-update is here to have a boot restore anything");
	return error_hint(err, "have \"fwport restore --boot\" run at boot, after other rules are loaded");
}
