/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a link's message says of whether it carries anything. */
#ifndef FWPORT_KERNEL_LINK_STATE_H
#define FWPORT_KERNEL_LINK_STATE_H

#include "fwport/route_lookup.h"

#include <linux/netlink.h>

/* False: it is no RTM_NEWLINK. */
bool link_state_read(const struct nlmsghdr *message, struct link_state *out);

#endif
