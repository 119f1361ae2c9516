/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables, chains, objects and flowtables as dumped: the ruleset without its rules.
 */
#include "nft_dump.h"
#include "nft_decode.h"

#include <string.h>
#include <linux/netfilter.h>
#include <linux/netfilter_arp.h>
#include <linux/netfilter/nf_tables.h>

enum { TABLE_PERSIST = 4, TABLE_FLAGS_KNOWN = NFT_TABLE_F_DORMANT | NFT_TABLE_F_OWNER | TABLE_PERSIST };

/* Room for one more in a list of pointers, and a zeroed thing to put there. */
static void *list_add(struct pool *pool, void *list_at, size_t *count, size_t size)
{
	void **list, *thing = pool_alloc(pool, size);

	memcpy(&list, list_at, sizeof(list));
	list = pool_grow(pool, list, *count, sizeof(*list));
	if (!list || !thing)
		return NULL;
	list[(*count)++] = thing;
	memcpy(list_at, &list, sizeof(list));
	return thing;
}

static const enum attribute_form table_shape[] = {
	[NFTA_TABLE_NAME] = FORM_TEXT,  [NFTA_TABLE_FLAGS] = FORM_U32, [NFTA_TABLE_USE] = FORM_U32,
	[NFTA_TABLE_HANDLE] = FORM_U64, [NFTA_TABLE_PAD] = FORM_BYTES, [NFTA_TABLE_USERDATA] = FORM_BYTES,
	[NFTA_TABLE_OWNER] = FORM_U32,
};

static int table_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	struct reading *reading = context;
	struct ruleset *ruleset = reading->ruleset;
	struct nft_message given;
	struct table *table;
	uint32_t unknown;

	if (nft_message_read(message, table_shape, COUNT(table_shape), "table", &given, err) < 0)
		return -1;
	if (!attribute_text(&given.attributes, NFTA_TABLE_NAME))
		return error_set(err, ERROR_SYSTEM, "the kernel's table message has no name");
	table = list_add(reading->pool, &ruleset->tables, &ruleset->table_count, sizeof(*table));
	if (!table)
		return error_memory(err);
	table->engine = ENGINE_NFT;
	table->family = (enum table_family)given.family;
	table->name = pool_text(reading->pool, attribute_text(&given.attributes, NFTA_TABLE_NAME));
	table->handle = attribute_u64(&given.attributes, NFTA_TABLE_HANDLE);
	table->flags = attribute_u32(&given.attributes, NFTA_TABLE_FLAGS);
	table->owner_port = attribute_u32(&given.attributes, NFTA_TABLE_OWNER);
	unknown = table->flags & ~(uint32_t)TABLE_FLAGS_KNOWN;
	if (!table->name)
		return error_memory(err);
	if (reading_strange(reading, table, "table attribute", given.attributes.stranger, err) < 0)
		return -1;
	return reading_strange(reading, table, "table flags", unknown, err);
}

static const enum attribute_form chain_shape[] = {
	[NFTA_CHAIN_TABLE] = FORM_TEXT, [NFTA_CHAIN_HANDLE] = FORM_U64,    [NFTA_CHAIN_NAME] = FORM_TEXT,
	[NFTA_CHAIN_HOOK] = FORM_NEST,  [NFTA_CHAIN_POLICY] = FORM_U32,    [NFTA_CHAIN_USE] = FORM_U32,
	[NFTA_CHAIN_TYPE] = FORM_TEXT,  [NFTA_CHAIN_COUNTERS] = FORM_NEST, [NFTA_CHAIN_PAD] = FORM_BYTES,
	[NFTA_CHAIN_FLAGS] = FORM_U32,  [NFTA_CHAIN_ID] = FORM_U32,        [NFTA_CHAIN_USERDATA] = FORM_BYTES,
};

static const enum attribute_form hook_shape[] = {
	[NFTA_HOOK_HOOKNUM] = FORM_U32,
	[NFTA_HOOK_PRIORITY] = FORM_U32,
	[NFTA_HOOK_DEV] = FORM_TEXT,
	[NFTA_HOOK_DEVS] = FORM_NEST,
};

/* The kernel's hook numbers by family, in our order of hooks; bridge has those of IP. */
static const enum hook hooks_ip[] = {
	[NF_INET_PRE_ROUTING] = HOOK_PREROUTING,   [NF_INET_LOCAL_IN] = HOOK_INPUT,
	[NF_INET_FORWARD] = HOOK_FORWARD,          [NF_INET_LOCAL_OUT] = HOOK_OUTPUT,
	[NF_INET_POST_ROUTING] = HOOK_POSTROUTING, [NF_INET_INGRESS] = HOOK_INGRESS,
};
static const enum hook hooks_arp[] = {
	[NF_ARP_IN] = HOOK_INPUT, [NF_ARP_OUT] = HOOK_OUTPUT, [NF_ARP_FORWARD] = HOOK_FORWARD};
static const enum hook hooks_netdev[] = {
	[NF_NETDEV_INGRESS] = HOOK_INGRESS, [NF_NETDEV_EGRESS] = HOOK_EGRESS};

