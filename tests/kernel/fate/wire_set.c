/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets, maps and their elements. Anonymous ones are found by their number in the batch until the kernel has named them. */
#include "wire.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>

uint32_t wire_set_number(const struct set *set)
{
	const struct table *table = set->table;
	uint32_t number = 0;

	if (!(set->flags & NFT_SET_ANONYMOUS))
		return 0;
	while (table->sets[number] != set)
		number++;
	return number + 1;
}

const char *wire_set_name(const struct set *set)
{
	if (!(set->flags & NFT_SET_ANONYMOUS))
		return set->name;
	return set->flags & NFT_SET_MAP ? "__map%d" : "__set%d";
}

static void put32(struct nlmsghdr *message, uint16_t type, uint32_t value)
{
	mnl_attr_put_u32(message, type, htonl(value));
}

static void fields_put(struct nlmsghdr *message, const struct set *set)
{
	struct nlattr *description = mnl_attr_nest_start(message, NFTA_SET_DESC), *fields;

	fields = mnl_attr_nest_start(message, NFTA_SET_DESC_CONCAT);
	for (size_t i = 0; i < set->field_count; i++) {
		struct nlattr *field = mnl_attr_nest_start(message, NFTA_LIST_ELEM);

		put32(message, NFTA_SET_FIELD_LEN, set->field_lengths[i]);
		mnl_attr_nest_end(message, field);
	}
	mnl_attr_nest_end(message, fields);
	mnl_attr_nest_end(message, description);
}

void wire_set(struct nlmsghdr *message, const struct set *set, uint32_t number)
{
	mnl_attr_put_strz(message, NFTA_SET_TABLE, set->table->name);
	mnl_attr_put_strz(message, NFTA_SET_NAME, wire_set_name(set));
	put32(message, NFTA_SET_FLAGS, set->flags);
	put32(message, NFTA_SET_KEY_TYPE, set->key_type);
	put32(message, NFTA_SET_KEY_LEN, set->key_length);
	if (set->flags & NFT_SET_MAP) {
		put32(message, NFTA_SET_DATA_TYPE, set->data_type);
		put32(message, NFTA_SET_DATA_LEN, set->data_length ? set->data_length : 16);
	}
	put32(message, NFTA_SET_ID, number);
	if (set->flags & NFT_SET_CONCAT)
		fields_put(message, set);
}

static void element_put(struct nlmsghdr *message, const struct set *set, const struct element *element)
{
	uint32_t flags = (element->interval_end ? NFT_SET_ELEM_INTERVAL_END : 0) |
			 (element->catch_all ? NFT_SET_ELEM_CATCHALL : 0);

	if (flags)
		put32(message, NFTA_SET_ELEM_FLAGS, flags);
	if (!element->catch_all)
		wire_value(message, NFTA_SET_ELEM_KEY, element->key);
	if (element->key_end.length)
		wire_value(message, NFTA_SET_ELEM_KEY_END, element->key_end);
	if (!(set->flags & NFT_SET_MAP) || element->interval_end)
		return;
	if (set->data_length) {
		wire_value(message, NFTA_SET_ELEM_DATA, element->data);
	} else {
		struct nlattr *data = mnl_attr_nest_start(message, NFTA_SET_ELEM_DATA);

		wire_verdict(message, &element->verdict);
		mnl_attr_nest_end(message, data);
	}
}

void wire_elements(struct nlmsghdr *message, const struct set *set, uint32_t number)
{
	struct nlattr *list;

	mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_TABLE, set->table->name);
	mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_SET, wire_set_name(set));
	if (number)
		put32(message, NFTA_SET_ELEM_LIST_SET_ID, number);
	list = mnl_attr_nest_start(message, NFTA_SET_ELEM_LIST_ELEMENTS);
	for (size_t i = 0; i < set->element_count; i++) {
		struct nlattr *element = mnl_attr_nest_start(message, NFTA_LIST_ELEM);

		element_put(message, set, &set->elements[i]);
		mnl_attr_nest_end(message, element);
	}
	mnl_attr_nest_end(message, list);
}
