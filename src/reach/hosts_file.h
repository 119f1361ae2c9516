/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What /etc/hosts says of a name. */
#ifndef FWPORT_REACH_HOSTS_FILE_H
#define FWPORT_REACH_HOSTS_FILE_H

#include "facts.h"

#include "fwport/error.h"
#include "fwport/pool.h"

struct hosts_entry {
	struct address_list addresses; /* of all lines that name it */
	unsigned line;                 /* the first of them; 0: none does */
};

int hosts_file_parse(const char *text, const char *name, struct pool *pool, struct hosts_entry *out,
		     struct error *err);
/* Fills resolver->hosts and ->hosts_line. A file that is not there, or cannot be read, names nobody. */
int hosts_file_look(const char *name, struct pool *pool, struct resolver_facts *resolver, struct error *err);

#endif
