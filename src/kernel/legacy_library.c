/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two sets of functions, and what each calls a rule. */
#include "legacy_library.h"

#include <libiptc/libip6tc.h>
#include <libiptc/libiptc.h>

static const void *first_rule_ipv4(const char *chain, struct xtc_handle *handle)
{
	return iptc_first_rule(chain, handle);
}

static const void *next_rule_ipv4(const void *rule, struct xtc_handle *handle)
{
	return iptc_next_rule(rule, handle);
}

static struct legacy_entry see_ipv4(const void *rule, struct xtc_handle *handle)
{
	return legacy_entry_ipv4(rule, iptc_get_target(rule, handle));
}

static const void *first_rule_ipv6(const char *chain, struct xtc_handle *handle)
{
	return ip6tc_first_rule(chain, handle);
}

static const void *next_rule_ipv6(const void *rule, struct xtc_handle *handle)
{
	return ip6tc_next_rule(rule, handle);
}

static struct legacy_entry see_ipv6(const void *rule, struct xtc_handle *handle)
{
	return legacy_entry_ipv6(rule, ip6tc_get_target(rule, handle));
}

static int insert_ipv4(const xt_chainlabel chain, const void *entry, unsigned position,
		       struct xtc_handle *handle)
{
	return iptc_insert_entry(chain, entry, position, handle);
}

static int append_ipv4(const xt_chainlabel chain, const void *entry, struct xtc_handle *handle)
{
	return iptc_append_entry(chain, entry, handle);
}

static int insert_ipv6(const xt_chainlabel chain, const void *entry, unsigned position,
		       struct xtc_handle *handle)
{
	return ip6tc_insert_entry(chain, entry, position, handle);
}

static int append_ipv6(const xt_chainlabel chain, const void *entry, struct xtc_handle *handle)
{
	return ip6tc_append_entry(chain, entry, handle);
}

const struct legacy_library legacy_libraries[FAMILY_COUNT] = {
	[FAMILY_IPV4] =
		{
			.family = TABLE_IP,
			.open = iptc_init,
			.close = iptc_free,
			.first_chain = iptc_first_chain,
			.next_chain = iptc_next_chain,
			.is_builtin = iptc_builtin,
			.policy = iptc_get_policy,
			.first_rule = first_rule_ipv4,
			.next_rule = next_rule_ipv4,
			.see = see_ipv4,
			.insert = insert_ipv4,
			.append = append_ipv4,
			.remove = iptc_delete_num_entry,
			.create_chain = iptc_create_chain,
			.delete_chain = iptc_delete_chain,
			.commit = iptc_commit,
		},
	[FAMILY_IPV6] =
		{
			.family = TABLE_IP6,
			.open = ip6tc_init,
			.close = ip6tc_free,
			.first_chain = ip6tc_first_chain,
			.next_chain = ip6tc_next_chain,
			.is_builtin = ip6tc_builtin,
			.policy = ip6tc_get_policy,
			.first_rule = first_rule_ipv6,
			.next_rule = next_rule_ipv6,
			.see = see_ipv6,
			.insert = insert_ipv6,
			.append = append_ipv6,
			.remove = ip6tc_delete_num_entry,
			.create_chain = ip6tc_create_chain,
			.delete_chain = ip6tc_delete_chain,
			.commit = ip6tc_commit,
		},
};
