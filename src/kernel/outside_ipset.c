/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ipsets, by netlink: the name that goes with an index, what the set is made of, and its elements. Types whose elements are
 * addresses, networks, ports and interfaces are understood; a set of another type, or with something that is not on the list, is
 * opaque, and so is one with exceptions (nomatch), where the narrowest network decides.
 */
#include "netlink.h"
#include "nft_attributes.h"
#include "nft_dump.h"
#include "outside.h"

#include <endian.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/netfilter.h>
#include <linux/netfilter/ipset/ip_set.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

enum { PROTOCOL = 7, QUESTION_BYTES = 256, WORD = 4, BITS = 8, MILLISECONDS = 1000 };

static const enum attribute_form message_shape[] = {
	[IPSET_ATTR_PROTOCOL] = FORM_U8, [IPSET_ATTR_SETNAME] = FORM_TEXT, [IPSET_ATTR_TYPENAME] = FORM_TEXT,
	[IPSET_ATTR_REVISION] = FORM_U8, [IPSET_ATTR_FAMILY] = FORM_U8,    [IPSET_ATTR_FLAGS] = FORM_U32,
	[IPSET_ATTR_DATA] = FORM_NEST,   [IPSET_ATTR_ADT] = FORM_NEST,     [IPSET_ATTR_INDEX] = FORM_U16,
};

static const enum attribute_form header_shape[] = {
	[IPSET_ATTR_IP] = FORM_NEST,        [IPSET_ATTR_IP_TO] = FORM_NEST,
	[IPSET_ATTR_PORT] = FORM_U16,       [IPSET_ATTR_PORT_TO] = FORM_U16,
	[IPSET_ATTR_TIMEOUT] = FORM_U32,    [IPSET_ATTR_CADT_FLAGS] = FORM_U32,
	[IPSET_ATTR_INITVAL] = FORM_U32,    [IPSET_ATTR_HASHSIZE] = FORM_U32,
	[IPSET_ATTR_MAXELEM] = FORM_U32,    [IPSET_ATTR_NETMASK] = FORM_U8,
	[IPSET_ATTR_BUCKETSIZE] = FORM_U8,  [IPSET_ATTR_ELEMENTS] = FORM_U32,
	[IPSET_ATTR_REFERENCES] = FORM_U32, [IPSET_ATTR_MEMSIZE] = FORM_U32,
};

static const enum attribute_form element_shape[] = {
	[IPSET_ATTR_IP] = FORM_NEST,     [IPSET_ATTR_CIDR] = FORM_U8,     [IPSET_ATTR_PORT] = FORM_U16,
	[IPSET_ATTR_TIMEOUT] = FORM_U32, [IPSET_ATTR_PROTO] = FORM_U8,    [IPSET_ATTR_CADT_FLAGS] = FORM_U32,
	[IPSET_ATTR_IP2] = FORM_NEST,    [IPSET_ATTR_CIDR2] = FORM_U8,    [IPSET_ATTR_IFACE] = FORM_TEXT,
	[IPSET_ATTR_BYTES] = FORM_U64,   [IPSET_ATTR_PACKETS] = FORM_U64, [IPSET_ATTR_COMMENT] = FORM_TEXT,
	[IPSET_ATTR_SKBMARK] = FORM_U64, [IPSET_ATTR_SKBPRIO] = FORM_U32, [IPSET_ATTR_SKBQUEUE] = FORM_U16,
	[IPSET_ATTR_PAD] = FORM_BYTES,
};

struct reading_set {
	struct pool *pool;
	struct ipset *ipset;
};

/* The type */

/* "hash:net,port": what elements are made of. In a hash a port goes with its protocol. */
static bool parts_read(const char *type, struct ipset *ipset)
{
	static const struct {
		const char *name;
		enum ipset_part part;
	} words[] = {
		{"ip", PART_ADDRESS}, {"net", PART_NETWORK}, {"port", PART_PORT}, {"iface", PART_INTERFACE}};
	const char *at = strchr(type, ':');

	ipset->part_count = 0;
	while (at && ipset->part_count < IPSET_PARTS) {
		size_t length = strcspn(++at, ","), found = COUNT(words);

		for (size_t i = 0; i < COUNT(words); i++)
			if (strlen(words[i].name) == length && !strncmp(words[i].name, at, length))
				found = i;
		if (found == COUNT(words))
			return false;
		ipset->parts[ipset->part_count++] = words[found].part;
		at = at[length] ? at + length : NULL;
	}
	return !at && ipset->part_count && (!strncmp(type, "hash:", 5) || !strncmp(type, "bitmap:", 7));
}

