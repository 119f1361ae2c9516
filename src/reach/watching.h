/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --watch: the same targets again and again, until somebody ends it. */
#ifndef FWPORT_REACH_WATCHING_H
#define FWPORT_REACH_WATCHING_H

#include "many.h"

/* Comes back with an error only. */
int watching(const struct equipment *equipment, const struct target_list *targets,
	     const struct showing *showing, bool on_terminal, struct error *err);

#endif
