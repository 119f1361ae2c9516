/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The decoders of x_tables and the rule text, one behind the other. */
#include "xt.h"

#include "fwport/rule_text.h"
#include "../../src/kernel/xt_decode.h"

#include <stdio.h>
#include <string.h>
#include <linux/netfilter.h>
#include "cmocka_all.h"

enum { ALIGNED = 8 };

typedef void decoder(const struct xt_extension *in, struct op_list *out);

static const char *text_of(decoder *decode, const struct xt_extension *in)
{
	static char said[1024];
	CLEANUP(pool_free) struct pool pool = {0};
	struct error err = {0};
	struct op_list list = {.pool = &pool, .err = &err};
	struct table table = {.family = in->family == NFPROTO_IPV6 ? TABLE_IP6 : TABLE_IP};
	struct chain chain = {.table = &table};
	struct rule rule = {.chain = &chain};
	struct text out = {0};

	decode(in, &list);
	assert_false(list.failed);
	rule.ops = list.at;
	rule.op_count = list.count;
	rule_text(&rule, &out);
	snprintf(said, sizeof(said), "%s", text_string(&out));
	text_free(&out);
	return said;
}

static struct xt_extension extension(const char *name, uint32_t revision, uint8_t family, const void *info,
				     size_t length)
{
	static _Alignas(ALIGNED) uint8_t aligned[1024];

	memset(aligned, 0, sizeof(aligned));
	memcpy(aligned, info, length);
	return (struct xt_extension){
		.name = name,
		.revision = revision,
		.family = family,
		.info = aligned,
		.length = (length + ALIGNED - 1) / ALIGNED * ALIGNED,
	};
}

const char *xt_match_text(const char *name, uint32_t revision, uint8_t family, const void *info,
			  size_t length)
{
	const struct xt_extension match = extension(name, revision, family, info, length);

	return text_of(xt_match_decode, &match);
}

const char *xt_target_text(const char *name, uint32_t revision, uint8_t family, const void *info,
			   size_t length)
{
	const struct xt_extension target = extension(name, revision, family, info, length);

	return text_of(xt_target_decode, &target);
}
