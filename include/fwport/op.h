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
	/* register to register */
	OP_BITWISE,
	OP_BYTEORDER,
	/* tests: break the rule or go on */
	OP_CMP,
	OP_RANGE,
	OP_LOOKUP, /* with a map: also writes dreg, or gives a verdict */
	OP_LIMIT,
	/* effects: always go on */
	OP_COUNTER,
	OP_LOG,
	OP_META_SET,
	OP_CT_SET,
	OP_NOTRACK,
	OP_DYNSET, /* may break when the set is full or a nested limit says so */
	/* ends */
	OP_VERDICT,
	OP_REJECT,
	OP_NAT, /* snat, dnat, masquerade, redirect */
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

enum bitwise_op { BITWISE_BOOL, BITWISE_LSHIFT, BITWISE_RSHIFT };

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

enum nat_kind { NAT_SOURCE, NAT_DESTINATION, NAT_MASQUERADE, NAT_REDIRECT };

struct op {
	enum op_kind kind;
	uint8_t dreg, sreg; /* byte offsets; dreg is unused by tests */
	uint8_t length;     /* bytes loaded, compared, looked up */
	bool invert;        /* lookup: not in set; limit: over; fib: present only, absent inverted */
	/* Loads: what the register gets where there is nothing to load, as matches of x_tables want it. Empty: the rule breaks. */
	struct bytes missing;
	union {
		struct {
			uint32_t base, offset; /* NFT_PAYLOAD_*; bytes */
		} payload;
		struct {
			uint32_t key;      /* NFT_META_*, META_*, NFT_CT_* */
			int16_t direction; /* ct: IP_CT_DIR_*, -1 when not given */
		} meta;                    /* OP_META, OP_META_SET, OP_CT, OP_CT_SET */
		struct {
			uint32_t flags, result; /* NFTA_FIB_F_*, FIB_F_ANY_METRIC; NFT_FIB_RESULT_* */
		} fib;
		struct bytes immediate; /* OP_IMMEDIATE */
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
			uint32_t shift;
		} bitwise;
		struct {
			uint32_t op, size; /* NFT_BYTEORDER_*; 2, 4 or 8 */
		} byteorder;
		struct {
			const char *set_name;
			const struct set *set; /* resolved after the table is read */
			bool map;              /* dreg holds the data; or the data are verdicts */
		} lookup;
		struct {
			uint64_t rate, unit; /* so many (packets or bytes) per `unit` seconds */
			uint32_t burst;
			bool bytes;
		} limit;
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
			/* "xt match recent", "exthdr", "meta key 37", "payload attribute 9" */
			const char *name;
			enum opaque_effect effect;
			enum opaque_change change;
			struct bytes raw; /* the expression's attributes as dumped, cut at 255 bytes */
			bool uses_conntrack; /* it switches connection tracking on (xt conntrack, connlimit, ...) */
		} opaque;
	};
};

/* Whether having this operation in the ruleset keeps connection tracking switched on (semantics: ct, nat, masq, redir ...). */
bool op_uses_conntrack(const struct op *op);
/* In an inet table, `dnat ip to` neither runs nor tracks for IPv6: false where the operation is for the other family. */
bool op_sees_family(const struct op *op, enum family family);
/* Whether it works on the registers of x_tables: it is part of a match or target of theirs. */
bool op_is_of_xt(const struct op *op);
/* Whether it writes a register, whatever comes. Not said of a look-up in a map, which writes its data, nor of what is opaque. */
bool op_writes_register(const struct op *op);
/* Same operation, bytes compared by content, sets and chains by name; counters' values and element contents do not count. */
bool op_equal(const struct op *a, const struct op *b);

#endif
