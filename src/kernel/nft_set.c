/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets and maps, and their elements. Whatever is not known about a set or one of its elements makes the whole set opaque.
 */
#include "nft_dump.h"
#include "nft_decode.h"

#include "fwport/policy.h"

#include <stdlib.h>
#include <string.h>
#include <linux/netfilter/nf_tables.h>

/* Newer than the oldest headers we build with, and without meaning for what a set holds. */
enum { SET_BACKEND = 19, SET_ELEMENT_COUNT = 20 };

enum {
	SET_FLAGS_KNOWN = NFT_SET_ANONYMOUS | NFT_SET_CONSTANT | NFT_SET_INTERVAL | NFT_SET_MAP |
			  NFT_SET_TIMEOUT | NFT_SET_EVAL | NFT_SET_OBJECT | NFT_SET_CONCAT | NFT_SET_EXPR,
	ELEMENT_FLAGS_KNOWN = NFT_SET_ELEM_INTERVAL_END | NFT_SET_ELEM_CATCHALL,
};

static const enum attribute_form set_shape[] = {
	[NFTA_SET_TABLE] = FORM_TEXT,     [NFTA_SET_NAME] = FORM_TEXT,    [NFTA_SET_FLAGS] = FORM_U32,
	[NFTA_SET_KEY_TYPE] = FORM_U32,   [NFTA_SET_KEY_LEN] = FORM_U32,  [NFTA_SET_DATA_TYPE] = FORM_U32,
	[NFTA_SET_DATA_LEN] = FORM_U32,   [NFTA_SET_POLICY] = FORM_U32,   [NFTA_SET_DESC] = FORM_NEST,
	[NFTA_SET_ID] = FORM_U32,         [NFTA_SET_TIMEOUT] = FORM_U64,  [NFTA_SET_GC_INTERVAL] = FORM_U32,
	[NFTA_SET_USERDATA] = FORM_BYTES, [NFTA_SET_PAD] = FORM_BYTES,    [NFTA_SET_OBJ_TYPE] = FORM_U32,
	[NFTA_SET_HANDLE] = FORM_U64,     [NFTA_SET_EXPR] = FORM_NEST,    [NFTA_SET_EXPRESSIONS] = FORM_NEST,
	[SET_BACKEND] = FORM_TEXT,        [SET_ELEMENT_COUNT] = FORM_U32,
};
static const enum attribute_form description_shape[] = {
	[NFTA_SET_DESC_SIZE] = FORM_U32,
	[NFTA_SET_DESC_CONCAT] = FORM_NEST,
};
static const enum attribute_form field_shape[] = {[NFTA_SET_FIELD_LEN] = FORM_U32};

/* The bytes of each field of a concatenation. False when they are not fields as we know them. */
static bool fields_read(struct set *set, const struct nlattr *list)
{
	const struct nlattr *member;
	struct attributes field;
	size_t at = 0;

	while ((member = attribute_next(attribute_bytes(list), attribute_length(list), &at))) {
		uint32_t length;

		attributes_read_nest(member, field_shape, COUNT(field_shape), &field);
		length = attribute_u32(&field, NFTA_SET_FIELD_LEN);
		if (field.malformed || field.stranger || !length || length > NFT_REGISTER_BYTES ||
		    set->field_count == COUNT(set->field_lengths))
			return false;
		set->field_lengths[set->field_count++] = (uint8_t)length;
	}
	return at == attribute_length(list);
}

static bool description_read(struct set *set, const struct nlattr *nest)
{
	struct attributes description;

	attributes_read_nest(nest, description_shape, COUNT(description_shape), &description);
	if (description.malformed || description.stranger)
		return false;
	set->size = attribute_u32(&description, NFTA_SET_DESC_SIZE);
	return !description.at[NFTA_SET_DESC_CONCAT] ||
	       fields_read(set, description.at[NFTA_SET_DESC_CONCAT]);
}

static void set_fill(struct set *set, const struct attributes *given)
{
	uint32_t key_length = attribute_u32(given, NFTA_SET_KEY_LEN),
		 data_length = attribute_u32(given, NFTA_SET_DATA_LEN);

	set->handle = attribute_u64(given, NFTA_SET_HANDLE);
	set->flags = attribute_u32(given, NFTA_SET_FLAGS);
	if (attribute_has(given, NFTA_SET_EXPR) || attribute_has(given, NFTA_SET_EXPRESSIONS))
		set->flags |= NFT_SET_EXPR; /* the kernel does not keep the flag it was made with */
	set->key_type = attribute_u32(given, NFTA_SET_KEY_TYPE);
	set->data_type = attribute_u32(given, NFTA_SET_DATA_TYPE);
	set->key_length = (uint8_t)key_length;
	set->data_length = (uint8_t)data_length;
	set->object_type = attribute_u32(given, NFTA_SET_OBJ_TYPE);
	set->timeout = attribute_u64(given, NFTA_SET_TIMEOUT);
	set->opaque = given->stranger || set->flags & ~(uint32_t)SET_FLAGS_KNOWN || !key_length ||
		      key_length > NFT_REGISTER_BYTES || data_length > NFT_REGISTER_BYTES ||
		      !description_read(set, given->at[NFTA_SET_DESC]);
}

