/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets and their elements as messages. Sets are built by libnftnl; elements are not, because it would keep several heap
 * blocks for each of up to 65,535 of them: they are attributes, written one behind the other.
 */
#include "nft_elements.h"

#include <arpa/inet.h>
#include <endian.h>
#include <stdio.h>
#include <time.h>
#include <libmnl/libmnl.h>
#include <libnftnl/expr.h>
#include <libnftnl/set.h>
#include <linux/netfilter/nf_tables.h>

enum {
	SET_ROOM = 4 << 10,
	/*
	 * A list of elements is an attribute, whose length has 16 bits. It is closed when it is longer than this; the largest
	 * element, two keys of 64 bytes and two times, still fits behind.
	 */
	LIST_BYTES = 60000,
	LIST_ROOM = 64 << 10,
	KEY_LIMIT = NFT_DATA_VALUE_MAXLEN,
	/* What nft keeps in the userdata of a set, so that it prints the keys as they were meant. */
	UDATA_SET_KEY_BYTEORDER = 0,
	BYTEORDER_MIXED = 0,
	BYTEORDER_HOST = 1,
	BYTEORDER_BIG = 2,
	KEY_TYPE_IFNAME = 41,
	TIMEOUT_LEAST = 20, /* milliseconds */
};

static void nftnl_set_drop(struct nftnl_set **set)
{
	if (*set)
		nftnl_set_free(*set);
}

struct userdata_u32 {
	uint8_t type, length;
	uint32_t value; /* host byte order */
} __attribute__((packed));

/* The fields of a concatenation have each their own. */
static uint32_t key_byteorder(const struct set *set)
{
	if (set->field_count)
		return BYTEORDER_MIXED;
	return set->key_type == KEY_TYPE_IFNAME ? BYTEORDER_HOST : BYTEORDER_BIG;
}

static int set_userdata_put(struct nftnl_set *out, const struct set *set, struct error *err)
{
	const struct userdata_u32 order = {
		.type = UDATA_SET_KEY_BYTEORDER, .length = sizeof(uint32_t), .value = key_byteorder(set)};

	if (nftnl_set_set_data(out, NFTNL_SET_USERDATA, &order, sizeof(order)) < 0)
		return error_memory(err);
	return 0;
}

/* A counter for each element, which the kernel makes from this pattern. */
static int set_counter_put(struct nftnl_set *out, struct error *err)
{
	struct nftnl_expr *counter = nftnl_expr_alloc("counter");

	if (!counter)
		return error_memory(err);
	nftnl_set_add_expr(out, counter);
	return 0;
}

static int set_check(const struct set *set, struct error *err)
{
	if (set->flags & (NFT_SET_MAP | NFT_SET_OBJECT))
		return error_set(err, ERROR_SYSTEM, "map %s cannot be written", set->name);
	if (set->opaque)
		return error_set(err, ERROR_SYSTEM,
				 "set %s holds something that is not understood and cannot be written",
				 set->name);
	if (set->key_length == 0 || set->key_length > KEY_LIMIT)
		return error_set(err, ERROR_SYSTEM,
				 "a key of %u bytes in set %s cannot be written, allowed are 1-%d",
				 set->key_length, set->name, KEY_LIMIT);
	return 0;
}

static int set_fill(struct nftnl_set *out, const struct set *set, struct error *err)
{
	nftnl_set_set_u32(out, NFTNL_SET_KEY_TYPE, set->key_type);
	nftnl_set_set_u32(out, NFTNL_SET_KEY_LEN, set->key_length);
	if (set->timeout)
		nftnl_set_set_u64(out, NFTNL_SET_TIMEOUT, set->timeout);
	if (set->size)
		nftnl_set_set_u32(out, NFTNL_SET_DESC_SIZE, set->size);
	if (set->field_count &&
	    nftnl_set_set_data(out, NFTNL_SET_DESC_CONCAT, set->field_lengths, set->field_count) < 0)
		return error_memory(err);
	if ((set->flags & NFT_SET_EXPR) && set_counter_put(out, err) < 0)
		return -1;
	return set_userdata_put(out, set, err);
}

/* The names and the number by which a set is found. */
struct set_identity {
	const char *table, *name;
	uint16_t family;
	uint32_t id;    /* 0: a named set */
	uint32_t flags; /* beside the set's own */
};

