/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes mdoc(7). Knows its escapes and nothing of what is told: a hyphen is written as the character that is typed, a line
 * begins with no control character, and an argument looks like no macro and no delimiter.
 */
#include "config.h"

#include "mdoc.h"

#include "fwport/pool.h"

#include <ctype.h>
#include <string.h>

enum { MDOC_WIDTH = 78 };

static void add_escaped(const char *bytes, size_t length, struct text *out)
{
	for (size_t i = 0; i < length; i++)
		switch (bytes[i]) {
		case '\\':
			text_add(out, "\\e");
			break;
		case '-':
			text_add(out, "\\-");
			break;
		case '"':
			text_add(out, "\\(dq");
			break;
		default:
			text_add_bytes(out, bytes + i, 1);
		}
}

static bool ends_sentence(const char *word, size_t length)
{
	return length > 1 && strchr(".!?", word[length - 1]) && word[length - 2] != '.';
}

/* Writes one paragraph, up to an empty line or the end, and returns what is behind it. */
static const char *add_paragraph(const char *words, struct text *out)
{
	size_t column = 0;

	while (*words && *words != '\n') {
		size_t length = strcspn(words, " \n");

		if (column && column + length >= MDOC_WIDTH) {
			text_add(out, "\n");
			column = 0;
		}
		text_add(out, "%s", column ? " " : *words == '.' || *words == '\'' ? "\\&" : "");
		add_escaped(words, length, out);
		column = ends_sentence(words, length) ? MDOC_WIDTH : column + length + 1;
		words += length;
		if (*words)
			words++;
	}
	text_add(out, "\n");
	return words + strspn(words, "\n");
}

void mdoc_prose(const char *paragraphs, struct text *out)
{
	while (*paragraphs) {
		paragraphs = add_paragraph(paragraphs, out);
		if (*paragraphs)
			text_add(out, ".Pp\n");
	}
}

void mdoc_sentence(const char *words, struct text *out)
{
	CLEANUP(text_free) struct text sentence = {0};

	text_add(&sentence, "%c%s.", toupper((unsigned char)*words), words + 1);
	add_paragraph(text_string(&sentence), out);
}

/* \& keeps a word from being taken for a macro or for punctuation. */
void mdoc_literal(const char *words, struct text *out)
{
	const char *separator = "";

	while (*(words += strspn(words, " "))) {
		size_t length = strcspn(words, " ");

		text_add(out, "%s\\&", separator);
		add_escaped(words, length, out);
		words += length;
		separator = " ";
	}
}

enum shape { SHAPE_PLACEHOLDER, SHAPE_WORD, SHAPE_MARK };

static enum shape shape_of(char letter)
{
	if (isupper((unsigned char)letter))
		return SHAPE_PLACEHOLDER;
	return isalnum((unsigned char)letter) ? SHAPE_WORD : SHAPE_MARK;
}

/* The letters of one shape; a word has marks of its own. */
static size_t shape_length(const char *syntax, enum shape shape)
{
	size_t length = 1;

	while (syntax[length] && syntax[length] != ' ' &&
	       (shape_of(syntax[length]) == shape || (shape == SHAPE_WORD && strchr("=-", syntax[length]))))
		length++;
	return length;
}

void mdoc_syntax(const char *syntax, struct text *out)
{
	static const char *const macros[] = {
		[SHAPE_PLACEHOLDER] = "Ar", [SHAPE_WORD] = "Cm", [SHAPE_MARK] = "No"};
	const char *separator = "";

	while (*syntax) {
		enum shape shape = shape_of(*syntax);
		size_t length = shape_length(syntax, shape);

		text_add(out, "%s%s \\&", separator, macros[shape]);
		add_escaped(syntax, length, out);
		text_add(out, "%s", shape == SHAPE_MARK ? "\\&" : "");
		syntax += length;
		separator = *syntax == ' ' ? " " : " Ns ";
		syntax += strspn(syntax, " ");
	}
}
