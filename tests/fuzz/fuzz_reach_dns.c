/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as an answer of a nameserver: as they are, and behind a header and a question that fit, so that the records are reached.
 * What is taken from them is bounded, and a name that is shown has no control characters.
 */
#include "address_list.h"
#include "dns_message.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER = 12 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check(const struct dns_query *query, const struct dns_answer *answer)
{
	if (answer->addresses.count > ADDRESSES_MOST ||
	    (answer->addresses.count > 0) != (answer->status == DNS_OK))
		abort();
	for (size_t i = 0; i < answer->addresses.count; i++)
		if (answer->addresses.list[i].family != query->family)
			abort();
	for (const char *at = answer->canonical; at && *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			abort();
}

static void read_it(const struct dns_query *query, const uint8_t *bytes, size_t length)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct dns_answer answer = {.rcode = -1, .status = DNS_NO_ANSWER};
	struct error err;
	enum dns_kind kind;

	if (dns_message_read(query, bytes, length, &pool, &kind, &answer, &err) < 0)
		abort();
	if (kind == DNS_KIND_ANSWER)
		check(query, &answer);
	else if (answer.rcode != -1 || answer.addresses.count)
		abort();
}

static void read_behind_question(const struct dns_query *query, const uint8_t *bytes, size_t length)
{
	uint8_t message[DNS_MESSAGE_MOST];
	const size_t question = HEADER + query->question_length;

	if (length < HEADER || length - HEADER > sizeof(message) - question)
		return;
	memcpy(message, bytes, HEADER);
	memcpy(message, query->bytes, 2);
	message[2] |= 0x80;
	message[4] = 0;
	message[5] = 1;
	memcpy(message + HEADER, query->bytes + HEADER, query->question_length);
	memcpy(message + question, bytes + HEADER, length - HEADER);
	read_it(query, message, question + length - HEADER);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	for (enum family family = FAMILY_IPV4; family <= FAMILY_IPV6; family++) {
		struct dns_query query;

		if (dns_query_make("www.example", family, 0, &query))
			abort();
		if (length >= 2)
			memcpy(query.bytes, bytes, 2);
		read_it(&query, bytes, length);
		read_behind_question(&query, bytes, length);
	}
	return 0;
}
