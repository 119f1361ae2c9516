/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rulesets for tests, written in words. A rule is a line of a small language that is close to nft's and compiles to the
 * same operations as nft emits:
 *
 *     tcp dport 443 accept            tcp dport != 22 drop             tcp sport 1000-2000 accept
 *     ip saddr 10.0.0.0/8 drop        ip saddr @ban drop               ip6 saddr 2001:db8::/32 drop
 *     ct state new accept             ct state established,related accept   ct mark 7 drop     ct mark set 7
 *     iifname eth0 accept             iifname eth* accept              meta mark 5 accept  meta mark set 5
 *     limit 10 accept                 limit over 10 /hour burst 2 drop meta l4proto 17 drop
 *     tcp dport & 0xff00 >= 512 drop  ct zone set 1                    meta priority set 1
 *     tcp flags & 0x12 0x12 accept    fib daddr type local accept      fib saddr . iif oif 0 drop
 *     fib daddr oif 2 accept          meta iiftype 1 accept            tcp doff & 0xf0 0x50 accept
 *     icmpv6 type 135 accept          fib daddr type multicast accept  ip6 hoplimit 255 accept
 *     ct original saddr 192.0.2.1 accept             ct reply daddr != 2001:db8::1 accept
 *     quota 1000000 accept            quota over 1000000 used 5 drop   connections over 3 drop
 *     exthdr 1 2 exists drop          exthdr 1 2 missing drop          exthdr 1 2 there drop
 *     attached 0 3 is 5 drop          attached 0 3 there drop          number 4 is 0 drop
 *     object NAME drop                tcp dport objects @set accept
 *     ct original proto-dst 443 accept               xt th dport @ports accept    (what is behind "xt" is a match of x_tables)
 *     add @ban saddr drop             tcp dport vmap @ports            ip saddr . tcp dport @pairs accept
 *     counter log reject              jump NAME  goto NAME  return     accept  drop  queue  notrack
 *     redirect 8443                   dnat 10.0.0.1  snat 10.0.0.1     masquerade
 *     opaque NAME  decides NAME  passes NAME           (what is named "dscp" changes no more than that)
 *
 * `exthdr` has the kind of header and its type, `attached` the kind and the key, of one byte; "there" only breaks the rule where
 * there is none. Chains, sets and objects that a line names have to be built before it. A word that is not known fails the test.
 */
#ifndef FWPORT_TEST_BUILD_H
#define FWPORT_TEST_BUILD_H

#include "fwport/host.h"
#include "fwport/ruleset.h"

struct build {
	struct pool pool;
	struct ruleset ruleset; /* number 7, no legacy tables */
	struct host host;       /* build_host fills it */
	uint64_t handle;        /* the last one given */
};

void build_start(struct build *build);
void build_end(struct build *build);

struct table *build_table(struct build *build, enum table_family family, const char *name);
/* A filter chain; set ->type = CHAIN_NAT afterwards for a nat chain. */
struct chain *build_base_chain(struct build *build, struct table *table, const char *name, enum hook hook,
			       int priority, bool policy_drop);
struct chain *build_chain(struct build *build, struct table *table, const char *name);
struct rule *build_rule(struct build *build, struct chain *chain, const char *line);
/* `table inet filter { chain input { type filter hook input priority 0; policy drop|accept } }`: most tests need no more. */
struct chain *build_input(struct build *build, bool policy_drop);

/* A named object that does what the one statement of the line says, or passes if that is "passes ...". */
struct object *build_object(struct build *build, struct table *table, const char *name, const char *line);
/*
 * Elements are words: ports "80 443 1000-2000" or addresses "10.0.0.0/8 192.0.2.1", with flags NFT_SET_*. For maps ":accept",
 * ":drop" or ":jump NAME" stands behind an element, "80:accept"; with NFT_SET_OBJECT, an object's name; "*" is the catch-all.
 * For "a . b" sets, fields are joined by a comma: "10.0.0.0/8,443".
 */
struct set *build_set(struct build *build, struct table *table, const char *name, uint32_t flags,
		      const char *elements);

/*
 * eth0 (index 2): 192.0.2.10/24, 2001:db8::10/64 and the default routes; eth1 (index 3): 10.1.0.10/24, 2001:db8:1::10/64;
 * lo. Both up. Conntrack picks up TCP connections that it did not see begin.
 */
void build_host(struct build *build);

#endif
