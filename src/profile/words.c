/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cuts a value into words in place. Knows commas, equals signs and white space; does not know what a word means.
 */
#include "words.h"

#include "fwport/text.h"
#include "fwport/utf8.h"

#include <string.h>

#define BLANKS     " \t"
#define DELIMITERS BLANKS ",="

void words_open(struct words *words, const struct ini_line *line)
{
	*words = (struct words){.next = line->value, .start = line->value, .at = line->value_at};
}

bool words_left(const struct words *words)
{
	return *words->next != '\0';
}

static struct place place_of(const struct words *words, const char *at)
{
	struct place place = words->at;

	place.column += (unsigned)(at - words->start);
	return place;
}

/* White space around a delimiter does not count: "443 , 80" is "443,80". */
static char delimiter_take(struct words *words, char *end)
{
	char *at = end + strspn(end, BLANKS);
	char delimiter = *at == ',' || *at == '=' ? *at : ' ';

	if (delimiter != ' ')
		at += 1 + strspn(at + 1, BLANKS);
	words->next = at;
	*end = '\0'; /* last: it may be the delimiter */
	return delimiter;
}

/* "Nginx Full" is one word. Its quotes are taken off, and *end is behind them. */
static int quoted_word(const struct words *words, char **start, char **end, struct error *err)
{
	const struct place at = place_of(words, *start);

	*end = strchr(++*start, '"');
	if (!*end)
		return error_at(err, at, "a quotation mark without a second one in its line");
	if (*end == *start)
		return error_at(err, at, "nothing between two quotation marks");
	*(*end)++ = '\0';
	if (**end && !strchr(DELIMITERS, **end))
		return error_at(err, place_of(words, *end), "\"%.*s\" directly behind a quotation mark",
				utf8_shown(*end), *end);
	return 0;
}

int word_next(struct words *words, struct word *out, struct error *err)
{
	char *start = words->next, *end = start + strcspn(start, DELIMITERS);
	size_t length;

	*out = (struct word){.at = place_of(words, start)};
	if (*start == '"' && quoted_word(words, &start, &end, err) < 0)
		return -1;
	out->text = start;
	length = strnlen(start, (size_t)(end - start));
	if (!length)
		return error_at(err, out->at, "nothing before this \"%c\"", *start);
	if (length > WORD_LIMIT)
		return error_at(err, out->at,
				"a word of %zu characters; no port, address or name has more than %d", length,
				WORD_LIMIT);
	out->end = delimiter_take(words, end);
	if (out->end != ' ' && !words_left(words))
		return error_at(err, out->at, "nothing behind \"%s%c\"", out->text, out->end);
	return 0;
}

int word_member(struct words *words, const char *what, struct word *out, struct error *err)
{
	if (word_next(words, out, err) < 0)
		return -1;
	if (out->end == '=')
		return error_at(err, out->at, "\"%s=\" stands where %s is expected", out->text, what);
	return 0;
}

const char *words_joint(size_t which, size_t count)
{
	if (which == 0)
		return "";
	return which + 1 < count ? ", " : " and ";
}

int word_unknown(const struct word *word, const char *what, const char *const *allowed, size_t count,
		 struct error *err)
{
	CLEANUP(text_free) struct text list = {0};
	const char *nearest = text_nearest(word->text, allowed, count);

	for (size_t i = 0; i < count; i++)
		text_add(&list, "%s%s", words_joint(i, count), allowed[i]);
	error_at(err, word->at, "\"%.*s\" is not %s; allowed are %s", utf8_shown(word->text), word->text,
		 what, text_string(&list));
	if (nearest)
		error_hint(err, "did you mean %s?", nearest);
	return -1;
}