/* One expression comes as itself, several as a list. */
static int ops_read(struct reading *reading, const struct set *set, const struct nlattr *one,
		    const struct nlattr *many, const struct op **out, size_t *count, struct error *err)
{
	struct decoding where = {
		.pool = reading->pool, .err = err, .family = (uint8_t)set->table->family, .depth = 1};
	struct op *ops = NULL;
	int result = 0;

	if (many)
		result = decode_list(&where, attribute_bytes(many), attribute_length(many), &ops, count);
	else if (one)
		result = decode_single(&where, one, &ops, count);
	*out = ops;
	return result;
}

static int set_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	struct reading *reading = context;
	struct nft_message given;
	struct table *table;
	struct set *set;

	if (nft_message_read(message, set_shape, COUNT(set_shape), "set", &given, err) < 0)
		return -1;
	table = reading_table(reading, given.family, attribute_text(&given.attributes, NFTA_SET_TABLE));
	if (!table || !attribute_has(&given.attributes, NFTA_SET_NAME))
		return 0;
	table->sets = pool_grow(reading->pool, table->sets, table->set_count, sizeof(*table->sets));
	set = pool_alloc(reading->pool, sizeof(*set));
	if (!table->sets || !set)
		return error_memory(err);
	table->sets[table->set_count++] = set;
	set->table = table;
	set->name = pool_text(reading->pool, attribute_text(&given.attributes, NFTA_SET_NAME));
	set_fill(set, &given.attributes);
	if (!set->name)
		return error_memory(err);
	return ops_read(reading, set, given.attributes.at[NFTA_SET_EXPR],
			given.attributes.at[NFTA_SET_EXPRESSIONS], &set->ops, &set->op_count, err);
}

int sets_read(struct reading *reading, struct error *err)
{
	const struct nft_question question = {.message = NFT_MSG_GETSET,
					      .what = "cannot read the nf_tables sets"};

	return nft_dump(reading, &question, set_take, reading, err);
}

static const enum attribute_form list_shape[] = {
	[NFTA_SET_ELEM_LIST_TABLE] = FORM_TEXT,
	[NFTA_SET_ELEM_LIST_SET] = FORM_TEXT,
	[NFTA_SET_ELEM_LIST_ELEMENTS] = FORM_NEST,
	[NFTA_SET_ELEM_LIST_SET_ID] = FORM_U32,
};
static const enum attribute_form element_shape[] = {
	[NFTA_SET_ELEM_KEY] = FORM_NEST,         [NFTA_SET_ELEM_DATA] = FORM_NEST,
	[NFTA_SET_ELEM_FLAGS] = FORM_U32,        [NFTA_SET_ELEM_TIMEOUT] = FORM_U64,
	[NFTA_SET_ELEM_EXPIRATION] = FORM_U64,   [NFTA_SET_ELEM_USERDATA] = FORM_BYTES,
	[NFTA_SET_ELEM_EXPR] = FORM_NEST,        [NFTA_SET_ELEM_PAD] = FORM_BYTES,
	[NFTA_SET_ELEM_OBJREF] = FORM_TEXT,      [NFTA_SET_ELEM_KEY_END] = FORM_NEST,
	[NFTA_SET_ELEM_EXPRESSIONS] = FORM_NEST,
};

/* The kernel's lists of elements, kept until all are there and can be counted: sets may be large, and room is dear. */
struct element_list {
	struct element_list *next;
	const void *bytes;
	size_t length;
};

struct elements_reading {
	struct reading *reading;
	struct set *set;
	struct element_list *first, **end; /* `end` is where the next one is hung up */
	size_t member_count;
};

static bool element_data_read(const struct set *set, const struct nlattr *data, struct element *out)
{
	if (!data)
		return !(set->flags & (NFT_SET_MAP | NFT_SET_OBJECT)) || out->interval_end ||
		       out->object_name;
	if (set->data_type == NFT_DATA_VERDICT)
		return data_verdict_read(data, &out->verdict);
	return data_value_read(data, &out->data) && out->data.length == set->data_length;
}

/* False when something about the element is not as we know elements. */
static bool element_read(const struct set *set, const struct attributes *given, struct element *out)
{
	uint32_t flags = attribute_u32(given, NFTA_SET_ELEM_FLAGS);
	const struct nlattr *key = given->at[NFTA_SET_ELEM_KEY], *end = given->at[NFTA_SET_ELEM_KEY_END];

	if (given->malformed || given->stranger || flags & ~(uint32_t)ELEMENT_FLAGS_KNOWN)
		return false;
	out->interval_end = flags & NFT_SET_ELEM_INTERVAL_END;
	out->catch_all = flags & NFT_SET_ELEM_CATCHALL;
	out->timeout = attribute_u64(given, NFTA_SET_ELEM_TIMEOUT);
	out->expires = attribute_u64(given, NFTA_SET_ELEM_EXPIRATION);
	out->object_name = attribute_text(given, NFTA_SET_ELEM_OBJREF);
	if (out->catch_all == (key != NULL) || (key && !data_value_read(key, &out->key)) ||
	    (key && out->key.length != set->key_length))
		return false;
	if (end && (!data_value_read(end, &out->key_end) || out->key_end.length != set->key_length))
		return false;
	return element_data_read(set, given->at[NFTA_SET_ELEM_DATA], out);
}

