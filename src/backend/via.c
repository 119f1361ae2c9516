/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of neighbours that can be asked, and what is the same for all of them.
 */
#include "via_way.h"

#include "fwport/program.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ANSWER_MILLISECONDS = 60000 }; /* firewalld and ufw are slow, and ufw waits for its lock */

static const struct via_way *const ways[VIA_COUNT] = {
	[VIA_UFW] = &via_ufw,
	[VIA_FIREWALLD] = &via_firewalld,
};

static int check_one(const struct opening *opening, struct error *err)
{
	const char *who = via_word(opening->via);

	if (opening->scope.from_count <= 1 && opening->scope.to_count <= 1)
		return 0;
	error_set(err, ERROR_USAGE, "%s is asked for one source and one destination at a time", who);
	return error_hint(err, "open the port once for each of them");
}

int via_check(const struct opening *opening, struct error *err)
{
	if (opening->via == VIA_GUEST)
		return 0;
	return check_one(opening, err) < 0 ? -1 : ways[opening->via]->check(opening, err);
}

int via_look(struct opening *opening, const struct ruleset *ruleset, const struct host *host,
	     struct pool *pool, struct error *err)
{
	return ways[opening->via]->look(opening, ruleset, host, pool, err);
}

int via_run(const struct errand *errand, int lock, struct error *err)
{
	return ways[errand->opening->via]->run(errand, lock, err);
}

static void push(struct via_words *words, const char *word)
{
	const char **list = NULL;

	if (!words->failed)
		list = pool_grow(&words->pool, words->list, words->count, sizeof(*list));
	if (!list) {
		words->failed = true;
		return;
	}
	words->list = list;
	list[words->count++] = word;
}

void via_say(struct via_words *words, const char *format, ...)
{
	char word[256];
	const char *kept;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(word, sizeof(word), format, args);
	va_end(args);
	kept = length >= 0 && (size_t)length < sizeof(word) ? pool_text(&words->pool, word) : NULL;
	words->failed |= !kept;
	push(words, kept);
}

void via_words_free(struct via_words *words)
{
	pool_free(&words->pool);
}

/* What a stranger prints is shown in one line, and its control characters are not. */
static void keep_line(struct text *answer)
{
	size_t length = strcspn(text_string(answer), "\n");

	for (size_t i = 0; i < length; i++)
		if ((unsigned char)answer->bytes[i] < ' ' || answer->bytes[i] == 0x7f)
			answer->bytes[i] = '?';
	if (answer->bytes)
		answer->bytes[length] = '\0';
	answer->length = length;
}

int via_ask(struct via_words *words, const char *who, int lock, struct text *answer, struct error *err)
{
	int status;

	push(words, NULL); /* where the command line ends */
	if (words->failed)
		return error_memory(err);
	status = program_ask(words->list, ANSWER_MILLISECONDS, lock, answer);
	if (answer->failed)
		return error_memory(err);
	if (status < 0 && errno == ETIMEDOUT)
		return error_set(err, ERROR_BUSY, "%s does not answer", who);
	if (status < 0 && errno)
		return error_system(err, errno, "cannot start %s", words->list[0]);
	if (status < 0)
		return error_set(err, ERROR_SYSTEM, "%s was killed", who);
	keep_line(answer);
	return status;
}
