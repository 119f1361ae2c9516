/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fwport services [NAME]: which names for ports there are, and which file says so.
 */
#include "cells.h"
#include "commands.h"
#include "print.h"

#include "fwport/catalog.h"
#include "fwport/json.h"
#include "fwport/plain.h"

static void add_ports(struct cells *cells, const struct service *service)
{
	CLEANUP(text_free) struct text ports = {0};
	char port[PORT_TEXT];

	for (size_t i = 0; i < service->port_count; i++)
		text_add(&ports, "%s%s", i ? ", " : "", port_text(service->ports[i], port));
	cells_take(cells, &ports);
}

static void add_origin(struct cells *cells, const struct service *service, const char *note)
{
	CLEANUP(text_free) struct text origin = {0};

	text_add(&origin, "%s:%u%s%s", service->origin, service->line,
		 service->refused ? " (cannot be opened as a whole)" : "", note);
	cells_take(cells, &origin);
}

/* Why the one that is in force cannot be opened, or what opening it leaves out. */
static void print_aside(const struct output *output, const struct service *service)
{
	if (service->refused)
		plain_line(output->out, "It cannot be opened by this name: %s.", service->refused);
	else if (service->helpers)
		plain_line(output->out,
			   "firewalld gives it a helper of connection tracking (%s), fwport opens its ports "
			   "alone.",
			   service->helpers);
}

/* With `shadows` all are definitions of one name, and only the first is in force. */
static int print_services(const struct output *output, const struct service_list *services, bool shadows,
			  struct pool *pool, struct error *err)
{
	static const struct column columns[] = {{.heading = "SERVICE"},
						{.heading = "PORTS", .folds = true},
						{.heading = "ORIGIN", .folds = true}};
	struct cells cells = {.pool = pool};

	for (size_t i = 0; i < services->count; i++) {
		cells_add(&cells, services->list[i].name);
		add_ports(&cells, &services->list[i]);
		add_origin(&cells, &services->list[i], shadows && i ? " (shadowed by the first)" : "");
	}
	return cells_print(&cells, output, columns, 3, err);
}

static int list_services(const struct request *request, const struct output *output, struct pool *pool,
			 struct error *err)
{
	struct service_list services;

	if (catalog_services(request->verbose, pool, &services, err) < 0)
		return -1;
	if (output->json)
		return json_services(output->out, &services, err);
	return output->quiet ? 0 : print_services(output, &services, false, pool, err);
}

/* The catalogue's sentence about a name nobody knows, with the nearest as a hint; here it is an answer: no. */
static int not_found(const char *name, const struct output *output, struct pool *pool)
{
	struct service ignored;
	struct error why = {0};

	if (catalog_service(name, (struct place){0}, pool, &ignored, &why) < 0)
		print_complaint(output, why.text, why.hint);
	return 1;
}

static int show_service(const char *name, const struct output *output, struct pool *pool, struct error *err)
{
	struct service_list services;

	if (catalog_service_all(name, pool, &services, err) < 0)
		return -1;
	if (output->json && json_services(output->out, &services, err) < 0)
		return -1;
	if (services.count == 0)
		return not_found(name, output, pool);
	if (output->json || output->quiet)
		return 0;
	if (print_services(output, &services, true, pool, err) < 0)
		return -1;
	print_aside(output, &services.list[0]);
	return 0;
}

static int run(const struct request *request, const struct output *output, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};

	if (request->operand_count == 0)
		return list_services(request, output, &pool, err);
	return show_service(request->operands[0], output, &pool, err);
}

static const struct example examples[] = {
	{"fwport services", "lists the names that fwport itself knows"},
	{"fwport services -v", "lists those of ufw, firewalld and /etc/services too"},
	{"fwport services https", "shows which ports https means, and which file says so"},
	{0},
};

const struct command command_services = {
	.name = "services",
	.operands = "[NAME]",
	.operands_max = 1,
	.completes = COMPLETES_SERVICE,
	.summary = "list names of services, or show what one means",
	.description =
		"A service is a name for ports: https is 443/tcp. It is looked for in the services file of "
		"/etc/fwport, then in the one that came with fwport, then among ufw's application profiles "
		"(\"Nginx Full\") and firewalld's services, where they are installed, then in /etc/services; "
		"the first that knows it wins. With a name every definition is shown, the one in force "
		"first.\n"
		"\n"
		"A service of firewalld that is more than ports (a protocol, a destination) is not "
		"opened by its name: its ports are, by number.\n"
		"\n"
		"Exit status 1: nobody knows the name.",
	.examples = examples,
	.run = run,
};
