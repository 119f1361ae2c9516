/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Echoes. The kernel names the rule before a new one only where there is one on either side (nf_tables_rule_notify), and
 * older kernels never do: then the chain is dumped.
 */
#include "nft_told.h"

#include "nft_attributes.h"
#include "nft_dump.h"

#include "fwport/nft_read.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

/* The new generation comes under the number of a message as well. */
static bool is_of_rule(const struct nlmsghdr *message, const struct step *step)
{
	return message->nlmsg_type == ((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_NEWRULE) &&
	       step->object == STEP_RULE && !step->remove;
}

void told_take(const struct nlmsghdr *message, struct step *step, struct pool *pool)
{
	static const enum attribute_form place[] = {[NFTA_RULE_POSITION] = FORM_U64};
	struct rule *rule = is_of_rule(message, step) ? pool_alloc(pool, sizeof(*rule)) : NULL;
	struct error unread = {0};
	struct nft_message given;

	if (!rule || nft_message_read(message, place, COUNT(place), "rule", &given, &unread) < 0 ||
	    nft_decode_rule(message, pool, rule, &unread) < 0 || !rule->handle)
		return;
	step->told = rule;
	step->told_behind = attribute_u64(&given.attributes, NFTA_RULE_POSITION);
}

static size_t asked_place(const struct step *step, const struct chain *chain)
{
	size_t at = 0;

	if (!step->before)
		return chain->rule_count;
	while (at < chain->rule_count && chain->rules[at]->handle != step->before->handle)
		at++;
	return at;
}

bool told_place(const struct step *step, const struct chain *chain, size_t *place)
{
	size_t at = asked_place(step, chain);
	bool at_an_end = at == 0 || at == chain->rule_count;

	*place = at;
	if (!step->told || step->remove || (step->before && at == chain->rule_count))
		return false;
	if (step->told_behind == 0)
		return at_an_end;
	return at > 0 && chain->rules[at - 1]->handle == step->told_behind;
}
