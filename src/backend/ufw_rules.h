/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ufw keeps of its user's rules: /etc/ufw/user.rules and user6.rules, in which a line for each says what it is.
 */
#ifndef FWPORT_BACKEND_UFW_RULES_H
#define FWPORT_BACKEND_UFW_RULES_H

#include "fwport/error.h"
#include "fwport/opening.h"
#include "fwport/text.h"

/* What ufw has for the very packets of an opening, whatever comments say. */
enum ufw_has { UFW_HAS_NONE, UFW_HAS_ALLOW, UFW_HAS_OTHER };

/* "### tuple ### allow tcp 443 0.0.0.0/0 any 0.0.0.0/0 in" without its head, action and comment. */
void ufw_tuple_add(const struct opening *opening, enum family family, struct text *out);
/* The lines of one of the files. */
int ufw_rules_look(const char *lines, const struct opening *opening, enum family family, enum ufw_has *out,
		   struct error *err);

#endif
