/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A look is made whole before it is shown, so that a terminal never stands empty. Looks begin so many seconds apart; one that takes
 * longer is followed by the next at once.
 */
#include "watching.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#define CLEAR_TERMINAL "\033[H\033[2J"

struct look {
	char *text;
	size_t length;
};

static void look_free(struct look *look)
{
	free(look->text);
}

static int look_once(const struct equipment *equipment, const struct target_list *targets,
		     const struct showing *showing, struct look *look, struct error *err)
{
	FILE *out = open_memstream(&look->text, &look->length);
	const struct showing inner = {.out = out, .at_once = showing->at_once};
	int ignored, status;

	if (!out)
		return error_memory(err);
	status = many_examine(equipment, targets, &inner, &ignored, err);
	if (fclose(out) != 0 && status == 0)
		return error_memory(err);
	return status;
}

static int show(const struct look *look, FILE *out, bool on_terminal, struct error *err)
{
	const time_t now = time(NULL);
	struct tm parts;
	char when[40] = "";

	if (localtime_r(&now, &parts))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S %z", &parts);
	fprintf(out, "%s%s\n", on_terminal ? CLEAR_TERMINAL : "", when);
	if (fwrite(look->text, 1, look->length, out) != look->length || fflush(out) != 0)
		return error_system(err, errno, "cannot write what was found");
	return 0;
}

static void wait_until(struct deadline deadline)
{
	const struct timespec until = {.tv_sec = deadline.at / 1000, .tv_nsec = deadline.at % 1000 * 1000000};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		;
}

int watching(const struct equipment *equipment, const struct target_list *targets,
	     const struct showing *showing, bool on_terminal, struct error *err)
{
	for (;;) {
		const struct deadline next = deadline_in(equipment->options->watch * 1000);
		CLEANUP(look_free) struct look look = {0};

		if (look_once(equipment, targets, showing, &look, err) < 0 ||
		    show(&look, showing->out, on_terminal, err) < 0)
			return -1;
		wait_until(next);
	}
}
