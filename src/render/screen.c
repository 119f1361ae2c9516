/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows terminals by isatty, TERM, NO_COLOR and their size. Folding is done in a stream, so that whoever prints a line need not
 * know where it goes to.
 */
#include "config.h"

#include "fwport/screen.h"

#include "fwport/plain.h"
#include "fwport/pool.h"
#include "letters.h"

#include <errno.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { COLUMNS_LEAST = 20, COLUMNS_UNSAID = 80, HANG = 2 };

static size_t columns_of(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return COLUMNS_UNSAID; /* a serial line does not know */
	return size.ws_col < COLUMNS_LEAST ? COLUMNS_LEAST : size.ws_col;
}

static bool is_utf8(void)
{
	CLEANUP(letters_drop) struct letters letters = {0};

	letters_take(&letters);
	return letters.made && strcmp(nl_langinfo_l(CODESET, letters.made), "UTF-8") == 0;
}

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value;
}

struct screen screen_of(int fd, const char *when)
{
	const char *kind = getenv("TERM");
	const bool able = kind && *kind && strcmp(kind, "dumb") != 0;
	const bool terminal = isatty(fd);
	struct screen screen = {0};

	if (terminal)
		screen = (struct screen){columns_of(fd), able && !is_set("NO_COLOR"), able && is_utf8()};
	if (when && strcmp(when, "auto") != 0)
		screen.color = strcmp(when, "always") == 0;
	return screen;
}

/* --- folding --- */

struct fold {
	FILE *to;
	size_t columns;
	struct text line; /* as far as it has come */
};

/* The lines of a tree before its text, each with what stands below it. */
static const struct rail {
	const char *here, *below;
} rails[] = {
	{"├─ ", "│  "}, /* a branch: the line goes on below it */
	{"└─ ", "   "}, {"│  ", "│  "}, {"|- ", "|  "}, {"`- ", "   "}, {"|  ", "|  "}, {" ", " "},
};

static const struct rail *rail_at(const char *at)
{
	for (size_t i = 0; i < sizeof(rails) / sizeof(rails[0]); i++)
		if (strncmp(at, rails[i].here, strlen(rails[i].here)) == 0)
			return &rails[i];
	return NULL;
}

/* The bytes of a colour, or of what clears a screen. They are ours: those of strangers were escaped. */
static size_t escape_length(const char *at)
{
	size_t length;

	if (at[0] != '\033' || at[1] != '[')
		return 0;
	length = 2 + strspn(at + 2, "0123456789;");
	return at[length] ? length + 1 : 0;
}

/* Returns where the text begins; `below` is what its next lines begin with. */
static const char *skip_rails(const char *line, struct text *below)
{
	const struct rail *rail;

	while ((rail = rail_at(line))) {
		text_add(below, "%s", rail->below);
		line += strlen(rail->here);
	}
	return line;
}

/* How much further in the next lines begin: under the second column of what looks like two, as options with their help do. */
static size_t hang_of(const char *text, size_t columns)
{
	const char *gap = strstr(text += escape_length(text), "  ");
	const size_t left = gap ? (size_t)(gap - text) + strspn(gap, " ") : 0;

	return left && left <= columns / 2 && !memchr(text, '\033', left) ? left : HANG;
}

/* A terminal that does not know the letters of a comment gets them escaped. */
static void add_safe(struct text *out, const char *line)
{
	while (*line) {
		const size_t escape = escape_length(line);
		const size_t length = escape ? escape : 1 + strcspn(line + 1, "\033");
		CLEANUP(text_free) struct text part = {0};

		text_add_bytes(&part, line, length);
		if (escape)
			text_add_bytes(out, line, length);
		else
			letters_add(out, text_string(&part));
		line += length;
	}
}

static size_t word_columns(const char *word, size_t length)
{
	size_t sum = 0;

	for (size_t at = 0, part; at < length; at += part) {
		const size_t escape = escape_length(word + at);

		part = escape ? escape : 1 + strcspn(word + at + 1, "\033");
		if (part > length - at)
			part = length - at;
		if (!escape)
			sum += letters_columns(word + at, part);
	}
	return sum;
}

