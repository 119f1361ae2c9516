/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One operation of a rule: the kernel's own register machine in neutral form. Registers are bytes: 16 words of 32 bits,
 * so register r of the kernel is a byte offset here (NFT_REG_1..4 are 0, 16, 32, 48; NFT_REG32_00.. are 0, 4, 8, ...).
 * NFT_* constants are those of <linux/netfilter/nf_tables.h>; values keep the byte order of the registers.
 *
 * What the decoder does not understand, down to one attribute that is not on its list, is OP_OPAQUE with a name. An
 * opaque operation never means "does not match".
 */
#ifndef FWPORT_OP_H
#define FWPORT_OP_H

#include "fwport/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct set;
struct chain;
struct object;

/*
 * Behind the kernel's registers are more: matches of x_tables have none, and what they look at is put there, out of the way
 * of what other operations of the rule keep.
 */
enum { NFT_REGISTER_BYTES = 64, XT_REGISTER = NFT_REGISTER_BYTES, REGISTER_BYTES = 112 };

/*
 * Behind the kernel's keys of meta are two that only matches of x_tables ask for, a byte each: whether the packet has come by a
 * port of a bridge that handed it on (br_netfilter), and the day of the week in UTC, 0 for Sunday.
 */
enum { META_BRIDGE_PORT = 0x100, META_UTC_DAY };

/* A flag of fib beside the kernel's: of the routes that are as close as the best, any counts, as in ip6t_rpfilter. */
enum { FIB_F_ANY_METRIC = 1 << 16 };

struct bytes {
	const uint8_t *at;
	uint8_t length;
};

enum op_kind {
	/* loads: write dreg, may break the rule */
	OP_PAYLOAD,
	OP_META,
	OP_CT,
	OP_FIB,
	OP_IMMEDIATE,
	OP_EXTHDR,   /* IPv6 extension headers, options of IPv4 and TCP, chunks of SCTP */
	OP_ATTACHED, /* what the kernel knows of the packet's route, socket, tunnel, sender */
	OP_NUMBER,   /* one out of some, by chance, in turn or by a hash */
	/* register to register */
	OP_BITWISE,
	OP_BYTEORDER,
	/* tests: break the rule or go on */
	OP_CMP,
	OP_RANGE,
	OP_LOOKUP, /* with a map: also writes dreg, or gives a verdict */
	OP_LIMIT,
	OP_QUOTA,
	OP_CONNLIMIT, /* how many connections there are, this one included */
	/* effects: always go on */
	OP_COUNTER,
	OP_LOG,
	OP_META_SET,
	OP_CT_SET,
	OP_NOTRACK,
	OP_PAYLOAD_SET,
	OP_OPTION_SET, /* sets or strips an option of TCP */
	OP_ASIDE,      /* a copy of the packet, a note about it */
	OP_DYNSET,     /* may break when the set is full or a nested limit says so */
	/* ends */
	OP_VERDICT,
	OP_REJECT,
	OP_NAT,      /* snat, dnat, masquerade, redirect */
	OP_HANDOVER, /* somebody else gets it: a program, a device, a proxy */
	OP_OPAQUE,
};

enum nft_verdict_code {
	VERDICT_ACCEPT,
	VERDICT_DROP,
	VERDICT_QUEUE,
	VERDICT_CONTINUE,
	VERDICT_BREAK,
	VERDICT_JUMP,
	VERDICT_GOTO,
	VERDICT_RETURN
};

struct nft_verdict {
	enum nft_verdict_code code;
	const char *chain_name;    /* jump and goto */
	const struct chain *chain; /* resolved after the whole table is read; NULL when it is not there */
};

enum attached_kind {
	ATTACHED_ROUTE,  /* key: NFT_RT_* */
	ATTACHED_SOCKET, /* key: NFT_SOCKET_*; detail: level of the cgroup */
	ATTACHED_SYSTEM, /* the sender's operating system; key: NFT_OSF_F_*; detail: how the TTL is taken */
	ATTACHED_TUNNEL, /* key: NFT_TUNNEL_* */
	ATTACHED_IPSEC,  /* key: NFT_XFRM_KEY_*; detail: number of the transformation; see outbound */
};

