/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of all that passes this host's interfaces the witness gets to see, as a program of the kernel's classic BPF: first and last
 * segments of TCP, ICMP errors, questions for neighbours and their answers, and everything of some ports of ours; of each the headers.
 */
#ifndef FWPORT_REACH_CAPTURE_FILTER_H
#define FWPORT_REACH_CAPTURE_FILTER_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CAPTURED_MOST = 256, /* bytes of a packet: headers with all their options */
	FILTERED_PORTS_MOST = 1024,
	CAPTURE_FILTER_MOST = 2 * FILTERED_PORTS_MOST + 64, /* instructions */
};

/* Returns how many instructions it has. It runs over packets from the IP header on (SOCK_DGRAM). */
size_t capture_filter_build(const uint16_t *ports, size_t count, struct sock_filter out[CAPTURE_FILTER_MOST]);

#endif
