/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way of one packet as text.
 */
#ifndef FWPORT_WHY_PACKET_H
#define FWPORT_WHY_PACKET_H

#include "command.h"

#include "fwport/trace.h"

void why_packet_print(const struct output *output, const struct family_answer *family,
		      const struct packet_answer *packet);

#endif
