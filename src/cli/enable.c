/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the tool with which an administrator would do it: what enabling a service means is the init system's to know.
 */
#include "enable.h"

#include "fwport/persistence.h"
#include "fwport/program.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATIENCE_MILLISECONDS = 20000 };

static const struct tool {
	const char *words[5], *offline_words[5];
	const char *line;
	bool is_systemd;
} tools[] = {
	{{"/usr/bin/systemctl", "enable", RESTORE_UNIT, NULL},
	 {"/usr/bin/systemctl", "--root=/", "enable", RESTORE_UNIT, NULL},
	 "systemctl enable " RESTORE_UNIT,
	 true},
	{{"/bin/systemctl", "enable", RESTORE_UNIT, NULL},
	 {"/bin/systemctl", "--root=/", "enable", RESTORE_UNIT, NULL},
	 "systemctl enable " RESTORE_UNIT,
	 true},
	{{"/sbin/rc-update", "add", "fwport", "boot", NULL},
	 {"/sbin/rc-update", "add", "fwport", "boot", NULL},
	 "rc-update add fwport boot",
	 false},
};

static void follow_running(const char *systemctl)
{
	static const char *const firewalls[][2] = {
		{"nftables.service", "fwport-restore@nftables.service"},
		{"netfilter-persistent.service", "fwport-restore@netfilter-persistent.service"},
		{"iptables.service", "fwport-restore@iptables.service"},
		{"ip6tables.service", "fwport-restore@ip6tables.service"},
		{"ufw.service", "fwport-restore@ufw.service"},
		{"firewalld.service", "fwport-restore@firewalld.service"},
	};

	for (size_t i = 0; i < sizeof(firewalls) / sizeof(firewalls[0]); i++) {
		const char *const asks[] = {systemctl, "is-active", firewalls[i][0], NULL};
		const char *const starts[] = {systemctl, "start", firewalls[i][1], NULL};

		if (program_run(asks, PATIENCE_MILLISECONDS) == 0)
			program_run(starts, PATIENCE_MILLISECONDS);
	}
}

static const struct tool *tool_here(void)
{
	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++)
		if (access(tools[i].words[0], X_OK) == 0)
			return &tools[i];
	return NULL;
}

void enable_following(void)
{
	const struct tool *tool = tool_here();

	if (tool && tool->is_systemd)
		follow_running(tool->words[0]);
}

static int enable(const struct tool *tool, bool offline)
{
	const mode_t mask = umask(S_IWGRP | S_IWOTH); /* its links are for everybody to read */
	int status = -1;

	if (tool)
		status = program_run(offline ? tool->offline_words : tool->words, PATIENCE_MILLISECONDS);
	umask(mask);
	return status;
}

int enable_restoring(bool offline, struct error *err)
{
	const struct tool *tool = tool_here();

	if (enable(tool, offline) == 0) {
		if (!offline)
			enable_following();
		return 0;
	}
	if (tool) {
		error_set(err, ERROR_SYSTEM, "\"%s\" failed", tool->line);
		return error_hint(err, "run it to see why, and whether what fwport installs for it is there");
	}
	error_set(err, ERROR_SYSTEM,
		  "neither systemctl nor rc-update is here to have a boot restore anything");
	return error_hint(err, "have \"fwport restore --boot\" run at boot, after other rules are loaded");
}
