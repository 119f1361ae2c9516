/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether this process may change a firewall: root, or CAP_NET_ADMIN. The kernel has the last word; asking here makes
 * the error come first and say what to type.
 */
#include "privilege.h"

#include "fwport/pool.h"
#include "fwport/quote.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool has_net_admin(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};

	if (syscall(SYS_capget, &header, data) < 0)
		return false;
	return data[CAP_TO_INDEX(CAP_NET_ADMIN)].effective & CAP_TO_MASK(CAP_NET_ADMIN);
}

/* The whole line or none of it: one that lacks its --from would open too much. */
static int hint_sudo(const char *const *words, struct error *err)
{
	CLEANUP(text_free) struct text line = {0};

	text_add(&line, "sudo fwport");
	for (; *words; words++) {
		text_add(&line, " ");
		quote_word(&line, *words);
	}
	if (line.failed || line.length >= sizeof(err->hint))
		return error_hint(err, "run it with sudo");
	return error_hint(err, "%s", text_string(&line));
}

int privilege_check(const struct command *command, const char *const *words, struct error *err)
{
	if (geteuid() == 0 || has_net_admin())
		return 0;
	error_set(err, ERROR_PERMISSION, "fwport %s needs root (CAP_NET_ADMIN)", command->name);
	return hint_sudo(words, err);
}
