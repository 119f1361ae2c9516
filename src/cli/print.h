/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every command prints alike: errors, help, words in colour.
 */
#ifndef FWPORT_PRINT_H
#define FWPORT_PRINT_H

#include "command.h"
#include "fwport/trace.h"

/* "fwport: ..." and "fwport: hint: ..." on stderr, or the JSON object on stdout. The command may not be known: NULL. */
void print_failure(const struct output *output, const struct command *command, const struct error *error);
/* A sentence in the form of an error, for an answer that is no; a hint of NULL or "" is left out. Nothing with --json. */
void print_complaint(const struct output *output, const char *text, const char *hint);
/* The help of a command, or of all (NULL). Returns the exit status 0, or -1. */
int print_help(const struct output *output, const struct command *command, struct error *err);
int print_version(const struct output *output, struct error *err);
/* "next: fwport confirm", on a terminal, where that is what is left to do. */
void print_next(const struct output *output, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Where that line does not come: the command in the sentence, else "". */
const char *print_inline(const struct output *output, const char *command);
/* What an answer looks like on a screen, and a cell that begins with its word. */
enum mark mark_of(enum verdict verdict);
enum mark mark_of_state(const char *cell);

#endif
