/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel fills as much of struct tcp_info as the caller has room for, and says how much it knows; a field that it does not know
 * stays 0. <linux/tcp.h> and <netinet/tcp.h> both define the struct, so that only this file has the kernel's.
 */
#include "tcp_bytes.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* Of include/net/tcp_states.h, which is not given to programs. */
enum { STATE_CLOSE = 7, STATE_CLOSE_WAIT = 8, STATE_LAST_ACK = 9, STATE_CLOSING = 11 };

/* A FIN that came counts as a byte, too (tcp_fin). */
static bool has_fin(unsigned state)
{
	return state == STATE_CLOSE_WAIT || state == STATE_LAST_ACK || state == STATE_CLOSING;
}

bool tcp_bytes_of(int socket, struct tcp_bytes *out)
{
	struct tcp_info info = {0};
	socklen_t length = sizeof(info);

	*out = (struct tcp_bytes){0};
	if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length) < 0)
		return false;
	out->out = info.tcpi_bytes_sent - info.tcpi_bytes_retrans;
	/* The SYN counts as a byte that was acknowledged (tcp_ack, net/ipv4/tcp_input.c). */
	out->acked = info.tcpi_bytes_acked ? info.tcpi_bytes_acked - 1 : 0;
	out->in = info.tcpi_bytes_received - (has_fin(info.tcpi_state) ? 1 : 0);
	out->out_of_order = info.tcpi_rcv_ooopack;
	out->syns_out = info.tcpi_bytes_retrans ? 0 : info.tcpi_total_retrans + 1;
	out->data_segments_in = info.tcpi_data_segs_in;
	out->over = info.tcpi_state == STATE_CLOSE;
	return true;
}
