/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libiptc comes twice, for IPv4 and for IPv6, with functions that are alike; here they are one set each. Rules are entries of
 * the family's own kind, known only to the functions.
 */
#ifndef FWPORT_KERNEL_LEGACY_LIBRARY_H
#define FWPORT_KERNEL_LEGACY_LIBRARY_H

#include "legacy_entry.h"

#include "fwport/ruleset.h"

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
	struct legacy_entry (*see)(const void *rule, struct xtc_handle *handle);
	/* Changes to the handle's copy; 0 and errno when they fail. Positions count from 0. */
	int (*insert)(const xt_chainlabel chain, const void *entry, unsigned position,
		      struct xtc_handle *handle);
	int (*append)(const xt_chainlabel chain, const void *entry, struct xtc_handle *handle);
	int (*remove)(const xt_chainlabel chain, unsigned position, struct xtc_handle *handle);
	int (*create_chain)(const xt_chainlabel chain, struct xtc_handle *handle);
	int (*delete_chain)(const xt_chainlabel chain, struct xtc_handle *handle);
	int (*commit)(struct xtc_handle *handle);
};

extern const struct legacy_library legacy_libraries[FAMILY_COUNT];

#endif
