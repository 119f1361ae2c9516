/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A profile: a file of `name = ports` lines, read into openings. Lines before any section are inbound; [in] and
 * [out] say the direction; [profile] holds title and description. The format is documented in fwport.profile(5).
 */
#ifndef FWPORT_PROFILE_H
#define FWPORT_PROFILE_H

#include "fwport/opening.h"
#include "fwport/pool.h"

struct profile {
	const char *name; /* "web": the file's name without ".profile" */
	const char *path;
	const char *title;       /* or NULL */
	const char *description; /* or NULL */
	struct openings openings;
	const char *error; /* in a list: why it does not parse, and then there is nothing else; or NULL */
};

#endif
