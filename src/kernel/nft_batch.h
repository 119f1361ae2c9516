/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A batch: the messages of one nf_tables transaction, in one buffer, each remembering the step it was written for. It is
 * built first and sent whole, so that what cannot be written is known before the kernel hears of anything.
 */
#ifndef FWPORT_KERNEL_NFT_BATCH_H
#define FWPORT_KERNEL_NFT_BATCH_H

#include "netlink.h"

#include <stddef.h>

#define BATCH_NO_STEP SIZE_MAX /* a message that frames the transaction */

struct batch_message {
	size_t at; /* bytes into the batch */
	size_t step;
};

struct batch {
	uint8_t *bytes;
	size_t length, size;
	struct batch_message *messages;
	size_t message_count, message_size;
	size_t echoes; /* asked for */
};

/* What the kernel answered. */
enum batch_result {
	BATCH_DONE,
	BATCH_STALE,   /* the generation is not the one it was planned on; nothing was done */
	BATCH_REFUSED, /* nothing was done */
	BATCH_UNKNOWN, /* the answer was lost */
};

struct batch_refusal {
	int sys;
	size_t step;                    /* BATCH_NO_STEP: the transaction as a whole */
	const struct nlmsghdr *message; /* in the batch */
	uint32_t offset; /* of the attribute to blame, from the start of the message; 0 not said */
};

/* Opens the transaction; generation is the one that must still be current. */
int batch_begin(struct batch *batch, uint32_t generation, struct error *err);
/*
 * Starts a message of at most `room` bytes behind its headers; NULL with err when memory is gone. It is good until the next
 * one starts, and counts when batch_close is called.
 */
struct nlmsghdr *batch_add(struct batch *batch, size_t step, uint16_t type, uint16_t family, uint16_t flags,
			   size_t room, struct error *err);
void batch_close(struct batch *batch, const struct nlmsghdr *message);
/* Asks the kernel to tell what it made of the message, which is the last one; of many it is not asked. */
void batch_ask_echo(struct batch *batch, struct nlmsghdr *message);
int batch_end(struct batch *batch, struct error *err);
/* Nothing between its beginning and its end, and so nothing to send. */
bool batch_is_empty(const struct batch *batch);

/* What the kernel tells beside its answers: called for each message that is about one of the step's. */
typedef void batch_echo(const struct nlmsghdr *message, size_t step, void *context);
/* Sends it and reads every answer. -1 only when it could not be sent, or its answers could not be read. */
int batch_send(const struct batch *batch, struct netlink *netlink, batch_echo *echo, void *context,
	       enum batch_result *result, struct batch_refusal *refusal, struct error *err);
void batch_free(struct batch *batch); /* for CLEANUP */

#endif
