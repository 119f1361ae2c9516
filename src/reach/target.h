/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A target: what of a URL, of HOST or of HOST:PORT the check needs. */
#ifndef FWPORT_REACH_TARGET_H
#define FWPORT_REACH_TARGET_H

#include "fwport/address.h"
#include "fwport/error.h"
#include "fwport/pool.h"

#include <stdbool.h>
#include <stdint.h>

struct target {
	const char *text; /* as given */
	const char *url;  /* https://... whole */
	const char *host; /* a name in ASCII (IDNA), or an address without brackets */
	uint16_t port;
	bool is_address;
	struct address address; /* then */
};

/* ERROR_USAGE where it is none, or of another scheme than https. Strings are the pool's. */
int target_parse(const char *text, struct pool *pool, struct target *out, struct error *err);

#endif
