/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses and prefixes of both families, as bytes in network order so that prefixes are bit comparisons.
 */
#ifndef FWPORT_ADDRESS_H
#define FWPORT_ADDRESS_H

#include "fwport/error.h"

#include <stdbool.h>
#include <stdint.h>

enum family { FAMILY_IPV4, FAMILY_IPV6 };
enum { FAMILY_COUNT = 2 };

/* A set of families: FAMILY_BIT(FAMILY_IPV4) | ... */
#define FAMILY_BIT(family) (1u << (family))
#define FAMILIES_BOTH      (FAMILY_BIT(FAMILY_IPV4) | FAMILY_BIT(FAMILY_IPV6))

struct address {
	enum family family;
	uint8_t bytes[16]; /* 4 used for IPv4, the rest 0 */
};

struct prefix {
	struct address address; /* host bits are 0 */
	uint8_t length;         /* bits, 0-32 or 0-128 */
};

#define ADDRESS_TEXT 64 /* an IPv6 prefix and the NUL */

unsigned address_size(enum family family);   /* 4 or 16 bytes */
const char *family_name(enum family family); /* "IPv4", "IPv6" */
const char *family_word(enum family family); /* "ipv4", "ipv6", as in JSON */
int address_parse(const char *text, struct place at, struct address *out, struct error *err);
/* ADDRESS or ADDRESS/LENGTH. Host bits that are set are an error that names the prefix meant. */
int prefix_parse(const char *text, struct place at, struct prefix *out, struct error *err);
struct prefix prefix_of_address(const struct address *address); /* that holds it alone */
bool prefix_contains(const struct prefix *prefix, const struct address *address);
bool address_equal(const struct address *a, const struct address *b);
bool prefix_equal(const struct prefix *a, const struct prefix *b);
bool address_is_link_local(const struct address *address); /* 169.254/16, fe80::/10 */
bool address_is_loopback(const struct address *address);
bool address_is_multicast(const struct address *address); /* 224/4, ff00::/8 */
struct address address_of_nobody(enum family family);     /* 192.0.2.1, 2001:db8::1: kept for documentation */
const char *address_text(const struct address *address, char out[ADDRESS_TEXT]);
const char *prefix_text(const struct prefix *prefix,
			char out[ADDRESS_TEXT]); /* no "/32", "/128" for one host */

#endif
