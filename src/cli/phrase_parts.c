/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Phrases for an opening whose parts pass for different reasons: some of its ports by somebody else's rule and the others by
 * ours, or one address of the host by this rule and another by that. Each reason is said once, with what it covers.
 */
#include "phrase.h"

#include <string.h>

enum { REASONS_SHOWN = 4, RANGES_SHOWN = 3 };

/* One reason, and the ports and the address it is good for. */
struct reason {
	struct text phrase;
	struct port_range ranges[RANGES_SHOWN];
	size_t range_count; /* may be more than are kept */
	struct address local;
	bool one_local;
};

struct reasons {
	struct reason list[REASONS_SHOWN];
	size_t count; /* may be more than are kept */
};

static void reasons_free(struct reasons *reasons)
{
	for (size_t i = 0; i < REASONS_SHOWN; i++)
		text_free(&reasons->list[i].phrase);
}

static size_t reasons_kept(const struct reasons *reasons)
{
	return reasons->count < REASONS_SHOWN ? reasons->count : REASONS_SHOWN;
}

static struct port_range clip(struct port_range ports, struct port_range to)
{
	return (struct port_range){ports.first > to.first ? ports.first : to.first,
				   ports.last < to.last ? ports.last : to.last};
}

static void cover(struct reason *reason, struct port_range ports, const struct address *local)
{
	size_t last = reason->range_count - 1;

	reason->one_local &= address_equal(&reason->local, local);
	if (last < RANGES_SHOWN && ports.first <= reason->ranges[last].last + 1u) {
		if (ports.last > reason->ranges[last].last)
			reason->ranges[last].last = ports.last;
		return;
	}
	if (reason->range_count < RANGES_SHOWN)
		reason->ranges[reason->range_count] = ports;
	reason->range_count++;
}

static void take(struct reasons *reasons, struct port_range ports, const struct family_answer *answer)
{
	CLEANUP(text_free) struct text phrase = {0};
	struct reason *reason;

	phrase_reason(answer, &phrase);
	for (size_t i = 0; i < reasons_kept(reasons); i++)
		if (strcmp(text_string(&reasons->list[i].phrase), text_string(&phrase)) == 0) {
			cover(&reasons->list[i], ports, &answer->local);
			return;
		}
	if (reasons->count++ >= REASONS_SHOWN)
		return;
	reason = &reasons->list[reasons->count - 1];
	*reason = (struct reason){.phrase = phrase, .local = answer->local, .one_local = true};
	reason->ranges[reason->range_count++] = ports;
	phrase = (struct text){0};
}

/* Nobody can say that of what is not known. */
static bool lets_through(const struct family_answer *answer)
{
	return answer->verdict == ANSWER_OPEN || answer->verdict == ANSWER_DEPENDS;
}

/* What the headline counts and lets somebody through. */
static bool passes(const struct family_answer *answer)
{
	return answer->counted && lets_through(answer);
}

static void collect(const struct opening_answer *result, struct port_range ports, struct reasons *out)
{
	for (size_t i = 0; i < result->part_count; i++)
		if (passes(result->parts[i].answer))
			take(out, clip(result->parts[i].ports, ports), result->parts[i].answer);
}

/* Whether it is otherwise at another address of this host. */
static bool is_told_by_address(const struct opening_answer *result, const struct reason *reason)
{
	for (size_t i = 0; reason->one_local && i < result->part_count; i++)
		if (result->parts[i].answer->counted &&
		    !address_equal(&result->parts[i].answer->local, &reason->local))
			return true;
	return false;
}

static void add_ranges(const struct reason *reason, struct text *out)
{
	char range[PORT_TEXT];

	for (size_t i = 0; i < reason->range_count && i < RANGES_SHOWN; i++)
		text_add(out, "%s%s", i ? "," : "", port_range_text(reason->ranges[i], range));
	text_add(out, reason->range_count > RANGES_SHOWN ? ",... " : " ");
}

static void add_reason(const struct opening_answer *result, struct port_range ports,
		       const struct reason *reason, struct text *out)
{
	char address[ADDRESS_TEXT];

	if (reason->ranges[0].first > ports.first || reason->ranges[0].last < ports.last)
		add_ranges(reason, out);
	if (is_told_by_address(result, reason))
		text_add(out, "at %s ", address_text(&reason->local, address));
	text_add(out, "%s", text_string(&reason->phrase));
}

void phrase_passing(const struct opening *opening, const struct opening_answer *result, struct text *out)
{
	CLEANUP(reasons_free) struct reasons reasons = {0};

	if (result->part_count == 0) {
		if (result->answer->applicable && lets_through(result->answer))
			phrase_reason(result->answer, out);
		return;
	}
	collect(result, opening->port.ports, &reasons);
	for (size_t i = 0; i < reasons_kept(&reasons); i++) {
		if (i)
			text_add(out, ", ");
		add_reason(result, opening->port.ports, &reasons.list[i], out);
	}
	if (reasons.count > REASONS_SHOWN)
		text_add(out, ", and more");
}

char phrase_change_sign(enum record_change change)
{
	static const char signs[] = {[RECORD_OPENED] = '+', [RECORD_CLOSED] = '-', [RECORD_ALTERED] = '~'};

	return signs[change];
}
