/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries stand one behind the other, with no word of what chain they are of: built-in chains begin where the kernel says that
 * hooks do; users' chains begin, and the whole ends, with an entry whose target is ERROR and holds a name. What an entry says of
 * its own size is looked at before anything else is.
 */
#include "legacy_dump.h"

#include "count.h"

#include "fwport/files.h"

#include <assert.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

enum { ATTEMPTS = 5 };

/* Both families have the same but for the size of an entry's head. */
static const struct form {
	int domain, level, get_info, get_entries;
	size_t head, target_offset, next_offset;
} forms[FAMILY_COUNT] = {
	[FAMILY_IPV4] = {AF_INET, IPPROTO_IP, IPT_SO_GET_INFO, IPT_SO_GET_ENTRIES, sizeof(struct ipt_entry),
			 offsetof(struct ipt_entry, target_offset), offsetof(struct ipt_entry, next_offset)},
	[FAMILY_IPV6] = {AF_INET6, IPPROTO_IPV6, IP6T_SO_GET_INFO, IP6T_SO_GET_ENTRIES,
			 sizeof(struct ip6t_entry), offsetof(struct ip6t_entry, target_offset),
			 offsetof(struct ip6t_entry, next_offset)},
};

static_assert(sizeof(struct ipt_getinfo) == sizeof(struct ip6t_getinfo) &&
		      offsetof(struct ipt_get_entries, entrytable) ==
			      offsetof(struct ip6t_get_entries, entrytable),
	      "both families are asked alike");

/* asking */

static int entries_take(int fd, const struct form *form, const struct ipt_getinfo *info, struct pool *pool,
			struct legacy_dump *out)
{
	const size_t head = offsetof(struct ipt_get_entries, entrytable);
	socklen_t length = (socklen_t)(head + info->size);
	struct ipt_get_entries *entries = pool_alloc(pool, length);

	if (!entries) {
		errno = ENOMEM;
		return -1;
	}
	memcpy(entries->name, info->name, sizeof(entries->name));
	entries->size = info->size;
	if (getsockopt(fd, form->level, form->get_entries, entries, &length) < 0)
		return -1;
	out->bytes = (const uint8_t *)entries + head;
	out->size = info->size;
	return 0;
}

static int info_take(int fd, const struct form *form, struct ipt_getinfo *info)
{
	socklen_t length = sizeof(*info);

	return getsockopt(fd, form->level, form->get_info, info, &length);
}

/* Where chains begin is told before the entries are, and may be of another table by then. */
static int info_confirm(int fd, const struct form *form, const struct ipt_getinfo *told)
{
	struct ipt_getinfo now = {0};

	memcpy(now.name, told->name, sizeof(now.name));
	if (info_take(fd, form, &now) < 0)
		return -1;
	if (!memcmp(&now, told, sizeof(now)))
		return 0;
	errno = EAGAIN;
	return -1;
}

/* The kernel itself refuses to hand out a table whose size is another than it was told to be, and looks at nothing else. */
static int table_take(int fd, const struct form *form, struct ipt_getinfo *info, struct pool *pool,
		      struct legacy_dump *out)
{
	for (int i = 0; i < ATTEMPTS; i++) {
		if (info_take(fd, form, info) == 0 && entries_take(fd, form, info, pool, out) == 0 &&
		    info_confirm(fd, form, info) == 0)
			return 0;
		if (errno != EAGAIN)
			return -1;
	}
	return -1;
}

/* entries */

static const void *target_at(const struct legacy_dump *dump, size_t at)
{
	uint16_t offset;

	memcpy(&offset, dump->bytes + at + forms[dump->family].target_offset, sizeof(offset));
	return dump->bytes + at + offset;
}

static size_t behind(const struct legacy_dump *dump, size_t at)
{
	uint16_t size;

	memcpy(&size, dump->bytes + at + forms[dump->family].next_offset, sizeof(size));
	return at + size;
}

static bool is_standard(const struct xt_entry_target *target)
{
	return target->u.user.name[0] == '\0';
}

static bool is_error(const struct xt_entry_target *target)
{
	return !strcmp(target->u.user.name, XT_ERROR_TARGET);
}

static bool is_sound(const struct legacy_dump *dump, size_t at)
{
	const struct form *form = &forms[dump->family];
	const size_t left = dump->size - at;
	const struct xt_entry_target *target;
	size_t size, room;

	if (at % _Alignof(struct ipt_entry) || left < form->head)
		return false;
	size = behind(dump, at) - at;
	target = target_at(dump, at);
	room = (size_t)((const uint8_t *)target - dump->bytes) - at;
	if (size > left || room < form->head || room > size || size - room < sizeof(*target) ||
	    room % _Alignof(struct xt_entry_target))
		return false;
	return target->u.target_size >= sizeof(*target) && target->u.target_size <= size - room &&
	       memchr(target->u.user.name, '\0', sizeof(target->u.user.name)) &&
	       (!is_standard(target) || target->u.target_size >= sizeof(struct xt_standard_target)) &&
	       (!is_error(target) ||
		(target->u.target_size >= sizeof(struct xt_error_target) &&
		 memchr(target->data, '\0', sizeof(((struct xt_error_target *)NULL)->errorname))));
}

static int32_t verdict_of(const struct xt_entry_target *target)
{
	int32_t verdict;

	memcpy(&verdict, target->data, sizeof(verdict));
	return verdict;
}

/* chains */

static const char *const builtins[NF_INET_NUMHOOKS] = {
	[NF_INET_PRE_ROUTING] = "PREROUTING",   [NF_INET_LOCAL_IN] = "INPUT",
	[NF_INET_FORWARD] = "FORWARD",          [NF_INET_LOCAL_OUT] = "OUTPUT",
	[NF_INET_POST_ROUTING] = "POSTROUTING",
};

