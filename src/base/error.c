/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fills struct error. Knows the exit status and the JSON name of each kind; knows nothing about printing.
 */
#include "fwport/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	int status;
} kinds[] = {
	[ERROR_NONE] = {"none", 0},       [ERROR_USAGE] = {"usage", 2},           [ERROR_FILE] = {"file", 3},
	[ERROR_SYSTEM] = {"system", 4},   [ERROR_PERMISSION] = {"permission", 4}, [ERROR_BUSY] = {"busy", 5},
	[ERROR_BLOCKED] = {"blocked", 6}, [ERROR_LOCKOUT] = {"lockout", 7},
};

static void begin(struct error *err, enum error_kind kind, int sys)
{
	err->kind = kind;
	err->sys = sys;
	err->text[0] = '\0';
	err->hint[0] = '\0';
}

static void append(struct error *err, const char *format, va_list args)
{
	size_t used = strlen(err->text);

	vsnprintf(err->text + used, sizeof(err->text) - used, format, args);
}

static void append_words(struct error *err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	append(err, format, args);
	va_end(args);
}

int error_set(struct error *err, enum error_kind kind, const char *format, ...)
{
	va_list args;

	begin(err, kind, 0);
	va_start(args, format);
	append(err, format, args);
	va_end(args);
	return -1;
}

int error_at(struct error *err, struct place place, const char *format, ...)
{
	va_list args;

	begin(err, place.file ? ERROR_FILE : ERROR_USAGE, 0);
	if (place.file)
		append_words(err, "%s:", place.file);
	if (place.file && place.line)
		append_words(err, "%u:", place.line);
	if (place.file && place.line && place.column)
		append_words(err, "%u:", place.column);
	if (place.file)
		append_words(err, " ");
	va_start(args, format);
	append(err, format, args);
	va_end(args);
	return -1;
}

int error_system(struct error *err, int sys, const char *format, ...)
{
	va_list args;

	begin(err, sys == EPERM || sys == EACCES ? ERROR_PERMISSION : ERROR_SYSTEM, sys);
	va_start(args, format);
	append(err, format, args);
	va_end(args);
	append_words(err, ": %s", strerror(sys));
	return -1;
}

int error_in(struct error *err, const char *format, ...)
{
	char inner[sizeof(err->text)];
	va_list args;

	memcpy(inner, err->text, sizeof(inner));
	err->text[0] = '\0';
	va_start(args, format);
	append(err, format, args);
	va_end(args);
	append_words(err, ": %s", inner);
	return -1;
}

int error_hint(struct error *err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(err->hint, sizeof(err->hint), format, args);
	va_end(args);
	return -1;
}

int error_memory(struct error *err)
{
	return error_set(err, ERROR_SYSTEM, "out of memory");
}

const char *error_kind_name(enum error_kind kind)
{
	return kinds[kind].name;
}

int error_exit_status(enum error_kind kind)
{
	return kinds[kind].status;
}
