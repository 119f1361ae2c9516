/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ruleset: everything the kernel holds, read at one generation, in neutral terms. It lives in one pool and is
 * never changed after it is read; a hypothetical ruleset is a copy that shares what it did not change (step.h).
 */
#ifndef FWPORT_RULESET_H
#define FWPORT_RULESET_H

#include "fwport/address.h"
#include "fwport/op.h"
#include "fwport/pool.h"

enum engine { ENGINE_NFT, ENGINE_LEGACY };

/* Who made it, by signs that have been seen to hold; the kernel does not know. */
enum owner {
	OWNER_OURS,
	OWNER_ADMIN,
	OWNER_IPTABLES_NFT,
	OWNER_UFW,
	OWNER_FIREWALLD,
	OWNER_DOCKER,
	OWNER_FAIL2BAN,
	OWNER_LIBVIRT,
	OWNER_KUBERNETES,
	OWNER_LEGACY
};

enum chain_type { CHAIN_FILTER, CHAIN_ROUTE, CHAIN_NAT };

/* Netfilter families, NFPROTO_* of <linux/netfilter.h> */
enum table_family {
	TABLE_INET = 1,
	TABLE_IP = 2,
	TABLE_ARP = 3,
	TABLE_NETDEV = 5,
	TABLE_BRIDGE = 7,
	TABLE_IP6 = 10
};

/* Hooks in the order a packet meets them; numbered for us, not as in the kernel, where the number depends on the family. */
enum hook {
	HOOK_INGRESS,
	HOOK_PREROUTING,
	HOOK_INPUT,
	HOOK_FORWARD,
	HOOK_OUTPUT,
	HOOK_POSTROUTING,
	HOOK_EGRESS
};

struct element {
	struct bytes key;
	struct bytes key_end;        /* inclusive upper end, concatenated ranges; length 0: none */
	bool interval_end;           /* interval sets: the first key behind an interval */
	bool catch_all;              /* matches when no other element does; key is empty */
	struct bytes data;           /* maps */
	struct nft_verdict verdict;  /* verdict maps */
	const char *object_name;     /* object maps */
	const struct object *object; /* resolved after the table is read; NULL when it is not there */
	uint64_t timeout, expires;   /* milliseconds, 0: none */
	const struct op *ops;        /* run on a hit: counter, limit, ... */
	size_t op_count;
};

/* Who keeps a set: its table; or an extension of x_tables, in no table and for all rules of the host that name it. */
enum set_keeper {
	SET_OF_TABLE,
	SET_OF_RECENT, /* a list of the recent match of x_tables: how often it has what it has counts, too */
	SET_OF_IPSET,
};

struct set {
	struct table *table;
	const char *name;
	uint64_t handle;
	uint32_t flags; /* NFT_SET_* */
	uint32_t key_type, data_type;
	uint32_t object_type; /* object maps: NFT_OBJECT_* */
	uint8_t key_length, data_length;
	uint8_t field_lengths[16]; /* concatenation: bytes of each field, unpadded; count 0 for a plain key */
	uint8_t field_count;
	uint64_t timeout; /* default of the elements, milliseconds */
	uint32_t size;    /* maximum, 0 none */
	enum set_keeper keeper;
	bool opaque; /* has something we do not understand: a lookup in it is OPAQUE(name) */
	bool unread; /* no packet is looked up in it, and its elements were left in the kernel; it is opaque, too */
	/*
	 * As dumped, but in order of the keys. Intervals that touch are two, so an end and a start may have the same key; the
	 * end then comes first.
	 */
	struct element *elements;
	size_t element_count;
	/*
	 * Of a set of ours: the ends of connections that were there already. No packet of a new one has them, and only one of
	 * a connection that is there is looked up among them; they come and go with the set.
	 */
	struct element *connections;
	size_t connection_count;
	const struct op *ops; /* what a new element is given: a counter, a limit, ... */
	size_t op_count;
};

enum { RULE_NOTES = 112 };

struct rule {
	struct chain *chain;
	uint64_t handle;
	unsigned position; /* 1-based in its chain */
	const struct op *ops;
	size_t op_count;
	const char *comment; /* userdata comment, or that of an xt comment match; NULL none */
	uint32_t tag; /* N of a comment "fwport:N", POLICY_TAG (policy.h), 0 when the rule is not ours */
	/*
	 * RULE_NOTES zero bytes for what the evaluator finds out about the operations, so that it need not do so again for each
	 * copy of the ruleset: copies of the rule share them. NULL: there is no room, as of rules that look into sets.
	 */
	void *notes;
};

struct chain {
	struct table *table;
	const char *name;
	uint64_t handle;
	bool base;
	enum hook hook;       /* base chains */
	enum chain_type type; /* base chains */
	int32_t priority;     /* base chains */
	bool policy_drop;     /* base chains */
	const char **devices; /* ingress and egress chains */
	size_t device_count;
	uint32_t flags;
	struct rule **rules;
	size_t rule_count;
};