enum number_source { NUMBER_IN_TURN, NUMBER_RANDOM, NUMBER_HASH, NUMBER_FLOW_HASH };

/* Beside the kernel's are two for targets of x_tables, that count a byte up or down, and no further than it goes. */
enum bitwise_op {
	BITWISE_BOOL,
	BITWISE_LSHIFT,
	BITWISE_RSHIFT,
	BITWISE_XOR,
	BITWISE_UP,
	BITWISE_DOWN,
};

/* What an opaque operation may do at most. */
enum opaque_effect {
	OPAQUE_MATCHES, /* breaks or goes on, and may have written any register */
	OPAQUE_DECIDES, /* anything, a verdict or a change of the packet included */
	OPAQUE_PASSES,  /* goes on; its effect cannot matter to a verdict (a trace, a statistic) */
};

/* What one that decides may change of the packet, for those that look at it later. */
enum opaque_change {
	OPAQUE_CHANGES_ALL,
	OPAQUE_CHANGES_SERVICE, /* DSCP and ECN */
	OPAQUE_CHANGES_MARKS,   /* what the kernel attaches to it, and none of its bytes */
};

enum aside_kind {
	ASIDE_LAST,
	ASIDE_COPY,
	ASIDE_FLOWTABLE,
	ASIDE_CONNECTION,  /* a helper, timeouts */
	ASIDE_EXPECTATION, /* of a connection that will come with this one */
	ASIDE_SECMARK,
};

enum handover_kind { HANDOVER_QUEUE, HANDOVER_DEVICE, HANDOVER_SOCKET, HANDOVER_SYNPROXY };

/* NETMAP of x_tables is about the destination in prerouting and output, and elsewhere about the source. */
enum nat_kind { NAT_SOURCE, NAT_DESTINATION, NAT_MASQUERADE, NAT_REDIRECT, NAT_NETMAP };

