/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sources of service names, in the order in which they win. Each is read when it is first needed and kept, so that a
 * profile of many names reads each file once.
 */
#ifndef PROFILE_SOURCES_H
#define PROFILE_SOURCES_H

#include "services.h"
#include "names.h"

#include <stdbool.h>

/* The order is the precedence. */
enum {
	SOURCE_CONFIG,
	SOURCE_DATA,
	SOURCE_UFW,
	SOURCE_FIREWALLD,
	SOURCE_FIREWALLD_DATA,
	SOURCE_ETC,
	SOURCE_COUNT
};

/* What one source said, once it was asked. */
struct shelf {
	bool filled;
	struct service_list services;
	struct names index;
};

struct sources {
	struct pool *pool;
	const char *etc_services; /* the path */
	struct shelf shelves[SOURCE_COUNT];
};

/* What is found lives as long as the pool. */
void sources_open(struct sources *sources, struct pool *pool);
/* The winner. An unknown name is an error with the nearest known one as a hint. */
int sources_service(struct sources *sources, const char *name, struct place at, const struct service **out,
		    struct error *err);
/* Every definition of the name, the winner first. */
int sources_service_all(struct sources *sources, const char *name, struct service_list *out,
			struct error *err);
/* The winners of all names, of fwport's own files or of `everything`, sorted by name. */
int sources_services(struct sources *sources, bool everything, struct service_list *out, struct error *err);

/* Whether nothing at all is at the path, not even a link that leads nowhere: then the next place is asked. */
bool path_is_vacant(const char *path);

#endif
