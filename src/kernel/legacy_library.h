/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libiptc comes twice, for IPv4 and for IPv6, with functions that are alike; here they are one set each. Rules are entries of
 * the family's own kind, known only to the functions.
 */
#ifndef FWPORT_KERNEL_LEGACY_LIBRARY_H
#define FWPORT_KERNEL_LEGACY_LIBRARY_H

#include "legacy_read.h"

#include <libiptc/xtcshared.h>
#include <linux/netfilter/x_tables.h>

struct legacy_library {
	enum table_family family;
	struct xtc_handle *(*open)(const char *table);
	void (*close)(struct xtc_handle *handle);
	const char *(*first_chain)(struct xtc_handle *handle);
	const char *(*next_chain)(struct xtc_handle *handle);
	int (*is_builtin)(const char *chain, struct xtc_handle *handle);
	const char *(*policy)(const char *chain, struct xt_counters *counters, struct xtc_handle *handle);
	const void *(*first_rule)(const char *chain, struct xtc_handle *handle);
	const void *(*next_rule)(const void *rule, struct xtc_handle *handle);
	/* The operations of the rule. */
	void (*decode)(const void *rule, struct xtc_handle *handle, struct op_list *out,
		       const char **comment);
};

extern const struct legacy_library legacy_libraries[FAMILY_COUNT];

#endif
