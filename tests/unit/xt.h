/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Extensions of x_tables decoded and written as a rule's text, which says in one line what the operations do. */
#ifndef FWPORT_TESTS_XT_H
#define FWPORT_TESTS_XT_H

#include <stddef.h>
#include <stdint.h>

/* The text lives until the next one; "[opaque xt match NAME]" for one that is not understood. */
const char *xt_match_text(const char *name, uint32_t revision, uint8_t family, const void *info,
			  size_t length);
const char *xt_target_text(const char *name, uint32_t revision, uint8_t family, const void *info,
			   size_t length);

#endif
