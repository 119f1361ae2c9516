/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads INI lines from bytes in memory. Knows how a line is cut into its parts and where each stands; does not know which
 * sections and names there are.
 */
#include "ini.h"

#include "fwport/utf8.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define BLANKS          " \t"

static struct place place_of(const char *bytes, size_t offset, const char *path)
{
	struct place at = {.file = path, .line = 1, .column = 1};

	for (size_t i = 0; i < offset; i++) {
		at.column++;
		if (bytes[i] == '\n') {
			at.line++;
			at.column = 1;
		}
	}
	return at;
}

static int not_clean(const char *bytes, size_t offset, const char *path, struct error *err)
{
	struct place at = place_of(bytes, offset, path);
	unsigned char byte = (unsigned char)bytes[offset];

	if (byte == '\0')
		return error_at(err, at, "a NUL byte; only text is allowed here");
	if (byte == '\r')
		return error_at(err, at, "a carriage return inside a line; lines end in LF or CRLF");
	if (byte < 0x80)
		return error_at(err, at, "control character \\x%02x; only text is allowed here", byte);
	error_at(err, at, "byte \\x%02x is not plain UTF-8 text", byte);
	return error_hint(err, "save the file as UTF-8");
}

int ini_open(struct ini *ini, const char *bytes, size_t length, const char *path, struct pool *pool,
	     struct error *err)
{
	size_t mark = strlen(BYTE_ORDER_MARK), good;
	char *copy;

	if (length >= mark && memcmp(bytes, BYTE_ORDER_MARK, mark) == 0) {
		bytes += mark;
		length -= mark;
	}
	good = utf8_clean_length(bytes, length);
	if (good < length)
		return not_clean(bytes, good, path, err);

	copy = pool_alloc(pool, length + 1);
	if (!copy)
		return error_memory(err);
	if (length)
		memcpy(copy, bytes, length);
	*ini = (struct ini){.next = copy, .at = {.file = path}};
	return 0;
}

static char *line_take(struct ini *ini)
{
	char *line = ini->next, *end;

	if (!line)
		return NULL;
	end = strchr(line, '\n');
	ini->next = end ? end + 1 : NULL;
	if (end)
		*end = '\0';
	if (end && end > line && end[-1] == '\r')
		end[-1] = '\0';
	ini->line = line;
	ini->at.line++;
	return line;
}

static struct place place_in_line(const struct ini *ini, const char *at)
{
	struct place place = ini->at;

	place.column = (unsigned)(at - ini->line) + 1;
	return place;
}

static char *blanks_skip(char *at)
{
	return at + strspn(at, BLANKS);
}

/* The text without the white space around it. */
static char *trim(char *text)
{
	char *end;

	text = blanks_skip(text);
	end = text + strlen(text);
	while (end > text && strchr(BLANKS, end[-1]))
		end--;
	*end = '\0';
	return text;
}

static bool is_comment(const char *at)
{
	return *at == '#' || *at == ';';
}

/* Cuts off a comment that stands behind something. */
static const char *comment_cut(char *text)
{
	for (char *at = text; (at = strpbrk(at, BLANKS)); at++) {
		if (!is_comment(at + 1))
			continue;
		*at = '\0';
		at = trim(at + 2);
		return *at ? at : NULL;
	}
	return NULL;
}

static int section_read(const struct ini *ini, char *text, struct ini_line *out, struct error *err)
{
	char *end = strchr(text, ']');
	const char *rest = end ? blanks_skip(end + 1) : NULL;

	if (!end)
		return error_at(err, out->at, "\"%.*s\" has no \"]\"; a section is written [NAME]",
				utf8_shown(text), text);
	if (*rest)
		return error_at(err, place_in_line(ini, rest),
				"\"%.*s\" behind a section; a section has a line of its own",
				utf8_shown(rest), rest);
	*end = '\0';
	out->kind = INI_SECTION;
	out->name = trim(text + 1);
	if (!*out->name)
		return error_at(err, out->at, "a section without a name; it is written [NAME]");
	return 0;
}

static int entry_read(const struct ini *ini, char *text, struct ini_line *out, struct error *err)
{
	char *equals = strchr(text, '=');

	if (!equals)
		return error_at(err, out->at, "\"%.*s\" has no \"=\"; a line is NAME = VALUE or [SECTION]",
				utf8_shown(text), text);
	*equals = '\0';
	out->kind = INI_ENTRY;
	out->name = trim(text);
	out->value = trim(equals + 1);
	out->value_at = place_in_line(ini, out->value);
	if (!*out->name)
		return error_at(err, out->at, "no name before \"=\"; a line is NAME = VALUE");
	if (!*out->value)
		return error_at(err, place_in_line(ini, equals),
				"no value behind \"%.*s =\"; a line is NAME = VALUE", utf8_shown(out->name),
				out->name);
	return 0;
}

int ini_next(struct ini *ini, struct ini_line *out, struct error *err)
{
	char *line;

	*out = (struct ini_line){.kind = INI_END};
	while ((line = line_take(ini))) {
		char *text = blanks_skip(line);

		if (!*text || is_comment(text))
			continue;
		out->comment = comment_cut(text);
		out->at = place_in_line(ini, text);
		text = trim(text);
		return *text == '[' ? section_read(ini, text, out, err) : entry_read(ini, text, out, err);
	}
	return 0;
}
