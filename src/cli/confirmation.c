/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Seconds are digits and nothing else. */
#include "confirmation.h"

#include "fwport/confirm.h"

#include <stdlib.h>
#include <string.h>

static int seconds_parse(const char *word, unsigned *out, struct error *err)
{
	CLEANUP(text_free) struct text quoted = {0};
	unsigned long seconds = strtoul(word, NULL, 10);

	if (word[strspn(word, "0123456789")] == '\0' && seconds >= CONFIRM_LEAST && seconds <= CONFIRM_MOST) {
		*out = (unsigned)seconds;
		return 0;
	}
	text_add_quoted(&quoted, word);
	return error_set(err, ERROR_USAGE, "--confirm: %s is not a number of seconds from %d to %d",
			 text_string(&quoted), CONFIRM_LEAST, CONFIRM_MOST);
}

int confirmation_from_request(const struct request *request, struct change_request *out, struct error *err)
{
	if (request->confirm && request->no_confirm)
		return error_set(err, ERROR_USAGE, "--confirm and --no-confirm exclude each other");
	if (request->no_confirm)
		out->confirm.when = CONFIRM_NEVER;
	if (!request->confirm)
		return 0;
	out->confirm.when = CONFIRM_ALWAYS;
	return seconds_parse(request->confirm, &out->confirm.seconds, err);
}
