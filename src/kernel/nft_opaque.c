/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is not understood: by name, what an expression may do at most. A name that is not listed may do anything.
 */
#include "nft_decode.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <linux/netfilter/nf_tables.h>

enum { RAW_LIMIT = 255, FOREIGN_NAME_LIMIT = 64 };

struct foreign {
	const char *name;
	enum opaque_effect effect;
	bool uses_conntrack;
};

/*
 * Matches, and loads, break or go on. A dup sends a copy elsewhere and leaves the packet alone; flow_offload only concerns
 * the packets that follow on the forward path.
 */
static const struct foreign expressions[] = {
	{"inner", OPAQUE_MATCHES, false},  {"last", OPAQUE_PASSES, false},
	{"dup", OPAQUE_PASSES, false},     {"flow_offload", OPAQUE_MATCHES, true},
	{"fwd", OPAQUE_DECIDES, false},    {"queue", OPAQUE_DECIDES, false},
	{"tproxy", OPAQUE_DECIDES, false}, {"synproxy", OPAQUE_DECIDES, true},
};

static const struct {
	const char *name;
	enum opaque_change change;
} changes[] = {
	{"tproxy", OPAQUE_CHANGES_MARKS},
	{"fwd", OPAQUE_CHANGES_MARKS},
};

static enum opaque_change change_of(const char *name)
{
	for (size_t i = 0; i < COUNT(changes); i++)
		if (!strcmp(changes[i].name, name))
			return changes[i].change;
	return OPAQUE_CHANGES_ALL;
}

enum decoded decode_opaque(const struct expression *in, struct op *out, enum opaque_effect effect,
			   bool uses_conntrack, const char *format, ...)
{
	char name[FOREIGN_NAME_LIMIT];
	va_list args;

	va_start(args, format);
	vsnprintf(name, sizeof(name), format, args);
	va_end(args);
	*out = (struct op){.kind = OP_OPAQUE};
	out->opaque.name = pool_text(in->where->pool, name);
	out->opaque.effect = effect;
	out->opaque.uses_conntrack = uses_conntrack;
	out->opaque.change = change_of(name);
	out->opaque.raw.at = in->raw;
	out->opaque.raw.length = (uint8_t)(in->raw_length < RAW_LIMIT ? in->raw_length : RAW_LIMIT);
	if (out->opaque.name)
		return DECODED_OP;
	error_memory(in->where->err);
	return DECODED_FAILED;
}

enum decoded decode_malformed(const struct expression *in, struct op *out)
{
	return decode_opaque(in, out, OPAQUE_DECIDES, true, "malformed %s", in->name);
}

enum decoded decode_foreign(const struct expression *in, struct op *out)
{
	for (size_t i = 0; i < COUNT(expressions); i++)
		if (!strcmp(expressions[i].name, in->name))
			return decode_opaque(in, out, expressions[i].effect, expressions[i].uses_conntrack,
					     "%s", in->name);
	return decode_opaque(in, out, OPAQUE_DECIDES, true, "%s", in->name);
}
