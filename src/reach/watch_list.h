/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tuples that are watched, and what was seen of each. NAT of this host may change a tuple on its way out, after the socket and
 * before the wire; it is known again by the half that stays.
 */
#ifndef FWPORT_REACH_WATCH_LIST_H
#define FWPORT_REACH_WATCH_LIST_H

#include "capture_filter.h"
#include "headers.h"
#include "witness.h"

/* Where a packet was seen. */
struct passage {
	bool outgoing; /* it leaves by the device; else it came in by it, for this host */
	int device;
	double at; /* clock_milliseconds() */
};

/* The last packet that was counted, to know it again where it passes a second device: a bridge, a bond, a VLAN. */
struct counted {
	int device;
	uint32_t sequence, acknowledged;
	size_t payload;
	uint8_t flags;
};

struct watched {
	struct tuple asked, wire; /* as the socket has it, and as packets have it */
	double since;
	struct sighting sighting;
	struct counted out, in;
	uint32_t first_sequence; /* of the SYN */
};

enum { WATCHED_MOST = FILTERED_PORTS_MOST };

struct watch_list {
	struct watched list[WATCHED_MOST];
	size_t count;
	bool changed; /* a port whose data is to be seen came since whoever looks reset this */
};

/* False: there is no room. */
bool watch_list_add(struct watch_list *list, const struct tuple *tuple, bool data, double now);
void watch_list_remove(struct watch_list *list, const struct tuple *tuple);
/* Not watched: all zero. */
struct sighting watch_list_tell(const struct watch_list *list, const struct tuple *tuple);
void watch_list_see(struct watch_list *list, const struct headers *headers, const struct passage *passage);
/* Packets were lost before they could be seen: that nothing was seen means nothing now. */
void watch_list_doubt(struct watch_list *list);
/* The ports whose data is to be seen. */
size_t watch_list_data_ports(const struct watch_list *list, uint16_t out[WATCHED_MOST]);

#endif