static void write_folded(const struct fold *fold, const char *line)
{
	CLEANUP(text_free) struct text below = {0};
	const char *at = skip_rails(line, &below);
	size_t column = letters_columns(text_string(&below), below.length);
	const size_t hang = hang_of(at, fold->columns);
	const size_t begin = column + hang;

	fwrite(line, 1, (size_t)(at - line), fold->to);
	for (bool first = true; *at; first = false) {
		const size_t gap = strspn(at, " "), word = strcspn(at + gap, " ");
		const size_t wide = word_columns(at + gap, word);

		if (!first && column + gap + wide > fold->columns) {
			fprintf(fold->to, "\n%s%*s", text_string(&below), (int)hang, "");
			column = begin;
		} else {
			fwrite(at, 1, gap, fold->to);
			column += gap;
		}
		fwrite(at + gap, 1, word, fold->to);
		column += wide;
		at += gap + word;
	}
}

static void write_line(struct fold *fold)
{
	CLEANUP(letters_drop) struct letters letters = {0};
	CLEANUP(text_free) struct text safe = {0};
	const char *line = text_string(&fold->line);
	const bool whole = line[0] == SCREEN_WHOLE[0];

	letters_take(&letters);
	add_safe(&safe, line + whole);
	if (whole || safe.failed)
		fputs(safe.failed ? line + whole : text_string(&safe), fold->to);
	else
		write_folded(fold, text_string(&safe));
	text_clear(&fold->line);
}

static ssize_t fold_write(void *cookie, const char *bytes, size_t size)
{
	struct fold *fold = cookie;
	size_t done = 0;

	while (done < size) {
		const char *end = memchr(bytes + done, '\n', size - done);
		const size_t length = end ? (size_t)(end - bytes) - done : size - done;

		text_add_bytes(&fold->line, bytes + done, length);
		done += length;
		if (!end)
			break;
		write_line(fold);
		putc('\n', fold->to);
		done++;
	}
	return fflush(fold->to) < 0 || ferror(fold->to) || fold->line.failed ? 0 : (ssize_t)size;
}

static int fold_close(void *cookie)
{
	struct fold *fold = cookie;
	int status;

	if (fold->line.length)
		write_line(fold);
	status = fflush(fold->to);
	text_free(&fold->line);
	free(fold);
	return status;
}

FILE *screen_open(FILE *to, size_t columns)
{
	const cookie_io_functions_t functions = {.write = fold_write, .close = fold_close};
	struct fold *fold = malloc(sizeof(*fold));
	FILE *stream;

	if (!fold)
		return NULL;
	*fold = (struct fold){.to = to, .columns = columns};
	stream = fopencookie(fold, "w", functions);
	if (stream)
		setvbuf(stream, NULL, _IOLBF, 0);
	else
		free(fold);
	return stream;
}

/* --- marks --- */

/* A sign and its word are not parted by a fold. */

static const struct {
	const char *sign, *color;
} marks[] = {
	[MARK_NONE] = {"", ""},
	[MARK_GOOD] = {"✓\u00a0", "\033[32m"},
	[MARK_BAD] = {"✗\u00a0", "\033[31m"},
	[MARK_DOUBT] = {"?\u00a0", "\033[33m"},
};

const char *screen_sign(const struct screen *screen, enum mark mark)
{
	return screen->letters ? marks[mark].sign : "";
}

const char *screen_color(const struct screen *screen, enum mark mark)
{
	return screen->color ? marks[mark].color : "";
}

const char *screen_plain(const struct screen *screen)
{
	return screen->color ? "\033[0m" : "";
}

void screen_line(FILE *out, const struct screen *screen, enum mark mark, const char *line)
{
	CLEANUP(text_free) struct text safe = {0};

	plain_add(&safe, line);
	fprintf(out, "%s%s%s\n", screen_color(screen, mark), text_string(&safe), screen_plain(screen));
}
