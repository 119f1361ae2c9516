/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One question of `why` to the evaluator, and what has to be found beside its answer: who listens, and where the packets come to
 * in the end; what meets the listener's packets; what would open the port.
 */
#include "inquiry.h"

#include "why.h"

#include "fwport/host_read.h"

#include <string.h>

static const char hint_unreadable[] = "run it with sudo";

/* Without the right to read the answer is unknown, which is an answer; other failures are errors. */
int inquiry_read(struct inquiry *inquiry, const char *backend_name, struct error *err)
{
	const struct backend *backend;

	if (backend_choose(backend_name, &backend, err) < 0)
		return -1;
	inquiry->query.explain = true;
	if (backend->read(NULL, NULL, inquiry->pool, &inquiry->ruleset, err) == 0) {
		if (host_read(inquiry->pool, &inquiry->host, err) < 0 ||
		    host_read_sockets(inquiry->ruleset, inquiry->pool, &inquiry->host, err) < 0)
			return -1;
		return evaluation_begin(inquiry->ruleset, &inquiry->host, &inquiry->query, inquiry->pool,
					&inquiry->evaluation, err);
	}
	if (err->kind != ERROR_PERMISSION)
		return -1;
	inquiry->unreadable = pool_format(
		inquiry->pool, "the ruleset cannot be read without root (CAP_NET_ADMIN): %s", err->text);
	inquiry->unreadable_why = pool_format(inquiry->pool, "could not be read: %s", strerror(err->sys));
	if (!inquiry->unreadable || !inquiry->unreadable_why)
		return error_memory(err);
	return host_read(inquiry->pool, &inquiry->host, err); /* which needs no rights, but for parts of it */
}

static int unread_add(const struct inquiry *inquiry, const char *what, const char *text, struct answer *out,
		      struct error *err)
{
	struct not_modelled *list =
		pool_grow(inquiry->pool, out->not_modelled, out->not_modelled_count, sizeof(*list));

	if (!list || !text)
		return error_memory(err);
	out->not_modelled = list;
	list[out->not_modelled_count++] = (struct not_modelled){"unread", what, text};
	return 0;
}

/* One by one what somebody with rights would know. */
static int unread_tell(const struct inquiry *inquiry, struct answer *out, struct error *err)
{
	static const char *const lists[] = {
		[FAMILY_IPV4] = "/proc/net/ip_tables_names",
		[FAMILY_IPV6] = "/proc/net/ip6_tables_names",
	};
	const struct host *host = &inquiry->host;

	if (unread_add(inquiry, "rules of nf_tables", inquiry->unreadable_why, out, err) < 0)
		return -1;
	for (enum family family = FAMILY_IPV4; family <= FAMILY_IPV6; family++)
		if (!legacy_tables(family, inquiry->pool) &&
		    unread_add(inquiry, lists[family], "which tables of iptables-legacy there are", out,
			       err) < 0)
			return -1;
	for (size_t i = 0; i < host->unread_count; i++)
		if (unread_add(inquiry, host->unread[i].what,
			       pool_format(inquiry->pool, "could not be looked for: %s", host->unread[i].why),
			       out, err) < 0)
			return -1;
	return 0;
}

static int unknown_answer(const struct inquiry *inquiry, const struct query *query, struct answer *out,
			  struct error *err)
{
	struct family_answer *families = pool_alloc(inquiry->pool, FAMILY_COUNT * sizeof(*families));

	if (!families)
		return error_memory(err);
	*out = (struct answer){.query = *query, .verdict = ANSWER_UNKNOWN, .families = families};
	for (enum family family = FAMILY_IPV4; family <= FAMILY_IPV6; family++)
		if (query->families & FAMILY_BIT(family))
			families[out->family_count++] = (struct family_answer){
				.family = family,
				.applicable = true,
				.counted = true,
				.interface = query->iface,
				.verdict = ANSWER_UNKNOWN,
				.unknown = inquiry->unreadable,
			};
	return unread_tell(inquiry, out, err);
}

static bool has_rate(const struct family_answer *family)
{
	for (size_t i = 0; i < family->condition_count; i++)
		if (family->conditions[i].kind == CONDITION_RATE)
			return true;
	return false;
}

/* Open below a rate is open to `open`, which is about the first packet; asked for the truth, it depends. */
static void count_rates(struct answer *answer)
{
	for (size_t i = 0; i < answer->family_count; i++) {
		struct family_answer *family = &answer->families[i];

		if (!family->applicable || family->verdict != ANSWER_OPEN || !has_rate(family))
			continue;
		family->verdict = ANSWER_DEPENDS;
		if (family->counted && answer->verdict == ANSWER_OPEN)
			answer->verdict = ANSWER_DEPENDS;
	}
}

static int find_fixes(const struct inquiry *inquiry, const struct answer *answer,
		      const struct port_class *class, bool plan, struct fix **out, struct error *err)
{
	const struct fix_question question = {&answer->query, class->ranges, class->range_count};
	struct pool *pool = inquiry->pool;
	struct fix_memo memo = {0};
	struct fix *fixes = pool_alloc(pool, (answer->family_count + 1) * sizeof(*fixes));

	if (!fixes)
		return error_memory(err);
	for (size_t i = 0; i < answer->family_count; i++) {
		CLEANUP(text_free) struct text fwport = {0}, owner = {0};

		if (answer->families[i].verdict != ANSWER_BLOCKED || !answer->families[i].applicable)
			continue;
		if (plan)
			fix_fwport(&question, &answer->families[i], inquiry->ruleset, &inquiry->host, &memo,
				   &fwport);
		fix_owner(&question, &answer->families[i], plan && !fwport.length, &owner);
		fixes[i].fwport = pool_text(pool, text_string(&fwport));
		fixes[i].owner = pool_text(pool, text_string(&owner));
		if (fwport.failed || owner.failed || !fixes[i].fwport || !fixes[i].owner)
			return error_memory(err);
	}
	*out = fixes;
	return 0;
}

