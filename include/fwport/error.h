/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An error: one value on the caller's stack, the last parameter of everything that can fail. It holds no
 * heap memory, so it works when memory is gone. The deepest function that knows the fact writes the sentence
 * (value, what is wrong, what is allowed); layers above only prepend context; main prints.
 *
 * Every function that fills one returns -1, so `return error_set(err, ...)` is the whole exit.
 */
#ifndef FWPORT_ERROR_H
#define FWPORT_ERROR_H

#include <stdbool.h>
#include <stddef.h>

enum error_kind {
	ERROR_NONE,
	ERROR_USAGE,      /* exit 2: the command line */
	ERROR_FILE,       /* exit 3: an input file does not parse or cannot be read */
	ERROR_SYSTEM,     /* exit 4: kernel, memory, disk */
	ERROR_PERMISSION, /* exit 4: root or a capability is missing */
	ERROR_BUSY,       /* exit 5: locked, or the ruleset kept changing */
	ERROR_BLOCKED,    /* exit 6: still blocked, the change was undone or not made */
	ERROR_LOCKOUT,    /* exit 7: the lock-out guard refused */
};

/* Where in an input a thing stands. Line and column are 1-based; 0 is "not known"; file NULL is the command line. */
struct place {
	const char *file;
	unsigned line;
	unsigned column;
};

struct error {
	enum error_kind kind;
	int sys; /* errno, or 0 */
	char text[640];
	char hint[320];
};

int error_set(struct error *err, enum error_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* ERROR_FILE with "file:line:column: " in front, or ERROR_USAGE when the place has no file. */
int error_at(struct error *err, struct place place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* ERROR_SYSTEM (ERROR_PERMISSION for EPERM and EACCES) with ": strerror(sys)" behind. */
int error_system(struct error *err, int sys, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Prepends "context: " and keeps the rest. */
int error_in(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Replaces the hint. */
int error_hint(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
int error_memory(struct error *err);

const char *error_kind_name(enum error_kind kind); /* "usage", ... as in JSON */
int error_exit_status(enum error_kind kind);

#endif