static uint8_t address_length(const struct ipset *ipset)
{
	return ipset->family == NFPROTO_IPV6 ? 16 : 4;
}

static void field_add(struct set *set, uint8_t length)
{
	set->field_lengths[set->field_count++] = length;
	set->key_length += (length + WORD - 1) / WORD * WORD;
}

static void fields_make(struct ipset *ipset)
{
	struct set *set = ipset->set;

	for (size_t i = 0; i < ipset->part_count; i++)
		switch (ipset->parts[i]) {
		case PART_ADDRESS:
		case PART_NETWORK:
			field_add(set, address_length(ipset));
			break;
		case PART_PORT:
			if (!ipset->any_protocol)
				field_add(set, sizeof(uint8_t));
			field_add(set, sizeof(uint16_t));
			break;
		case PART_INTERFACE:
			field_add(set, IFNAMSIZ);
			break;
		}
	if (set->field_count > 1)
		set->flags |= NFT_SET_INTERVAL | NFT_SET_CONCAT;
	else if (ipset->parts[0] == PART_NETWORK)
		set->flags |= NFT_SET_INTERVAL;
	if (set->field_count == 1) {
		set->key_length = set->field_lengths[0];
		set->field_count = 0;
	}
}

/* The elements */

struct key {
	uint8_t from[REGISTER_BYTES], to[REGISTER_BYTES];
	size_t at;
};

static void key_put(struct key *key, const void *from, const void *to, size_t length)
{
	memcpy(key->from + key->at, from, length);
	memcpy(key->to + key->at, to, length);
	key->at += (length + WORD - 1) / WORD * WORD;
}

static bool key_put_address(struct key *key, const struct ipset *ipset, const struct nlattr *nest,
			    uint8_t bits)
{
	static const enum attribute_form shape[] = {
		[IPSET_ATTR_IPADDR_IPV4] = FORM_BYTES, [IPSET_ATTR_IPADDR_IPV6] = FORM_BYTES};
	bool ipv6 = ipset->family == NFPROTO_IPV6;
	const struct nlattr *address;
	uint8_t length = address_length(ipset), to[16];
	struct attributes given;

	attributes_read_nest(nest, shape, COUNT(shape), &given);
	address = given.at[ipv6 ? IPSET_ATTR_IPADDR_IPV6 : IPSET_ATTR_IPADDR_IPV4];
	if (given.malformed || given.stranger || !address || attribute_length(address) != length ||
	    bits > length * BITS)
		return false;
	memcpy(to, attribute_bytes(address), length);
	for (unsigned bit = bits; bit < length * BITS; bit++)
		to[bit / BITS] |= 0x80 >> bit % BITS;
	key_put(key, attribute_bytes(address), to, length);
	return true;
}

static void key_put_port(struct key *key, const struct ipset *ipset, const struct attributes *given)
{
	const uint8_t protocol = attribute_u8(given, IPSET_ATTR_PROTO);
	const uint16_t number = attribute_u16(given, IPSET_ATTR_PORT);
	const uint8_t port[] = {number >> BITS, number & 0xff};

	if (!ipset->any_protocol)
		key_put(key, &protocol, &protocol, sizeof(protocol));
	key_put(key, port, port, sizeof(port));
}

/* A name, or with the flag its beginning. */
static bool key_put_interface(struct key *key, const struct attributes *given, uint32_t flags)
{
	const char *name = attribute_text(given, IPSET_ATTR_IFACE);
	uint8_t from[IFNAMSIZ] = {0}, to[IFNAMSIZ] = {0};
	size_t length = name ? strlen(name) : 0;

	if (!length || length >= IFNAMSIZ)
		return false;
	memcpy(from, name, length);
	memcpy(to, name, length);
	if (flags & IPSET_FLAG_IFACE_WILDCARD)
		memset(to + length, 0xff, sizeof(to) - length);
	key_put(key, from, to, IFNAMSIZ);
	return true;
}

