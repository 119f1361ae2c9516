/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A probe: one concrete packet, as the evaluator takes it and as it goes over the cable. Its number is in its header (IPv4's
 * identification, IPv6's flow label), by which the kernel's trace of it is known.
 */
#ifndef FWPORT_FATE_PROBE_H
#define FWPORT_FATE_PROBE_H

#include "chance.h"
#include "stage.h"

#include "fwport/packet.h"
#include "fwport/text.h"

enum { PROBE_BYTES = PACKET_NETWORK_BYTES + PACKET_TRANSPORT_BYTES + 8, PROBE_PAYLOAD = 4 };
enum { CONVERSATION_LIMIT = 3, CONVERSATION_PORT = 61000 };

struct probe {
	struct packet packet;
	uint32_t number;
	uint8_t bytes[PROBE_BYTES]; /* from the network header on */
	size_t length;
};

/* A packet by itself, of a connection that nobody has seen. */
void probe_draw(struct chance *chance, const struct stage *stage, uint32_t number, struct probe *out);
/*
 * Three packets of one connection: SYN, SYN-ACK and ACK, or datagrams to and fro. One of its ports is CONVERSATION_PORT or
 * above, and no other connection has it. `number` is that of the first.
 */
void probe_draw_conversation(struct chance *chance, const struct stage *stage, uint32_t number, uint16_t port,
			     struct probe out[CONVERSATION_LIMIT]);
/* Fills the packet from the bytes; what these do not tell is there already. */
bool probe_parse(struct probe *probe);
/* Gives it to the kernel: from the peer, or from the host itself. What a hook drops is no error. */
void probe_send(const struct probe *probe, const struct stage *stage);
/* "IPv4 tcp 192.0.2.66:443 > 192.0.2.10:53 flags 0x02 by eth0", and its bytes */
void probe_text(const struct probe *probe, struct text *out);

#endif
