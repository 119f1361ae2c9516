/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any packets, seen by the witness while it watches connections and a neighbour of each family. The input is packets one behind the other: a byte
 * that says which way it goes, a byte with its length, and its bytes, which stand at the very end of their memory.
 */
#include "../../src/reach/watch_list.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void require(bool promise)
{
	if (!promise)
		abort();
}

static void require_sound(const struct headers *headers)
{
	const enum family family = headers->flow.from.family;

	require(family == headers->flow.to.family);
	if (headers->kind == HEADERS_NEIGHBOUR) /* who is asked for, and no ports */
		require(!headers->flow.protocol && address_equal(&headers->flow.from, &headers->flow.to));
	else
		require(headers->flow.protocol == 6 || headers->flow.protocol == 17);
	require(headers->kind == HEADERS_ICMP_ERROR || headers->payload <= UINT16_MAX);
}

static void see(struct watch_list *list, const uint8_t *bytes, size_t length, struct passage passage)
{
	uint8_t *exact = malloc(length ? length : 1);
	struct headers headers;

	require(exact);
	memcpy(exact, bytes, length);
	if (headers_read(exact, length, &headers)) {
		require_sound(&headers);
		watch_list_see(list, &headers, &passage);
	}
	free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const struct tuple watched[] = {
		{6, {FAMILY_IPV4, {203, 0, 113, 7}}, 40000, 443},
		{6, {FAMILY_IPV6, {0x20, 0x01, 0x0d, 0xb8, 0, 7, [15] = 7}}, 40000, 443},
		{17, {FAMILY_IPV4, {203, 0, 113, 7}}, 40000, 443},
		{0, {FAMILY_IPV4, {192, 0, 2, 1}}, 0, 0},
		{0, {FAMILY_IPV6, {0xfe, 0x80, [15] = 1}}, 0, 0},
	};
	static struct watch_list list;
	const size_t count = sizeof(watched) / sizeof(watched[0]);

	list = (struct watch_list){0};
	for (size_t i = 0; i < count; i++)
		require(watch_list_add(&list, &watched[i], true, 0));
	while (length >= 2) {
		const size_t taken = bytes[1] < length - 2 ? bytes[1] : length - 2;

		see(&list, bytes + 2, taken,
		    (struct passage){.outgoing = bytes[0] & 1, .device = 1 + (bytes[0] >> 1 & 1)});
		bytes += 2 + taken;
		length -= 2 + taken;
	}
	require(list.count == count);
	for (size_t i = 0; i < count; i++) {
		const struct sighting seen = watch_list_tell(&list, &watched[i]);

		require(seen.watched && (!seen.icmp_in || seen.icmp_from_known));
		require(seen.syn_ack_in || (!seen.syn_ack_ttl && !seen.mss));
	}
	return 0;
}
