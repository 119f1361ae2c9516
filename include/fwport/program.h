/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs of others, started for what they do; what they print is at most shown.
 */
#ifndef FWPORT_PROGRAM_H
#define FWPORT_PROGRAM_H

#include "fwport/text.h"

/*
 * Runs argv[0], a path, with no input and its output thrown away. The exit status; -1 when it could not be started, was killed, or
 * took longer than that: then it is killed.
 */
int program_run(const char *const *argv, unsigned milliseconds);

enum { PROGRAM_ANSWER_MOST = 4096 };
/*
 * The same with nothing of our environment but a path and the language C, and what it prints, by either way, in `out`: its first
 * PROGRAM_ANSWER_MOST bytes. -1 with ETIMEDOUT in errno when it took too long: then it and what it started are killed.
 * It has the descriptor `lock`, too, unless that is -1: when we are killed, what that locks stays locked until it has ended.
 */
int program_ask(const char *const *argv, unsigned milliseconds, int lock, struct text *out);

#endif
