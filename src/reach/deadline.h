/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times of the monotonic clock, in milliseconds (double: with fractions, for what is shown). */
#ifndef FWPORT_REACH_DEADLINE_H
#define FWPORT_REACH_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

struct deadline {
	int64_t at;
};

double clock_milliseconds(void);
struct deadline deadline_in(unsigned milliseconds);
/* The nearer of the two: what is left, but not more than that. */
struct deadline deadline_within(struct deadline deadline, unsigned milliseconds);
/* 0 when it has passed; fit for poll(). */
int deadline_left(struct deadline deadline);
/* Until the descriptor is ready for one of these events of poll(). False: the deadline came first. */
bool deadline_await(struct deadline deadline, int fd, short events);

#endif
