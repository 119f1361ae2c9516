/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signals are waited for, and not handled, so that none comes at a bad moment. */
#include "supervision.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/wait.h>

static sigset_t held(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGCHLD};
	sigset_t signals;

	sigemptyset(&signals);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaddset(&signals, numbers[i]);
	return signals;
}

/* Who ignores SIGCHLD hands that on, and is told of no child's end (do_notify_parent, kernel/signal.c). */
void signals_hold(void)
{
	const sigset_t signals = held();

	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, &signals, NULL);
}

void signals_release(void)
{
	const sigset_t signals = held();

	sigprocmask(SIG_UNBLOCK, &signals, NULL);
}

struct child_end child_await(pid_t child)
{
	const sigset_t signals = held();
	struct child_end end = {0};

	while (waitpid(child, &end.status, WNOHANG) != child) {
		const int number = sigwaitinfo(&signals, NULL);

		if (number <= 0 || number == SIGCHLD)
			continue;
		end.signal = number;
		kill(child, SIGTERM);
	}
	return end;
}
