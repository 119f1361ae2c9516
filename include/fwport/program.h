/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs of others, started for what they do and not for what they print.
 */
#ifndef FWPORT_PROGRAM_H
#define FWPORT_PROGRAM_H

/*
 * Runs argv[0], a path, with no input and its output thrown away. The exit status; -1 when it could not be started, was killed, or
 * took longer than that: then it is killed.
 */
int program_run(const char *const *argv, unsigned milliseconds);

#endif
