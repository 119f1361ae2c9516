/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two sets of functions, and what each calls a rule. */
#include "legacy_library.h"

#include <libiptc/libip6tc.h>
#include <libiptc/libiptc.h>

static struct legacy_target target_of(const struct xt_entry_target *target, const char *name, bool is_chain)
{
	struct legacy_target out = {0};

	if (target->u.user.name[0] != '\0') /* one of its own, and no verdict */
		return out;
	if (is_chain)
		out.chain_name = name;
	else
		out.verdict = name;
	return out;
}

static const void *first_rule_ipv4(const char *chain, struct xtc_handle *handle)
{
	return iptc_first_rule(chain, handle);
}

static const void *next_rule_ipv4(const void *rule, struct xtc_handle *handle)
{
	return iptc_next_rule(rule, handle);
}

static void decode_ipv4(const void *rule, struct xtc_handle *handle, struct op_list *out,
			const char **comment)
{
	const struct ipt_entry *entry = rule;
	const char *name = iptc_get_target(entry, handle);
	const struct legacy_target target = target_of(
		(const void *)((const char *)rule + entry->target_offset), name, iptc_is_chain(name, handle));

	legacy_entry_ipv4(entry, &target, out, comment);
}

static const void *first_rule_ipv6(const char *chain, struct xtc_handle *handle)
{
	return ip6tc_first_rule(chain, handle);
}

static const void *next_rule_ipv6(const void *rule, struct xtc_handle *handle)
{
	return ip6tc_next_rule(rule, handle);
}

static void decode_ipv6(const void *rule, struct xtc_handle *handle, struct op_list *out,
			const char **comment)
{
	const struct ip6t_entry *entry = rule;
	const char *name = ip6tc_get_target(entry, handle);
	const struct legacy_target target =
		target_of((const void *)((const char *)rule + entry->target_offset), name,
			  ip6tc_is_chain(name, handle));

	legacy_entry_ipv6(entry, &target, out, comment);
}

const struct legacy_library legacy_libraries[FAMILY_COUNT] = {
	[FAMILY_IPV4] = {TABLE_IP, iptc_init, iptc_free, iptc_first_chain, iptc_next_chain, iptc_builtin,
			 iptc_get_policy, first_rule_ipv4, next_rule_ipv4, decode_ipv4},
	[FAMILY_IPV6] = {TABLE_IP6, ip6tc_init, ip6tc_free, ip6tc_first_chain, ip6tc_next_chain,
			 ip6tc_builtin, ip6tc_get_policy, first_rule_ipv6, next_rule_ipv6, decode_ipv6},
};
