/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the header Location leads, seen from the URL that was asked. */
#ifndef FWPORT_REACH_REDIRECT_H
#define FWPORT_REACH_REDIRECT_H

#include "fwport/error.h"
#include "fwport/pool.h"

#include <stdbool.h>

struct redirect {
	const char *url; /* whole, without a fragment; NULL: Location does not parse */
	bool to_https, to_http;
	bool to_other_host; /* case and a dot at the end make no difference */
	bool to_other_port;
};

bool redirect_is(int code);
int redirect_read(const char *base, const char *location, struct pool *pool, struct redirect *out,
		  struct error *err);

#endif