static int element_take(struct elements_reading *about, const struct nlattr *member, struct error *err)
{
	struct set *set = about->set;
	struct element *element = &set->elements[set->element_count];
	struct attributes given;

	attributes_read_nest(member, element_shape, COUNT(element_shape), &given);
	if (!element_read(set, &given, element)) {
		*element = (struct element){0};
		set->opaque = true;
		return 0;
	}
	set->element_count++;
	return ops_read(about->reading, set, given.at[NFTA_SET_ELEM_EXPR],
			given.at[NFTA_SET_ELEM_EXPRESSIONS], &element->ops, &element->op_count, err);
}

static int list_keep(struct elements_reading *about, const struct nlattr *nest, struct error *err)
{
	struct element_list *list = pool_alloc(about->reading->pool, sizeof(*list));
	size_t at = 0;

	if (!list)
		return error_memory(err);
	list->length = attribute_length(nest);
	list->bytes = pool_copy(about->reading->pool, attribute_bytes(nest), list->length);
	if (!list->bytes)
		return error_memory(err);
	while (attribute_next(list->bytes, list->length, &at))
		about->member_count++;
	*about->end = list;
	about->end = &list->next;
	return 0;
}

static int elements_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	struct elements_reading *about = context;
	const struct nlattr *nest;
	struct nft_message given;

	if (nft_message_read(message, list_shape, COUNT(list_shape), "set element", &given, err) < 0)
		return -1;
	nest = given.attributes.at[NFTA_SET_ELEM_LIST_ELEMENTS];
	return nest ? list_keep(about, nest, err) : 0;
}

static int list_decode(struct elements_reading *about, const struct element_list *list, struct error *err)
{
	const struct nlattr *member;
	size_t at = 0;

	while ((member = attribute_next(list->bytes, list->length, &at)))
		if (element_take(about, member, err) < 0)
			return -1;
	if (at != list->length)
		about->set->opaque = true;
	return 0;
}

static int lists_decode(struct elements_reading *about, struct error *err)
{
	if (!about->member_count)
		return 0;
	about->set->elements =
		pool_alloc(about->reading->pool, about->member_count * sizeof(*about->set->elements));
	if (!about->set->elements)
		return error_memory(err);
	for (const struct element_list *list = about->first; list; list = list->next)
		if (list_decode(about, list, err) < 0)
			return -1;
	return 0;
}

static void connections_part(struct set *set)
{
	set->connections = set->elements;
	set->connection_count = set->element_count;
	set->elements = NULL;
	set->element_count = 0;
}

int set_read_elements(struct reading *reading, struct set *set, struct error *err)
{
	const struct nft_question question = {
		.message = NFT_MSG_GETSETELEM,
		.table = set->table,
		.table_type = NFTA_SET_ELEM_LIST_TABLE,
		.thing_type = NFTA_SET_ELEM_LIST_SET,
		.thing = set->name,
		.what = "cannot read the elements of an nf_tables set",
	};
	struct elements_reading about = {.reading = reading, .set = set, .end = &about.first};

	if (nft_dump(reading, &question, elements_take, &about, err) < 0 || lists_decode(&about, err) < 0)
		return -1;
	elements_sort(set->elements, set->element_count);
	if (set_is_admitted(set))
		connections_part(set);
	return 0;
}

/* By key; an end before the start that has the same key, since there the next interval begins; the catch-all last. */
static int element_compare(const void *left, const void *right)
{
	const struct element *a = left, *b = right;
	uint8_t shorter = a->key.length < b->key.length ? a->key.length : b->key.length;
	int order;

	if (a->catch_all != b->catch_all)
		return a->catch_all ? 1 : -1;
	order = shorter ? memcmp(a->key.at, b->key.at, shorter) : 0;
	if (order)
		return order;
	return a->interval_end == b->interval_end ? 0 : a->interval_end ? -1 : 1;
}

static void elements_reverse(struct element *elements, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		struct element kept = elements[i];

		elements[i] = elements[count - 1 - i];
		elements[count - 1 - i] = kept;
	}
}

static bool is_sorted(const struct element *elements, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (element_compare(&elements[i - 1], &elements[i]) > 0)
			return false;
	return true;
}

/* The kernel dumps trees from the highest key down, so that reversing is usually all there is to do. */
void elements_sort(struct element *elements, size_t count)
{
	if (count > 1 && element_compare(&elements[0], &elements[count - 1]) > 0)
		elements_reverse(elements, count);
	if (!is_sorted(elements, count))
		qsort(elements, count, sizeof(*elements), element_compare);
}
