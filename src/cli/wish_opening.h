/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One entry of a list of wishes: ports of one scope that shall be open, or shall not.
 */
#ifndef FWPORT_CLI_WISH_OPENING_H
#define FWPORT_CLI_WISH_OPENING_H

#include "wish_reading.h"

#include "fwport/opening.h"

struct wish_opening {
	struct openings openings; /* one for each of its ports */
	bool absent;
};

int wish_opening_read(const struct wish_reading *reading, const struct wish_value *value,
		      struct wish_opening *out);

#endif