/* The next of the element's addresses, one or a network's. */
static bool key_put_next_address(struct key *key, const struct ipset *ipset, const struct attributes *given,
				 size_t *taken)
{
	static const struct {
		unsigned address, prefix;
	} places[] = {{IPSET_ATTR_IP, IPSET_ATTR_CIDR}, {IPSET_ATTR_IP2, IPSET_ATTR_CIDR2}};
	uint8_t bits = address_length(ipset) * BITS;

	if (*taken == COUNT(places))
		return false;
	if (attribute_has(given, places[*taken].prefix))
		bits = attribute_u8(given, places[*taken].prefix);
	return key_put_address(key, ipset, given->at[places[(*taken)++].address], bits);
}

static bool key_read(struct key *key, const struct ipset *ipset, const struct attributes *given)
{
	uint32_t flags = attribute_u32(given, IPSET_ATTR_CADT_FLAGS);
	size_t addresses = 0;
	bool understood = !(flags & ~(uint32_t)IPSET_FLAG_IFACE_WILDCARD);

	for (size_t i = 0; understood && i < ipset->part_count; i++)
		switch (ipset->parts[i]) {
		case PART_ADDRESS:
		case PART_NETWORK:
			understood = key_put_next_address(key, ipset, given, &addresses);
			break;
		case PART_PORT:
			key_put_port(key, ipset, given);
			break;
		case PART_INTERFACE:
			understood = key_put_interface(key, given, flags);
			break;
		}
	return understood;
}

static int element_take(struct reading_set *reading, const struct attributes *given)
{
	struct set *set = reading->ipset->set;
	struct key key = {.at = 0};
	struct element *list;

	if (given->malformed || given->stranger || !reading->ipset->part_count ||
	    !key_read(&key, reading->ipset, given)) {
		set->opaque = true;
		return 0;
	}
	list = pool_grow(reading->pool, set->elements, set->element_count, sizeof(*list));
	if (!list)
		return -1;
	set->elements = list;
	list += set->element_count++;
	*list = (struct element){
		.key = {pool_copy(reading->pool, key.from, set->key_length), set->key_length},
		.expires = (uint64_t)attribute_u32(given, IPSET_ATTR_TIMEOUT) * MILLISECONDS};
	if (set->flags & NFT_SET_INTERVAL)
		list->key_end =
			(struct bytes){pool_copy(reading->pool, key.to, set->key_length), set->key_length};
	return list->key.at && (list->key_end.at || !list->key_end.length) ? 0 : -1;
}

static int elements_take(struct reading_set *reading, const struct nlattr *nest)
{
	const struct nlattr *member;
	struct attributes given;
	size_t at = 0;

	while ((member = attribute_next(attribute_bytes(nest), attribute_length(nest), &at))) {
		attributes_read_nest(member, element_shape, COUNT(element_shape), &given);
		if (element_take(reading, &given) < 0)
			return -1;
	}
	return 0;
}

/* The set */

static bool header_read(const struct attributes *message, struct ipset *ipset)
{
	const char *type = attribute_text(message, IPSET_ATTR_TYPENAME);
	struct attributes given;

	if (ipset->part_count) /* it has one already */
		return false;
	attributes_read_nest(message->at[IPSET_ATTR_DATA], header_shape, COUNT(header_shape), &given);
	ipset->family = attribute_u8(message, IPSET_ATTR_FAMILY);
	if (given.malformed || given.stranger || !type || !parts_read(type, ipset))
		return false;
	ipset->any_protocol = !strcmp(type, "bitmap:port");
	ipset->prefix = attribute_u8(&given, IPSET_ATTR_NETMASK);
	if (attribute_has(&given, IPSET_ATTR_TIMEOUT))
		ipset->set->flags |= NFT_SET_TIMEOUT;
	fields_make(ipset);
	return ipset->set->key_length <= REGISTER_BYTES - XT_REGISTER;
}

