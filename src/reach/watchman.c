/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The socket is of all protocols, since those of one do not see what is sent. What waits in it is looked at before every answer, so
 * that an answer knows of all packets that the child can know of. Where the kernel had to drop some, nothing is testified.
 */
#include "watchman.h"

#include "deadline.h"
#include "watch_list.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	BETWEEN_LOOKS = 10, /* milliseconds, where nobody asks: to wake up for each packet costs more */
	PACKETS_AT_ONCE = 1 << 16, /* more than the buffer holds */
	BUFFER_BYTES = 8 << 20,    /* for what comes while another process is running */
};

struct watchman {
	int packets, line;
	struct watch_list list;
};

int watchman_line(int *asker, int *watchman, struct error *err)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return error_system(err, errno, "cannot make a socket to ask the witness by");
	*asker = pair[0];
	*watchman = pair[1];
	return 0;
}

static void set_filter(int packets, const uint16_t *ports, size_t count)
{
	struct sock_filter code[CAPTURE_FILTER_MOST];
	const struct sock_fprog program = {.len = (unsigned short)capture_filter_build(ports, count, code),
					   .filter = code};

	setsockopt(packets, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

/* Bound to no protocol it sees nothing until it has its filter. */
int watchman_packets(void)
{
	const struct sockaddr_ll all = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
	const int bytes = BUFFER_BYTES;
	int packets = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (packets < 0)
		return -1;
	if (setsockopt(packets, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(packets, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	set_filter(packets, NULL, 0);
	if (bind(packets, (const struct sockaddr *)&all, sizeof(all)) == 0)
		return packets;
	close(packets);
	return -1;
}

/* What comes in for somebody else, or is sent to everybody, is not about us. */
static bool matters(const struct sockaddr_ll *link)
{
	return link->sll_pkttype == PACKET_OUTGOING || link->sll_pkttype == PACKET_HOST;
}

static void look_at_packets(struct watchman *watchman)
{
	uint8_t bytes[CAPTURED_MOST];
	struct tpacket_stats lost;
	socklen_t size = sizeof(lost);
	const double now = clock_milliseconds();

	for (size_t i = 0; i < PACKETS_AT_ONCE; i++) {
		struct sockaddr_ll link;
		socklen_t length = sizeof(link);
		struct headers headers;
		ssize_t taken = recvfrom(watchman->packets, bytes, sizeof(bytes), 0, (struct sockaddr *)&link,
					 &length);
		struct passage passage;

		if (taken < 0)
			break;
		passage = (struct passage){.outgoing = link.sll_pkttype == PACKET_OUTGOING,
					   .device = link.sll_ifindex,
					   .at = now};
		if (matters(&link) && headers_read(bytes, (size_t)taken, &headers))
			watch_list_see(&watchman->list, &headers, &passage);
	}
	if (getsockopt(watchman->packets, SOL_PACKET, PACKET_STATISTICS, &lost, &size) == 0 && lost.tp_drops)
		watch_list_doubt(&watchman->list);
}

/* A filter that is wider than it need be does no harm, so ports are dropped from it only when others come. */
static void renew_filter(struct watchman *watchman)
{
	uint16_t ports[WATCHED_MOST];

	if (!watchman->list.changed)
		return;
	set_filter(watchman->packets, ports, watch_list_data_ports(&watchman->list, ports));
	watchman->list.changed = false;
}

static struct sighting do_as_wished(struct watch_list *list, const struct witness_request *request)
{
	struct sighting seen;

	if (request->wish == WITNESS_WATCH || request->wish == WITNESS_WATCH_HANDSHAKE)
		watch_list_add(list, &request->tuple, request->wish == WITNESS_WATCH, clock_milliseconds());
	seen = watch_list_tell(list, &request->tuple);
	if (request->wish == WITNESS_FORGET)
		watch_list_remove(list, &request->tuple);
	return seen;
}

static bool are_requests(const struct witness_request *requests, size_t length)
{
	if (length % sizeof(*requests))
		return false;
	for (size_t i = 0; i < length / sizeof(*requests); i++)
		if (requests[i].tuple.remote.family > FAMILY_IPV6)
			return false;
	return true;
}

/* Who asks is not trusted: what comes is requests, or nothing. False: it has hung up. */
static bool answer(struct watchman *watchman)
{
	struct witness_request requests[WITNESS_REQUESTS_MOST];
	struct witness_answer answers[WITNESS_REQUESTS_MOST];
	const ssize_t length = recv(watchman->line, requests, sizeof(requests), MSG_DONTWAIT);
	const size_t count = length < 0 ? 0 : (size_t)length / sizeof(requests[0]);

	if (length <= 0)
		return length < 0 && (errno == EAGAIN || errno == EINTR);
	if (!are_requests(requests, (size_t)length))
		return true;
	look_at_packets(watchman);
	memset(answers, 0, sizeof(answers));
	for (size_t i = 0; i < count; i++)
		answers[i].sighting = do_as_wished(&watchman->list, &requests[i]);
	renew_filter(watchman);
	send(watchman->line, answers, count * sizeof(answers[0]), MSG_NOSIGNAL | MSG_DONTWAIT);
	return true;
}

void watchman_watch(int packets, int line)
{
	static struct watchman watchman;
	bool lasts = true;

	watchman = (struct watchman){.packets = packets, .line = line};
	while (lasts) {
		struct pollfd polled = {.fd = line, .events = POLLIN};
		const int ready = poll(&polled, 1, watchman.list.count ? BETWEEN_LOOKS : -1);

		if (ready == 0)
			look_at_packets(&watchman);
		else if (ready > 0)
			lasts = answer(&watchman);
	}
}
