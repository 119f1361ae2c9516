/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What handles packets beside the rules: found wherever the kernel tells of it. What it does not tell, for want of a right, is
 * noted and no error; what it does not have is nothing.
 */
#ifndef FWPORT_KERNEL_INTERCEPTORS_H
#define FWPORT_KERNEL_INTERCEPTORS_H

#include "netlink.h"

#include "fwport/host.h"
#include "fwport/pool.h"

/* Everything of the host but the programs of control groups below the root. Links have been read; the bus is NETLINK_ROUTE. */
int interceptors_read(struct netlink *netlink, struct pool *pool, struct host *host, struct error *err);

/* The parts. */
int interceptor_add(struct host *host, const struct interceptor *interceptor, struct pool *pool,
		    struct error *err);
int traffic_control_read(struct netlink *netlink, struct pool *pool, struct host *host, struct error *err);
/* `known`: the kernel has a list of its hooks, with the programs of BPF in them. */
int hooks_read(struct pool *pool, struct host *host, bool *known, struct error *err);
int policy_rules_read(struct netlink *netlink, struct pool *pool, struct host *host, struct error *err);
int virtual_services_read(struct pool *pool, struct host *host, struct error *err);
/* The lines of /proc/net/ip_vs. */
int virtual_services_parse(const char *lines, struct pool *pool, struct host *host, struct error *err);
/* Programs attached to interfaces, to the root of control groups, and to netfilter's hooks where those are not known. */
int programs_read(bool hooks_known, struct pool *pool, struct host *host, struct error *err);
/* Notes what could not be looked for, and why by its errno. */
int unread_note(struct host *host, const char *what, int sys, struct pool *pool, struct error *err);

#endif
