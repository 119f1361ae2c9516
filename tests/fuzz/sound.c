/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One question per kind of operation. */
#include "sound.h"

#include "fwport/rule_text.h"

#include <stdlib.h>
#include <string.h>

static bool is_inside(unsigned offset, unsigned length)
{
	return offset + length <= REGISTER_BYTES;
}

static bool op_is_sound(const struct op *op)
{
	if (!is_inside(op->dreg, 0) || !is_inside(op->sreg, 0) || !op_equal(op, op))
		return false;
	switch (op->kind) {
	case OP_PAYLOAD:
	case OP_META:
	case OP_CT:
	case OP_FIB:
	case OP_EXTHDR:
	case OP_ATTACHED:
	case OP_NUMBER:
	case OP_IMMEDIATE:
		return op->length && is_inside(op->dreg, op->length);
	case OP_BITWISE:
	case OP_BYTEORDER:
		return op->length && is_inside(op->dreg, op->length) && is_inside(op->sreg, op->length);
	case OP_CMP:
		return op->cmp.value.length == op->length && is_inside(op->sreg, op->length);
	case OP_RANGE:
		return op->range.to.length == op->length && is_inside(op->sreg, op->length);
	case OP_LOOKUP:
		return op->lookup.set_name != NULL;
	case OP_DYNSET:
		return op->dynset.set_name != NULL;
	case OP_OPAQUE:
		return op->opaque.name != NULL;
	case OP_VERDICT:
		return op->verdict.chain_name || op->verdict.code < VERDICT_JUMP ||
		       op->verdict.code == VERDICT_RETURN;
	case OP_LIMIT:
		return op->limit.unit != 0;
	case OP_META_SET:
	case OP_CT_SET:
	case OP_PAYLOAD_SET:
	case OP_OPTION_SET:
		return is_inside(op->sreg, op->length);
	case OP_QUOTA:
	case OP_CONNLIMIT:
	case OP_COUNTER:
	case OP_LOG:
	case OP_NOTRACK:
	case OP_REJECT:
	case OP_NAT:
	case OP_ASIDE:
	case OP_HANDOVER:
		return true;
	}
	return false;
}

void rule_check(struct rule *rule)
{
	static const enum table_family families[] = {TABLE_INET, TABLE_IP, TABLE_IP6, TABLE_BRIDGE};

	for (size_t i = 0; i < rule->op_count; i++)
		if (!op_is_sound(&rule->ops[i]))
			abort();
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
		CLEANUP(text_free) struct text text = {0};
		struct table table = {.family = families[i], .name = "t"};
		struct chain chain = {.table = &table, .name = "c"};

		rule->chain = &chain;
		rule_text(rule, &text);
		if (text.failed || strlen(text_string(&text)) != text.length)
			abort();
	}
}
