/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table that marks packets to be followed. */
#ifndef FWPORT_KERNEL_TRACE_TABLE_H
#define FWPORT_KERNEL_TRACE_TABLE_H

#include "fwport/address.h"

struct mnl_socket;

#define TRACE_TABLE "fwport-trace"

/* One transaction on a socket that owns what it makes, for as long as it is open. */
int trace_table_make(struct mnl_socket *owner, uint8_t protocol, const struct address *remotes, size_t count,
		     uint16_t port, struct error *err);

#endif
