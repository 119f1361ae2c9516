/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The catalogue: the only door to profiles and service names. A service name is looked up in a fixed list of
 * sources, and the first that knows it wins: the services file of the configuration directory, the shipped one,
 * /etc/services. (ufw's and firewalld's catalogues join as further rows of that list.) A profile NAME is
 * profiles/NAME.profile under the configuration directory, then the data directory; a name with '/' is a path.
 */
#ifndef FWPORT_CATALOG_H
#define FWPORT_CATALOG_H

#include "fwport/pool.h"
#include "fwport/profile.h"
#include "fwport/service.h"

enum { PROFILE_SIZE_LIMIT = 4 << 20, SERVICES_SIZE_LIMIT = 1 << 20 }; /* bytes */

/* 0 and found, or -1: ERROR_USAGE with the nearest name as a hint when no source knows it; ERROR_FILE when a source does not parse. */
int catalog_service(const char *name, struct place at, struct pool *pool, struct service *out,
		    struct error *err);
/* Every source's definition of one name, the winner first: what `fwport services NAME` shows. Empty, not an error, when unknown. */
int catalog_service_all(const char *name, struct pool *pool, struct service_list *out, struct error *err);
/* All services of fwport's own files (and of /etc/services when `everything`), winners only, sorted by name. */
int catalog_services(bool everything, struct pool *pool, struct service_list *out, struct error *err);

/* ERROR_USAGE for a name no directory has (hint: the nearest), ERROR_FILE when the file does not parse. */
int catalog_profile(const char *name_or_path, struct pool *pool, struct profile *out, struct error *err);
/* Every profile that can be named, sorted; one that does not parse is listed with its error. */
int catalog_profiles(struct pool *pool, struct profile **out, size_t *count, struct error *err);

/* The parsers, on bytes in memory, for the tests and the fuzzers. `path` is only for messages. */
int profile_parse(const char *bytes, size_t length, const char *path, struct pool *pool, struct profile *out,
		  struct error *err);
int services_parse(const char *bytes, size_t length, const char *path, struct pool *pool,
		   struct service_list *out, struct error *err);

#endif
