/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names: what a service, a profile and a profile's line may be called, and a table from names to numbers that stays
 * fast when a profile has a line for every port there is.
 */
#ifndef PROFILE_NAMES_H
#define PROFILE_NAMES_H

#include "fwport/error.h"
#include "fwport/pool.h"

enum { NAME_LIMIT = 63 }; /* characters */
#define NAME_RULE "letters, digits and - _ . + (a letter or digit first), at most 63 characters"
#define APPLICATION_RULE \
	"letters, digits, spaces and - _ . + (a letter or digit first), at most 63 characters"

bool name_is_valid(const char *name);
/* Of an application of ufw: its words have spaces between them. */
bool application_name_is_valid(const char *name);

struct name_slot {
	const char *name;
	size_t number;
};

/* Starts zeroed. Names must outlive it. */
struct names {
	struct name_slot *slots;
	size_t size, count;
};

const size_t *names_find(const struct names *names, const char *name);
/* The name must not be in the table yet. */
int names_add(struct names *names, const char *name, size_t number, struct pool *pool, struct error *err);
/* Adds the name with the line it stands in; an error when it is not a valid name, or there already. */
int names_add_once(struct names *names, const char *name, struct place at, struct pool *pool,
		   struct error *err);

#endif
