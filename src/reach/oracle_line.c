/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The line to the oracle. The questions of all who wait go over one socket, a line each, and the answers come back in their order. One
 * that does not come in time makes the oracle silent for good, since a late answer would be taken for the next one's.
 */
#include "oracle_line.h"

#include "deadline.h"
#include "oracle.h"
#include "turn.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 5000, ANSWER_MOST = 4 << 20, CHUNK = 16384 };

struct oracle {
	int socket; /* -1: silent */
	struct turn turn;
};

struct question {
	struct wish wish;
	const struct text *text;
	struct text answer; /* empty: there is none */
};

/* What comes from the socket, and how much of it was taken. */
struct intake {
	int socket;
	struct text text;
	size_t taken;
};

int oracle_open(int socket, struct oracle **out, struct error *err)
{
	struct oracle *oracle = calloc(1, sizeof(*oracle));

	if (!oracle)
		return error_memory(err);
	oracle->socket = socket;
	oracle->turn = TURN_FREE;
	*out = oracle;
	return 0;
}

void oracle_close(struct oracle **oracle)
{
	if (!*oracle)
		return;
	if ((*oracle)->socket >= 0)
		close((*oracle)->socket);
	turn_end(&(*oracle)->turn);
	free(*oracle);
	*oracle = NULL;
}

static bool take_line(struct intake *intake, struct text *line)
{
	const char *from = intake->text.bytes + intake->taken, *end = NULL;
	const size_t left = intake->text.length - intake->taken;

	if (left)
		end = memchr(from, '\n', left);
	if (!end)
		return false;
	text_add_bytes(line, from, (size_t)(end - from) + 1);
	intake->taken += (size_t)(end - from) + 1;
	return true;
}

/* A whole line, or false. */
static bool read_line(struct intake *intake, struct text *line)
{
	const struct deadline deadline = deadline_in(PATIENCE_MS);
	char chunk[CHUNK];
	ssize_t length;

	while (!take_line(intake, line)) {
		if (intake->text.length - intake->taken >= ANSWER_MOST ||
		    !deadline_await(deadline, intake->socket, POLLIN))
			return false;
		length = recv(intake->socket, chunk, sizeof(chunk), 0);
		if (length <= 0)
			return false;
		if (intake->taken == intake->text.length) {
			text_clear(&intake->text);
			intake->taken = 0;
		}
		text_add_bytes(&intake->text, chunk, (size_t)length);
		if (intake->text.failed)
			return false;
	}
	return !line->failed;
}

static bool send_all(int socket, const struct wish *wishes)
{
	CLEANUP(text_free) struct text lines = {0};

	for (const struct wish *wish = wishes; wish; wish = wish->next) {
		const struct text *text = ((const struct question *)wish)->text;

		text_add_bytes(&lines, text->bytes, text->length);
	}
	return !lines.failed &&
	       send(socket, lines.bytes, lines.length, MSG_NOSIGNAL) == (ssize_t)lines.length;
}

static bool read_all(int socket, struct wish *wishes)
{
	struct intake intake = {.socket = socket};
	bool answered = true;

	for (struct wish *wish = wishes; answered && wish; wish = wish->next) {
		struct question *question = (struct question *)wish;

		answered = read_line(&intake, &question->answer);
		if (!answered)
			text_clear(&question->answer);
	}
	text_free(&intake.text);
	return answered;
}

static void speak(void *speaker, struct wish *wishes)
{
	struct oracle *oracle = speaker;

	if (oracle->socket < 0 || (send_all(oracle->socket, wishes) && read_all(oracle->socket, wishes)))
		return;
	close(oracle->socket);
	oracle->socket = -1;
}

bool oracle_exchange(struct oracle *oracle, const struct text *question, struct text *answer)
{
	struct question asked = {.text = question};

	turn_take(&oracle->turn, &asked.wish, speak, oracle);
	*answer = asked.answer;
	return answer->length > 0;
}
