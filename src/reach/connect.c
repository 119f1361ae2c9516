/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP to every address at once, so that a family that is silently broken is seen even where the other one works. An attempt ends
 * with a connection, with an error, or because its time is up. The kernel sends a lost SYN again after a second, and after three
 * (since Linux 6.5 after one, two, three and four): no attempt is given up before the first of them could be answered.
 */
#include "icmp_error.h"
#include "socket_address.h"
#include "stages.h"
#include "tcp_bytes.h"
#include "witness.h"

#include "fwport/files.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* Milliseconds. */
enum {
	CONNECT_MOST = 5000,
	CONNECT_LEAST = 1500, /* as long as the examination lasts that long */
	GRACE = 3200,         /* for the others, once one has connected: three retransmissions */
	SETTLE = 2,           /* and a round trip */
	SETTLE_MOST = 100,
};

struct attempt {
	struct endpoint *endpoint;
	int *socket;
	double began;
	bool pending;
};

static struct tuple tuple_of(const struct endpoint *endpoint)
{
	return (struct tuple){.protocol = IPPROTO_TCP,
			      .remote = endpoint->address,
			      .local_port = endpoint->tcp.local_port,
			      .remote_port = endpoint->port};
}

static uint16_t local_port(int socket)
{
	struct sockaddr_storage storage;
	socklen_t length = sizeof(storage);
	struct address ignored;
	uint16_t port = 0;

	if (getsockname(socket, (struct sockaddr *)&storage, &length) == 0)
		socket_address_read((const struct sockaddr *)&storage, &ignored, &port);
	return port;
}

/* The port is taken before the SYN, so that the witness knows what to look for. Without a port it goes on unwatched. */
static void watch(const struct examination *examination, struct endpoint *endpoint, int socket)
{
	const struct address any = {.family = endpoint->address.family};
	const struct socket_address from = socket_address_of(&any, 0, NULL);
	struct tuple tuple;

	if (!examination->equipment->witness ||
	    bind(socket, (const struct sockaddr *)&from.storage, from.length) < 0)
		return;
	endpoint->tcp.local_port = local_port(socket);
	tuple = tuple_of(endpoint);
	if (examination->equipment->options->last_stage == LAST_STAGE_TCP)
		witness_watch_handshake(examination->equipment->witness, &tuple);
	else
		witness_watch(examination->equipment->witness, &tuple);
}

static bool told_by_the_network(int sys)
{
	static const int errors[] = {EHOSTUNREACH, ENETUNREACH, EACCES,      ENETDOWN,   EHOSTDOWN,
				     ENONET,       EPROTO,      ENOPROTOOPT, EOPNOTSUPP, EMSGSIZE};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (sys == errors[i])
			return true;
	return false;
}

static enum tcp_status status_of(int sys, bool by_icmp)
{
	if (sys == ECONNREFUSED)
		return TCP_REFUSED;
	if (sys == ETIMEDOUT)
		return TCP_TIMED_OUT;
	return by_icmp || told_by_the_network(sys) ? TCP_UNREACHABLE : TCP_LOCAL;
}

static void fail(const struct examination *examination, struct attempt *attempt, int sys)
{
	struct tcp_facts *tcp = &attempt->endpoint->tcp;

	attempt->pending = false;
	if (*attempt->socket >= 0)
		icmp_error_read(*attempt->socket, &tcp->icmp);
	tcp->sys = sys;
	tcp->status = status_of(sys, tcp->icmp.known);
	connection_close(examination, attempt->endpoint, attempt->socket);
}

static void succeed(struct attempt *attempt)
{
	struct endpoint *endpoint = attempt->endpoint;

	attempt->pending = false;
	endpoint->tcp.status = TCP_OK;
	endpoint->tcp.ms = clock_milliseconds() - attempt->began;
	/* An established connection keeps the kernel's usual patience with ICMP errors. */
	icmp_errors_tell(*attempt->socket, endpoint->address.family, false);
}

/* A RST in answer to a SYN is ECONNREFUSED; these two come to who had been accepted. */
static bool was_accepted(int sys)
{
	return sys == ECONNRESET || sys == EPIPE;
}

static void conclude(const struct examination *examination, struct attempt *attempt, int sys)
{
	if (sys && !was_accepted(sys)) {
		fail(examination, attempt, sys);
		return;
	}
	succeed(attempt);
	if (sys) {
		attempt->endpoint->tcp.reset_at_once = true;
		connection_close(examination, attempt->endpoint, attempt->socket);
	}
}

static void start(const struct examination *examination, struct attempt *attempt)
{
	struct endpoint *endpoint = attempt->endpoint;
	const struct socket_address to =
		socket_address_of(&endpoint->address, endpoint->port, endpoint->route.device);
	int status;

	endpoint->tcp.reached = true;
	endpoint->tcp.ms = -1;
	attempt->began = clock_milliseconds();
	*attempt->socket = socket(socket_family(endpoint->address.family),
				  SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
	if (*attempt->socket < 0) {
		conclude(examination, attempt, errno);
		return;
	}
	icmp_errors_tell(*attempt->socket, endpoint->address.family, true);
	watch(examination, endpoint, *attempt->socket);
	status = connect(*attempt->socket, (const struct sockaddr *)&to.storage, to.length) < 0 ? errno : 0;
	endpoint->tcp.local_port = local_port(*attempt->socket);
	if (status == EINPROGRESS)
		attempt->pending = true;
	else
		conclude(examination, attempt, status);
}

static bool is_hopeless(const struct endpoint *endpoint)
{
	return endpoint->route.reached && endpoint->route.status != ROUTE_OK;
}

static size_t start_all(struct examination *examination, int sockets[ENDPOINTS_MOST],
			struct attempt attempts[ENDPOINTS_MOST])
{
	size_t count = 0;

	for (size_t i = 0; i < examination->endpoint_count; i++) {
		if (is_hopeless(&examination->endpoints[i]))
			continue;
		attempts[count] =
			(struct attempt){.endpoint = &examination->endpoints[i], .socket = &sockets[i]};
		start(examination, &attempts[count++]);
	}
	return count;
}

static bool any_pending(const struct attempt *attempts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (attempts[i].pending)
			return true;
	return false;
}

static bool any_connected(const struct attempt *attempts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!attempts[i].pending && attempts[i].endpoint->tcp.status == TCP_OK)
			return true;
	return false;
}