static const char *ranges_text(const struct port_range *ranges, size_t count, struct pool *pool)
{
	CLEANUP(text_free) struct text text = {0};
	char range[PORT_TEXT];

	for (size_t i = 0; i < count; i++)
		text_add(&text, "%s%s", i ? "," : "", port_range_text(ranges[i], range));
	return text.failed ? NULL : pool_text(pool, text_string(&text));
}

static int print_answer(const struct inquiry *inquiry, const struct answer *answer,
			const struct answer_notes *notes, struct error *err)
{
	const struct output *output = inquiry->output;

	if (output->json)
		return json_answer(output->out, answer, notes, err);
	if (!output->quiet)
		why_print(output, answer, notes);
	return 0;
}

static const int statuses[] = {
	[ANSWER_OPEN] = 0,
	[ANSWER_BLOCKED] = 1,
	[ANSWER_DEPENDS] = 10,
	[ANSWER_UNKNOWN] = 11,
};

static int find_answer(const struct inquiry *inquiry, const struct query *query, struct answer *out,
		       struct error *err)
{
	if (inquiry->unreadable)
		return unknown_answer(inquiry, query, out, err);
	if (evaluation_ask(inquiry->evaluation, query->protocol, query->port, inquiry->pool, out, err) < 0)
		return -1;
	count_rates(out);
	return 0;
}

static int listeners_add(const struct inquiry *inquiry, const struct query *query, uint16_t port,
			 struct listeners *out, struct error *err)
{
	struct listeners more = {0};

	if (listeners_read(query->protocol, port, true, inquiry->pool, &more, err) < 0)
		return -1;
	for (size_t i = 0; i < more.count; i++) {
		out->list = pool_grow(inquiry->pool, out->list, out->count, sizeof(*out->list));
		if (!out->list)
			return error_memory(err);
		out->list[out->count++] = more.list[i];
	}
	return 0;
}

static bool has_listener(const struct listeners *listeners, uint16_t port)
{
	for (size_t i = 0; i < listeners->count; i++)
		if (listeners->list[i].port == port)
			return true;
	return false;
}

/* On the port asked about, and where NAT takes it. */
static int find_listeners(const struct inquiry *inquiry, const struct answer *answer, struct listeners *out,
			  struct error *err)
{
	const struct query *query = &answer->query;

	if (query->direction == DIRECTION_OUT)
		return 0;
	if (listeners_add(inquiry, query, query->port, out, err) < 0)
		return -1;
	for (size_t i = 0; i < answer->family_count; i++) {
		const struct move *move = &answer->families[i].move;

		if (move->rule && move->port != query->port && !has_listener(out, move->port) &&
		    listeners_add(inquiry, query, move->port, out, err) < 0)
			return -1;
	}
	return 0;
}

static bool is_delivered_to(const struct answer *answer, uint16_t port)
{
	for (size_t i = 0; i < answer->family_count; i++) {
		const struct move *move = &answer->families[i].move;

		if (port == (move->rule ? move->port : answer->query.port))
			return true;
	}
	return false;
}

/* What meets the packets of those who listen is known only now; where there is something, the answer is another. */
static int ask_of_listeners(const struct inquiry *inquiry, const struct listeners *listeners,
			    struct answer *answer, struct error *err)
{
	const struct query query = answer->query;
	struct host host = inquiry->host;

	for (size_t i = 0; i < listeners->count; i++)
		if (listeners->list[i].pid && is_delivered_to(answer, listeners->list[i].port) &&
		    listener_programs_read(listeners->list[i].pid, inquiry->pool, &host, err) < 0)
			return -1;
	if (inquiry->unreadable || host.interceptor_count == inquiry->host.interceptor_count)
		return 0;
	if (evaluate(inquiry->ruleset, &host, &query, inquiry->pool, answer, err) < 0)
		return -1;
	count_rates(answer);
	return 0;
}

static bool is_loopback(const struct host *host, const char *iface)
{
	const struct link *link = iface ? host_link_named(host, iface) : NULL;

	return link && link->loopback;
}

/* One group of ports that no rule tells apart. The exit status, or -1. */
int inquiry_ask(const struct inquiry *inquiry, const char *service, enum protocol protocol,
		const struct port_class *class, bool plan, struct error *err)
{
	struct query query = inquiry->query;
	struct answer_notes notes = {.service = service};
	struct listeners listeners = {0};
	struct answer answer;
	struct fix *fixes = NULL;

	query.protocol = protocol;
	query.port = class->example;
	if (find_answer(inquiry, &query, &answer, err) < 0 ||
	    find_listeners(inquiry, &answer, &listeners, err) < 0 ||
	    ask_of_listeners(inquiry, &listeners, &answer, err) < 0 ||
	    find_fixes(inquiry, &answer, class, plan, &fixes, err) < 0)
		return -1;
	notes.listeners = &listeners;
	notes.fixes = fixes;
	notes.loopback = is_loopback(&inquiry->host, query.iface);
	notes.hint = inquiry->unreadable ? hint_unreadable : NULL;
	notes.ports = ranges_text(class->ranges, class->range_count, inquiry->pool);
	if (!notes.ports)
		return error_memory(err);
	return print_answer(inquiry, &answer, &notes, err) < 0 ? -1 : statuses[answer.verdict];
}

const char *inquiry_hint(const struct inquiry *inquiry)
{
	return inquiry->unreadable ? hint_unreadable : NULL;
}
