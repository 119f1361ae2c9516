/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One transaction from a list of steps. Knows which message belongs to which step, so that a refusal of the kernel is told
 * as a sentence about that step; refuses to know in which order steps make sense, which is the planner's.
 */
#include "fwport/nft_write.h"

#include "nft_attributes.h"
#include "nft_objects.h"
#include "nft_told.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nf_tables.h>

/* Of a step's line in a sentence, so that the reason behind it is never cut off. */
enum { LINE_SHOWN = 400 };

typedef int step_write(struct batch *batch, size_t number, const struct step *step, struct error *err);

static step_write *const writers[] = {
	[STEP_TABLE] = table_write,       [STEP_CHAIN] = chain_write, [STEP_SET] = set_send,
	[STEP_ELEMENTS] = elements_write, [STEP_RULE] = rule_write,
};

/* What an errno means for a step; others speak for themselves. */
static const struct {
	int sys;
	const char *words;
} reasons[] = {
	{EPERM, "its table is held by another process (flags owner)"},
	{ENOENT, "it, or something it refers to, is not there"},
	{EEXIST, "it, or something that overlaps it, is there already"},
	{ENOTEMPTY, "it overlaps something that is there already"},
	{EBUSY, "something still uses it"},
	{EOPNOTSUPP, "this kernel cannot do it"},
	{EINVAL, "the kernel does not accept it"},
	{ENFILE, "the set is full"},
	{EMFILE, "it nests too deep"},
};

static const char *reason(int sys)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (reasons[i].sys == sys)
			return reasons[i].words;
	return "the kernel refuses it";
}

/* The port of an element, for sets whose keys are ports; 0 when it is something else. */
static uint16_t element_port(const struct nlattr *element)
{
	static const enum attribute_form key[] = {[NFTA_SET_ELEM_KEY] = FORM_NEST};
	static const enum attribute_form value[] = {[NFTA_DATA_VALUE] = FORM_U16};
	struct attributes parts, data;

	attributes_read_nest(element, key, COUNT(key), &parts);
	attributes_read_nest(parts.at[NFTA_SET_ELEM_KEY], value, COUNT(value), &data);
	return attribute_u16(&data, NFTA_DATA_VALUE);
}

/* The element of a list that is, or holds, the attribute at `blamed`. */
static const struct nlattr *element_at(const struct nlattr *list, const uint8_t *blamed)
{
	const struct nlattr *element;
	size_t at = 0;

	while ((element = attribute_next(attribute_bytes(list), attribute_length(list), &at)))
		if (blamed >= (const uint8_t *)element &&
		    blamed < (const uint8_t *)element + element->nla_len)
			return element;
	return NULL;
}

/* Of the many elements of a step the one that the kernel points at; 0 when it does not. */
static uint16_t refused_port(const struct batch_refusal *refusal)
{
	static const enum attribute_form elements[] = {[NFTA_SET_ELEM_LIST_ELEMENTS] = FORM_NEST};
	const struct nlmsghdr *message = refusal->message;
	const unsigned type = message->nlmsg_type & 0xff;
	const struct nlattr *element;
	struct attributes parts;

	if (!refusal->offset || (type != NFT_MSG_NEWSETELEM && type != NFT_MSG_DELSETELEM))
		return 0;
	attributes_read(mnl_nlmsg_get_payload_offset(message, sizeof(struct nfgenmsg)),
			mnl_nlmsg_get_payload_len(message) - MNL_ALIGN(sizeof(struct nfgenmsg)), elements,
			COUNT(elements), &parts);
	if (!parts.at[NFTA_SET_ELEM_LIST_ELEMENTS])
		return 0;
	element =
		element_at(parts.at[NFTA_SET_ELEM_LIST_ELEMENTS], (const uint8_t *)message + refusal->offset);
	return element ? element_port(element) : 0;
}

static int step_refused(const struct steps *steps, const struct batch_refusal *refusal, struct error *err)
{
	CLEANUP(text_free) struct text line = {0};
	uint16_t port;

	if (refusal->step == BATCH_NO_STEP && refusal->sys == EPERM)
		return error_system(err, EPERM, "changing the ruleset needs root or CAP_NET_ADMIN");
	if (refusal->step == BATCH_NO_STEP)
		return error_system(err, refusal->sys, "the kernel refused the change as a whole");
	step_text(&steps->list[refusal->step], &line);
	port = refused_port(refusal);
	if (port)
		return error_system(
			err, refusal->sys, "the kernel refused step %zu, %.*s (at port %u), because %s",
			refusal->step + 1, LINE_SHOWN, text_string(&line), port, reason(refusal->sys));
	return error_system(err, refusal->sys, "the kernel refused step %zu, %.*s, because %s",
			    refusal->step + 1, LINE_SHOWN, text_string(&line), reason(refusal->sys));
}

static int steps_write(const struct steps *steps, uint32_t generation, struct batch *batch, struct error *err)
{
	if (batch_begin(batch, generation, err) < 0)
		return -1;
	for (size_t i = 0; i < steps->count; i++) {
		CLEANUP(text_free) struct text line = {0};

		if (writers[steps->list[i].object](batch, i, &steps->list[i], err) == 0)
			continue;
		step_text(&steps->list[i], &line);
		return error_in(err, "step %zu, %.*s", i + 1, LINE_SHOWN, text_string(&line));
	}
	return batch_end(batch, err);
}

struct telling {
	const struct steps *steps;
	struct pool *pool;
};

static void echo_take(const struct nlmsghdr *message, size_t step, void *context)
{
	const struct telling *telling = context;

	told_take(message, &telling->steps->list[step], telling->pool);
}

/* An element that the step was to remove has expired since it was read. */
static bool has_expired(const struct steps *steps, const struct batch_refusal *refusal)
{
	const struct step *step = refusal->step == BATCH_NO_STEP ? NULL : &steps->list[refusal->step];

	return step && step->remove && step->object == STEP_ELEMENTS && step->expires &&
	       refusal->sys == ENOENT;
}

static int steps_send(const struct steps *steps, const struct batch *batch, struct pool *pool,
		      enum commit_result *result, struct error *err)
{
	struct telling telling = {steps, pool};
	CLEANUP(netlink_close) struct netlink netlink = {.fd = -1};
	struct batch_refusal refusal;
	enum batch_result answer;

	if (netlink_open(&netlink, NETLINK_NETFILTER, err) < 0 ||
	    batch_send(batch, &netlink, echo_take, &telling, &answer, &refusal, err) < 0)
		return -1;
	switch (answer) {
	case BATCH_DONE:
		*result = COMMIT_DONE;
		return 0;
	case BATCH_REFUSED:
		if (!has_expired(steps, &refusal))
			return step_refused(steps, &refusal, err);
		*result = COMMIT_STALE;
		return 0;
	case BATCH_STALE:
		*result = COMMIT_STALE;
		return 0;
	case BATCH_UNKNOWN:
		break;
	}
	*result = COMMIT_UNKNOWN;
	return 0;
}

int nft_commit(const struct ruleset *planned_on, const struct steps *steps, struct pool *pool,
	       enum commit_result *result, struct error *err)
{
	CLEANUP(batch_free) struct batch batch = {0};

	*result = COMMIT_DONE;
	/* The kernel takes 0 for "whatever there is now". */
	if (planned_on->number == 0)
		return error_set(err, ERROR_SYSTEM,
				 "the ruleset that was planned on was not read from the kernel");
	if (steps_write(steps, planned_on->number, &batch, err) < 0)
		return -1;
	return batch_is_empty(&batch) ? 0 : steps_send(steps, &batch, pool, result, err);
}