static struct set_identity identity_named(const struct step *step)
{
	return (struct set_identity){
		.table = step->table->name, .family = step->table->family, .name = step->set->name};
}

static struct nftnl_set *set_start(const struct set_identity *identity, struct error *err)
{
	struct nftnl_set *out = nftnl_set_alloc();

	if (out && nftnl_set_set_str(out, NFTNL_SET_TABLE, identity->table) == 0 &&
	    nftnl_set_set_str(out, NFTNL_SET_NAME, identity->name) == 0)
		return out;
	nftnl_set_drop(&out);
	error_memory(err);
	return NULL;
}

static int set_add(struct batch *batch, size_t number, const struct set *set,
		   const struct set_identity *identity, struct error *err)
{
	CLEANUP(nftnl_set_drop) struct nftnl_set *out = set_start(identity, err);
	struct nlmsghdr *message;

	if (!out || set_check(set, err) < 0 || set_fill(out, set, err) < 0)
		return -1;
	/* The kernel sets NFT_SET_EXPR by itself when there is an expression. Sets always have an id, if only 0. */
	nftnl_set_set_u32(out, NFTNL_SET_FLAGS, (set->flags & ~(uint32_t)NFT_SET_EXPR) | identity->flags);
	nftnl_set_set_u32(out, NFTNL_SET_ID, identity->id);
	message = batch_add(batch, number, NFT_MSG_NEWSET, identity->family, NLM_F_CREATE, SET_ROOM, err);
	if (!message)
		return -1;
	nftnl_set_nlmsg_build_payload(message, out);
	batch_close(batch, message);
	return 0;
}

static int set_remove(struct batch *batch, size_t number, const struct set_identity *identity,
		      struct error *err)
{
	CLEANUP(nftnl_set_drop) struct nftnl_set *out = set_start(identity, err);
	struct nlmsghdr *message;

	if (!out)
		return -1;
	message = batch_add(batch, number, NFT_MSG_DELSET, identity->family, 0, SET_ROOM, err);
	if (!message)
		return -1;
	nftnl_set_nlmsg_build_payload(message, out);
	batch_close(batch, message);
	return 0;
}

/* Writes elements into as many messages as they need. */
struct element_list {
	struct batch *batch;
	size_t number;
	const struct set_identity *identity;
	bool remove;
	struct nlmsghdr *message; /* NULL: none is open */
	struct nlattr *nest;
};

static int list_open(struct element_list *list, struct error *err)
{
	const struct set_identity *identity = list->identity;

	list->message =
		batch_add(list->batch, list->number, list->remove ? NFT_MSG_DELSETELEM : NFT_MSG_NEWSETELEM,
			  identity->family, list->remove ? 0 : NLM_F_CREATE, LIST_ROOM, err);
	if (!list->message)
		return -1;
	mnl_attr_put_strz(list->message, NFTA_SET_ELEM_LIST_TABLE, identity->table);
	mnl_attr_put_strz(list->message, NFTA_SET_ELEM_LIST_SET, identity->name);
	if (identity->id)
		mnl_attr_put_u32(list->message, NFTA_SET_ELEM_LIST_SET_ID, htonl(identity->id));
	list->nest = mnl_attr_nest_start(list->message, NFTA_SET_ELEM_LIST_ELEMENTS);
	return 0;
}

static void list_close(struct element_list *list)
{
	if (!list->message)
		return;
	mnl_attr_nest_end(list->message, list->nest);
	batch_close(list->batch, list->message);
	list->message = NULL;
}

static bool list_is_full(const struct element_list *list)
{
	const uint8_t *end = mnl_nlmsg_get_payload_tail(list->message);

	return end - (const uint8_t *)list->nest > LIST_BYTES;
}

static void key_put(struct nlmsghdr *message, uint16_t type, struct bytes key)
{
	struct nlattr *nest = mnl_attr_nest_start(message, type);

	mnl_attr_put(message, NFTA_DATA_VALUE, key.length, key.at);
	mnl_attr_nest_end(message, nest);
}

static uint32_t element_flags(const struct element *element)
{
	return (element->interval_end ? NFT_SET_ELEM_INTERVAL_END : 0) |
	       (element->catch_all ? NFT_SET_ELEM_CATCHALL : 0);
}

