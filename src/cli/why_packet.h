/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way of one packet as text.
 */
#ifndef FWPORT_WHY_PACKET_H
#define FWPORT_WHY_PACKET_H

#include "tree.h"

#include "fwport/trace.h"

/* All of a conversation; on a terminal those that pass are told together, unless everything is asked for. */
void why_packets_print(struct tree *tree, const struct family_answer *family);
void why_packet_print(struct tree *tree, const struct family_answer *family,
		      const struct packet_answer *packet);

#endif
