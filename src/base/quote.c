/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Escapes byte by byte what is not clean text. One bad byte makes all bytes beyond ASCII suspect: they are escaped, too.
 */
#include "fwport/quote.h"

#include "fwport/utf8.h"

#include <string.h>

static bool is_clean(const char *string)
{
	size_t length = strlen(string);

	return utf8_clean_length(string, length) == length && !strpbrk(string, "\t\r\n");
}

static void add_escaped(struct text *text, const char *string, bool clean, const char *specials)
{
	for (const unsigned char *at = (const unsigned char *)string; *at; at++)
		if (!clean && (*at < 0x20 || *at >= 0x7f))
			text_add(text, "\\x%02x", *at);
		else
			text_add(text, strchr(specials, *at) ? "\\%c" : "%c", *at);
}

void quote_line(struct text *text, const char *string)
{
	add_escaped(text, string, is_clean(string), "");
}

static bool is_plain(const char *word)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+./:,@%";

	return *word && word[strspn(word, safe)] == '\0';
}

/* Within single quotes nothing but their end is special: it is written outside of them. */
static void add_single_quoted(struct text *text, const char *word)
{
	text_add(text, "'");
	for (; *word; word++)
		text_add(text, *word == '\'' ? "'\\''" : "%c", *word);
	text_add(text, "'");
}

void quote_word(struct text *text, const char *word)
{
	if (is_plain(word)) {
		text_add(text, "%s", word);
	} else if (is_clean(word)) {
		add_single_quoted(text, word);
	} else {
		text_add(text, "$'");
		add_escaped(text, word, false, "\\'");
		text_add(text, "'");
	}
}
