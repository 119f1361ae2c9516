/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What neighbours do to rules of ours. Each line was seen with the program itself, or with the commands that it runs; what was not
 * seen is not told.
 */
#include "neighbour_stay.h"

#include <string.h>

/* Where a rule stands, as a neighbour sees it; bits. */
enum {
	SPOT_MADE = 1,      /* in a chain that it makes */
	SPOT_BESIDE = 2,    /* in another chain of a table where it has chains */
	SPOT_IPTABLES = 4,  /* in one of the tables of iptables-nft for IPv4 */
	SPOT_IP6TABLES = 8, /* the same for IPv6 */
	SPOT_NFT = 16,      /* anywhere in nf_tables */
};
#define SPOT_TABLES (SPOT_IPTABLES | SPOT_IP6TABLES)

enum { EVENT_LIMIT = 4 };

/* Of several lines for a neighbour the first counts that a rule's spot is in. */
static const struct life {
	enum neighbour_kind kind;
	unsigned spots;
	struct neighbour_event events[EVENT_LIMIT];
} lives[] = {
	{NEIGHBOUR_UFW,
	 SPOT_MADE,
	 {{"ufw reload", GUEST_GOES}, {"ufw disable", GUEST_GOES}, {"systemctl restart ufw", GUEST_RETURNS}}},
	{NEIGHBOUR_UFW,
	 SPOT_BESIDE,
	 {{"ufw reload", GUEST_STAYS}, {"ufw disable", GUEST_STAYS}, {"systemctl restart ufw", GUEST_STAYS}}},
	/* It flushes what iptables lists with its own table. */
	{NEIGHBOUR_FIREWALLD,
	 SPOT_MADE | SPOT_TABLES,
	 {{"firewall-cmd --reload", GUEST_GOES},
	  {"systemctl reload firewalld", GUEST_FOLLOWED},
	  {"systemctl restart firewalld", GUEST_RETURNS}}},
	{NEIGHBOUR_DOCKER, SPOT_BESIDE, {{"systemctl restart docker", GUEST_STAYS}}},
	{NEIGHBOUR_FAIL2BAN,
	 SPOT_BESIDE,
	 {{"fail2ban-client reload", GUEST_STAYS}, {"systemctl restart fail2ban", GUEST_STAYS}}},
	{NEIGHBOUR_LIBVIRT, SPOT_BESIDE, {{"systemctl restart libvirtd", GUEST_STAYS}}},
	{NEIGHBOUR_KUBE_PROXY, SPOT_BESIDE, {{"a synchronization of kube-proxy", GUEST_STAYS}}},
	{NEIGHBOUR_NFTABLES,
	 SPOT_NFT,
	 {{"systemctl reload nftables", GUEST_FOLLOWED},
	  {"systemctl restart nftables", GUEST_RETURNS},
	  {"systemctl stop nftables", GUEST_GOES}}},
	{NEIGHBOUR_NETFILTER_PERSISTENT,
	 SPOT_TABLES,
	 {{"systemctl restart netfilter-persistent", GUEST_RETURNS}, {"iptables-restore", GUEST_GOES}}},
	{NEIGHBOUR_IPTABLES, SPOT_IPTABLES, {{"systemctl restart iptables", GUEST_RETURNS}}},
	{NEIGHBOUR_IP6TABLES, SPOT_IP6TABLES, {{"systemctl restart ip6tables", GUEST_RETURNS}}},
};
enum { LIFE_COUNT = sizeof(lives) / sizeof(lives[0]) };

/* The names are all that iptables goes by. */
static bool is_of_iptables(const struct table *table)
{
	static const char *const names[] = {"filter", "nat", "mangle", "raw", "security"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(table->name, names[i]) == 0)
			return true;
	return false;
}

static unsigned spot_of_table(const struct table *table)
{
	if (table->engine != ENGINE_NFT)
		return 0;
	if (!is_of_iptables(table))
		return SPOT_NFT;
	if (table->family == TABLE_IP)
		return SPOT_NFT | SPOT_IPTABLES;
	return table->family == TABLE_IP6 ? SPOT_NFT | SPOT_IP6TABLES : SPOT_NFT;
}

static unsigned spots_of(const struct neighbour *neighbour, const struct chain *chain)
{
	const unsigned spots = spot_of_table(chain->table);

	if (neighbour_made(neighbour, chain))
		return spots | SPOT_MADE;
	for (size_t i = 0; i < neighbour->table_count; i++)
		if (neighbour->tables[i] == chain->table)
			return spots | SPOT_BESIDE;
	return spots;
}

static const struct life *life_of(const struct neighbour *neighbour, const struct chain *chain)
{
	const unsigned spots = spots_of(neighbour, chain);

	for (size_t i = 0; i < LIFE_COUNT; i++)
		if (lives[i].kind == neighbour->kind && lives[i].spots & spots)
			return &lives[i];
	return NULL;
}

static size_t events_count(const struct life *life)
{
	size_t count = 0;

	while (count < EVENT_LIMIT && life->events[count].command)
		count++;
	return count;
}

static size_t rules_of_ours(const struct chain *chain)
{
	size_t count = 0;

	if (chain_is_home(chain))
		return chain->rule_count;
	for (size_t i = 0; i < chain->rule_count; i++)
		count += chain->rules[i]->tag != 0;
	return count;
}

static int stay_add(struct neighbour *neighbour, const struct guest_stay *stay, struct pool *pool,
		    struct error *err)
{
	struct guest_stay *grown = pool_grow(pool, neighbour->stays, neighbour->stay_count, sizeof(*grown));

	if (!grown)
		return error_memory(err);
	neighbour->stays = grown;
	grown[neighbour->stay_count++] = *stay;
	return 0;
}

static int chain_look(const struct chain *chain, struct pool *pool, struct neighbour *neighbour,
		      struct error *err)
{
	const size_t rules = rules_of_ours(chain);
	const struct life *life = rules ? life_of(neighbour, chain) : NULL;
	struct guest_stay stay = {.chain = chain, .rule_count = rules};

	if (!life)
		return 0;
	stay.events = life->events;
	stay.event_count = events_count(life);
	return stay_add(neighbour, &stay, pool, err);
}

int stays_find(const struct ruleset *ruleset, struct pool *pool, struct neighbour *neighbour,
	       struct error *err)
{
	for (size_t i = 0; i < ruleset->table_count; i++)
		for (size_t j = 0; j < ruleset->tables[i]->chain_count; j++)
			if (chain_look(ruleset->tables[i]->chains[j], pool, neighbour, err) < 0)
				return -1;
	return 0;
}

enum guest_fate guest_fate_with(const struct neighbour_care *care, enum neighbour_kind kind,
				enum guest_fate fate)
{
	if (fate == GUEST_STAYS || fate == GUEST_GOES)
		return fate;
	if (!care->restored || (fate == GUEST_FOLLOWED && !(care->followed & NEIGHBOUR_BIT(kind))))
		return GUEST_GOES;
	return GUEST_RETURNS;
}
