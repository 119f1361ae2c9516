/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of addresses, each of which is there once. */
#ifndef FWPORT_REACH_ADDRESS_LIST_H
#define FWPORT_REACH_ADDRESS_LIST_H

#include "facts.h"

#include "fwport/error.h"
#include "fwport/pool.h"

/* Behind so many no more are taken: nobody tries them, and a stranger may send what he likes. */
enum { ADDRESSES_MOST = 64 };

int address_list_add(struct address_list *list, const struct address *address, struct pool *pool,
		     struct error *err);
bool address_list_has(const struct address_list *list, const struct address *address);
bool address_lists_meet(const struct address_list *a, const struct address_list *b);

#endif