struct object {
	const char *name;
	uint32_t type; /* NFT_OBJECT_* */
	uint64_t handle;
	struct op op; /* what a rule that names it does; opaque where that is not understood */
};

struct table {
	enum engine engine;
	enum table_family family;
	const char *name;
	uint64_t handle;
	uint32_t flags;      /* NFT_TABLE_F_* ; 0x2 owner, 0x4 persist */
	uint32_t owner_port; /* netlink port id of the owner, when flagged */
	enum owner owner;
	struct chain **chains;
	size_t chain_count;
	struct set **sets;
	size_t set_count;
	struct object **objects;
	size_t object_count;
	const char **flowtables;
	size_t flowtable_count;
};

struct ruleset {
	uint32_t number; /* the nf_tables generation id it was read at */
	int64_t read_at; /* milliseconds since the epoch: what its elements' times of expiry count from */
	struct table **tables;
	size_t table_count;
	/* Legacy tables that are registered and could not be read: "filter nat", "" none, NULL not even that. Per enum family. */
	const char *legacy_tables[FAMILY_COUNT];
	const char *
		legacy_unread[FAMILY_COUNT]; /* why: "CAP_NET_RAW is missing"; NULL: nothing is known of it */
};

/* Of nf_tables. */
struct table *ruleset_find_table(const struct ruleset *ruleset, enum table_family family, const char *name);
/* The table of another copy of the ruleset; NULL when it is not there. */
struct table *ruleset_same_table(const struct ruleset *ruleset, const struct table *table);
struct chain *table_find_chain(const struct table *table, const char *name);
struct set *table_find_set(const struct table *table, const char *name);
bool table_is_dormant(const struct table *table);
/* NFT_TABLE_F_OWNER with a living owner: takes no changes from others */
bool table_has_owner(const struct table *table);
bool table_sees_family(const struct table *table, enum family family); /* ip/ip6/inet/netdev/legacy */
bool table_is_home(const struct table *table);                         /* inet fwport */
/* Ours alone: a chain of table inet fwport, or of a legacy filter table one of openings or of the policy. */
bool chain_is_home(const struct chain *chain);
/* The latter: what it lets pass it returns, and others decide about it. */
bool chain_is_of_policy(const struct chain *chain);
/* The rule that sends every packet through one of the latter. */
bool rule_calls_home(const struct rule *rule);
/* Whether this verdict is the rule's last word. */
bool rule_ends_with(const struct rule *rule, enum nft_verdict_code code);
/* Whether the rule ends in a drop or a reject. */
bool rule_ends_in_block(const struct rule *rule);
/* What an add to a set runs for each element: its own operations, else those that the set gives its elements. */
const struct op *dynset_ops(const struct op *dynset, size_t *count);
/* How many register bytes, from sreg on, a comparison, range or look-up tests; 0 where that is not known. */
size_t op_tested_length(const struct op *test);
/* Whether it looks up objects all of which go on and are of no consequence to a verdict: counters and the like. */
bool op_objects_pass(const struct op *op);
/* The same set: in two copies of a ruleset those of a table are not. */
bool set_is(const struct set *a, const struct set *b);
/* Whether it looks a verdict up. */
bool op_is_verdict_map(const struct op *op);
/* The anonymous set that goes with the rule, or NULL. */
const struct set *rule_own_set(const struct rule *rule);
/* Whether connection tracking runs for the family: some rule, set or object anywhere, hooked or not, uses it. */
bool ruleset_tracks_connections(const struct ruleset *ruleset, enum family family);

/* Whether some rule looks for the sockets of packets. */
bool ruleset_asks_sockets(const struct ruleset *ruleset);

/* Whether all legacy tables of the family that are registered were read. */
bool ruleset_has_all_legacy(const struct ruleset *ruleset, enum family family);

const char *table_family_name(enum table_family family); /* "inet", "ip", ... */
/* The same chain in two copies of a ruleset. */
bool chain_is(const struct chain *a, const struct chain *b);
/* The greatest tag of our rules but the policy's, 0 when there are none: what is numbered anew begins behind it. */
uint32_t ruleset_highest_tag(const struct ruleset *ruleset);
/* N of "fwport:N", which is the whole comment of a rule of ours, or POLICY_TAG; else 0, also for NULL. */
uint32_t comment_tag(const char *comment);
const char *chain_type_name(enum chain_type type); /* "filter", "route", "nat" */
const char *hook_name(enum hook hook);
const char *owner_name(enum owner owner);    /* "fwport", "admin", "iptables-nft", ... */
const char *engine_name(enum engine engine); /* "nft", "legacy" */

#define HOME_TABLE       "fwport"
#define HOME_CHAIN_IN    "FWPORT-IN"
#define HOME_CHAIN_OUT   "FWPORT-OUT"
#define POLICY_CHAIN_IN  "FWPORT-POLICY-IN"
#define POLICY_CHAIN_OUT "FWPORT-POLICY-OUT"
#define TAG_PREFIX       "fwport:"
/* The comment of a call of one of these chains that was there before us: the chain is not ours to remove. */
#define FOUND_COMMENT "fwport:found"

#endif
