/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Batches: framing, buffers, and which of the kernel's answers decides. Knows nothing of what the messages say.
 */
#include "nft_batch.h"

#include <errno.h>
#include <stdlib.h>
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <libnftnl/common.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>

enum {
	FIRST_BATCH_BYTES = 16 << 10,
	FIRST_BATCH_MESSAGES = 32,
	FRAME_ROOM = 64,
	/* What one answer costs the receive buffer: a struct sk_buff and the smallest data area. */
	ANSWER_BYTES = 1024,
	/* And an echo, which comes in a page of its own or shares one. */
	ECHO_BYTES = 8192,
	ECHOES_MOST = 64,
};

/* Twice as large as before, until it fits; NULL leaves the old array in place. */
static void *grown(void *array, size_t *size, size_t wanted, size_t first, size_t item)
{
	size_t larger = *size ? *size : first;
	void *moved;

	while (larger < wanted)
		larger *= 2;
	if (larger == *size)
		return array;
	moved = realloc(array, larger * item);
	if (moved)
		*size = larger;
	return moved;
}

static int batch_reserve(struct batch *batch, size_t room, struct error *err)
{
	void *bytes = grown(batch->bytes, &batch->size, batch->length + room, FIRST_BATCH_BYTES, 1);
	void *messages;

	if (!bytes)
		return error_memory(err);
	batch->bytes = bytes;
	messages = grown(batch->messages, &batch->message_size, batch->message_count + 1,
			 FIRST_BATCH_MESSAGES, sizeof(*batch->messages));
	if (!messages)
		return error_memory(err);
	batch->messages = messages;
	return 0;
}

/* The sequence number of a message is its place in the batch, from 1. */
static void message_note(struct batch *batch, struct nlmsghdr *message, size_t step)
{
	message->nlmsg_seq = (uint32_t)batch->message_count + 1;
	batch->messages[batch->message_count++] = (struct batch_message){.at = batch->length, .step = step};
}

struct nlmsghdr *batch_add(struct batch *batch, size_t step, uint16_t type, uint16_t family, uint16_t flags,
			   size_t room, struct error *err)
{
	struct nlmsghdr *message;

	if (batch_reserve(batch, room + FRAME_ROOM, err) < 0)
		return NULL;
	message = nftnl_nlmsg_build_hdr((char *)batch->bytes + batch->length, type, family, flags, 0);
	message_note(batch, message, step);
	return message;
}

void batch_close(struct batch *batch, const struct nlmsghdr *message)
{
	batch->length += MNL_ALIGN(message->nlmsg_len);
}

/* A socket that overflows loses the answer with the echoes, and a chain that gets many rules is dumped as well. */
void batch_ask_echo(struct batch *batch, struct nlmsghdr *message)
{
	if (batch->echoes == ECHOES_MOST)
		return;
	message->nlmsg_flags |= NLM_F_ECHO;
	batch->echoes++;
}

int batch_begin(struct batch *batch, uint32_t generation, struct error *err)
{
	struct nlmsghdr *message;

	if (batch_reserve(batch, FRAME_ROOM, err) < 0)
		return -1;
	message = nftnl_batch_begin((char *)batch->bytes + batch->length, 0);
	message_note(batch, message, BATCH_NO_STEP);
	mnl_attr_put_u32(message, NFNL_BATCH_GENID, htonl(generation));
	batch_close(batch, message);
	return 0;
}

/* Success is silent but for one acknowledgement, that of the last real message. */
int batch_end(struct batch *batch, struct error *err)
{
	struct nlmsghdr *last, *message;

	if (batch_reserve(batch, FRAME_ROOM, err) < 0)
		return -1;
	last = (void *)(batch->bytes + batch->messages[batch->message_count - 1].at);
	last->nlmsg_flags |= NLM_F_ACK;
	message = nftnl_batch_end((char *)batch->bytes + batch->length, 0);
	message_note(batch, message, BATCH_NO_STEP);
	batch_close(batch, message);
	return 0;
}

bool batch_is_empty(const struct batch *batch)
{
	return batch->message_count <= 2;
}

