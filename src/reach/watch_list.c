/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every packet is seen at most once for each way it goes. On the loopback interface it leaves and comes in again: what is sent counts
 * where it leaves, what is answered where it comes in.
 */
#include "watch_list.h"

#include <netinet/tcp.h>

/* Milliseconds from when a connection is watched to its SYN: what comes later is somebody else's. */
enum { SYN_DUE = 500 };

static bool tuple_equal(const struct tuple *a, const struct tuple *b)
{
	return a->protocol == b->protocol && a->local_port == b->local_port &&
	       a->remote_port == b->remote_port && address_equal(&a->remote, &b->remote);
}

static struct watched *find(struct watch_list *list, const struct tuple *asked)
{
	for (size_t i = 0; i < list->count; i++)
		if (tuple_equal(&list->list[i].asked, asked))
			return &list->list[i];
	return NULL;
}

bool watch_list_add(struct watch_list *list, const struct tuple *tuple, bool data, double now)
{
	struct watched *watched = find(list, tuple);

	if (watched && !tuple->protocol) /* others wait for the same neighbour */
		return true;
	if (!watched && list->count == WATCHED_MOST)
		return false;
	if (!watched)
		watched = &list->list[list->count++];
	*watched = (struct watched){.asked = *tuple,
				    .wire = *tuple,
				    .since = now,
				    .sighting = {.watched = true, .sees_data = data}};
	list->changed = list->changed || data;
	return true;
}

void watch_list_remove(struct watch_list *list, const struct tuple *tuple)
{
	struct watched *watched = find(list, tuple);

	if (!watched)
		return;
	*watched = list->list[--list->count];
}

struct sighting watch_list_tell(const struct watch_list *list, const struct tuple *tuple)
{
	for (size_t i = 0; i < list->count; i++)
		if (tuple_equal(&list->list[i].asked, tuple))
			return list->list[i].sighting;
	return (struct sighting){0};
}

void watch_list_doubt(struct watch_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		list->list[i].sighting.watched = false;
}

size_t watch_list_data_ports(const struct watch_list *list, uint16_t out[WATCHED_MOST])
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		if (list->list[i].sighting.sees_data)
			out[count++] = list->list[i].wire.local_port;
	return count;
}

/* What a flow is to us when it goes from here to there. */
static struct tuple outbound(const struct flow *flow)
{
	return (struct tuple){.protocol = flow->protocol,
			      .remote = flow->to,
			      .local_port = flow->from_port,
			      .remote_port = flow->to_port};
}

static struct tuple inbound(const struct flow *flow)
{
	return (struct tuple){.protocol = flow->protocol,
			      .remote = flow->from,
			      .local_port = flow->to_port,
			      .remote_port = flow->from_port};
}

/* Between sockets of this host NAT has already been undone where an answer can be seen: it may be as asked. */
static struct watched *find_seen(struct watch_list *list, const struct tuple *tuple)
{
	for (size_t i = 0; i < list->count; i++)
		if (tuple_equal(&list->list[i].wire, tuple))
			return &list->list[i];
	return find(list, tuple);
}

static bool is_syn(const struct headers *headers)
{
	return (headers->flags & (TH_SYN | TH_ACK)) == TH_SYN;
}

/* One half of the tuple is as it was, of a connection of which nothing was seen so far. */
static bool may_be_translated(const struct watched *watched, const struct tuple *seen, double at)
{
	const struct tuple *asked = &watched->asked;

	if (!seen->protocol || watched->sighting.syn_out || at - watched->since > SYN_DUE ||
	    asked->protocol != seen->protocol || asked->remote.family != seen->remote.family)
		return false;
	return asked->local_port == seen->local_port ||
	       (asked->remote_port == seen->remote_port && address_equal(&asked->remote, &seen->remote));
}

/*
 * The SYN of a connection after NAT: its destination may have changed, or its port of ours, for whose data the filter would come too
 * late.
 */
static struct watched *find_translated(struct watch_list *list, const struct tuple *seen, double at)
{
	for (size_t i = 0; i < list->count; i++) {
		struct watched *watched = &list->list[i];
		struct sighting *sighting = &watched->sighting;

		if (!may_be_translated(watched, seen, at))
			continue;
		sighting->diverted = !address_equal(&seen->remote, &watched->asked.remote) ||
				     seen->remote_port != watched->asked.remote_port;
		if (sighting->diverted) {
			sighting->diverted_to = seen->remote;
			sighting->diverted_port = seen->remote_port;
		}
		sighting->sees_data = sighting->sees_data && watched->wire.local_port == seen->local_port;
		watched->wire = *seen;
		return watched;
	}
	return NULL;
}

