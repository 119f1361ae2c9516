/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fwport why in|out PORT: reads the ruleset and the host, asks the evaluator, and prints its answer.
 */
#include "commands.h"
#include "scope.h"
#include "why.h"

#include "fwport/host_read.h"
#include "fwport/plain.h"

#include <string.h>

/* Groups of ports; a fix is planned, and who asks for more wants no list of commands. */
enum { PLANNED_MOST = 32 };

static const char hint_unreadable[] = "run it with sudo";

/* What all questions of one run share. */
struct inquiry {
	const struct output *output;
	struct pool *pool;
	struct scope scope;
	struct query query; /* without the port */
	struct ruleset *ruleset;
	struct host host;
	struct evaluation *evaluation;
	const char *unreadable; /* why there is no ruleset: everything is unknown; NULL when there is one */
};

/* What is left out is the direction more often than not, what is near to one was meant as one. */
static int direction_operand(const char *word, enum direction *out, struct error *err)
{
	const char *const words[] = {direction_word(DIRECTION_IN), direction_word(DIRECTION_OUT)};
	const char *nearest;

	for (enum direction direction = DIRECTION_IN; direction <= DIRECTION_OUT; direction++)
		if (strcmp(word, direction_word(direction)) == 0) {
			*out = direction;
			return 0;
		}
	error_set(err, ERROR_USAGE, "\"%s\" is not a direction: in or out", word);
	nearest = text_nearest(word, words, 2);
	if (nearest)
		return error_hint(err, "did you mean fwport why %s?", nearest);
	return error_hint(err, "fwport why in %s", word);
}

static int one_prefix(const char *option, const struct prefix *list, size_t count, const struct prefix **out,
		      struct error *err)
{
	if (count > 1)
		return error_set(err, ERROR_USAGE, "%s: why asks about one address, not %zu", option, count);
	*out = count ? list : NULL;
	return 0;
}

static int query_from_scope(const struct scope *scope, struct query *query, struct error *err)
{
	bool in = scope->direction == DIRECTION_IN;

	query->direction = scope->direction;
	query->families = scope->families;
	query->iface = scope->iface;
	if (one_prefix("--from", scope->from, scope->from_count, in ? &query->peer : &query->local, err) < 0)
		return -1;
	return one_prefix("--to", scope->to, scope->to_count, in ? &query->local : &query->peer, err);
}

