/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Questions and answers of the DNS as bytes. libcares writes the ones and parses the others; here is what it does not look at. */
#ifndef FWPORT_REACH_DNS_MESSAGE_H
#define FWPORT_REACH_DNS_MESSAGE_H

#include "facts.h"

#include "fwport/error.h"
#include "fwport/pool.h"

/* Header, a name of 255 bytes, type and class, and the EDNS record. */
enum { DNS_QUERY_MOST = 12 + 255 + 4 + 11, DNS_MESSAGE_MOST = 65535 };

struct dns_query {
	enum family family; /* A or AAAA */
	uint8_t bytes[DNS_QUERY_MOST];
	size_t length;
	size_t question_length; /* of name, type and class behind the header */
};

/* NULL, or why there can be no such question. edns_size 0: without EDNS, as glibc asks. */
const char *dns_query_make(const char *name, enum family family, unsigned edns_size, struct dns_query *out);

/* Asks a resolver that validates not to (CD, RFC 4035). */
void dns_query_uncheck(struct dns_query *query);

enum dns_kind {
	DNS_KIND_STRANGE,   /* not an answer to this question */
	DNS_KIND_TRUNCATED, /* to be asked again by TCP */
	DNS_KIND_ANSWER,    /* answer->status, rcode, addresses, canonical are filled */
};

int dns_message_read(const struct dns_query *query, const uint8_t *bytes, size_t length, struct pool *pool,
		     enum dns_kind *kind, struct dns_answer *answer, struct error *err);

#endif
