/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The matches and targets of x_tables inside nf_tables, as iptables-nft leaves them: expressions that hold a name, a revision
 * and a blob. What those mean is in the xt_*.c files.
 */
#include "nft_decode.h"
#include "xt_decode.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>

static const enum attribute_form match_shape[] = {
	[NFTA_MATCH_NAME] = FORM_TEXT,
	[NFTA_MATCH_REV] = FORM_U32,
	[NFTA_MATCH_INFO] = FORM_BYTES,
};

static const enum attribute_form target_shape[] = {
	[NFTA_TARGET_NAME] = FORM_TEXT,
	[NFTA_TARGET_REV] = FORM_U32,
	[NFTA_TARGET_INFO] = FORM_BYTES,
};

static struct xt_extension extension_read(const struct expression *in, unsigned name, unsigned revision,
					  unsigned info)
{
	const struct nlattr *blob = in->attributes.at[info];

	return (struct xt_extension){
		.name = attribute_text(&in->attributes, name),
		.revision = attribute_u32(&in->attributes, revision),
		.family = in->where->family,
		.info = blob ? attribute_bytes(blob) : "",
		.length = blob ? attribute_length(blob) : 0,
	};
}

static enum decoded match_decode(const struct expression *in, struct op *out)
{
	const struct xt_extension match =
		extension_read(in, NFTA_MATCH_NAME, NFTA_MATCH_REV, NFTA_MATCH_INFO);
	const char *comment = match.name ? xt_comment(&match) : NULL;

	if (!match.name)
		return decode_malformed(in, out);
	if (comment)
		in->where->comment = comment;
	else
		xt_match_decode(&match, in->list);
	return in->list->failed ? DECODED_FAILED : DECODED_NOTHING;
}

static enum decoded target_decode(const struct expression *in, struct op *out)
{
	const struct xt_extension target =
		extension_read(in, NFTA_TARGET_NAME, NFTA_TARGET_REV, NFTA_TARGET_INFO);

	if (!target.name)
		return decode_malformed(in, out);
	xt_target_decode(&target, in->list);
	return in->list->failed ? DECODED_FAILED : DECODED_NOTHING;
}

static const struct expression_kind kinds[] = {
	{"match", match_shape, COUNT(match_shape), match_decode},
	{"target", target_shape, COUNT(target_shape), target_decode},
};

const struct expression_kinds xt_kinds = {kinds, COUNT(kinds)};