/* Without the right to read the answer is unknown, which is an answer; other failures are errors. */
static int read_world(const struct request *request, struct inquiry *inquiry, struct error *err)
{
	const struct backend *backend;

	if (backend_choose(request->backend, &backend, err) < 0)
		return -1;
	if (backend->read(NULL, NULL, inquiry->pool, &inquiry->ruleset, err) == 0) {
		if (host_read(inquiry->pool, &inquiry->host, err) < 0)
			return -1;
		if (host_read_sockets(inquiry->ruleset, inquiry->pool, &inquiry->host, err) < 0)
			return -1;
		return evaluation_begin(inquiry->ruleset, &inquiry->host, &inquiry->query, inquiry->pool,
					&inquiry->evaluation, err);
	}
	if (err->kind != ERROR_PERMISSION)
		return -1;
	inquiry->unreadable = pool_format(
		inquiry->pool, "the ruleset cannot be read without root (CAP_NET_ADMIN): %s", err->text);
	return inquiry->unreadable ? 0 : error_memory(err);
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
	return 0;
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
		fix_owner(&question, &answer->families[i], &owner);
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

static bool is_loopback(const struct host *host, const char *iface)
{
	const struct link *link = iface ? host_link_named(host, iface) : NULL;

	return link && link->loopback;
}

/* One group of ports that no rule tells apart. The exit status, or -1. */
static int ask(const struct inquiry *inquiry, const char *service, enum protocol protocol,
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
	    find_fixes(inquiry, &answer, class, plan, &fixes, err) < 0)
		return -1;
	if (query.direction == DIRECTION_IN &&
	    listeners_read(protocol, query.port, true, inquiry->pool, &listeners, err) < 0)
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

/* Several answers, one exit status: the most severe comes first. */
static int worse(int a, int b)
{
	static const int severity[] = {11, 10, 1, 0};

	for (size_t i = 0; i < sizeof(severity) / sizeof(severity[0]); i++)
		if (a == severity[i] || b == severity[i])
			return severity[i];
	return a;
}

static int split_range(const struct inquiry *inquiry, struct port_range *range, struct port_class *single,
		       struct port_class **out, size_t *count, struct error *err)
{
	if (range->first != range->last && !inquiry->unreadable)
		return port_classes(inquiry->ruleset, range, 1, inquiry->pool, out, count, err);
	*single = (struct port_class){.ranges = range, .range_count = 1, .example = range->first};
	*out = single;
	*count = 1;
	return 0;
}

static int ask_ports(const struct inquiry *inquiry, const char *service, const struct port_spec *port,
		     int *status, struct error *err)
{
	struct port_class single, *classes;
	struct port_range range = port->ports;
	size_t count;

	if (split_range(inquiry, &range, &single, &classes, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		int answer = ask(inquiry, service, port->protocol, &classes[i], count <= PLANNED_MOST, err);

		if (answer < 0)
			return -1;
		*status = worse(*status, answer);
	}
	return 0;
}

static int ask_service(const struct inquiry *inquiry, const struct service *service, int *status,
		       struct error *err)
{
	for (size_t i = 0; i < service->port_count; i++)
		if (ask_ports(inquiry, service->name, &service->ports[i], status, err) < 0)
			return -1;
	return 0;
}

/* All names first, so that a mistyped one says so before anything is printed. */
static int resolve(const struct request *request, struct pool *pool, struct service **out, struct error *err)
{
	struct service *services = pool_alloc(pool, request->operand_count * sizeof(*services));

	if (!services)
		return error_memory(err);
	for (size_t i = 1; i < request->operand_count; i++)
		if (ports_from_operand(request->operands[i], pool, &services[i - 1], err) < 0)
			return -1;
	*out = services;
	return 0;
}

/* Once for all answers: what no reading of this host can tell. */
static void print_limits(const struct inquiry *inquiry)
{
	const struct output *output = inquiry->output;

	if (output->json)
		return;
	if (!output->quiet)
		plain_line(output->out,
			   "not seen from here: a cloud firewall, router or provider in front of this host.");
	if (inquiry->unreadable)
		plain_line(output->err, "fwport: hint: %s", hint_unreadable);
}

static int run(const struct request *request, const struct output *output, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct inquiry inquiry = {.output = output, .pool = &pool};
	enum direction direction = DIRECTION_IN;
	struct service *services = NULL;
	int status = 0;

	if (direction_operand(request->operands[0], &direction, err) < 0 ||
	    scope_from_request(request, direction, &pool, &inquiry.scope, err) < 0 ||
	    query_from_scope(&inquiry.scope, &inquiry.query, err) < 0 ||
	    resolve(request, &pool, &services, err) < 0 || read_world(request, &inquiry, err) < 0)
		return -1;
	for (size_t i = 0; i + 1 < request->operand_count; i++)
		if (ask_service(&inquiry, &services[i], &status, err) < 0)
			return -1;
	print_limits(&inquiry);
	return status;
}

static const struct option_def *const options[] = {scope_options, NULL};

static const struct example examples[] = {
	{"fwport why in https", "can anyone reach 443/tcp of this host, and who decides"},
	{"fwport why in 22 --from 192.0.2.7", "can this client"},
	{"fwport why out 53/udp --to 192.0.2.53 -4", "can this host ask that name server"},
	{0},
};

const struct command command_why = {
	.name = "why",
	.operands = "in|out SERVICE|PORT[-PORT][/PROTO]...",
	.operands_min = 2,
	.operands_max = OPERAND_LIMIT,
	.completes = COMPLETES_SERVICE,
	.summary = "tell whether a port is open, and which rule decides",
	.description =
		"Follows each packet of a connection (for TCP: SYN, SYN-ACK, ACK and the first answer) "
		"through the chains of all owners, and names the rule or policy that decides; the chains "
		"behind a blocker are judged as if it had passed, so that everything that blocks is listed "
		"at once. Nothing is changed.\n"
		"\n"
		"Exit status 0: open; 1: blocked; 10: it depends, on a rate too; 11: unknown, also without "
		"root.",
	.options = options,
	.examples = examples,
	.run = run,
};
