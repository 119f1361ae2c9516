/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets in a rule's text: named ones by name, anonymous ones by what they hold, and not all of it when it is much.
 */
#include "rule_text_match.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

enum { LIST_WHOLE = 8, LIST_CUT = 2 }; /* up to 8 members are all shown, of more the first 2 */

void verdict_text(const struct nft_verdict *verdict, struct text *out)
{
	static const char *const words[] = {
		[VERDICT_ACCEPT] = "accept",     [VERDICT_DROP] = "drop",     [VERDICT_QUEUE] = "queue",
		[VERDICT_CONTINUE] = "continue", [VERDICT_BREAK] = "break",   [VERDICT_JUMP] = "jump ",
		[VERDICT_GOTO] = "goto ",        [VERDICT_RETURN] = "return",
	};

	text_add(out, "%s", words[verdict->code]);
	if (verdict->code == VERDICT_JUMP || verdict->code == VERDICT_GOTO)
		name_text(verdict->chain_name, out);
}

static const struct value_type *field_type(const struct key_field *field)
{
	static const struct value_type hex = {.kind = VALUE_HEX};

	return field->field ? &field->field->type : &hex;
}

/* A key, or a range of keys: the fields of a concatenation are each a range of their own. */
static void key_range_text(const struct bytes *from, const struct bytes *to, const struct key_field *fields,
			   size_t count, struct text *out)
{
	uint8_t at = 0;

	for (size_t i = 0; i < count && at < from->length; i++) {
		uint8_t left = (uint8_t)(from->length - at),
			length = fields[i].length < left ? fields[i].length : left;
		struct bytes low = {from->at + at, length}, high = {to->at + at, length};

		if (i + 1 == count && count == 1)
			low.length = high.length = left;
		text_add(out, "%s", i ? " . " : "");
		range_text(field_type(&fields[i]), fields[i].swapped, &low, &high, out);
		at = (uint8_t)(at + ((length + 3) & ~3));
	}
}

/* The last key before the one that ends an interval; behind the last interval, the highest there is. */
static void last_key(const struct element *end, uint8_t length, uint8_t out[REGISTER_BYTES])
{
	memset(out, 0xff, REGISTER_BYTES);
	if (!end || end->key.length != length)
		return;
	memcpy(out, end->key.at, length);
	for (int i = length - 1; i >= 0; i--)
		if (out[i]--)
			break;
}

static bool is_tree(const struct set *set)
{
	return (set->flags & NFT_SET_INTERVAL) && !(set->flags & NFT_SET_CONCAT);
}

static void data_text(const struct set *set, const struct element *element, struct text *out)
{
	const struct field *field = field_of_type(set->data_type);
	const struct key_field data = {.field = field, .length = element->data.length};

	text_add(out, " : ");
	if (set->flags & NFT_SET_OBJECT)
		text_add_quoted(out, element->object_name ? element->object_name : "");
	else if (set->data_type == NFT_DATA_VERDICT)
		verdict_text(&element->verdict, out);
	else
		value_text(field_type(&data), false, &element->data, out);
}

static void member_text(const struct set *set, const struct element *element, const struct element *next,
			const struct key_field *fields, size_t count, struct text *out)
{
	uint8_t highest[REGISTER_BYTES];
	struct bytes to = element->key_end.length ? element->key_end : element->key;

	if (is_tree(set) && !element->key_end.length) {
		last_key(next, element->key.length, highest);
		to.at = highest;
	}
	if (element->catch_all)
		text_add(out, "*");
	else
		key_range_text(&element->key, &to, fields, count, out);
	if (set->flags & (NFT_SET_MAP | NFT_SET_OBJECT))
		data_text(set, element, out);
}

static size_t member_count(const struct set *set)
{
	size_t count = 0;

	for (size_t i = 0; i < set->element_count; i++)
		count += !set->elements[i].interval_end;
	return count;
}

static void members_text(const struct set *set, const struct key_field *fields, size_t count,
			 struct text *out)
{
	size_t members = member_count(set), limit = members > LIST_WHOLE ? LIST_CUT : members, shown = 0;

	text_add(out, "{ ");
	for (size_t i = 0; i < set->element_count && shown < limit; i++) {
		const struct element *element = &set->elements[i];
		bool has_next = i + 1 < set->element_count && !element[1].catch_all;

		if (element->interval_end)
			continue;
		text_add(out, "%s", shown++ ? ", " : "");
		member_text(set, element, has_next ? &element[1] : NULL, fields, count, out);
	}
	if (members > limit)
		text_add(out, ", ... %zu more", members - limit);
	text_add(out, " }");
}

void set_text(const struct set *set, const char *name, const struct key_field *fields, size_t count,
	      struct text *out)
{
	if (set && set->flags & NFT_SET_ANONYMOUS && !set->opaque) {
		members_text(set, fields, count, out);
		return;
	}
	text_add(out, "@");
	name_text(name, out);
}
