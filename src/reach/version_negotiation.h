/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QUIC's version negotiation (RFC 9000, 17.2.1; RFC 8999): a server answers to a version that it does not speak with those that it does.
 * That needs no cryptography, and proves that UDP goes both ways and QUIC is there.
 */
#ifndef FWPORT_REACH_VERSION_NEGOTIATION_H
#define FWPORT_REACH_VERSION_NEGOTIATION_H

#include "fwport/error.h"
#include "fwport/pool.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Smaller ones are not answered. */
enum { PROVOCATION_BYTES = 1200, CONNECTION_ID_BYTES = 8 };

struct provocation {
	uint8_t bytes[PROVOCATION_BYTES];
};

/* A packet of a version that is kept for this use. */
void provocation_make(const uint8_t destination[CONNECTION_ID_BYTES],
		      const uint8_t source[CONNECTION_ID_BYTES], struct provocation *out);
/* Is it the answer to this packet? *versions: "1, 2, draft-29". -1: no memory. */
int version_negotiation_read(const uint8_t *bytes, size_t length, const struct provocation *asked,
			     struct pool *pool, bool *is_answer, const char **versions, struct error *err);

#endif