/* The hook whose chain begins there; NF_INET_NUMHOOKS: none's does. */
static unsigned hook_at(const struct ipt_getinfo *info, size_t at)
{
	unsigned hook = 0;

	while (hook < NF_INET_NUMHOOKS && !(info->valid_hooks & 1U << hook && info->hook_entry[hook] == at))
		hook++;
	return hook;
}

static struct dumped_chain *chain_add(struct legacy_dump *dump, const char *name, size_t first,
				      struct pool *pool)
{
	struct dumped_chain *chains = pool_grow(pool, dump->chains, dump->chain_count, sizeof(*chains));

	if (!chains) {
		errno = ENOMEM;
		return NULL;
	}
	dump->chains = chains;
	chains[dump->chain_count] = (struct dumped_chain){.name = name, .first = first, .behind = first};
	return &chains[dump->chain_count++];
}

/* Up to its policy; what a chain of a user's ends with is a RETURN for all that stands before the next name. */
static bool chain_close(const struct legacy_dump *dump, struct dumped_chain *chain, size_t policy)
{
	const struct xt_entry_target *target;

	for (size_t at = chain->first; at < dump->size && is_sound(dump, at); at = behind(dump, at)) {
		const size_t next = behind(dump, at);

		chain->behind = at;
		if (chain->builtin ? at == policy : is_sound(dump, next) && is_error(target_at(dump, next)))
			break;
	}
	if (chain->behind >= dump->size || !is_sound(dump, chain->behind))
		return false;
	target = target_at(dump, chain->behind);
	chain->policy_drop = is_standard(target) && verdict_of(target) == -NF_DROP - 1;
	return is_standard(target) && (!chain->builtin || chain->behind == policy);
}

static int builtin_add(struct legacy_dump *dump, const struct ipt_getinfo *info, unsigned hook,
		       struct pool *pool, size_t *next)
{
	struct dumped_chain *chain = chain_add(dump, builtins[hook], info->hook_entry[hook], pool);

	if (!chain)
		return -1;
	chain->builtin = true;
	if (!chain_close(dump, chain, info->underflow[hook]))
		return -1;
	*next = behind(dump, chain->behind);
	return 0;
}

static int user_chain_add(struct legacy_dump *dump, size_t head, struct pool *pool, size_t *next)
{
	const struct xt_entry_target *target = target_at(dump, head);
	struct dumped_chain *chain = chain_add(dump, (const char *)target->data, behind(dump, head), pool);

	if (!chain || !chain_close(dump, chain, 0))
		return -1;
	*next = behind(dump, chain->behind);
	return 0;
}

/* The last entry is an ERROR that no chain follows. */
static int chains_find(struct legacy_dump *dump, const struct ipt_getinfo *info, struct pool *pool)
{
	errno = 0;
	for (size_t at = 0; at < dump->size;) {
		const unsigned hook = hook_at(info, at);
		size_t next;

		if (!is_sound(dump, at))
			return -1;
		next = behind(dump, at);
		if (hook < NF_INET_NUMHOOKS) {
			if (builtin_add(dump, info, hook, pool, &next) < 0)
				return -1;
		} else if (!is_error(target_at(dump, at))) {
			return -1;
		} else if (next < dump->size && user_chain_add(dump, at, pool, &next) < 0) {
			return -1;
		}
		at = next;
	}
	return dump->chain_count ? 0 : -1;
}

int legacy_dump_read(enum family family, const char *table, struct pool *pool, struct legacy_dump *out)
{
	CLEANUP(descriptor_close)
	int fd = socket(forms[family].domain, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	struct ipt_getinfo info = {0};

	*out = (struct legacy_dump){.family = family};
	strncpy(info.name, table, sizeof(info.name) - 1);
	if (fd < 0 || table_take(fd, &forms[family], &info, pool, out) < 0)
		return -1;
	return chains_find(out, &info, pool);
}

/* rules */

/* Jumps go to the first rule of a chain. */
static const char *chain_at(const struct legacy_dump *dump, size_t first)
{
	size_t low = 0, high = dump->chain_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (dump->chains[middle].first < first)
			low = middle + 1;
		else
			high = middle;
	}
	return low < dump->chain_count && dump->chains[low].first == first ? dump->chains[low].name : NULL;
}

/* libiptc's words for a verdict. */
static const char *verdict_name(int32_t verdict)
{
	static const struct {
		int32_t verdict;
		const char *name;
	} names[] = {{-NF_ACCEPT - 1, "ACCEPT"},
		     {-NF_DROP - 1, "DROP"},
		     {-NF_QUEUE - 1, "QUEUE"},
		     {XT_RETURN, "RETURN"}};

	for (size_t i = 0; i < COUNT(names); i++)
		if (names[i].verdict == verdict)
			return names[i].name;
	return "";
}

bool legacy_dump_rule(const struct legacy_dump *dump, size_t *at, struct legacy_entry *out)
{
	const void *bytes = dump->bytes + *at;
	const struct xt_entry_target *target = target_at(dump, *at);
	const int32_t verdict = is_standard(target) ? verdict_of(target) : 0;
	const size_t next = behind(dump, *at);
	const bool jumps = is_standard(target) && verdict >= 0 && (size_t)verdict != next;
	const char *name = jumps ? chain_at(dump, (size_t)verdict) : verdict_name(verdict);

	*at = next;
	if (!name)
		return false;
	*out = dump->family == FAMILY_IPV4 ? legacy_entry_ipv4(bytes, name) : legacy_entry_ipv6(bytes, name);
	return true;
}
