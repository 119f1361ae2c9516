/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the listing: what stands in each register while a rule is read from left to right, the names that nft has for it,
 * and values written the way that fits the name.
 */
#ifndef FWPORT_MODEL_RULE_TEXT_MATCH_H
#define FWPORT_MODEL_RULE_TEXT_MATCH_H

#include "fwport/ruleset.h"
#include "fwport/text.h"

enum value_kind {
	VALUE_HEX, /* nothing better is known */
	VALUE_NUMBER,
	VALUE_MARK, /* 0x00000010 */
	VALUE_IPV4,
	VALUE_IPV6,
	VALUE_ETHER,
	VALUE_STRING, /* an interface's name, whose beginning may be all that counts */
	VALUE_WORD,   /* one of a list, else a number */
	VALUE_BITS,   /* some of a list */
	VALUE_HOUR,
	VALUE_DATE, /* nanoseconds since the epoch */
};

struct word {
	uint32_t value;
	const char *name;
};

struct value_type {
	enum value_kind kind;
	bool host_order;
	uint8_t shift;            /* bits to the right of the number */
	const struct word *words; /* ends with name NULL */
};

/* A named thing that can be loaded. */
struct field {
	const char *name;
	struct value_type type;
};

/* A register, by the operation that loaded it and those that worked on it since. */
struct loaded {
	const struct op *load; /* NULL: nothing is known */
	const struct field *field;
	const struct op *mask, *shift;
	bool swapped;
	/* Where in `kept` is what was written when it still stood in its registers: a map's key, or two that became one. */
	size_t key_at, key_length;
};

struct notation {
	const struct rule *rule;
	struct text *out;
	struct loaded registers[REGISTER_BYTES / 4];
	struct text kept;  /* keys of maps */
	size_t start;      /* where in `out` this rule begins */
	uint8_t network;   /* NFPROTO_* of the packet as far as the rule has said, 0 not yet */
	uint8_t transport; /* IPPROTO_* likewise */
};

/* rule_text_field.c: names */
const struct field *field_of_payload(const struct op *op, uint8_t network, uint8_t transport);
const struct field *field_of_meta(uint32_t key);
const struct field *field_of_ct(uint32_t key);
const struct field *field_of_fib(const struct op *op);
const struct field *field_of_type(uint32_t data_type); /* of a set's data, by nft's number for the type */
const struct field *field_of_dscp(const struct op *load, const struct op *mask, uint8_t network);

/* rule_text_value.c: values */
uint64_t value_number(const struct bytes *value, bool host_order);
void value_text(const struct value_type *type, bool swapped, const struct bytes *value, struct text *out);
/* A stranger's name, quoted only when it holds what could be mistaken for something else. */
void name_text(const char *name, struct text *out);

/* One value, or a range of them, or the prefix that a range of addresses is. */
void range_text(const struct value_type *type, bool swapped, const struct bytes *from, const struct bytes *to,
		struct text *out);

/* rule_text_set.c: what is looked up, field by field, and where: "@name", or what an anonymous set holds */
struct key_field {
	const struct field *field; /* NULL: not known */
	uint8_t length;
	bool swapped;
};
enum { KEY_FIELD_LIMIT = REGISTER_BYTES / 4 };
void set_text(const struct set *set, const char *name, const struct key_field *fields, size_t count,
	      struct text *out);
void verdict_text(const struct nft_verdict *verdict, struct text *out);

extern const struct word protocol_words[], presence_words[];

/* rule_text_load.c: names that are put together; each returns how its values are written */
const struct field *exthdr_text(const struct op *op, struct text *out);
const struct field *attached_text(const struct notation *in, const struct op *op, struct text *out);
const struct field *number_text(struct notation *in, const struct op *op);

/* rule_text_statement.c */
void payload_set_text(struct notation *in, const struct op *op);
void option_set_text(struct notation *in, const struct op *op);
void aside_text(struct notation *in, const struct op *op);
void handover_text(struct notation *in, const struct op *op);

/* rule_text_object.c: `counter name "web"`, `counter name tcp dport map @m` */
void object_text(const struct object *object, struct text *out);
void object_map_text(struct notation *in, const struct op *op);

/* rule_text_register.c: registers, and what stands in them */
void piece_start(const struct notation *in); /* a space, but not at the beginning */
struct loaded *register_at(struct notation *in, uint8_t offset);
/* "@nh,96,32" */
void payload_text(const struct op *op, struct text *out);
/* Takes note of an operation that writes registers. False when it is none of those. */
bool register_load(struct notation *in, const struct op *op);
/* The mask on the register is part of its name: "ip dscp". */
bool register_is_dscp(struct notation *in, uint8_t offset);
/* "ip saddr & 0xff", "tcp dport map @m"; an immediate is written as a value of the type. */
void register_text(struct notation *in, uint8_t offset, const struct value_type *as);
/* "ip saddr . tcp dport" */
void key_text(struct notation *in, uint8_t offset, uint8_t length);
size_t key_fields(struct notation *in, uint8_t offset, uint8_t length, struct key_field *out);

/* rule_text_implied.c: learns from a comparison what the packet's protocols are */
void notation_learn(struct notation *in, const struct op *load, const struct bytes *value);
/* Learns likewise. True when nft would not show the comparison, since what follows implies it. */
bool is_implied(struct notation *in, size_t at);

/* rule_text_match.c: writes a test, and returns how many operations it took (a range may be two) */
size_t match_text(struct notation *in, size_t at);

#endif
