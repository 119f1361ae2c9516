/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The title of a page, by which people know whose page it is. */
#ifndef FWPORT_REACH_TITLE_H
#define FWPORT_REACH_TITLE_H

#include "fwport/error.h"
#include "fwport/pool.h"

/* *out is NULL where the bytes have none. It is cut after 200 bytes, and white space in it is one space. -1: no memory. */
int title_find(const char *bytes, size_t length, struct pool *pool, const char **out, struct error *err);

#endif
