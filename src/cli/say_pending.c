/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Deadlines are told twice, as seconds for who is in a hurry and by the clock for who is not. */
#include "say_pending.h"

#include "print.h"

#include "fwport/plain.h"

#include <inttypes.h>
#include <time.h>

/* "60 s (at 20:15:10)" */
static void add_deadline(int64_t seconds_left, struct text *out)
{
	time_t when = time(NULL) + (time_t)seconds_left;
	struct tm local;
	char clock[16];

	text_add(out, "%" PRId64 " s", seconds_left);
	if (localtime_r(&when, &local) && strftime(clock, sizeof(clock), "%H:%M:%S", &local))
		text_add(out, " (at %s)", clock);
}

void say_applied(const struct output *output, const struct pending_report *pending)
{
	CLEANUP(text_free) struct text deadline = {0};

	add_deadline(pending->seconds_left, &deadline);
	plain_line(output->out,
		   "Applied as generation %" PRIu32 ", not saved: open a second login now, then %s",
		   pending->generation, output->screen.columns ? "confirm it there." : "run: fwport confirm");
	plain_line(output->out, "Without it, everything is as before in %s.", text_string(&deadline));
	print_next(output, "fwport confirm");
}

void say_pending(const struct output *output, const struct pending_report *pending)
{
	CLEANUP(text_free) struct text deadline = {0};

	if (!pending->generation)
		return;
	if (pending->overdue) {
		plain_line(output->out,
			   "Generation %" PRIu32
			   " was not confirmed in time. The next open, close or apply rolls it back.",
			   pending->generation);
		return;
	}
	add_deadline(pending->seconds_left, &deadline);
	plain_line(output->out,
		   "Generation %" PRIu32
		   " awaits confirmation and is rolled back in %s: fwport confirm keeps it.",
		   pending->generation, text_string(&deadline));
}

void say_unconfirmed(const struct output *output, uint32_t generation)
{
	if (generation)
		plain_line(output->err,
			   "Generation %" PRIu32 " was not confirmed in time and has been rolled back.",
			   generation);
}
