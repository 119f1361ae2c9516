/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The other end of a connection, in a thread: it accepts one after the other on the loopback, and does to each what the test says. */
#ifndef FWPORT_TEST_PEER_H
#define FWPORT_TEST_PEER_H

#include "authority.h"

#include <openssl/ssl.h>
#include <pthread.h>
#include <stdint.h>

/* What is done to a connection; it is closed afterwards. */
typedef void peer_talk(int socket, const void *how);

struct peer {
	int socket;
	uint16_t port;
	peer_talk *talk;
	const void *how;
	pthread_t thread;
};

/* Port 0: any that is free. */
void peer_start(struct peer *peer, uint16_t port, peer_talk *talk, const void *how);
/* After the last of its connections is closed. */
void peer_stop(struct peer *peer);
/* A connection to it, made without waiting. */
int peer_connect(const struct peer *peer);

/* Reads up to the empty line of a request. False: there is no more. */
bool request_read(int socket, SSL *ssl, char *request, size_t size);
void everything_read(int socket); /* until the other side closes */
void connection_reset(int socket);

#endif
