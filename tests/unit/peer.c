/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The thread ends when its listening socket is shut down, so that no test waits for time to pass. */
#include "cmocka_all.h"

#include "peer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void *serve(void *data)
{
	const struct peer *peer = data;
	const int on = 1;
	int connection;

	while ((connection = accept(peer->socket, NULL, NULL)) >= 0) {
		/* What was written before a reset is to be sent before it. */
		setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		peer->talk(connection, peer->how);
		close(connection);
	}
	return NULL;
}

void peer_start(struct peer *peer, uint16_t port, peer_talk *talk, const void *how)
{
	struct sockaddr_in at = loopback(port);
	socklen_t length = sizeof(at);
	const int on = 1;

	*peer = (struct peer){
		.socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .talk = talk, .how = how};
	setsockopt(peer->socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	assert_int_equal(bind(peer->socket, (struct sockaddr *)&at, length), 0);
	assert_int_equal(listen(peer->socket, 8), 0);
	assert_int_equal(getsockname(peer->socket, (struct sockaddr *)&at, &length), 0);
	peer->port = ntohs(at.sin_port);
	assert_int_equal(pthread_create(&peer->thread, NULL, serve, peer), 0);
}

void peer_stop(struct peer *peer)
{
	shutdown(peer->socket, SHUT_RDWR);
	pthread_join(peer->thread, NULL);
	close(peer->socket);
}

int peer_connect(const struct peer *peer)
{
	const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const struct sockaddr_in to = loopback(peer->port);
	struct pollfd ready = {.fd = made, .events = POLLOUT};
	int sys = 0;
	socklen_t length = sizeof(sys);

	connect(made, (const struct sockaddr *)&to, sizeof(to));
	assert_int_equal(poll(&ready, 1, -1), 1);
	assert_int_equal(getsockopt(made, SOL_SOCKET, SO_ERROR, &sys, &length), 0);
	assert_int_equal(sys, 0);
	return made;
}

bool request_read(int socket, SSL *ssl, char *request, size_t size)
{
	size_t length = 0;

	request[0] = '\0';
	while (length < size - 1 && !strstr(request, "\r\n\r\n")) {
		const ssize_t got =
			ssl ? SSL_read(ssl, request + length, 1) : read(socket, request + length, 1);

		if (got <= 0)
			return false;
		request[++length] = '\0';
	}
	return true;
}

void everything_read(int socket)
{
	char bytes[4096];

	while (read(socket, bytes, sizeof(bytes)) > 0)
		;
}

void connection_reset(int socket)
{
	const struct linger none = {.l_onoff = 1};

	setsockopt(socket, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
}
