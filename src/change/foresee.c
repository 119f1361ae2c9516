/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Without an address of a family nothing is asked about it, and no guest would be placed. So a host that has none is asked as if
 * its interfaces, or one that no rule knows, were up and had addresses that nobody has. It is only planned with, never proved.
 */
#include "foresee.h"

#include <string.h>

static bool is_outside(const struct link *link)
{
	return link && link->up && !link->loopback;
}

static bool has_family(const struct host *host, enum family family)
{
	for (size_t i = 0; i < host->address_count; i++) {
		const struct host_address *held = &host->addresses[i];

		if (held->address.family == family && !address_is_link_local(&held->address) &&
		    is_outside(host_link(host, held->link)))
			return true;
	}
	return false;
}

static void add_address(struct host *host, uint32_t link, struct address address)
{
	host->addresses[host->address_count++] = (struct host_address){
		.link = link,
		.prefix = {.address = address, .length = (uint8_t)(8 * address_size(address.family))},
		.address = address,
	};
}

static uint32_t next_index(const struct host *host)
{
	uint32_t highest = 0;

	for (size_t i = 0; i < host->link_count; i++)
		if (host->links[i].index > highest)
			highest = host->links[i].index;
	return highest + 1;
}

static void add_link(struct host *host, const char *name)
{
	host->links[host->link_count] = (struct link){.index = next_index(host), .name = name, .up = true};
	host->link_count++;
}

static void add_named_links(struct host *host, const struct openings *openings)
{
	for (size_t i = 0; i < openings->count; i++) {
		const char *name = openings->list[i].scope.iface;

		if (name && !host_link_named(host, name))
			add_link(host, name);
	}
}

static bool any_outside(const struct host *host)
{
	for (size_t i = 0; i < host->link_count; i++)
		if (!host->links[i].loopback)
			return true;
	return false;
}

/* Interfaces that are down now will be up. */
static void complete_links(struct host *host, const bool lacks[FAMILY_COUNT])
{
	if (!any_outside(host))
		add_link(host, "");
	for (size_t i = 0; i < host->link_count; i++) {
		struct link *link = &host->links[i];

		if (link->loopback)
			continue;
		link->up = true;
		for (int family = 0; family < FAMILY_COUNT; family++)
			if (lacks[family])
				add_address(host, link->index, address_of_nobody((enum family)family));
	}
}

static bool holds(const struct host *host, const struct prefix *prefix)
{
	for (size_t i = 0; i < host->address_count; i++)
		if (prefix_contains(prefix, &host->addresses[i].address))
			return true;
	return false;
}

static const struct prefix *own_prefixes(const struct scope *scope, size_t *count)
{
	const bool inbound = scope->direction == DIRECTION_IN;

	*count = inbound ? scope->to_count : scope->from_count;
	return inbound ? scope->to : scope->from;
}

static void add_named_addresses(struct host *host, const struct scope *scope)
{
	size_t count, link = 0;
	const struct prefix *own = own_prefixes(scope, &count);

	while (link < host->link_count && host->links[link].loopback)
		link++;
	for (size_t i = 0; i < count && link < host->link_count; i++)
		if (!holds(host, &own[i]))
			add_address(host, host->links[link].index, own[i].address);
}

static int make_room(const struct openings *openings, struct pool *pool, struct host *host, struct error *err)
{
	const size_t links = host->link_count + openings->count + 1;
	size_t addresses = host->address_count + links * FAMILY_COUNT, count;
	struct host_address *address_list;
	struct link *link_list;

	for (size_t i = 0; i < openings->count; i++) {
		own_prefixes(&openings->list[i].scope, &count);
		addresses += count;
	}
	address_list = pool_alloc(pool, addresses * sizeof(*address_list));
	link_list = pool_alloc(pool, links * sizeof(*link_list));
	if (!address_list || !link_list)
		return error_memory(err);
	if (host->address_count)
		memcpy(address_list, host->addresses, host->address_count * sizeof(*address_list));
	if (host->link_count)
		memcpy(link_list, host->links, host->link_count * sizeof(*link_list));
	host->addresses = address_list;
	host->links = link_list;
	return 0;
}

int host_foresee(const struct openings *openings, struct pool *pool, struct host *host, struct error *err)
{
	bool lacks[FAMILY_COUNT];

	if (make_room(openings, pool, host, err) < 0)
		return -1;
	for (int family = 0; family < FAMILY_COUNT; family++)
		lacks[family] = !has_family(host, (enum family)family);
	add_named_links(host, openings);
	if (lacks[FAMILY_IPV4] || lacks[FAMILY_IPV6])
		complete_links(host, lacks);
	for (size_t i = 0; i < openings->count; i++)
		add_named_addresses(host, &openings->list[i].scope);
	return 0;
}