static void element_put(struct nlmsghdr *message, const struct element *element)
{
	struct nlattr *nest = mnl_attr_nest_start(message, NFTA_LIST_ELEM);

	if (element_flags(element))
		mnl_attr_put_u32(message, NFTA_SET_ELEM_FLAGS, htonl(element_flags(element)));
	if (element->timeout)
		mnl_attr_put_u64(message, NFTA_SET_ELEM_TIMEOUT, htobe64(element->timeout));
	if (!element->catch_all)
		key_put(message, NFTA_SET_ELEM_KEY, element->key);
	if (element->key_end.length)
		key_put(message, NFTA_SET_ELEM_KEY_END, element->key_end);
	mnl_attr_nest_end(message, nest);
}

static int element_check(const struct element *element, struct error *err)
{
	if (element->key.length > KEY_LIMIT || element->key_end.length > KEY_LIMIT)
		return error_set(err, ERROR_SYSTEM, "a key of more than %d bytes cannot be written",
				 KEY_LIMIT);
	return 0;
}

static int list_add(struct element_list *list, const struct element *element, struct error *err)
{
	if (element_check(element, err) < 0)
		return -1;
	if (list->message && list_is_full(list))
		list_close(list);
	if (!list->message && list_open(list, err) < 0)
		return -1;
	element_put(list->message, element);
	return 0;
}

/* As two elements: where it starts, and the first port behind it, which there is not for a range that ends in 65535. */
static int list_add_range(struct element_list *list, struct port_range range, uint64_t timeout,
			  struct error *err)
{
	const uint16_t first = htons(range.first), behind = htons((uint16_t)(range.last + 1));
	const struct element start = {.key = {(const uint8_t *)&first, sizeof(first)}, .timeout = timeout};
	const struct element end = {.key = {(const uint8_t *)&behind, sizeof(behind)}, .interval_end = true};

	if (list_add(list, &start, err) < 0)
		return -1;
	return range.last == UINT16_MAX ? 0 : list_add(list, &end, err);
}

static int contents_write(struct batch *batch, size_t number, const struct element *elements, size_t count,
			  const struct set_identity *identity, struct error *err)
{
	struct element_list list = {.batch = batch, .number = number, .identity = identity};

	for (size_t i = 0; i < count; i++)
		if (list_add(&list, &elements[i], err) < 0)
			return -1;
	list_close(&list);
	return 0;
}

/* Ports are put into it by steps of their own. */
int set_send(struct batch *batch, size_t number, const struct step *step, struct error *err)
{
	const struct set_identity identity = identity_named(step);

	if (step->remove)
		return set_remove(batch, number, &identity, err);
	if (set_add(batch, number, step->set, &identity, err) < 0)
		return -1;
	return contents_write(batch, number, step->set->connections, step->set->connection_count, &identity,
			      err);
}

int fresh_set_write(struct batch *batch, size_t number, const struct step *step, struct fresh_set fresh,
		    struct error *err)
{
	const struct set_identity identity = {
		.table = step->table->name,
		.family = step->table->family,
		.name = ANONYMOUS_SET_NAME,
		.id = fresh.id,
		.flags = NFT_SET_ANONYMOUS | NFT_SET_CONSTANT,
	};

	if (set_add(batch, number, fresh.set, &identity, err) < 0)
		return -1;
	return contents_write(batch, number, fresh.set->elements, fresh.set->element_count, &identity, err);
}

/*
 * The kernel counts from when it gets the element, in its own ticks of 10 milliseconds at most; it takes less than one for
 * "never" (nf_msecs_to_jiffies64).
 */
static uint64_t timeout_until(int64_t moment)
{
	struct timespec now;
	int64_t rest;

	clock_gettime(CLOCK_REALTIME, &now);
	rest = (moment - now.tv_sec) * 1000 - now.tv_nsec / 1000000;
	return rest > TIMEOUT_LEAST ? (uint64_t)rest : TIMEOUT_LEAST;
}

int elements_write(struct batch *batch, size_t number, const struct step *step, struct error *err)
{
	const struct set_identity identity = identity_named(step);
	struct element_list list = {
		.batch = batch, .number = number, .identity = &identity, .remove = step->remove};
	const uint64_t timeout = step->expires && !step->remove ? timeout_until(step->expires) : 0;

	for (size_t i = 0; i < step->port_count; i++)
		if (list_add_range(&list, step->ports[i], timeout, err) < 0)
			return -1;
	list_close(&list);
	return 0;
}
