/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sources that are directories of other firewalls. They are read when no source before them knows the name, and a name that firewalld
 * may know costs one file.
 */
#ifndef PROFILE_DIRECTORIES_H
#define PROFILE_DIRECTORIES_H

#include "sources.h"

/* As in the table of sources; `which` is the row there. */
int ufw_find(struct sources *sources, size_t which, const char *name, const struct service **out,
	     struct error *err);
int ufw_list(struct sources *sources, size_t which, struct service_list *out, struct error *err);
int firewalld_find(struct sources *sources, size_t which, const char *name, const struct service **out,
		   struct error *err);
int firewalld_list(struct sources *sources, size_t which, struct service_list *out, struct error *err);

#endif
