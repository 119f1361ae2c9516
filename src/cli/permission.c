/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Says which rights a command lacks. The kernel has the last word; asking here makes the error come first and say what to
 * type.
 */
#include "permission.h"

#include "fwport/pool.h"
#include "fwport/privilege.h"
#include "fwport/quote.h"

#include <unistd.h>

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

int permission_check(const struct command *command, const char *const *words, struct error *err)
{
	if (privilege_suffices())
		return 0;
	if (geteuid() == 0)
		return error_set(err, ERROR_PERMISSION,
				 "fwport %s needs CAP_NET_ADMIN, which root does not have here",
				 command->name);
	error_set(err, ERROR_PERMISSION, "fwport %s needs root (CAP_NET_ADMIN)", command->name);
	return hint_sudo(words, err);
}