static bool hook_read(enum table_family family, uint32_t number, enum hook *out)
{
	const enum hook *hooks = hooks_ip;
	size_t count = COUNT(hooks_ip);

	if (family == TABLE_ARP) {
		hooks = hooks_arp;
		count = COUNT(hooks_arp);
	} else if (family == TABLE_NETDEV) {
		hooks = hooks_netdev;
		count = COUNT(hooks_netdev);
	}
	if (number >= count)
		return false;
	*out = hooks[number];
	return true;
}

static int device_add(struct reading *reading, struct chain *chain, const char *name, struct error *err)
{
	chain->devices =
		pool_grow(reading->pool, chain->devices, chain->device_count, sizeof(*chain->devices));
	if (!chain->devices)
		return error_memory(err);
	chain->devices[chain->device_count] = pool_text(reading->pool, name);
	return chain->devices[chain->device_count++] ? 0 : error_memory(err);
}

/* One device comes as itself, or a list of them. A kind of list member that is not a name is a stranger. */
static int devices_read(struct reading *reading, struct chain *chain, const struct attributes *hook,
			struct error *err)
{
	static const enum attribute_form name_shape[] = {[NFTA_DEVICE_NAME] = FORM_TEXT};
	const struct nlattr *list = hook->at[NFTA_HOOK_DEVS], *member;
	size_t at = 0;

	if (!list)
		return attribute_text(hook, NFTA_HOOK_DEV)
			       ? device_add(reading, chain, attribute_text(hook, NFTA_HOOK_DEV), err)
			       : 0;
	while ((member = attribute_next(attribute_bytes(list), attribute_length(list), &at))) {
		struct attributes name;

		attributes_read(member, (size_t)member->nla_len, name_shape, COUNT(name_shape), &name);
		if (name.malformed || !name.at[NFTA_DEVICE_NAME]) {
			if (reading_strange(reading, chain, "device attribute", attribute_type(member), err) <
			    0)
				return -1;
		} else if (device_add(reading, chain, attribute_text(&name, NFTA_DEVICE_NAME), err) < 0) {
			return -1;
		}
	}
	return 0;
}

static bool chain_type_read(const char *name, enum chain_type *out)
{
	for (enum chain_type type = CHAIN_FILTER; name && type <= CHAIN_NAT; type++)
		if (!strcmp(chain_type_name(type), name)) {
			*out = type;
			return true;
		}
	return false;
}

static int base_chain_read(struct reading *reading, struct chain *chain, const struct attributes *given,
			   struct error *err)
{
	const char *type = attribute_text(given, NFTA_CHAIN_TYPE);
	struct attributes hook;

	attributes_read_nest(given->at[NFTA_CHAIN_HOOK], hook_shape, COUNT(hook_shape), &hook);
	if (hook.malformed || !hook.at[NFTA_HOOK_HOOKNUM] || !hook.at[NFTA_HOOK_PRIORITY])
		return error_set(err, ERROR_SYSTEM, "the kernel's message about chain %s is malformed",
				 chain->name);
	if (!hook_read(chain->table->family, attribute_u32(&hook, NFTA_HOOK_HOOKNUM), &chain->hook))
		return error_set(err, ERROR_SYSTEM, "chain %s %s stands at hook %u, which is not known",
				 chain->table->name, chain->name, attribute_u32(&hook, NFTA_HOOK_HOOKNUM));
	if (!chain_type_read(type, &chain->type))
		return error_set(err, ERROR_SYSTEM, "chain %s %s has a type that is not known",
				 chain->table->name, chain->name);
	chain->base = true;
	chain->priority = (int32_t)attribute_u32(&hook, NFTA_HOOK_PRIORITY);
	chain->policy_drop = attribute_has(given, NFTA_CHAIN_POLICY) &&
			     attribute_u32(given, NFTA_CHAIN_POLICY) != NF_ACCEPT;
	if (reading_strange(reading, chain, "hook attribute", hook.stranger, err) < 0)
		return -1;
	return devices_read(reading, chain, &hook, err);
}

static int chain_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	struct reading *reading = context;
	struct nft_message given;
	struct table *table;
	struct chain *chain;

	if (nft_message_read(message, chain_shape, COUNT(chain_shape), "chain", &given, err) < 0)
		return -1;
	table = reading_table(reading, given.family, attribute_text(&given.attributes, NFTA_CHAIN_TABLE));
	if (!table || !attribute_has(&given.attributes, NFTA_CHAIN_NAME))
		return 0;
	chain = list_add(reading->pool, &table->chains, &table->chain_count, sizeof(*chain));
	if (!chain)
		return error_memory(err);
	chain->table = table;
	chain->name = pool_text(reading->pool, attribute_text(&given.attributes, NFTA_CHAIN_NAME));
	chain->handle = attribute_u64(&given.attributes, NFTA_CHAIN_HANDLE);
	chain->flags = attribute_u32(&given.attributes, NFTA_CHAIN_FLAGS);
	if (!chain->name)
		return error_memory(err);
	if (reading_strange(reading, chain, "chain attribute", given.attributes.stranger, err) < 0)
		return -1;
	if (!attribute_has(&given.attributes, NFTA_CHAIN_HOOK))
		return 0;
	return base_chain_read(reading, chain, &given.attributes, err);
}