struct op {
	enum op_kind kind;
	uint8_t dreg, sreg; /* byte offsets; dreg is unused by tests */
	uint8_t length;     /* bytes loaded, compared, looked up */
	bool invert;        /* lookup: not in set; limit, quota, connlimit: over */
	/* The named object whose operation this is, shared by all that name it; NULL: the rule's own. */
	const struct object *object;
	/* Loads: what the register gets where there is nothing to load, as matches of x_tables want it. Empty: the rule breaks. */
	struct bytes missing;
	union {
		struct {
			uint32_t base, offset; /* NFT_PAYLOAD_*; bytes */
		} payload;                     /* OP_PAYLOAD, OP_PAYLOAD_SET */
		struct {
			uint32_t key;      /* NFT_META_*, META_*, NFT_CT_* */
			int16_t direction; /* ct: IP_CT_DIR_*, -1 when not given */
		} meta;                    /* OP_META, OP_META_SET, OP_CT, OP_CT_SET */
		struct {
			uint32_t flags, result; /* NFTA_FIB_F_*, FIB_F_ANY_METRIC; NFT_FIB_RESULT_* */
		} fib;
		struct bytes immediate; /* OP_IMMEDIATE */
		struct {
			uint32_t header, type, offset; /* NFT_EXTHDR_OP_*; its number; bytes */
			bool present;                  /* loads only whether it is there; or strips it */
		} exthdr;                              /* OP_EXTHDR, OP_OPTION_SET */
		struct {
			enum attached_kind kind;
			uint32_t key, detail;
			bool outbound; /* ATTACHED_IPSEC: as it will be sent */
		} attached;
		struct {
			enum number_source source;
			uint32_t modulus, offset; /* from offset on, `modulus` of them */
			uint8_t hashed;           /* NUMBER_HASH: so many bytes from sreg on */
			bool seeded;
			uint32_t seed;
		} number;
		struct {
			uint32_t test; /* NFT_CMP_* */
			struct bytes value;
		} cmp;
		struct {
			struct bytes from, to;
		} range; /* invert says outside */
		struct {
			enum bitwise_op op;
			struct bytes mask, xor; /* BITWISE_BOOL */
			uint32_t shift;         /* or how far it is counted */
			uint8_t other;          /* BITWISE_XOR: the second register */
		} bitwise;
		struct {
			uint32_t op, size; /* NFT_BYTEORDER_*; 2, 4 or 8 */
		} byteorder;
		struct {
			const char *set_name;
			const struct set *set; /* resolved after the table is read */
			bool map;              /* dreg holds the data; or the data are verdicts */
			bool objects;          /* the data are named objects, whose operation follows */
			/* In a list of recent: seen so often, in so many seconds, 0 either is all the same, and with this TTL. */
			uint32_t hits, within;
			bool same_ttl;
		} lookup;
		struct {
			uint64_t rate, unit; /* so many (packets or bytes) per `unit` seconds */
			uint32_t burst;
			bool bytes;
		} limit;
		struct {
			uint64_t bytes, used;
			bool unread; /* how much is used is not told */
		} quota;
		struct {
			uint32_t count;
		} connlimit;
		struct {
			uint64_t packets, bytes;
		} counter;
		struct {
			const char *prefix; /* or NULL */
			int32_t group;      /* nflog group, -1: kernel log */
			int32_t level;      /* syslog level, -1 not given */
		} log;
		struct {
			const char *set_name;
			const struct set *set;
			uint32_t op; /* NFT_DYNSET_OP_* */
			uint8_t data_sreg;
			bool has_data;
			uint64_t timeout;     /* milliseconds, 0 none */
			const struct op *ops; /* run per element: a limit, a counter */
			size_t op_count;
		} dynset;
		struct nft_verdict verdict;
		struct {
			uint32_t type, code; /* NFT_REJECT_* ; ICMP(x) code */
		} reject;
		struct {
			enum nat_kind kind;
			/* register offsets, -1 when not given; values that an immediate put there are found by running the rule */
			int16_t address_min, address_max, port_min, port_max;
			uint32_t flags;
			int16_t family; /* NFPROTO_*, -1 when not given */
		} nat;
		struct {
			enum aside_kind kind;
			int16_t address, device; /* register offsets of a copy's, -1 when not given */
			const char *flowtable;
		} aside;
		struct {
			enum handover_kind kind;
			/* Register offsets, -1 when not given; `port` is that of a proxy's, a device's, a queue's number. */
			int16_t address, port;
			int16_t family;                /* NFPROTO_*, -1 when not given */
			uint32_t number, total, flags; /* first queue and how many; MSS and window scale */
			bool or_drops; /* a packet that no socket waits for; else the rule breaks */
		} handover;
		struct {
			/* "xt match recent", "exthdr", "meta key 37", "payload attribute 9" */
			const char *name;
			enum opaque_effect effect;
			enum opaque_change change;
			struct bytes raw; /* the expression's attributes as dumped, cut at 255 bytes */
			uint8_t protocol; /* it breaks the rule for packets of others; 0: of none */
			bool uses_conntrack; /* it switches connection tracking on (xt conntrack, connlimit, ...) */
			/* A reference to a named object, before that is found: its name and NFT_OBJECT_*; NULL it is none. */
			const char *object_name;
			uint32_t object_type;
		} opaque;
	};
};

/* Whether having this operation in the ruleset keeps connection tracking switched on (semantics: ct, nat, masq, redir ...). */
bool op_uses_conntrack(const struct op *op);
/* In an inet table, `dnat ip to` neither runs nor tracks for IPv6: false where the operation is for the other family. */
bool op_sees_family(const struct op *op, enum family family);
/* Whether it works on the registers of x_tables: it is part of a match or target of theirs. */
bool op_is_of_xt(const struct op *op);
/* Whether it lets packets through by how many have come: a limit, a quota, a number of connections or of sightings. */
bool op_rations(const struct op *op);
/* Whether it holds for what is over, and not for what is within. */
bool op_is_over(const struct op *op);
/* What is spent where it rations: two that name one object spend the same. */
const void *op_purse(const struct op *op);
/* Whether it writes a register, whatever comes. Not said of a look-up in a map, which writes its data, nor of what is opaque. */
bool op_writes_register(const struct op *op);
/* Same operation, bytes compared by content, sets and chains by name; counters' values and element contents do not count. */
bool op_equal(const struct op *a, const struct op *b);

#endif
