/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the ruleset at one generation: the skeleton, then the rules of each chain and the elements of each set, between
 * two looks at the generation id that have to agree. Legacy tables have no generation, and are read again each time.
 */
#include "legacy_read.h"
#include "nft_names.h"
#include "outside.h"
#include "fwport/host_read.h"
#include "fwport/nft_read.h"

#include <time.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

enum { ATTEMPTS = 5 };

static int generation_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	static const enum attribute_form shape[] = {
		[NFTA_GEN_ID] = FORM_U32,
		[NFTA_GEN_PROC_PID] = FORM_U32,
		[NFTA_GEN_PROC_NAME] = FORM_TEXT,
	};
	struct nft_message given;
	uint32_t *number = context;

	if (nft_message_read(message, shape, COUNT(shape), "generation", &given, err) < 0)
		return -1;
	*number = attribute_u32(&given.attributes, NFTA_GEN_ID);
	return 0;
}

static int generation_read(struct netlink *netlink, uint32_t *number, struct error *err)
{
	_Alignas(struct nlmsghdr) uint8_t buffer[64];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct nfgenmsg *about = mnl_nlmsg_put_extra_header(message, sizeof(*about));

	message->nlmsg_type = (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_GETGEN;
	about->version = NFNETLINK_V0;
	return netlink_request(netlink, message, "cannot read the nf_tables generation", generation_take,
			       number, err);
}

static int table_fill(struct reading *reading, const struct sharing *sharing, struct table *table,
		      struct error *err)
{
	struct table_names names = {0};
	bool shared;

	for (size_t i = 0; i < table->chain_count; i++) {
		if (share_rules(sharing, reading, table->chains[i], &shared, err) < 0)
			return -1;
		if (!shared && chain_read_rules(reading, table->chains[i], err) < 0)
			return -1;
	}
	if (table_names_find(table, reading->pool, &names, err) < 0)
		return -1;
	rules_resolve(&names, table);
	if (elements_fill(reading, sharing, table, &names, err) < 0)
		return -1;
	table->owner = table_owner(table);
	return 0;
}

/* A table that is taken from before is const there, and here too: nobody changes a ruleset that was read. */
static int tables_fill(struct reading *reading, const struct sharing *sharing, struct error *err)
{
	for (size_t i = 0; i < reading->ruleset->table_count && !reading->moved; i++) {
		struct table **table = &reading->ruleset->tables[i];
		const struct table *old = share_table(sharing, *table);

		if (old)
			*table = (struct table *)old;
		else if (table_fill(reading, sharing, *table, err) < 0)
			return -1;
	}
	return 0;
}

/* Steps of legacy tables make no new generation. */
static bool any_of_nft(const struct steps *steps)
{
	for (size_t i = 0; i < steps->count; i++)
		if (steps->list[i].table->engine == ENGINE_NFT)
			return true;
	return false;
}

static bool may_share(const struct ruleset *before, const struct steps *touched, const struct ruleset *now)
{
	if (!before || !touched)
		return false;
	return now->number == before->number + (any_of_nft(touched) ? 1 : 0);
}

static int64_t milliseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* NULL in *out: the ruleset moved while it was read. */
static int attempt(struct netlink *netlink, const struct sharing *wish, struct pool *pool,
		   struct ruleset **out, struct error *err)
{
	struct ruleset *ruleset = pool_alloc(pool, sizeof(*ruleset));
	struct outside outside = {.pool = pool};
	struct reading reading = {.netlink = netlink, .pool = pool, .ruleset = ruleset, .outside = &outside};
	struct sharing sharing = {0};
	uint32_t after = 0;

	*out = NULL;
	if (!ruleset)
		return error_memory(err);
	if (generation_read(netlink, &ruleset->number, err) < 0)
		return -1;
	for (int family = 0; family < FAMILY_COUNT; family++)
		ruleset->legacy_tables[family] = legacy_tables((enum family)family, pool);
	if (may_share(wish->before, wish->touched, ruleset))
		sharing = *wish;
	ruleset->read_at = milliseconds_now();
	if (skeleton_read(&reading, err) < 0 || tables_fill(&reading, &sharing, err) < 0 ||
	    legacy_read(ruleset, wish->before, &outside, err) < 0 ||
	    generation_read(netlink, &after, err) < 0)
		return -1;
	if (!reading.moved && after == ruleset->number)
		*out = ruleset;
	return 0;
}

int nft_read(const struct ruleset *before, const struct steps *touched, struct pool *pool,
	     struct ruleset **out, struct error *err)
{
	CLEANUP(netlink_close) struct netlink netlink = {.fd = -1};
	const struct sharing wish = {.before = before, .touched = touched};

	*out = NULL;
	if (netlink_open(&netlink, NETLINK_NETFILTER, err) < 0)
		return -1;
	for (int i = 0; i < ATTEMPTS && !*out; i++)
		if (attempt(&netlink, &wish, pool, out, err) < 0)
			return -1;
	if (*out)
		return 0;
	return error_set(err, ERROR_BUSY,
			 "the ruleset kept changing: it was read %d times and was never the same twice",
			 ATTEMPTS);
}
