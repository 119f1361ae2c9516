/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is not understood: by name, what an expression may do at most. A name that is not listed may do anything.
 */
#include "nft_decode.h"
#include "fwport/port.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { RAW_LIMIT = 255, FOREIGN_NAME_LIMIT = 64 };

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
	out->opaque.change = OPAQUE_CHANGES_ALL;
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

/* What looks into packets inside the packet breaks the rule, or goes on; it looks into UDP and GRE (nft_inner_parse_tunhdr). */
static enum decoded decode_inner(const struct expression *in, struct op *out)
{
	enum decoded decoded = decode_opaque(in, out, OPAQUE_MATCHES, false, "%s", in->name);

	out->opaque.protocol = PROTOCOL_UDP;
	return decoded;
}

enum decoded decode_foreign(const struct expression *in, struct op *out)
{
	if (!strcmp(in->name, "inner"))
		return decode_inner(in, out);
	return decode_opaque(in, out, OPAQUE_DECIDES, true, "%s", in->name);
}
