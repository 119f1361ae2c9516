/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lists of the recent match, from /proc. A list has addresses of both families; here it is a set for each. When an address
 * was seen the kernel tells in ticks that nobody else knows, so only that it was is taken.
 */
#include "outside.h"

#include "nft_dump.h"
#include "xt_key.h"

#include "fwport/files.h"

#include <arpa/inet.h>
#include <string.h>
#include <linux/netfilter.h>

#define LISTS "/proc/thread-self/net/xt_recent/"

enum { LIST_SIZE_LIMIT = 16 << 20, ADDRESS_MOST = 16 };

static const char start_of_line[] = "src=";

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
			    .key_length = xt_address_length(family),
			    .opaque = true};
	return set->name ? set : NULL;
}

/* That of this family, if it is known; all of that name lose their meaning over another mask. */
static const struct set *list_find(struct outside *outside, const char *name, uint8_t family,
				   const uint8_t mask[RECENT_MASK])
{
	const struct set *found = NULL;

	for (size_t i = 0; i < outside->count; i++) {
		const struct recent_list *list = &outside->list[i];

		if (strcmp(list->set->name, name) != 0)
			continue;
		if (memcmp(list->mask, mask, RECENT_MASK) != 0)
			list->set->opaque = true;
		if (list->set->key_length == xt_address_length(family))
			found = list->set;
	}
	return found;
}

/* Whether another rule masks what it names so in another way. */
static bool is_disputed(const struct outside *outside, const char *name, const uint8_t mask[RECENT_MASK])
{
	for (size_t i = 0; i < outside->count; i++)
		if (!strcmp(outside->list[i].set->name, name) &&
		    memcmp(outside->list[i].mask, mask, RECENT_MASK) != 0)
			return true;
	return false;
}

static int list_add(struct outside *outside, struct set *set, const uint8_t mask[RECENT_MASK])
{
	struct recent_list *list =
		pool_grow(outside->pool, outside->list, outside->count, sizeof(*outside->list));

	if (!list)
		return -1;
	outside->list = list;
	list[outside->count].set = set;
	memcpy(list[outside->count++].mask, mask, RECENT_MASK);
	return 0;
}

const struct set *outside_recent(struct outside *outside, struct pool *pool, const char *name, uint8_t family,
				 const uint8_t mask[RECENT_MASK])
{
	const struct set *known = outside ? list_find(outside, name, family, mask) : NULL;
	struct set *set = known ? NULL : list_make(pool, name, family);

	if (known || !set || !outside)
		return known ? known : set;
	if (content_read(set, family, pool) < 0 || list_add(outside, set, mask) < 0)
		return NULL;
	set->opaque |= is_disputed(outside, name, mask);
	return set;
}
