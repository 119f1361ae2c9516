/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel counts on a TCP connection (TCP_INFO), as far as glibc's struct tcp_info does not have it. It can be asked without
 * any privilege.
 */
#ifndef FWPORT_REACH_TCP_BYTES_H
#define FWPORT_REACH_TCP_BYTES_H

#include <stdbool.h>
#include <stdint.h>

struct tcp_bytes {
	uint64_t out, acked, in;
	uint32_t data_segments_in; /* that came to the socket, in order or not */
	uint32_t syns_out;         /* 0: data was sent again, too, and it is not known */
	uint32_t out_of_order;     /* segments that came while one before them was missing */
	bool over;                 /* reset: whether a FIN is counted in what came is not known any more */
};

/* False, and *out all 0: it is no TCP socket. */
bool tcp_bytes_of(int socket, struct tcp_bytes *out);

#endif
