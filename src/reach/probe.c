/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection without curl: only whether something comes back is of interest, and how much of the handshake. */
#include "probe.h"

#include "socket_address.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <unistd.h>

static void context_free(SSL_CTX **context)
{
	SSL_CTX_free(*context);
}

static void ssl_free(SSL **ssl)
{
	SSL_free(*ssl);
}

static int connect_error(int socket)
{
	socklen_t length = sizeof(int);
	int error = 0;

	return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) < 0 ? errno : error;
}

static bool sent_again(int socket)
{
	struct tcp_info info = {0};
	socklen_t length = sizeof(info);

	return getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 && info.tcpi_total_retrans;
}

/* 0, or why it does not connect. */
static int connect_within(const struct endpoint *endpoint, int socket, struct deadline deadline)
{
	const struct socket_address to =
		socket_address_of(&endpoint->address, endpoint->port, endpoint->route.device);

	if (connect(socket, (const struct sockaddr *)&to.storage, to.length) == 0)
		return 0;
	if (errno != EINPROGRESS)
		return errno;
	return deadline_await(deadline, socket, POLLOUT) ? connect_error(socket) : ETIMEDOUT;
}

struct probe probe_begin(const struct endpoint *endpoint, unsigned segment, struct deadline deadline)
{
	const int most = (int)segment;
	struct probe probe = {.socket = socket(socket_family(endpoint->address.family),
					       SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
	int sys;

	if (probe.socket < 0)
		return probe;
	if (segment)
		setsockopt(probe.socket, IPPROTO_TCP, TCP_MAXSEG, &most, sizeof(most));
	sys = connect_within(endpoint, probe.socket, deadline);
	probe.reset = sys == ECONNRESET; /* what answers a SYN is ECONNREFUSED */
	probe.lost = (sys && !probe.reset) || sent_again(probe.socket);
	if (sys)
		probe_end(&probe);
	return probe;
}

void probe_end(struct probe *probe)
{
	if (probe->socket >= 0)
		close(probe->socket);
	probe->socket = -1;
}

enum silent_end probe_listen(const struct probe *probe, struct deadline deadline)
{
	char byte;
	ssize_t length;

	if (!deadline_await(deadline, probe->socket, POLLIN))
		return SILENT_END_NONE;
	length = recv(probe->socket, &byte, 1, MSG_PEEK);
	if (length == 0)
		return SILENT_END_CLOSED;
	return length < 0 && errno == ECONNRESET ? SILENT_END_RESET : SILENT_END_NONE;
}

/* --- the handshake --- */

/* Anything that was TLS is an answer: the records that a handshake and an alert come in. */
static void see_message(int outgoing, int version, int type, const void *bytes, size_t length, SSL *ssl,
			void *speaks)
{
	(void)version;
	(void)bytes;
	(void)length;
	(void)ssl;
	if (!outgoing && (type == SSL3_RT_HANDSHAKE || type == SSL3_RT_ALERT))
		*(bool *)speaks = true;
}

static bool shakes_hands(SSL *ssl, int socket, struct deadline deadline)
{
	for (;;) {
		const int result = SSL_connect(ssl), error = SSL_get_error(ssl, result);

		if (result == 1)
			return true;
		if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
			return false;
		if (!deadline_await(deadline, socket, error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT))
			return false;
	}
}

static bool is_made_for(const SSL *ssl, const char *name)
{
	X509 *leaf = SSL_get0_peer_certificate(ssl);

	return leaf && name && X509_check_host(leaf, name, 0, X509_CHECK_FLAG_NO_WILDCARDS, NULL) == 1;
}

struct probe_answer probe_handshake(const struct probe *probe, const char *name, struct deadline deadline)
{
	CLEANUP(context_free) SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	CLEANUP(ssl_free) SSL *ssl = context ? SSL_new(context) : NULL;
	struct probe_answer answer = {0};

	if (!ssl || probe->socket < 0 || SSL_set_fd(ssl, probe->socket) != 1)
		return answer;
	SSL_set_security_level(ssl, 0);
	if (name)
		SSL_set_tlsext_host_name(ssl, name);
	SSL_set_msg_callback(ssl, see_message);
	SSL_set_msg_callback_arg(ssl, &answer.speaks);
	answer.shook_hands = shakes_hands(ssl, probe->socket, deadline);
	answer.made_for = answer.shook_hands && is_made_for(ssl, name);
	return answer;
}
