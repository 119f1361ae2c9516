/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A netlink socket of any family, and the two conversations the kernel offers on it: a request with one answer, and a
 * dump of many messages. Callers build messages with libmnl in buffers of their own; sequence numbers, the sender's
 * identity, acknowledgements and the kernel's errors are seen to here.
 */
#ifndef FWPORT_KERNEL_NETLINK_H
#define FWPORT_KERNEL_NETLINK_H

#include "fwport/error.h"

#include <stdint.h>
#include <linux/netlink.h>

/* nf_tables messages reach 65,568 bytes, and large buffers spare the kernel its quadratic resumption of dumps. */
enum { NETLINK_RECEIVE_BYTES = 128 << 10 };

struct netlink {
	int fd; /* -1: closed; start with {.fd = -1} */
	uint32_t sequence;
	uint8_t *buffer; /* what was received last, NETLINK_RECEIVE_BYTES */
};

/* bus: NETLINK_NETFILTER, NETLINK_ROUTE, NETLINK_SOCK_DIAG */
int netlink_open(struct netlink *netlink, int bus, struct error *err);
void netlink_close(struct netlink *netlink); /* for CLEANUP */

/* Called for each message of an answer; -1 with err ends the conversation. */
typedef int netlink_each(const struct nlmsghdr *message, void *context, struct error *err);

/*
 * Sends one message (its sequence number and NLM_F_REQUEST | NLM_F_ACK are set here) and reads until the
 * acknowledgement. `each` may be NULL. `what` says what is asked, for the sentence of a refusal ("cannot read the
 * routes"); err->sys is the kernel's errno.
 */
int netlink_request(struct netlink *netlink, struct nlmsghdr *message, const char *what, netlink_each *each,
		    void *context, struct error *err);

enum netlink_dump_result {
	NETLINK_DUMP_WHOLE,
	NETLINK_DUMP_INTERRUPTED, /* it changed while it was read (NLM_F_DUMP_INTR): what was seen is no state that ever was */
};

/* As netlink_request, for NLM_F_DUMP. The dump is always read to its end, also when interrupted. */
int netlink_dump(struct netlink *netlink, struct nlmsghdr *message, const char *what, netlink_each *each,
		 void *context, enum netlink_dump_result *result, struct error *err);

/* The pieces, for who sends batches. */

int netlink_send(struct netlink *netlink, const void *bytes, size_t length, struct error *err);
/*
 * Waits for the kernel at most `milliseconds` (negative: without end) and fills the buffer. *length 0: nothing came.
 * err->sys is ENOBUFS when the kernel had to drop answers.
 */
int netlink_receive(struct netlink *netlink, int milliseconds, size_t *length, struct error *err);

/* What an NLMSG_ERROR message says, extended acknowledgement included. */
struct netlink_refusal {
	int sys; /* errno; 0: an acknowledgement, no refusal */
	uint32_t
		offset; /* of the attribute that is to blame, from the start of the refused message; 0: not said */
	const char *words; /* the kernel's own, in the message; NULL: not said */
};

/* False when the message is not a well-formed NLMSG_ERROR. */
bool netlink_refusal_parse(const struct nlmsghdr *message, struct netlink_refusal *out);

#endif
