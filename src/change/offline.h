/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change of a system that does not run, as in an image that is built: there is no kernel to ask or to tell, only a record, and the
 * boot of that system plans and proves what it says.
 */
#ifndef FWPORT_OFFLINE_H
#define FWPORT_OFFLINE_H

#include "fwport/host.h"
#include "fwport/ruleset.h"
#include "fwport/store.h"

/* A ruleset and a host of which nothing is known, and nothing is left unread. */
int offline_look(int64_t now, struct pool *pool, struct ruleset **ruleset, struct host *host,
		 struct error *err);
/* Ends a change that was interrupted, where that takes no kernel; else ERROR_BUSY. */
int offline_recover(struct store *store, struct error *err);

#endif
