/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Deadlines are kept as points in time, so that waiting in several pieces adds up to no more than was allowed. */
#include "deadline.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <time.h>

double clock_milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

struct deadline deadline_in(unsigned milliseconds)
{
	return (struct deadline){(int64_t)clock_milliseconds() + milliseconds};
}

struct deadline deadline_within(struct deadline deadline, unsigned milliseconds)
{
	const struct deadline other = deadline_in(milliseconds);

	return other.at < deadline.at ? other : deadline;
}

int deadline_left(struct deadline deadline)
{
	const int64_t left = deadline.at - (int64_t)clock_milliseconds();

	return left <= 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

bool deadline_await(struct deadline deadline, int fd, short events)
{
	struct pollfd ready = {.fd = fd, .events = events};
	int count;

	do
		count = poll(&ready, 1, deadline_left(deadline));
	while (count < 0 && errno == EINTR);
	return count > 0;
}
