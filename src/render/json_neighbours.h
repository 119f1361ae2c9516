/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who else has rules on this host, in status. */
#ifndef RENDER_JSON_NEIGHBOURS_H
#define RENDER_JSON_NEIGHBOURS_H

#include "fwport/neighbour.h"

#include <jansson.h>

/* A new reference, or NULL when memory is short. */
json_t *part_neighbours(const struct neighbours *neighbours, const struct neighbour_care *care);

#endif
