/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RFC 5246 (7.4.1), RFC 6101 for SSLv3, RFC 6066 for names, RFC 6520 for heartbeats. */
#include "hello.h"

#include <string.h>

enum { RANDOM_BYTES = 32, CLIENT_HELLO = 1, SERVER_HELLO = 2 };
enum {
	EXTENSION_NAME = 0,
	EXTENSION_GROUPS = 10,
	EXTENSION_POINTS = 11,
	EXTENSION_SIGNATURES = 13,
	EXTENSION_HEARTBEAT = 15
};

/* --- writing: what does not fit is not written, and seen at the end --- */

struct writer {
	uint8_t *bytes;
	size_t length, size;
	bool full;
};

static void put(struct writer *writer, const void *bytes, size_t length)
{
	writer->full = writer->full || length > writer->size - writer->length;
	if (writer->full)
		return;
	memcpy(writer->bytes + writer->length, bytes, length);
	writer->length += length;
}

static void put8(struct writer *writer, unsigned value)
{
	put(writer, &(uint8_t){(uint8_t)value}, 1);
}

static void put16(struct writer *writer, unsigned value)
{
	put8(writer, value >> 8);
	put8(writer, value & 0xff);
}

/* A length of 16 bits stands before what it counts. */
static size_t length_begin(struct writer *writer)
{
	put16(writer, 0);
	return writer->length;
}

static void length_end(struct writer *writer, size_t from)
{
	const size_t length = writer->length - from;

	if (writer->full)
		return;
	writer->bytes[from - 2] = (uint8_t)(length >> 8);
	writer->bytes[from - 1] = (uint8_t)length;
}

static void put_name(struct writer *writer, const char *name)
{
	size_t all, list;

	put16(writer, EXTENSION_NAME);
	all = length_begin(writer);
	list = length_begin(writer);
	put8(writer, 0); /* host_name */
	put16(writer, (unsigned)strlen(name));
	put(writer, name, strlen(name));
	length_end(writer, list);
	length_end(writer, all);
}

/* Without them a server may have no curve, or no hash, to go on with. */
static void put_abilities(struct writer *writer)
{
	static const uint8_t groups[] = {0, EXTENSION_GROUPS, 0, 8, 0, 6, 0, 29, 0, 23, 0, 24};
	static const uint8_t points[] = {0, EXTENSION_POINTS, 0, 2, 1, 0};
	static const uint8_t signatures[] = {
		0, EXTENSION_SIGNATURES, 0, 14, 0, 12, 4, 1, 4, 3, 5, 1, 6, 1, 2, 1, 2, 3};

	put(writer, groups, sizeof(groups));
	put(writer, points, sizeof(points));
	put(writer, signatures, sizeof(signatures));
}

static void put_extensions(struct writer *writer, const struct hello *hello)
{
	static const uint8_t heartbeat[] = {0, EXTENSION_HEARTBEAT, 0, 1, 1};
	size_t all = length_begin(writer);

	if (hello->name)
		put_name(writer, hello->name);
	put_abilities(writer);
	if (hello->heartbeat)
		put(writer, heartbeat, sizeof(heartbeat));
	length_end(writer, all);
}

static void put_body(struct writer *writer, const struct hello *hello)
{
	static const uint8_t random[RANDOM_BYTES] = "fwport asks what is offered here";

	put16(writer, hello->version);
	put(writer, random, sizeof(random));
	put8(writer, 0); /* no session */
	put16(writer, (unsigned)(hello->suite_count * 2));
	for (size_t i = 0; i < hello->suite_count; i++)
		put16(writer, hello->suites[i]);
	put16(writer, 1 << 8); /* one compression method: none */
	if (hello->version > VERSION_SSL3)
		put_extensions(writer, hello);
}

size_t hello_build(const struct hello *hello, uint8_t out[HELLO_MOST])
{
	struct writer writer = {.bytes = out, .size = HELLO_MOST};
	size_t record, body;

	put8(&writer, RECORD_HANDSHAKE);
	put16(&writer, hello->version > VERSION_TLS1_0 ? VERSION_TLS1_0 : hello->version);
	record = length_begin(&writer);
	put8(&writer, CLIENT_HELLO);
	put8(&writer, 0);
	body = length_begin(&writer);
	put_body(&writer, hello);
	length_end(&writer, body);
	length_end(&writer, record);
	return writer.full ? 0 : writer.length;
}

/* --- reading: what is not there is 0, and seen at the end --- */

struct reader {
	const uint8_t *bytes;
	size_t left;
	bool ended;
};

static const uint8_t *take(struct reader *reader, size_t length)
{
	const uint8_t *at = reader->bytes;

	if (length > reader->left) {
		reader->ended = true;
		return NULL;
	}
	reader->bytes += length;
	reader->left -= length;
	return at;
}

static unsigned take8(struct reader *reader)
{
	const uint8_t *at = take(reader, 1);

	return at ? *at : 0;
}

static unsigned take16(struct reader *reader)
{
	const uint8_t *at = take(reader, 2);

	return at ? (unsigned)at[0] << 8 | at[1] : 0;
}

static bool has_heartbeat(struct reader *reader)
{
	while (reader->left >= 4) {
		const unsigned type = take16(reader), length = take16(reader);

		if (!take(reader, length))
			return false;
		if (type == EXTENSION_HEARTBEAT)
			return true;
	}
	return false;
}

static struct hello_answer server_hello(struct reader *reader)
{
	struct hello_answer answer = {.kind = HELLO_ACCEPTED};

	take(reader, 3); /* the message's length */
	answer.version = (uint16_t)take16(reader);
	take(reader, RANDOM_BYTES);
	take(reader, take8(reader)); /* the session */
	answer.suite = (uint16_t)take16(reader);
	take8(reader); /* compression */
	if (reader->ended)
		return (struct hello_answer){.kind = HELLO_NO_TLS};
	take16(reader);
	answer.heartbeat = has_heartbeat(reader);
	return answer;
}

struct hello_answer hello_parse(const uint8_t *bytes, size_t length)
{
	struct reader reader = {.bytes = bytes, .left = length};
	const unsigned type = take8(&reader), version = take16(&reader);

	if (!length)
		return (struct hello_answer){.kind = HELLO_NOTHING};
	take16(&reader);
	if (reader.ended || version >> 8 != VERSION_SSL3 >> 8)
		return (struct hello_answer){.kind = HELLO_NO_TLS};
	if (type == RECORD_ALERT) {
		unsigned alert;

		take8(&reader); /* its level */
		alert = take8(&reader);
		return (struct hello_answer){.kind = reader.ended ? HELLO_NO_TLS : HELLO_REFUSED,
					     .alert = (int)alert};
	}
	if (type != RECORD_HANDSHAKE || take8(&reader) != SERVER_HELLO)
		return (struct hello_answer){.kind = HELLO_NO_TLS};
	return server_hello(&reader);
}
