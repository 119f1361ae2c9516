/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The child's side of the witness: a question, an answer, one at a time. What was answered has seen every packet that the caller has:
 * the witness looks at what waits for it before it answers, and packets come to it before they come to a socket.
 */
#include "witness.h"

#include "fwport/files.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

enum { PATIENCE = 2 }; /* seconds */

struct witness {
	int socket;
	pthread_mutex_t lock;
	bool silent; /* it failed to answer once: what came later would answer the wrong question */
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
	pthread_mutex_init(&witness->lock, NULL);
	return witness;
}

void witness_free(struct witness **witness)
{
	if (!*witness)
		return;
	descriptor_close(&(*witness)->socket);
	pthread_mutex_destroy(&(*witness)->lock);
	free(*witness);
	*witness = NULL;
}

static struct sighting ask(struct witness *witness, enum witness_wish wish, const struct tuple *tuple)
{
	struct witness_request request;
	struct witness_answer answer = {0};

	memset(&request, 0, sizeof(request));
	request.wish = wish;
	request.tuple = *tuple;
	pthread_mutex_lock(&witness->lock);
	if (!witness->silent &&
	    (send(witness->socket, &request, sizeof(request), MSG_NOSIGNAL) != sizeof(request) ||
	     recv(witness->socket, &answer, sizeof(answer), 0) != sizeof(answer))) {
		witness->silent = true;
		answer = (struct witness_answer){0};
	}
	pthread_mutex_unlock(&witness->lock);
	return answer.sighting;
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
