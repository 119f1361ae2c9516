/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A profile: a file of `name = ports` lines, read into openings. Lines before any section are inbound; [in] and
 * [out] say the direction; [profile] holds title and description; [check] names sites that have to be reachable then. The format is documented in fwport.profile(5).
 */
#ifndef FWPORT_PROFILE_H
#define FWPORT_PROFILE_H

#include "fwport/opening.h"
#include "fwport/pool.h"

/* An HTTPS site that has to be reachable once the profile is applied: a line of [check]. */
struct profile_check {
	const char *name, *target; /* the target is a URL, HOST or HOST:PORT, as fwport check takes it */
};

struct profile {
	const char *name; /* "web": the file's name without ".profile" */
	const char *path;
	const char *title;       /* or NULL */
	const char *description; /* or NULL */
	struct openings openings;
	struct profile_check *checks;
	size_t check_count;
	const char *error; /* in a list: why it does not parse, and then there is nothing else; or NULL */
};

#endif