/* Where one needed more than one SYN, the others may need as many as there is time for. */
static bool loses_packets(const struct attempt *attempts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct tcp_info info = {0};
		socklen_t length = sizeof(info);

		if (!attempts[i].pending && *attempts[i].socket >= 0 &&
		    getsockopt(*attempts[i].socket, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 &&
		    info.tcpi_total_retrans)
			return true;
	}
	return false;
}

/* Waits for some of them, and concludes those. False: the deadline came first. */
static bool wait_for_some(const struct examination *examination, struct attempt *attempts, size_t count,
			  struct deadline deadline)
{
	struct pollfd polled[ENDPOINTS_MOST];
	int ready;

	for (size_t i = 0; i < count; i++)
		polled[i] = (struct pollfd){.fd = attempts[i].pending ? *attempts[i].socket : -1,
					    .events = POLLOUT};
	do
		ready = poll(polled, count, deadline_left(deadline));
	while (ready < 0 && errno == EINTR);
	for (size_t i = 0; ready > 0 && i < count; i++) {
		int sys = 0;
		socklen_t length = sizeof(sys);

		if (!polled[i].revents)
			continue;
		if (getsockopt(polled[i].fd, SOL_SOCKET, SO_ERROR, &sys, &length) < 0)
			sys = errno;
		conclude(examination, &attempts[i], sys);
	}
	return ready > 0;
}

/* A share of what is left, so that there is time to look for the reason. */
static struct deadline connect_deadline(const struct examination *examination)
{
	const int share = deadline_left(examination->deadline) / 2;
	const int most = share > CONNECT_MOST ? CONNECT_MOST : share < CONNECT_LEAST ? CONNECT_LEAST : share;

	return deadline_within(examination->deadline, (unsigned)most);
}

static void wait_for_all(const struct examination *examination, struct attempt *attempts, size_t count)
{
	const struct deadline deadline = connect_deadline(examination);
	struct deadline graced = deadline;

	do {
		if (any_connected(attempts, count))
			graced = deadline_within(graced, GRACE);
		if (loses_packets(attempts, count))
			graced = deadline;
	} while (any_pending(attempts, count) && wait_for_some(examination, attempts, count, graced));
	for (size_t i = 0; i < count; i++)
		if (attempts[i].pending)
			conclude(examination, &attempts[i], ETIMEDOUT);
}

/* Where nothing will be asked, whoever hangs up at once gets the time to: the way of our ACK there, and of a FIN back. */
static void let_settle(const struct attempt *attempts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct pollfd polled = {.fd = *attempts[i].socket, .events = POLLIN};
		const double ms = attempts[i].endpoint->tcp.ms;

		if (polled.fd >= 0)
			poll(&polled, 1, SETTLE + (ms < SETTLE_MOST ? (int)ms : SETTLE_MOST));
	}
}

void connect_all(struct examination *examination, int sockets[ENDPOINTS_MOST])
{
	struct attempt attempts[ENDPOINTS_MOST];
	size_t count;

	for (size_t i = 0; i < ENDPOINTS_MOST; i++)
		sockets[i] = -1;
	count = start_all(examination, sockets, attempts);
	wait_for_all(examination, attempts, count);
	if (examination->equipment->options->last_stage == LAST_STAGE_TCP)
		let_settle(attempts, count);
}

/* Has the other side hung up, though nothing was asked? */
static void look_for_end(int socket, struct tcp_facts *tcp)
{
	char byte;
	ssize_t length;

	if (tcp->status != TCP_OK)
		return;
	length = recv(socket, &byte, sizeof(byte), MSG_PEEK | MSG_DONTWAIT);
	tcp->closed_at_once = length == 0 && !tcp->reset_at_once;
	tcp->reset_at_once = tcp->reset_at_once || (length < 0 && was_accepted(errno));
}

/* The witness is asked first: what it saw by then, the socket had to get by now. */
void connection_close(const struct examination *examination, struct endpoint *endpoint, int *socket)
{
	struct witness *witness = examination->equipment->witness;
	const struct tuple tuple = tuple_of(endpoint);
	socklen_t length = sizeof(endpoint->tcp.info);

	if (*socket < 0)
		return;
	if (witness)
		endpoint->tcp.sighting = witness_forget(witness, &tuple);
	endpoint->tcp.has_info =
		getsockopt(*socket, IPPROTO_TCP, TCP_INFO, &endpoint->tcp.info, &length) == 0;
	tcp_bytes_of(*socket, &endpoint->tcp.bytes);
	if (!endpoint->tls.reached)
		look_for_end(*socket, &endpoint->tcp);
	descriptor_close(socket);
}
