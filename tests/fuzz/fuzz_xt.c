/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as the struct of any extension of x_tables, and as the matches of an entry of a legacy table: operations that are
 * sound, or one that is opaque.
 */
#include "../../src/kernel/legacy_entry.h"
#include "../../src/kernel/xt_decode.h"

#include "sound.h"

#include <stdlib.h>
#include <string.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>

enum { HEAD = 4, LONGEST = 1024, ALIGNMENT = 8, REVISIONS = 5 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const char *const names[] = {
	"addrtype",   "ah",        "comment", "connbytes", "connlimit", "connmark", "conntrack",  "cpu",
	"dccp",       "devgroup",  "dscp",    "dst",       "ecn",       "esp",      "frag",       "hashlimit",
	"hbh",        "helper",    "hl",      "icmp",      "icmp6",     "iprange",  "ipv6header", "length",
	"limit",      "mac",       "mark",    "mh",        "multiport", "owner",    "physdev",    "pkttype",
	"policy",     "quota",     "realm",   "recent",    "rpfilter",  "rt",       "sctp",       "set",
	"state",      "statistic", "tcp",     "tcpmss",    "time",      "tos",      "ttl",        "udp",
	"CONNMARK",   "CT",        "DNAT",    "DSCP",      "ECN",       "HL",       "LOG",        "MARK",
	"MASQUERADE", "NETMAP",    "NFLOG",   "NFQUEUE",   "NOTRACK",   "REDIRECT", "REJECT",     "SET",
	"SNAT",       "TCPMSS",    "TOS",     "TPROXY",    "TTL",
};

static void list_check(const struct op_list *list)
{
	struct rule rule = {.ops = list->at, .op_count = list->count};

	if (list->failed)
		abort();
	rule_check(&rule);
}

static void extension_check(const uint8_t *head, const void *info, size_t length)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct error err = {0};
	struct op_list matched = {.pool = &pool, .err = &err}, targeted = matched;
	const struct xt_extension extension = {
		.name = names[head[0] % COUNT(names)],
		.revision = head[1] % REVISIONS,
		.family = head[2] & 1 ? NFPROTO_IPV6 : NFPROTO_IPV4,
		.info = info,
		.length = length,
	};

	xt_match_decode(&extension, &matched);
	xt_target_decode(&extension, &targeted);
	list_check(&matched);
	list_check(&targeted);
}

/* The bytes are the matches; libiptc sees to it that offsets lie inside an entry. */
static void entry_check(const uint8_t *matches, size_t length)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct error err = {0};
	struct op_list list = {.pool = &pool, .err = &err};
	const struct xt_counters counters = {0};
	const struct ipt_ip head = {0};
	const struct legacy_entry entry = {
		.family = NFPROTO_IPV4,
		.head = &head,
		.head_length = sizeof(head),
		.matches = matches,
		.matches_length = length,
		.counters = &counters,
		.name = "DROP",
	};
	const char *comment;

	if (legacy_likeness(&entry) == 0)
		abort();
	legacy_decode(&entry, &list, &comment);
	list_check(&list);
}

/* Copies of exactly the size, so that the sanitizer sees the end; names in an entry end within it, as the kernel's do. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	size_t whole = length < HEAD ? 0 : (length - HEAD) / ALIGNMENT * ALIGNMENT;
	uint8_t *info;

	if (length < HEAD || whole > LONGEST)
		return 0;
	info = malloc(whole ? whole : 1);
	if (!info)
		return 0;
	memcpy(info, bytes + HEAD, whole);
	extension_check(bytes, info, whole);
	if (bytes[3] & 1)
		entry_check(info, whole);
	free(info);
	return 0;
}
