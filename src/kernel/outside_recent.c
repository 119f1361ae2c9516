/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lists of the recent match, from /proc. A list has addresses of both families; here it is a set for each. When an address
 * was seen the kernel tells in ticks that nobody else knows, so only that it was is taken.
 */
#include "outside.h"

#include "nft_dump.h"

#include "fwport/files.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <linux/netfilter.h>

#define LISTS "/proc/thread-self/net/xt_recent/"

enum { LIST_SIZE_LIMIT = 16 << 20, ADDRESS_MOST = 16 };

static const char start_of_line[] = "src=";

static uint8_t length_of(uint8_t family)
{
	return family == NFPROTO_IPV4 ? 4 : ADDRESS_MOST;
}

/* "src=192.0.2.1 ttl: 64 last_seen: ..."; false when the line is not one of those. */
static bool address_read(const char *line, uint8_t family, uint8_t *bytes)
{
	char text[INET6_ADDRSTRLEN];
	const char *address = line + strlen(start_of_line), *end = strchr(line, ' ');
	size_t length = end && end > address ? (size_t)(end - address) : 0;

	if (strncmp(line, start_of_line, strlen(start_of_line)) || !length || length >= sizeof(text))
		return false;
	memcpy(text, address, length);
	text[length] = '\0';
	return inet_pton(family == NFPROTO_IPV4 ? AF_INET : AF_INET6, text, bytes) == 1;
}

static int element_add(struct set *set, const uint8_t *key, struct pool *pool)
{
	struct element *list = pool_grow(pool, set->elements, set->element_count, sizeof(*list));
	const uint8_t *copy = pool_copy(pool, key, set->key_length);

	if (!list || !copy)
		return -1;
	set->elements = list;
	list[set->element_count++] = (struct element){.key = {copy, set->key_length}};
	return 0;
}

static int lines_take(struct set *set, const char *line, uint8_t family, struct pool *pool)
{
	uint8_t key[ADDRESS_MOST];

	for (; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		if (address_read(line, family, key) && element_add(set, key, pool) < 0)
			return -1;
	elements_sort(set->elements, set->element_count);
	return 0;
}

/* A name is a file's there, and no path. */
static int content_read(struct set *set, uint8_t family, struct pool *pool)
{
	CLEANUP(text_free) struct text path = {0}, read = {0};
	struct error err = {0};

	text_add(&path, LISTS "%s", set->name);
	set->opaque = path.failed || strchr(set->name, '/') ||
		      file_read(text_string(&path), LIST_SIZE_LIMIT, &read, &err) < 0;
	return set->opaque ? 0 : lines_take(set, text_string(&read), family, pool);
}

static struct set *list_make(struct pool *pool, const char *name, uint8_t family)
{
	struct set *set = pool_alloc(pool, sizeof(*set));

	if (!set)
		return NULL;
	*set = (struct set){.name = pool_text(pool, name),
			    .keeper = SET_OF_RECENT,
			    .key_length = length_of(family),
			    .opaque = true};
	return set->name ? set : NULL;
}

const struct set *outside_recent(struct outside *outside, struct pool *pool, const char *name, uint8_t family)
{
	struct set *set;

	for (size_t i = 0; outside && i < outside->count; i++)
		if (outside->list[i]->keeper == SET_OF_RECENT &&
		    outside->list[i]->key_length == length_of(family) &&
		    !strcmp(outside->list[i]->name, name))
			return outside->list[i];
	set = list_make(pool, name, family);
	if (!set || !outside)
		return set;
	outside->list = pool_grow(outside->pool, outside->list, outside->count, sizeof(*outside->list));
	if (!outside->list || content_read(set, family, pool) < 0)
		return NULL;
	outside->list[outside->count++] = set;
	return set;
}
