/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets are connected, so that only the nameserver's own packets come in and the kernel tells of ICMP errors and of our own
 * firewall (EPERM for what it drops). An answer to something else does not end the waiting: a stranger may have sent it.
 */
#include "dns_question.h"

#include "deadline.h"
#include "icmp_error.h"
#include "socket_address.h"

#include "fwport/files.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

enum { UDP_MOST = 4096, LENGTH_BYTES = 2 };

static const double sending_times[] = {0, 1000, 3000}; /* after the beginning */

enum { SENDINGS = sizeof(sending_times) / sizeof(sending_times[0]) };

static void finish(struct dns_question *question)
{
	question->answer->ms = clock_milliseconds() - question->began;
	question->phase = DNS_PHASE_DONE;
	descriptor_close(&question->fd);
}

static void fail(struct dns_question *question, int sys)
{
	question->answer->status = question->truncated ? DNS_TCP_BLOCKED
				   : sys               ? DNS_UNREACHABLE
				   : question->strange ? DNS_GARBAGE
						       : DNS_NO_ANSWER;
	question->answer->sys = sys;
	if (sys)
		icmp_error_read(question->fd, &question->answer->icmp);
	finish(question);
}

static bool open_socket(struct dns_question *question, int type)
{
	const struct nameserver *server = &question->server;
	const struct socket_address to = socket_address_of(&server->address, server->port, server->device);

	descriptor_close(&question->fd);
	question->fd = socket(to.storage.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (question->fd >= 0) {
		icmp_errors_tell(question->fd, server->address.family, true);
		if (connect(question->fd, (const void *)&to.storage, to.length) == 0 || errno == EINPROGRESS)
			return true;
	}
	fail(question, errno);
	return false;
}

static void begin_tcp(struct dns_question *question)
{
	question->answer->by_tcp = true;
	question->phase = DNS_PHASE_CONNECTING;
	(void)open_socket(question, SOCK_STREAM);
}

void dns_question_begin(struct dns_question *question, bool by_tcp)
{
	*question->answer = (struct dns_answer){.asked = true, .rcode = -1};
	question->began = clock_milliseconds();
	question->phase = DNS_PHASE_UDP;
	question->fd = -1;
	if (by_tcp)
		begin_tcp(question);
	else if (open_socket(question, SOCK_DGRAM))
		dns_question_send(question);
}

double dns_question_due(const struct dns_question *question)
{
	if (question->phase != DNS_PHASE_UDP || question->sendings == SENDINGS)
		return question->began + 1e9;
	return question->began + sending_times[question->sendings];
}

void dns_question_send(struct dns_question *question)
{
	const struct dns_query *query = &question->query;

	question->sendings++;
	if (send(question->fd, query->bytes, query->length, MSG_NOSIGNAL) < 0 && errno != EAGAIN)
		fail(question, errno);
}

short dns_question_events(const struct dns_question *question)
{
	return question->phase == DNS_PHASE_CONNECTING ? POLLOUT : POLLIN;
}

static int take(struct dns_question *question, const uint8_t *bytes, size_t length, struct pool *pool,
		struct error *err)
{
	enum dns_kind kind;

	if (dns_message_read(&question->query, bytes, length, pool, &kind, question->answer, err) < 0)
		return -1;
	if (kind == DNS_KIND_ANSWER) {
		finish(question);
	} else if (kind == DNS_KIND_TRUNCATED && question->phase == DNS_PHASE_UDP) {
		question->truncated = true;
		begin_tcp(question);
	} else {
		question->strange = true;
	}
	return 0;
}

static int read_datagram(struct dns_question *question, struct pool *pool, struct error *err)
{
	uint8_t bytes[UDP_MOST];
	const ssize_t got = recv(question->fd, bytes, sizeof(bytes), 0);

	if (got >= 0)
		return take(question, bytes, (size_t)got, pool, err);
	if (errno != EAGAIN && errno != EINTR)
		fail(question, errno);
	return 0;
}

static void send_stream(struct dns_question *question)
{
	const struct dns_query *query = &question->query;
	uint8_t bytes[LENGTH_BYTES + DNS_QUERY_MOST] = {(uint8_t)(query->length >> 8),
							(uint8_t)query->length};
	const size_t length = LENGTH_BYTES + query->length;
	socklen_t size = sizeof(int);
	int sys = 0;

	memcpy(bytes + LENGTH_BYTES, query->bytes, query->length);
	if (getsockopt(question->fd, SOL_SOCKET, SO_ERROR, &sys, &size) < 0 || sys)
		fail(question, sys ? sys : errno);
	else if (send(question->fd, bytes, length, MSG_NOSIGNAL) != (ssize_t)length)
		fail(question, errno);
	else
		question->phase = DNS_PHASE_TCP;
}

/* Whatever the stream holds, it ends here: a second message is not waited for. */
static int take_stream(struct dns_question *question, struct pool *pool, struct error *err)
{
	const size_t length = (size_t)question->stream[0] << 8 | question->stream[1];

	if (question->streamed < LENGTH_BYTES + length)
		return 0;
	question->truncated = false;
	if (take(question, question->stream + LENGTH_BYTES, length, pool, err) < 0)
		return -1;
	if (question->phase != DNS_PHASE_DONE)
		fail(question, 0);
	return 0;
}

static int read_stream(struct dns_question *question, struct pool *pool, struct error *err)
{
	enum { STREAM_MOST = LENGTH_BYTES + DNS_MESSAGE_MOST };
	ssize_t got;

	if (!question->stream && !(question->stream = pool_alloc(pool, STREAM_MOST)))
		return error_memory(err);
	got = recv(question->fd, question->stream + question->streamed, STREAM_MOST - question->streamed, 0);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (got <= 0) {
		fail(question, got < 0 ? errno : ECONNRESET);
		return 0;
	}
	question->streamed += (size_t)got;
	return question->streamed < LENGTH_BYTES ? 0 : take_stream(question, pool, err);
}

int dns_question_go_on(struct dns_question *question, struct pool *pool, struct error *err)
{
	switch (question->phase) {
	case DNS_PHASE_UDP:
		return read_datagram(question, pool, err);
	case DNS_PHASE_CONNECTING:
		send_stream(question);
		return 0;
	case DNS_PHASE_TCP:
		return read_stream(question, pool, err);
	case DNS_PHASE_DONE:
		return 0;
	}
	return 0;
}

void dns_question_give_up(struct dns_question *question)
{
	if (question->phase != DNS_PHASE_DONE)
		fail(question, 0);
}
