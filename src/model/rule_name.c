/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What rules and chains are called when they are talked about: where a rule stands, where a chain is hooked.
 */
#include "fwport/policy.h"
#include "fwport/rule_text.h"
#include "rule_text_match.h"

#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv4.h>
#include <stdlib.h>
#include <string.h>

enum { PRIORITY_REACH = 10 }; /* nft writes "filter - 5", and plain numbers further off */

void chain_name(const struct chain *chain, struct text *out)
{
	text_add(out, "%s ", table_family_name(chain->table->family));
	name_text(chain->table->name, out);
	text_add(out, " ");
	name_text(chain->name, out);
}

void chain_name_in_engine(const struct chain *chain, struct text *out)
{
	chain_name(chain, out);
	if (chain->table->engine == ENGINE_LEGACY)
		text_add(out, " (%s)", owner_name(chain->table->owner));
}

void rule_name(const struct rule *rule, struct text *out)
{
	CLEANUP(text_free) struct text chain = {0};

	chain_name_in_engine(rule->chain, &chain);
	out->failed |= chain.failed;
	rule_name_of_chain(rule, text_string(&chain), out);
}

void rule_name_of_chain(const struct rule *rule, const char *chain, struct text *out)
{
	const struct table *table = rule->chain->table;

	text_add(out, "rule %u of %s", rule->position, chain);
	if (table->engine != ENGINE_LEGACY)
		text_add(out, " (%s%s, handle %llu)", owner_name(table->owner),
			 rule->tag == POLICY_TAG ? "'s policy" : "", (unsigned long long)rule->handle);
}

/* ufw keeps what its user added in chains of that name, firewalld what a zone accepts in one for each zone. */
void rule_command(const struct rule *rule, struct text *out)
{
	static const char zone_head[] = "filter_IN_", zone_tail[] = "_allow";
	const char *name = rule->chain->name;
	size_t length = strlen(name), around = strlen(zone_head) + strlen(zone_tail);

	if (strncmp(name, "ufw-user-", 9) == 0 || strncmp(name, "ufw6-user-", 10) == 0)
		text_add(out, "ufw allow");
	else if (rule->chain->table->owner == OWNER_FIREWALLD && length > around &&
		 strncmp(name, zone_head, strlen(zone_head)) == 0 &&
		 strcmp(name + length - strlen(zone_tail), zone_tail) == 0)
		text_add(out, "firewall-cmd --zone=%.*s", (int)(length - around), name + strlen(zone_head));
}

static const struct named_priority {
	int32_t priority;
	const char *name;
	unsigned hooks; /* bits: where nft knows the name */
} named_ip[] =
	{
		{NF_IP_PRI_RAW, "raw", ~0U},
		{NF_IP_PRI_MANGLE, "mangle", ~0U},
		{NF_IP_PRI_NAT_DST, "dstnat", 1U << HOOK_PREROUTING},
		{NF_IP_PRI_FILTER, "filter", ~0U},
		{NF_IP_PRI_SECURITY, "security", ~0U},
		{NF_IP_PRI_NAT_SRC, "srcnat", 1U << HOOK_POSTROUTING},
		{0, NULL, 0},
},
  named_bridge[] =
	  {
		  {NF_BR_PRI_NAT_DST_BRIDGED, "dstnat", 1U << HOOK_PREROUTING},
		  {NF_BR_PRI_FILTER_BRIDGED, "filter", ~0U},
		  {NF_BR_PRI_NAT_DST_OTHER, "out", 1U << HOOK_OUTPUT},
		  {NF_BR_PRI_NAT_SRC, "srcnat", 1U << HOOK_POSTROUTING},
		  {0, NULL, 0},
},
  named_other[] = {
	  {0, "filter", ~0U},
	  {0, NULL, 0},
};

static const struct named_priority *names_for(enum table_family family)
{
	switch (family) {
	case TABLE_INET:
	case TABLE_IP:
	case TABLE_IP6:
		return named_ip;
	case TABLE_BRIDGE:
		return named_bridge;
	case TABLE_ARP:
	case TABLE_NETDEV:
		return named_other;
	}
	return named_other;
}

void priority_text(const struct chain *chain, struct text *out)
{
	const struct named_priority *name = names_for(chain->table->family);

	for (; name->name; name++) {
		int64_t offset = (int64_t)chain->priority - name->priority;

		if (!(name->hooks & 1U << chain->hook) || llabs(offset) > PRIORITY_REACH)
			continue;
		text_add(out, "%s", name->name);
		if (offset)
			text_add(out, " %c %lld", offset > 0 ? '+' : '-', llabs(offset));
		return;
	}
	text_add(out, "%d", chain->priority);
}

static void devices_text(const struct chain *chain, struct text *out)
{
	if (chain->device_count == 1)
		text_add(out, " device ");
	else
		text_add(out, " devices = { ");
	for (size_t i = 0; i < chain->device_count; i++) {
		text_add(out, "%s", i ? ", " : "");
		text_add_quoted(out, chain->devices[i]);
	}
	if (chain->device_count > 1)
		text_add(out, " }");
}

void base_chain_text(const struct chain *chain, struct text *out)
{
	if (!chain->base)
		return;
	text_add(out, "type %s hook %s", chain_type_name(chain->type), hook_name(chain->hook));
	if (chain->device_count)
		devices_text(chain, out);
	text_add(out, " priority ");
	priority_text(chain, out);
	text_add(out, "; policy %s", chain->policy_drop ? "drop" : "accept");
}