static void buffer_raise(int fd, int force, int ask, size_t bytes)
{
	const int wanted = bytes < INT32_MAX / 2 ? (int)bytes : INT32_MAX / 2;

	/* Forcing past the sysctl needs CAP_NET_ADMIN in the initial user namespace. */
	if (setsockopt(fd, SOL_SOCKET, force, &wanted, sizeof(wanted)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, ask, &wanted, sizeof(wanted));
}

static size_t buffer_size(int fd, int which)
{
	int value = 0;
	socklen_t length = sizeof(value);

	if (getsockopt(fd, SOL_SOCKET, which, &value, &length) < 0 || value < 0)
		return 0;
	return (size_t)value;
}

/* A transaction is one datagram and has to fit the send buffer; refusals, one per message, the receive buffer. */
static void buffers_fit(const struct batch *batch, int fd)
{
	size_t answers = batch->message_count * ANSWER_BYTES + batch->echoes * ECHO_BYTES;
	const int on = 1;

	if (buffer_size(fd, SO_SNDBUF) / 2 < batch->length)
		buffer_raise(fd, SO_SNDBUFFORCE, SO_SNDBUF, batch->length);
	if (buffer_size(fd, SO_RCVBUF) / 2 < answers)
		buffer_raise(fd, SO_RCVBUFFORCE, SO_RCVBUF, answers);
	/* Refusals without an echo of the refused message, which may have 64 KiB; before Linux 4.3 they come with it. */
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
}

static int too_large(const struct batch *batch, int fd, struct error *err)
{
	error_set(err, ERROR_SYSTEM,
		  "the change is one netlink message of %zu bytes, and the socket's send buffer may hold %zu",
		  batch->length, buffer_size(fd, SO_SNDBUF));
	err->sys = EMSGSIZE;
	return error_hint(err, "sysctl -w net.core.wmem_max=%zu", batch->length);
}

/* The first refusal counts, for those behind it may be its consequences. A stale generation is found before all others. */
static void answer_take(const struct batch *batch, const struct nlmsghdr *answer, enum batch_result *result,
			struct batch_refusal *refusal)
{
	struct netlink_refusal said;
	size_t index = answer->nlmsg_seq - 1u;

	if (!netlink_refusal_parse(answer, &said) || index >= batch->message_count)
		return;
	if (*result == BATCH_REFUSED || *result == BATCH_STALE)
		return;
	if (said.sys == 0) {
		*result = BATCH_DONE;
		return;
	}
	*result = said.sys == ERESTART ? BATCH_STALE : BATCH_REFUSED;
	*refusal = (struct batch_refusal){
		.sys = said.sys,
		.step = batch->messages[index].step,
		.message = (const void *)(batch->bytes + batch->messages[index].at),
		.offset = said.offset,
	};
}

struct listening {
	batch_echo *echo;
	void *context;
};

static void echo_take(const struct batch *batch, const struct nlmsghdr *message, const struct listening *to)
{
	size_t index = message->nlmsg_seq - 1u;

	if (message->nlmsg_type >= NLMSG_MIN_TYPE && index < batch->message_count &&
	    batch->messages[index].step != BATCH_NO_STEP)
		to->echo(message, batch->messages[index].step, to->context);
}

/*
 * The kernel answers before it returns from the send, so an empty queue is the end. ENOBUFS means that answers behind the
 * ones in the queue were dropped; those in it are still read. From the send on no failure is an error: the change may stand.
 */
static void answers_read(const struct batch *batch, struct netlink *netlink, const struct listening *to,
			 enum batch_result *result, struct batch_refusal *refusal, struct error *err)
{
	size_t got;

	*result = BATCH_UNKNOWN;
	do {
		const struct nlmsghdr *answer = (const void *)netlink->buffer;

		while (netlink_receive(netlink, 0, &got, err) < 0)
			if (err->sys != ENOBUFS)
				return;
		for (int left = (int)got; mnl_nlmsg_ok(answer, left);
		     answer = mnl_nlmsg_next(answer, &left)) {
			answer_take(batch, answer, result, refusal);
			echo_take(batch, answer, to);
		}
	} while (got);
}

int batch_send(const struct batch *batch, struct netlink *netlink, batch_echo *echo, void *context,
	       enum batch_result *result, struct batch_refusal *refusal, struct error *err)
{
	const struct listening to = {echo, context};

	buffers_fit(batch, netlink->fd);
	if (netlink_send(netlink, batch->bytes, batch->length, err) < 0)
		return err->sys == EMSGSIZE ? too_large(batch, netlink->fd, err) : -1;
	answers_read(batch, netlink, &to, result, refusal, err);
	return 0;
}

void batch_free(struct batch *batch)
{
	free(batch->bytes);
	free(batch->messages);
	*batch = (struct batch){0};
}
