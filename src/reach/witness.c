/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The child's side of the witness: a datagram of questions, a datagram of answers. What was answered has seen every packet that the
 * caller has: the witness looks at what waits for it before it answers, and packets come to it before they come to a socket.
 */
#include "witness.h"

#include "fwport/files.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

enum { PATIENCE = 2 }; /* seconds */

struct witness {
	int socket;
	struct turn turn;
	bool silent; /* it failed to answer once: what came later would answer the wrong question */
};

struct question {
	struct wish wish;
	struct witness_request request;
	struct witness_answer answer;
};

struct witness *witness_start(int socket)
{
	const struct timeval patience = {.tv_sec = PATIENCE};
	struct witness *witness = malloc(sizeof(*witness));

	if (!witness)
		return NULL;
	setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	witness->socket = socket;
	witness->silent = false;
	witness->turn = TURN_FREE;
	return witness;
}

void witness_free(struct witness **witness)
{
	if (!*witness)
		return;
	descriptor_close(&(*witness)->socket);
	turn_end(&(*witness)->turn);
	free(*witness);
	*witness = NULL;
}

static struct question *question_of(struct wish *wish)
{
	return (struct question *)wish;
}

/* False: there are no answers. */
static bool exchange(const struct witness *witness, const struct witness_request *requests,
		     struct witness_answer *answers, size_t count)
{
	const ssize_t asked = (ssize_t)(count * sizeof(*requests)),
		      answered = (ssize_t)(count * sizeof(*answers));

	return send(witness->socket, requests, (size_t)asked, MSG_NOSIGNAL) == asked &&
	       recv(witness->socket, answers, (size_t)answered, 0) == answered;
}

static void speak(void *speaker, struct wish *wishes)
{
	struct witness *witness = speaker;
	struct witness_request requests[WITNESS_REQUESTS_MOST];
	struct witness_answer answers[WITNESS_REQUESTS_MOST];
	size_t count = 0;

	for (struct wish *wish = wishes; wish; wish = wish->next)
		requests[count++] = question_of(wish)->request;
	if (witness->silent || !exchange(witness, requests, answers, count)) {
		witness->silent = true;
		return;
	}
	count = 0;
	for (struct wish *wish = wishes; wish; wish = wish->next)
		question_of(wish)->answer = answers[count++];
}

static struct sighting ask(struct witness *witness, enum witness_wish wish, const struct tuple *tuple)
{
	struct question question;

	memset(&question, 0, sizeof(question));
	question.request.wish = wish;
	question.request.tuple = *tuple;
	turn_take(&witness->turn, &question.wish, speak, witness);
	return question.answer.sighting;
}

bool witness_watch(struct witness *witness, const struct tuple *tuple)
{
	return ask(witness, WITNESS_WATCH, tuple).watched;
}

bool witness_watch_handshake(struct witness *witness, const struct tuple *tuple)
{
	return ask(witness, WITNESS_WATCH_HANDSHAKE, tuple).watched;
}

struct sighting witness_saw(struct witness *witness, const struct tuple *tuple)
{
	return ask(witness, WITNESS_TELL, tuple);
}

struct sighting witness_forget(struct witness *witness, const struct tuple *tuple)
{
	return ask(witness, WITNESS_FORGET, tuple);
}
