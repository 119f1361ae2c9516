/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything is read before anything is asked, so that a mistake on the last line does not come after an hour. Empty lines and what
 * stands behind # are passed over; a # within a word belongs to the URL.
 */
#include "target_list.h"

#include "fwport/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BYTES_MOST = 16 << 20, TARGETS_MOST = 100000 };

#define BLANKS " \t\r"

static bool is_standard_input(const char *file)
{
	return strcmp(file, "-") == 0;
}

static const char *file_shown(const char *file)
{
	return is_standard_input(file) ? "standard input" : file;
}

int target_list_open(const struct options *options, int *fd, struct error *err)
{
	*fd = -1;
	if (!options->file)
		return 0;
	*fd = is_standard_input(options->file) ? dup(STDIN_FILENO)
					       : open(options->file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (*fd >= 0)
		return 0;
	error_system(err, errno, "cannot read %s", file_shown(options->file));
	err->kind = ERROR_FILE;
	return -1;
}

static int read_all(const char *file, int fd, struct text *out, struct error *err)
{
	char bytes[4096];
	ssize_t length;

	while ((length = read(fd, bytes, sizeof(bytes))) != 0) {
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return error_system(err, errno, "cannot read %s", file_shown(file));
		text_add_bytes(out, bytes, (size_t)length);
		if (out->length > BYTES_MOST)
			return error_set(err, ERROR_FILE, "%s is longer than %d bytes", file_shown(file),
					 BYTES_MOST);
	}
	if (out->failed)
		return error_memory(err);
	if (out->length && memchr(out->bytes, '\0', out->length))
		return error_set(err, ERROR_FILE, "%s is not text: it has a byte of value 0",
				 file_shown(file));
	return 0;
}

/* Keeps the hint, and says where. */
static int at_place(struct place at, struct error *err)
{
	const struct error found = *err;

	error_at(err, at, "%s", found.text);
	return error_hint(err, "%s", found.hint);
}

static int add(const char *text, struct place at, struct pool *pool, struct target_list *out,
	       struct error *err)
{
	struct target target = {0};

	if (target_parse(text, pool, &target, err) < 0)
		return err->kind == ERROR_USAGE ? at_place(at, err) : -1;
	if (out->count == TARGETS_MOST)
		return error_at(err, at, "\"%s\" is one more than the %d targets that a run can have", text,
				TARGETS_MOST);
	out->list = pool_grow(pool, out->list, out->count, sizeof(target));
	if (!out->list)
		return error_memory(err);
	out->list[out->count++] = target;
	return 0;
}

/* The word of the line, NUL-terminated in place; NULL: there is none. */
static char *word_of(char *line)
{
	char *word = line + strspn(line, BLANKS), *comment;

	for (comment = word; *comment; comment++)
		if (*comment == '#' && (comment == word || strchr(BLANKS, comment[-1])))
			break;
	while (comment > word && strchr(BLANKS, comment[-1]))
		comment--;
	*comment = '\0';
	return *word ? word : NULL;
}

static int add_lines(char *line, const char *file, struct pool *pool, struct target_list *out,
		     struct error *err)
{
	struct place at = {.file = file};

	while (line) {
		char *end = strchr(line, '\n');
		const char *word;

		if (end)
			*end = '\0';
		at.line++;
		word = word_of(line);
		if (word && add(word, at, pool, out, err) < 0)
			return -1;
		line = end ? end + 1 : NULL;
	}
	if (!out->count)
		return error_set(err, ERROR_FILE,
				 "%s names no target; a line is a URL, HOST or HOST:PORT, or begins with #",
				 file);
	return 0;
}

int target_list_read(const struct options *options, int fd, struct pool *pool, struct target_list *out,
		     struct error *err)
{
	CLEANUP(text_free) struct text text = {0};

	*out = (struct target_list){0};
	for (size_t i = 0; i < options->target_count; i++)
		if (add(options->targets[i], (struct place){0}, pool, out, err) < 0)
			return -1;
	if (!options->file)
		return 0;
	if (read_all(options->file, fd, &text, err) < 0)
		return -1;
	return add_lines(text.length ? text.bytes : NULL, file_shown(options->file), pool, out, err);
}
