/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where HTTP/3 is advertised, browsers will try UDP first. It is provoked to say which versions it speaks, twice, for a datagram may
 * be lost; where it says nothing, the firewall of this host is asked whether it lets the question out.
 */
#include "icmp_error.h"
#include "oracle.h"
#include "socket_address.h"
#include "stages.h"
#include "version_negotiation.h"

#include "fwport/files.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>

enum { TRIES = 2, ANSWER_MOST = 1500 };
/* Milliseconds for the first answer, on top of the times a TCP handshake took; the second may take twice that. */
enum { PATIENCE = 300, ROUND_TRIPS = 4, PATIENCE_MOST = 2000 };

static unsigned patience(const struct endpoint *endpoint)
{
	const double wanted = PATIENCE + (endpoint->tcp.ms > 0 ? ROUND_TRIPS * endpoint->tcp.ms : 0);

	return wanted < PATIENCE_MOST ? (unsigned)wanted : PATIENCE_MOST;
}

static enum quic_status status_of(int sys)
{
	switch (sys) {
	case ECONNREFUSED:
		return QUIC_REFUSED;
	case EHOSTUNREACH:
	case ENETUNREACH:
	case EACCES:
	case ENOPROTOOPT:
		return QUIC_UNREACHABLE;
	default:
		return QUIC_LOCAL;
	}
}

static void fail(struct http3_facts *facts, int socket, int sys)
{
	facts->sys = sys;
	facts->status = status_of(sys);
	if (socket >= 0)
		icmp_error_read(socket, &facts->icmp);
}

/* Waits for an answer to it. What is no answer is passed over. */
static int listen_for(int socket, const struct provocation *asked, struct deadline deadline,
		      struct pool *pool, struct http3_facts *facts, struct error *err)
{
	struct pollfd ready = {.fd = socket, .events = POLLIN};
	uint8_t bytes[ANSWER_MOST];
	bool is_answer = false;

	while (!is_answer && deadline_left(deadline) && poll(&ready, 1, deadline_left(deadline)) > 0) {
		const ssize_t length = recv(socket, bytes, sizeof(bytes), MSG_DONTWAIT);

		if (length < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (length < 0) {
			fail(facts, socket, errno);
			return 0;
		}
		if (version_negotiation_read(bytes, (size_t)length, asked, pool, &is_answer, &facts->versions,
					     err) < 0)
			return -1;
	}
	if (is_answer)
		facts->status = QUIC_ANSWERS;
	return 0;
}

static void make(struct provocation *out)
{
	uint8_t ids[2][CONNECTION_ID_BYTES] = {{0}};

	/* Without random bytes they are all 0: only a forger would mind. */
	(void)!getrandom(ids, sizeof(ids), GRND_NONBLOCK);
	provocation_make(ids[0], ids[1], out);
}

static int provoke(const struct examination *examination, int socket, struct http3_facts *facts,
		   struct error *err)
{
	const unsigned wait = patience(examination->best);
	struct provocation asked;
	int status = 0;

	make(&asked);
	for (unsigned i = 0; i < TRIES && status == 0 && facts->status == QUIC_SILENT; i++) {
		if (send(socket, asked.bytes, sizeof(asked.bytes), 0) < 0)
			fail(facts, socket, errno);
		else
			status = listen_for(socket, &asked,
					    deadline_within(examination->deadline, wait * (i + 1)),
					    examination->pool, facts, err);
	}
	return status;
}

static int talk(const struct examination *examination, const struct socket_address *to,
		struct http3_facts *facts, struct error *err)
{
	CLEANUP(descriptor_close)
	int socket_to = socket(to->storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP);
	const double began = clock_milliseconds();
	int status = 0;

	if (socket_to < 0 || connect(socket_to, (const struct sockaddr *)&to->storage, to->length) < 0) {
		fail(facts, socket_to, errno);
	} else {
		icmp_errors_tell(socket_to, examination->best->address.family, true);
		status = provoke(examination, socket_to, facts, err);
	}
	facts->ms = facts->status == QUIC_ANSWERS ? clock_milliseconds() - began : -1;
	return status;
}

/* Is it this host's own firewall that stops it? */
static int ask_oracle(const struct examination *examination, struct http3_facts *facts, struct error *err)
{
	const struct equipment *equipment = examination->equipment;
	const struct endpoint *endpoint = examination->best;
	struct firewall_facts *firewall = &facts->firewall;

	if (!equipment->oracle || facts->status == QUIC_ANSWERS)
		return 0;
	if (oracle_ask(equipment->oracle, IPPROTO_UDP, &endpoint->address, endpoint->http.h3_port,
		       equipment->uid, examination->pool, firewall, err) < 0)
		return -1;
	if (firewall->reached && firewall->verdict == FIREWALL_BLOCKED)
		facts->rule = firewall->rule;
	return 0;
}

int quic_ask(struct examination *examination, struct error *err)
{
	const struct endpoint *endpoint = examination->best;
	struct socket_address to;

	if (!endpoint || examination->by_proxy || !endpoint->http.advertises_h3 ||
	    deadline_left(examination->deadline) == 0)
		return 0;
	to = socket_address_of(&endpoint->address, endpoint->http.h3_port, endpoint->route.device);
	examination->http3 = (struct http3_facts){.reached = true, .status = QUIC_SILENT, .ms = -1};
	if (talk(examination, &to, &examination->http3, err) < 0)
		return -1;
	return ask_oracle(examination, &examination->http3, err);
}