static const enum attribute_form object_shape[] = {
	[NFTA_OBJ_TABLE] = FORM_TEXT, [NFTA_OBJ_NAME] = FORM_TEXT,      [NFTA_OBJ_TYPE] = FORM_U32,
	[NFTA_OBJ_DATA] = FORM_NEST,  [NFTA_OBJ_USE] = FORM_U32,        [NFTA_OBJ_HANDLE] = FORM_U64,
	[NFTA_OBJ_PAD] = FORM_BYTES,  [NFTA_OBJ_USERDATA] = FORM_BYTES,
};

/* The operation points into the bytes, which are gone with the message. */
static int object_content_take(struct reading *reading, struct object *object,
			       const struct nft_message *given, struct error *err)
{
	const struct nlattr *data = given->attributes.at[NFTA_OBJ_DATA];
	struct decoding where = {.pool = reading->pool, .err = err, .family = given->family};

	if (data)
		data = pool_copy(reading->pool, data, data->nla_len);
	if (given->attributes.stranger)
		where.stranger =
			pool_format(reading->pool, "object attribute %u", given->attributes.stranger);
	if ((!data && given->attributes.at[NFTA_OBJ_DATA]) || (!where.stranger && given->attributes.stranger))
		return error_memory(err);
	return decode_object(&where, data, object);
}

static int object_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	struct reading *reading = context;
	struct nft_message given;
	struct table *table;
	struct object *object;

	if (nft_message_read(message, object_shape, COUNT(object_shape), "object", &given, err) < 0)
		return -1;
	table = reading_table(reading, given.family, attribute_text(&given.attributes, NFTA_OBJ_TABLE));
	if (!table || !attribute_has(&given.attributes, NFTA_OBJ_NAME))
		return 0;
	object = list_add(reading->pool, &table->objects, &table->object_count, sizeof(*object));
	if (!object)
		return error_memory(err);
	object->name = pool_text(reading->pool, attribute_text(&given.attributes, NFTA_OBJ_NAME));
	object->type = attribute_u32(&given.attributes, NFTA_OBJ_TYPE);
	object->handle = attribute_u64(&given.attributes, NFTA_OBJ_HANDLE);
	return object->name ? object_content_take(reading, object, &given, err) : error_memory(err);
}

static const enum attribute_form flowtable_shape[] = {
	[NFTA_FLOWTABLE_TABLE] = FORM_TEXT, [NFTA_FLOWTABLE_NAME] = FORM_TEXT,
	[NFTA_FLOWTABLE_HOOK] = FORM_NEST,  [NFTA_FLOWTABLE_USE] = FORM_U32,
	[NFTA_FLOWTABLE_HANDLE] = FORM_U64, [NFTA_FLOWTABLE_PAD] = FORM_BYTES,
	[NFTA_FLOWTABLE_FLAGS] = FORM_U32,
};

static int flowtable_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	struct reading *reading = context;
	struct nft_message given;
	struct table *table;

	if (nft_message_read(message, flowtable_shape, COUNT(flowtable_shape), "flowtable", &given, err) < 0)
		return -1;
	table = reading_table(reading, given.family, attribute_text(&given.attributes, NFTA_FLOWTABLE_TABLE));
	if (!table || !attribute_has(&given.attributes, NFTA_FLOWTABLE_NAME))
		return 0;
	table->flowtables = pool_grow(reading->pool, table->flowtables, table->flowtable_count,
				      sizeof(*table->flowtables));
	if (!table->flowtables)
		return error_memory(err);
	table->flowtables[table->flowtable_count] =
		pool_text(reading->pool, attribute_text(&given.attributes, NFTA_FLOWTABLE_NAME));
	return table->flowtables[table->flowtable_count++] ? 0 : error_memory(err);
}

int skeleton_read(struct reading *reading, struct error *err)
{
	const struct nft_question tables = {.message = NFT_MSG_GETTABLE,
					    .what = "cannot read the nf_tables tables"};
	const struct nft_question chains = {.message = NFT_MSG_GETCHAIN,
					    .what = "cannot read the nf_tables chains"};
	const struct nft_question objects = {.message = NFT_MSG_GETOBJ,
					     .what = "cannot read the nf_tables objects"};
	const struct nft_question flowtables = {.message = NFT_MSG_GETFLOWTABLE,
						.what = "cannot read the nf_tables flowtables"};

	if (nft_dump(reading, &tables, table_take, reading, err) < 0)
		return -1;
	if (!reading->ruleset->table_count || reading->moved)
		return 0;
	if (nft_dump(reading, &chains, chain_take, reading, err) < 0 || sets_read(reading, err) < 0 ||
	    nft_dump(reading, &objects, object_take, reading, err) < 0)
		return -1;
	return nft_dump(reading, &flowtables, flowtable_take, reading, err);
}
