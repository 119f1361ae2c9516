/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the fields stand that rules of ours test, in bytes from the start of their header (RFC 791, 8200, 9293). */
#ifndef FWPORT_PLAN_HEADER_FIELDS_H
#define FWPORT_PLAN_HEADER_FIELDS_H

enum {
	IPV4_PROTOCOL = 9,
	IPV6_NEXT_HEADER = 6,
	IPV4_SOURCE = 12,
	IPV4_DESTINATION = 16,
	IPV6_SOURCE = 8,
	IPV6_DESTINATION = 24,
	SOURCE_PORT_OFFSET = 0,
	DESTINATION_PORT_OFFSET = 2,
	TCP_FLAGS_OFFSET = 13,
};

/* Bits of the TCP flags. */
enum { TCP_FLAG_SYN = 0x02, TCP_FLAG_ACK = 0x10 };

#endif