/* A SYN as it was asked for, after one that was taken for it: that was somebody else's, and so was all that it brought. */
static void believe_socket(struct watched *watched, const struct tuple *seen)
{
	if (tuple_equal(&watched->wire, seen))
		return;
	*watched = (struct watched){
		.asked = *seen,
		.wire = *seen,
		.since = watched->since,
		.sighting = {.watched = watched->sighting.watched, .sees_data = watched->sighting.sees_data}};
}

/* False: it is the last one once more, at another device. */
static bool count_once(struct counted *last, const struct headers *headers, int device)
{
	const struct counted now = {.device = device,
				    .sequence = headers->sequence,
				    .acknowledged = headers->acknowledged,
				    .payload = headers->payload,
				    .flags = headers->flags};
	const bool same = last->device && last->sequence == now.sequence &&
			  last->acknowledged == now.acknowledged && last->payload == now.payload &&
			  last->flags == now.flags;

	if (same && last->device != now.device)
		return false;
	*last = now;
	return true;
}

static void see_out(struct watched *watched, const struct headers *headers)
{
	struct sighting *sighting = &watched->sighting;

	if (is_syn(headers)) {
		sighting->syn_out++;
		watched->first_sequence = headers->sequence;
	}
	if (headers->flags & TH_RST)
		sighting->rst_out++;
	if (headers->payload)
		sighting->data_out++;
}

static void see_in(struct watched *watched, const struct headers *headers)
{
	struct sighting *sighting = &watched->sighting;

	if ((headers->flags & (TH_SYN | TH_ACK)) == (TH_SYN | TH_ACK)) {
		sighting->syn_ack_in++;
		sighting->syn_ack_ttl = headers->ttl;
		sighting->mss = headers->mss;
	}
	if (headers->flags & TH_RST) {
		sighting->rst_in++;
		sighting->rst_ttl = headers->ttl;
		sighting->rst_has_ack_of_data =
			headers->flags & TH_ACK &&
			(int32_t)(headers->acknowledged - watched->first_sequence - 1) > 0;
	}
	if (headers->payload && !(headers->flags & TH_RST))
		sighting->data_in++;
}

static void see_segment(struct watch_list *list, const struct headers *headers, const struct passage *passage)
{
	const struct tuple tuple = passage->outgoing ? outbound(&headers->flow) : inbound(&headers->flow);
	struct watched *watched = find_seen(list, &tuple);

	if (!watched && passage->outgoing && is_syn(headers))
		watched = find_translated(list, &tuple, passage->at);
	else if (watched && passage->outgoing && is_syn(headers))
		believe_socket(watched, &tuple);
	if (!watched)
		return;
	if (passage->outgoing && count_once(&watched->out, headers, passage->device))
		see_out(watched, headers);
	if (!passage->outgoing && count_once(&watched->in, headers, passage->device))
		see_in(watched, headers);
}

/* The first error that comes is told; one that names an MTU may come later. */
static void see_error_in(struct sighting *sighting, const struct headers *headers)
{
	if (headers->icmp_mtu)
		sighting->icmp_mtu = headers->icmp_mtu;
	if (sighting->icmp_in++)
		return;
	sighting->icmp_type = headers->icmp_type;
	sighting->icmp_code = headers->icmp_code;
	sighting->icmp_from = headers->icmp_from;
	sighting->icmp_from_known = true;
}

/* An error comes back to whoever sent the packet that it quotes. What is refused before NAT is quoted as it was then. */
static void see_error(struct watch_list *list, const struct headers *headers, const struct passage *passage)
{
	const struct tuple tuple = passage->outgoing ? inbound(&headers->flow) : outbound(&headers->flow);
	struct watched *watched = find_seen(list, &tuple);

	if (!watched)
		return;
	if (passage->outgoing)
		watched->sighting.icmp_out++;
	else
		see_error_in(&watched->sighting, headers);
}

void watch_list_see(struct watch_list *list, const struct headers *headers, const struct passage *passage)
{
	switch (headers->kind) {
	case HEADERS_TCP:
	case HEADERS_UDP:
	case HEADERS_NEIGHBOUR:
		see_segment(list, headers, passage);
		return;
	case HEADERS_ICMP_ERROR:
		see_error(list, headers, passage);
		return;
	}
}
