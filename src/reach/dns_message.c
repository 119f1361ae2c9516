/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An answer belongs to a question when it has its number and repeats it; servers that refuse need not repeat it. Letters may come
 * back in the other case. The records are parsed by libcares, which checks names and bounds.
 */
#include "dns_message.h"

#include "address_list.h"

#include <ares.h>
#include <ctype.h>
#include <netdb.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

enum { HEADER = 12, TYPE_AND_CLASS = 4, TYPE_A = 1, TYPE_AAAA = 28, CLASS_IN = 1 };
enum { FLAG_ANSWER = 0x80, FLAG_TRUNCATED = 0x02, FLAG_UNCHECKED = 0x10, MASK_RCODE = 0x0f };
enum { RCODE_SERVFAIL = 2, RCODE_NXDOMAIN = 3, RCODE_REFUSED = 5 };

static void bytes_free(unsigned char **bytes)
{
	ares_free_string(*bytes);
}

static void hostent_free(struct hostent **host)
{
	if (*host)
		ares_free_hostent(*host);
}

static size_t name_length(const uint8_t *name)
{
	size_t length = 0;

	while (name[length])
		length += 1u + name[length];
	return length + 1;
}

const char *dns_query_make(const char *name, enum family family, unsigned edns_size, struct dns_query *out)
{
	CLEANUP(bytes_free) unsigned char *bytes = NULL;
	struct dns_query query = {.family = family};
	uint16_t number = 0;
	int length, status;

	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) != sizeof(number))
		return "the kernel has no random numbers";
	status = ares_create_query(name, CLASS_IN, family == FAMILY_IPV4 ? TYPE_A : TYPE_AAAA, number, 1,
				   &bytes, &length, (int)edns_size);
	if (status != ARES_SUCCESS)
		return ares_strerror(status);
	if ((size_t)length > sizeof(query.bytes))
		return "the name is too long";
	query.length = (size_t)length;
	memcpy(query.bytes, bytes, query.length);
	query.question_length = name_length(query.bytes + HEADER) + TYPE_AND_CLASS;
	*out = query;
	return NULL;
}

void dns_query_uncheck(struct dns_query *query)
{
	query->bytes[3] |= FLAG_UNCHECKED;
}

static bool same_question(const uint8_t *a, const uint8_t *b, size_t length)
{
	const size_t name = length - TYPE_AND_CLASS;

	for (size_t i = 0; i < name; i++)
		if (tolower(a[i]) != tolower(b[i])) /* lengths of labels are below any letter */
			return false;
	return memcmp(a + name, b + name, TYPE_AND_CLASS) == 0;
}

static int rcode_of(const uint8_t *bytes)
{
	return bytes[3] & MASK_RCODE;
}

static bool is_answer(const struct dns_query *query, const uint8_t *bytes, size_t length)
{
	const unsigned questions = length < HEADER ? 0 : (unsigned)bytes[4] << 8 | bytes[5];

	if (length < HEADER || memcmp(bytes, query->bytes, 2) != 0 || !(bytes[2] & FLAG_ANSWER))
		return false;
	if (questions == 0)
		return rcode_of(bytes) != 0;
	return questions == 1 && length >= HEADER + query->question_length &&
	       same_question(bytes + HEADER, query->bytes + HEADER, query->question_length);
}

static enum dns_status status_of_rcode(int rcode)
{
	return rcode == RCODE_SERVFAIL   ? DNS_SERVFAIL
	       : rcode == RCODE_NXDOMAIN ? DNS_NXDOMAIN
	       : rcode == RCODE_REFUSED  ? DNS_REFUSED
					 : DNS_OTHER_RCODE;
}

/* The name that the addresses are of, where CNAMEs led away from the one asked for. */
static int take_canonical(const struct hostent *host, struct pool *pool, struct dns_answer *answer,
			  struct error *err)
{
	if (!host->h_name || !host->h_aliases || !host->h_aliases[0])
		return 0;
	answer->canonical = pool_text(pool, host->h_name);
	return answer->canonical ? 0 : error_memory(err);
}

static int parse(enum family family, const uint8_t *bytes, int length, struct hostent **host)
{
	return family == FAMILY_IPV4 ? ares_parse_a_reply(bytes, length, host, NULL, NULL)
				     : ares_parse_aaaa_reply(bytes, length, host, NULL, NULL);
}

static int take_records(const struct dns_query *query, const uint8_t *bytes, size_t length, struct pool *pool,
			struct dns_answer *answer, struct error *err)
{
	CLEANUP(hostent_free) struct hostent *host = NULL;
	const int status = parse(query->family, bytes, (int)length, &host);

	if (status == ARES_ENOMEM)
		return error_memory(err);
	answer->status = status == ARES_ENODATA || status == ARES_SUCCESS ? DNS_NODATA : DNS_GARBAGE;
	if (!host)
		return 0;
	for (char **at = host->h_addr_list; at && *at; at++) {
		struct address address = {.family = query->family};

		memcpy(address.bytes, *at, address_size(query->family));
		if (address_list_add(&answer->addresses, &address, pool, err) < 0)
			return -1;
		answer->status = DNS_OK;
	}
	return take_canonical(host, pool, answer, err);
}

int dns_message_read(const struct dns_query *query, const uint8_t *bytes, size_t length, struct pool *pool,
		     enum dns_kind *kind, struct dns_answer *answer, struct error *err)
{
	*kind = DNS_KIND_STRANGE;
	if (length > DNS_MESSAGE_MOST || !is_answer(query, bytes, length))
		return 0;
	if (bytes[2] & FLAG_TRUNCATED && rcode_of(bytes) == 0) {
		*kind = DNS_KIND_TRUNCATED;
		return 0;
	}
	*kind = DNS_KIND_ANSWER;
	answer->rcode = rcode_of(bytes);
	if (answer->rcode == 0)
		return take_records(query, bytes, length, pool, answer, err);
	answer->status = status_of_rcode(answer->rcode);
	return 0;
}
