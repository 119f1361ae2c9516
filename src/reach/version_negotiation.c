/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Long headers: a byte of form and flags, the version, the two connection IDs with their lengths in front. */
#include "version_negotiation.h"

#include "fwport/text.h"

#include <string.h>

enum {
	LONG_FORM = 0x80,
	FIXED_BIT = 0x40,
	VERSION_AT = 1,
	IDS_AT = 5,
	VERSION_BYTES = 4,
	VERSIONS_MOST = 32,
};

/* 0x?a?a?a?a: "reserved to force version negotiation" (RFC 9000, 15). Servers name some, too, so that nobody trusts their list. */
#define RESERVED_VERSION 0x1a2a3a4au
#define RESERVED_MASK    0x0f0f0f0fu
#define RESERVED_BITS    0x0a0a0a0au
#define VERSION_2        0x6b3343cfu
#define DRAFTS           0xff000000u
#define DRAFT_MASK       0xffffff00u

/* The two IDs as they stand in a packet that names `first` before `second`. */
static void put_ids(uint8_t *at, const uint8_t *first, const uint8_t *second)
{
	at[0] = CONNECTION_ID_BYTES;
	memcpy(at + 1, first, CONNECTION_ID_BYTES);
	at[1 + CONNECTION_ID_BYTES] = CONNECTION_ID_BYTES;
	memcpy(at + 2 + CONNECTION_ID_BYTES, second, CONNECTION_ID_BYTES);
}

enum { IDS_BYTES = 2 * (1 + CONNECTION_ID_BYTES) };

static void put_version(uint8_t *at, uint32_t version)
{
	for (unsigned i = 0; i < VERSION_BYTES; i++)
		at[i] = (uint8_t)(version >> (8 * (VERSION_BYTES - 1 - i)));
}

static uint32_t get_version(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

void provocation_make(const uint8_t destination[CONNECTION_ID_BYTES],
		      const uint8_t source[CONNECTION_ID_BYTES], struct provocation *out)
{
	memset(out->bytes, 0, sizeof(out->bytes));
	out->bytes[0] = LONG_FORM | FIXED_BIT;
	put_version(out->bytes + VERSION_AT, RESERVED_VERSION);
	put_ids(out->bytes + IDS_AT, destination, source);
}

/* It says version 0, and gives the IDs back the other way round. */
static bool answers(const uint8_t *bytes, size_t length, const struct provocation *asked)
{
	const uint8_t *destination = asked->bytes + IDS_AT + 1,
		      *source = destination + CONNECTION_ID_BYTES + 1;
	uint8_t ids[IDS_BYTES];

	put_ids(ids, source, destination);
	return length >= IDS_AT + IDS_BYTES && (bytes[0] & LONG_FORM) &&
	       get_version(bytes + VERSION_AT) == 0 && memcmp(bytes + IDS_AT, ids, IDS_BYTES) == 0;
}

static void add_version(struct text *text, uint32_t version)
{
	if ((version & RESERVED_MASK) == RESERVED_BITS)
		return;
	text_add(text, "%s", text->length ? ", " : "");
	if (version == 1)
		text_add(text, "1");
	else if (version == VERSION_2)
		text_add(text, "2");
	else if ((version & DRAFT_MASK) == DRAFTS)
		text_add(text, "draft-%u", (unsigned)(version & ~DRAFT_MASK));
	else
		text_add(text, "0x%08x", (unsigned)version);
}

int version_negotiation_read(const uint8_t *bytes, size_t length, const struct provocation *asked,
			     struct pool *pool, bool *is_answer, const char **versions, struct error *err)
{
	CLEANUP(text_free) struct text text = {0};
	size_t at = IDS_AT + IDS_BYTES;

	*is_answer = answers(bytes, length, asked);
	*versions = NULL;
	if (!*is_answer)
		return 0;
	for (unsigned count = 0; at + VERSION_BYTES <= length && count < VERSIONS_MOST; count++) {
		add_version(&text, get_version(bytes + at));
		at += VERSION_BYTES;
	}
	*versions = text.failed ? NULL : pool_text(pool, text_string(&text));
	return *versions ? 0 : error_memory(err);
}