static int message_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	struct reading_set *reading = context;
	struct set *set = reading->ipset->set;
	struct nft_message given;

	if (nft_message_read(message, message_shape, COUNT(message_shape), "ipset", &given, err) < 0)
		return -1;
	if (given.attributes.stranger)
		set->opaque = true;
	if (!set->opaque && attribute_has(&given.attributes, IPSET_ATTR_DATA))
		set->opaque = !header_read(&given.attributes, reading->ipset);
	if (!set->opaque && given.attributes.at[IPSET_ATTR_ADT] &&
	    elements_take(reading, given.attributes.at[IPSET_ATTR_ADT]) < 0)
		return error_memory(err);
	return 0;
}

static int name_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	struct reading_set *reading = context;
	struct nft_message given;
	const char *name;

	if (nft_message_read(message, message_shape, COUNT(message_shape), "ipset", &given, err) < 0)
		return -1;
	name = attribute_text(&given.attributes, IPSET_ATTR_SETNAME);
	reading->ipset->set->name = name ? pool_text(reading->pool, name) : NULL;
	return reading->ipset->set->name ? 0 : error_memory(err);
}

static struct nlmsghdr *question_start(void *buffer, uint16_t command)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct nfgenmsg *about = mnl_nlmsg_put_extra_header(message, sizeof(*about));

	message->nlmsg_type = (NFNL_SUBSYS_IPSET << BITS) | command;
	about->nfgen_family = NFPROTO_IPV4;
	about->version = NFNETLINK_V0;
	mnl_attr_put_u8(message, IPSET_ATTR_PROTOCOL, PROTOCOL);
	return message;
}

static int content_read(struct reading_set *reading, uint16_t index, struct error *err)
{
	CLEANUP(netlink_close) struct netlink netlink = {.fd = -1};
	_Alignas(struct nlmsghdr) uint8_t buffer[QUESTION_BYTES];
	enum netlink_dump_result result;
	struct nlmsghdr *message = question_start(buffer, IPSET_CMD_GET_BYINDEX);

	mnl_attr_put_u16(message, IPSET_ATTR_INDEX, htobe16(index));
	if (netlink_open(&netlink, NETLINK_NETFILTER, err) < 0 ||
	    netlink_request(&netlink, message, "cannot read an ipset's name", name_take, reading, err) < 0)
		return -1;
	reading->ipset->set->opaque = false;
	message = question_start(buffer, IPSET_CMD_LIST);
	mnl_attr_put_strz(message, IPSET_ATTR_SETNAME, reading->ipset->set->name);
	if (netlink_dump(&netlink, message, "cannot read an ipset", message_take, reading, &result, err) < 0)
		return -1;
	return result == NETLINK_DUMP_WHOLE
		       ? 0
		       : error_set(err, ERROR_BUSY, "an ipset changed while it was read");
}

static struct ipset *ipset_make(struct pool *pool, uint16_t index)
{
	struct ipset *ipset = pool_alloc(pool, sizeof(*ipset));
	struct set *set = pool_alloc(pool, sizeof(*set));

	if (!ipset || !set)
		return NULL;
	*set = (struct set){.name = pool_format(pool, "%u", index),
			    .keeper = SET_OF_IPSET,
			    .handle = index,
			    .opaque = true};
	*ipset = (struct ipset){.set = set};
	return set->name ? ipset : NULL;
}

const struct ipset *outside_ipset(struct outside *outside, struct pool *pool, uint16_t index)
{
	struct ipset *ipset, **list;
	struct reading_set reading = {.pool = pool};
	struct error err = {0};

	for (size_t i = 0; outside && i < outside->ipset_count; i++)
		if (outside->ipsets[i]->set->handle == index)
			return outside->ipsets[i];
	reading.ipset = ipset = ipset_make(pool, index);
	if (!ipset || !outside)
		return ipset;
	list = pool_grow(outside->pool, outside->ipsets, outside->ipset_count, sizeof(struct ipset *));
	if (!list)
		return NULL;
	outside->ipsets = list;
	if (content_read(&reading, index, &err) < 0 || !ipset->part_count || ipset->set->opaque) {
		ipset->set->opaque = true;
		ipset->set->element_count = 0;
	}
	elements_sort(ipset->set->elements, ipset->set->element_count);
	list[outside->ipset_count++] = ipset;
	return ipset;
}
