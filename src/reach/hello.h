/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A ClientHello made by hand, for what OpenSSL no longer offers, and what a server answers to it. Only the first flight is spoken:
 * nothing is encrypted, and no handshake is finished.
 */
#ifndef FWPORT_REACH_HELLO_H
#define FWPORT_REACH_HELLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HELLO_MOST = 1024, RECORD_HEAD = 5, RECORD_MOST = 16384 + 256 };
enum { VERSION_SSL3 = 0x0300, VERSION_TLS1_0 = 0x0301, VERSION_TLS1_1 = 0x0302, VERSION_TLS1_2 = 0x0303 };
enum { RECORD_ALERT = 21, RECORD_HANDSHAKE = 22, RECORD_HEARTBEAT = 24 };

struct hello {
	uint16_t version; /* the highest that is offered, and of SSLv3 the only one */
	const uint16_t *suites;
	size_t suite_count;
	const char *name; /* server_name; NULL: none. SSLv3 has no extensions */
	bool heartbeat;   /* RFC 6520, peer_allowed_to_send */
};

/* A whole record; its length. 0: it does not fit. */
size_t hello_build(const struct hello *hello, uint8_t out[HELLO_MOST]);

enum hello_kind { HELLO_NOTHING, HELLO_ACCEPTED, HELLO_REFUSED, HELLO_NO_TLS };
struct hello_answer {
	enum hello_kind kind;
	uint16_t version, suite; /* that the server chose */
	int alert;               /* that it refused with */
	bool heartbeat;          /* it takes heartbeats */
};

/* The first record that came back: its head and what follows, as far as it came. */
struct hello_answer hello_parse(const uint8_t *bytes, size_t length);

#endif
