/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whom TLS trusts, and with what it identifies itself: loaded once, before rights are given up, and shared by all threads. */
#ifndef FWPORT_REACH_TRUST_H
#define FWPORT_REACH_TRUST_H

#include "options.h"

struct trust;

/* --cafile or the system's store; --cert and --key. ERROR_FILE where one does not load. */
int trust_load(const struct options *options, struct trust **out, struct error *err);
void trust_free(struct trust **trust); /* for CLEANUP */

#endif
