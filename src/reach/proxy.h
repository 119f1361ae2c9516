/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a setting says of a proxy. */
#ifndef FWPORT_REACH_PROXY_H
#define FWPORT_REACH_PROXY_H

#include "facts.h"

#include "fwport/error.h"
#include "fwport/pool.h"

/* Fills url, shown, host, port; or invalid, the reason, which never repeats the setting: there may be a password in it. */
int proxy_parse(const char *setting, struct pool *pool, struct proxy_facts *out, struct error *err);

#endif
