/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The question belongs to both threads, and who lets go of it last frees it. The asking thread reads nothing that is not in it, so
 * that it may come back when the examination is long gone.
 */
#include "nss.h"

#include "address_list.h"
#include "socket_address.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Where no nameserver answers, each thread goes on for a minute. Those of a thousand targets must not take all there is. */
enum { HOST_SIZE = 256, STACK_BYTES = 512 << 10, THREADS_MOST = 256 };

static atomic_uint threads;

struct nss_question {
	pthread_mutex_t mutex;
	pthread_cond_t answered;
	unsigned holders;
	bool done;
	char host[HOST_SIZE];
	int family; /* AF_* */
	int status, sys;
	double began, ended;
	struct address addresses[ADDRESSES_MOST]; /* in the order given */
	size_t count;
};

static void let_go(struct nss_question **held)
{
	struct nss_question *question = *held;
	bool last;

	*held = NULL;
	if (!question)
		return;
	pthread_mutex_lock(&question->mutex);
	last = --question->holders == 0;
	pthread_mutex_unlock(&question->mutex);
	if (!last)
		return;
	pthread_cond_destroy(&question->answered);
	pthread_mutex_destroy(&question->mutex);
	free(question);
}

static void answer(struct nss_question *question, int status, int sys, const struct addrinfo *found)
{
	pthread_mutex_lock(&question->mutex);
	question->status = status;
	question->sys = status == EAI_SYSTEM ? sys : 0;
	question->ended = clock_milliseconds();
	for (const struct addrinfo *at = found; at && question->count < ADDRESSES_MOST; at = at->ai_next) {
		uint16_t port;

		if (socket_address_read(at->ai_addr, &question->addresses[question->count], &port))
			question->count++;
	}
	question->done = true;
	pthread_cond_signal(&question->answered);
	pthread_mutex_unlock(&question->mutex);
}

static void *ask(void *context)
{
	struct nss_question *question = context;
	const struct addrinfo hints = {.ai_family = question->family, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	const int status = getaddrinfo(question->host, NULL, &hints, &found);

	answer(question, status, errno, status ? NULL : found);
	if (status == 0)
		freeaddrinfo(found);
	let_go(&question);
	atomic_fetch_sub(&threads, 1);
	return NULL;
}

/* Waits by the clock that deadlines are of. */
static int prepare(struct nss_question *question)
{
	pthread_condattr_t attributes;
	int status;

	if (pthread_mutex_init(&question->mutex, NULL) != 0)
		return -1;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	status = pthread_cond_init(&question->answered, &attributes);
	pthread_condattr_destroy(&attributes);
	return status == 0 ? 0 : -1;
}

static int start(struct nss_question *question)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int status;

	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	status = atomic_fetch_add(&threads, 1) < THREADS_MOST
			 ? pthread_create(&thread, &attributes, ask, question)
			 : EAGAIN;
	pthread_attr_destroy(&attributes);
	if (status != 0)
		atomic_fetch_sub(&threads, 1);
	return status;
}

struct nss_question *nss_ask(const char *host, unsigned families)
{
	struct nss_question *question = calloc(1, sizeof(*question));

	if (!question || strlen(host) >= sizeof(question->host) || prepare(question) < 0) {
		free(question);
		return NULL;
	}
	memcpy(question->host, host, strlen(host) + 1);
	question->family = families == FAMILIES_BOTH             ? AF_UNSPEC
			   : families == FAMILY_BIT(FAMILY_IPV4) ? AF_INET
								 : AF_INET6;
	question->began = clock_milliseconds();
	question->holders = 2;
	if (start(question) != 0) {
		question->holders = 1;
		let_go(&question);
	}
	return question;
}

static int take_answer(const struct nss_question *question, struct pool *pool, struct nss_facts *out,
		       struct error *err)
{
	out->status = question->status;
	out->sys = question->sys;
	out->ms = question->ended - question->began;
	for (size_t i = 0; i < question->count; i++)
		if (address_list_add(&out->addresses, &question->addresses[i], pool, err) < 0)
			return -1;
	return 0;
}

int nss_take(struct nss_question **question, struct deadline deadline, struct pool *pool,
	     struct nss_facts *out, struct error *err)
{
	const struct timespec end = {.tv_sec = deadline.at / 1000, .tv_nsec = deadline.at % 1000 * 1000000};
	struct nss_question *asked = *question;
	int status = 0;

	if (!asked)
		return 0;
	out->asked = true;
	out->ms = -1;
	pthread_mutex_lock(&asked->mutex);
	while (!asked->done && pthread_cond_timedwait(&asked->answered, &asked->mutex, &end) != ETIMEDOUT)
		;
	out->late = !asked->done;
	if (asked->done)
		status = take_answer(asked, pool, out, err);
	pthread_mutex_unlock(&asked->mutex);
	let_go(question);
	return status;
}
