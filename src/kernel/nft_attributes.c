/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attributes by a list of shapes. The bytes may be hostile: nothing is read before its length is known to be there.
 */
#include "nft_attributes.h"

#include <string.h>
#include <endian.h>

const void *attribute_bytes(const struct nlattr *attribute)
{
	return (const uint8_t *)attribute + NLA_HDRLEN;
}

size_t attribute_length(const struct nlattr *attribute)
{
	return (size_t)attribute->nla_len - NLA_HDRLEN;
}

unsigned attribute_type(const struct nlattr *attribute)
{
	return attribute->nla_type & NLA_TYPE_MASK;
}

const struct nlattr *attribute_next(const void *bytes, size_t length, size_t *at)
{
	const struct nlattr *attribute = (const void *)((const uint8_t *)bytes + *at);
	size_t left = length - *at, step;

	if (left < NLA_HDRLEN || attribute->nla_len < NLA_HDRLEN || attribute->nla_len > left)
		return NULL;
	step = NLA_ALIGN((size_t)attribute->nla_len);
	*at += step < left ? step : left; /* the last one may come without its padding */
	return attribute;
}

/* Of forms that have one length. */
static const uint8_t lengths[] = {
	[FORM_U8] = sizeof(uint8_t),
	[FORM_U16] = sizeof(uint16_t),
	[FORM_U32] = sizeof(uint32_t),
	[FORM_U64] = sizeof(uint64_t),
	[FORM_BYTES] = 0,
};

static bool has_form(const struct nlattr *attribute, enum attribute_form form)
{
	const char *text = attribute_bytes(attribute);
	size_t length = attribute_length(attribute);

	if (form == FORM_TEXT)
		return length && memchr(text, '\0', length) == text + length - 1;
	return !lengths[form] || length == lengths[form];
}

void attributes_read(const void *bytes, size_t length, const enum attribute_form *shape, size_t shape_count,
		     struct attributes *out)
{
	const struct nlattr *attribute;
	size_t at = 0;

	out->stranger = 0;
	out->malformed = false;
	memset(out->at, 0, shape_count * sizeof(*out->at));
	while ((attribute = attribute_next(bytes, length, &at))) {
		unsigned type = attribute_type(attribute);
		enum attribute_form form = type < shape_count ? shape[type] : FORM_NONE;

		if (form == FORM_NONE)
			out->stranger = type;
		else if (out->at[type] || !has_form(attribute, form))
			out->malformed = true;
		else
			out->at[type] = attribute;
	}
	if (at != length)
		out->malformed = true;
}

void attributes_read_nest(const struct nlattr *nest, const enum attribute_form *shape, size_t shape_count,
			  struct attributes *out)
{
	attributes_read(nest ? attribute_bytes(nest) : "", nest ? attribute_length(nest) : 0, shape,
			shape_count, out);
}

bool attribute_has(const struct attributes *attributes, unsigned type)
{
	return attributes->at[type] != NULL;
}

uint8_t attribute_u8(const struct attributes *attributes, unsigned type)
{
	const struct nlattr *attribute = attributes->at[type];

	return attribute ? *(const uint8_t *)attribute_bytes(attribute) : 0;
}

uint16_t attribute_u16(const struct attributes *attributes, unsigned type)
{
	uint16_t value = 0;

	if (attributes->at[type])
		memcpy(&value, attribute_bytes(attributes->at[type]), sizeof(value));
	return be16toh(value);
}

uint32_t attribute_u32(const struct attributes *attributes, unsigned type)
{
	uint32_t value = 0;

	if (attributes->at[type])
		memcpy(&value, attribute_bytes(attributes->at[type]), sizeof(value));
	return be32toh(value);
}

uint64_t attribute_u64(const struct attributes *attributes, unsigned type)
{
	uint64_t value = 0;

	if (attributes->at[type])
		memcpy(&value, attribute_bytes(attributes->at[type]), sizeof(value));
	return be64toh(value);
}

const char *attribute_text(const struct attributes *attributes, unsigned type)
{
	return attributes->at[type] ? attribute_bytes(attributes->at[type]) : NULL;
}
