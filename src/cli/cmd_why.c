/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fwport why in|out PORT: reads the ruleset and the host, asks the evaluator, and prints its answer.
 */
#include "commands.h"
#include "inquiry.h"

#include "fwport/plain.h"

#include <string.h>

/* Groups of ports; a fix is planned, and who asks for more wants no list of commands. */
enum { PLANNED_MOST = 32 };

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
		int answer = inquiry_ask(inquiry, service, port->protocol, &classes[i], count <= PLANNED_MOST,
					 err);

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
		plain_line(output->err, "fwport: hint: %s", inquiry_hint(inquiry));
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
	    resolve(request, &pool, &services, err) < 0 || inquiry_read(&inquiry, request->backend, err) < 0)
		return -1;
	for (size_t i = 0; i + 1 < request->operand_count; i++)
		if (ask_service(&inquiry, &services[i], &status, err) < 0)
			return -1;
	print_limits(&inquiry);
	return status;
}

static const char *const direction_words[] = {"in", "out", NULL};

static const struct option_def *const options[] = {scope_options, family_options, NULL};

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
	.words = direction_words,
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
