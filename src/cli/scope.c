/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Resolves what the user wrote. Names are the catalogue's; what a scope means to a ruleset is not known here.
 */
#include "scope.h"

#include "fwport/catalog.h"
#include "fwport/text.h"

#include <net/if.h>
#include <string.h>

static const struct place command_line = {0};

int direction_from_request(const struct request *request, enum direction *out, struct error *err)
{
	if (request->in && request->out)
		return error_set(err, ERROR_USAGE, "--in and --out are two openings: give one of them");
	*out = request->out ? DIRECTION_OUT : DIRECTION_IN;
	return 0;
}

/* One prefix of a list; `length` bytes of `text`. */
static int add_prefix(const char *option, const char *text, size_t length, struct pool *pool,
		      struct prefix **list, size_t *count, struct error *err)
{
	char *word = pool_format(pool, "%.*s", (int)length, text);
	struct prefix *grown = pool_grow(pool, *list, *count, sizeof(*grown));

	if (!word || !grown)
		return error_memory(err);
	*list = grown;
	if (prefix_parse(word, command_line, &grown[*count], err) < 0)
		return error_in(err, "%s", option);
	(*count)++;
	return 0;
}

static int parse_prefixes(const char *option, const char *text, struct pool *pool, const struct prefix **out,
			  size_t *out_count, struct error *err)
{
	struct prefix *list = NULL;
	size_t count = 0;

	while (text) {
		const char *comma = strchr(text, ',');
		size_t length = comma ? (size_t)(comma - text) : strlen(text);

		if (add_prefix(option, text, length, pool, &list, &count, err) < 0)
			return -1;
		text = comma ? comma + 1 : NULL;
	}
	*out = list;
	*out_count = count;
	return 0;
}

int iface_check(const char *name, struct error *err)
{
	if (strlen(name) >= IFNAMSIZ)
		return error_set(err, ERROR_USAGE, "interface name \"%s\" is longer than %d characters", name,
				 IFNAMSIZ - 1);
	if (!*name || name[strcspn(name, "/ \t\n\v\f\r\"")] || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
		return error_set(err, ERROR_USAGE, "\"%s\" cannot be the name of an interface", name);
	if (iface_is_pattern(name))
		return error_set(err, ERROR_USAGE,
				 "\"%s\" stands for many interfaces in a rule, and an opening is for one",
				 name);
	return 0;
}

bool scope_narrow(struct scope *scope, unsigned asked)
{
	unsigned left = 0;

	scope->families_named = asked != 0;
	scope->families = asked ? asked : FAMILIES_BOTH;
	for (enum family family = FAMILY_IPV4; family <= FAMILY_IPV6; family++)
		if (scope_has_family(scope, family))
			left |= FAMILY_BIT(family);
	scope->families = left;
	return left != 0;
}

static unsigned families_asked(const struct request *request)
{
	return (request->ipv4 ? FAMILY_BIT(FAMILY_IPV4) : 0) | (request->ipv6 ? FAMILY_BIT(FAMILY_IPV6) : 0);
}

int scope_from_request(const struct request *request, enum direction direction, struct pool *pool,
		       struct scope *out, struct error *err)
{
	struct scope scope = {.direction = direction, .iface = request->iface};

	if (parse_prefixes("--from", request->from, pool, &scope.from, &scope.from_count, err) < 0)
		return -1;
	if (parse_prefixes("--to", request->to, pool, &scope.to, &scope.to_count, err) < 0)
		return -1;
	if (request->iface && iface_check(request->iface, err) < 0)
		return error_in(err, "--iface");
	if (!scope_narrow(&scope, families_asked(request)))
		return error_set(err, ERROR_USAGE,
				 "--from, --to, -4 and -6 leave no address family in which they all hold");
	*out = scope;
	return 0;
}

static int number_operand(const char *operand, struct pool *pool, struct service *out, struct error *err)
{
	struct port_spec *port = pool_alloc(pool, sizeof(*port));

	if (!port)
		return error_memory(err);
	if (port_parse(operand, command_line, port, err) < 0)
		return -1;
	*out = (struct service){.ports = port, .port_count = 1};
	return 0;
}

static int has_no_such_port(const struct service *service, enum protocol protocol, struct error *err)
{
	CLEANUP(text_free) struct text ports = {0};
	char port[PORT_TEXT];

	for (size_t i = 0; i < service->port_count; i++)
		text_add(&ports, "%s%s", i ? ", " : "", port_text(service->ports[i], port));
	return error_set(err, ERROR_USAGE, "service \"%s\" has no %s port, it is %s", service->name,
			 protocol_name(protocol), text_string(&ports));
}

/* https/udp: the ports that a service has with one protocol. */
static int keep_protocol(struct service *service, const char *word, struct pool *pool, struct error *err)
{
	enum protocol protocol;
	struct port_spec *kept;
	size_t count = 0;

	if (protocol_parse(word, command_line, &protocol, err) < 0)
		return -1;
	kept = pool_alloc(pool, (service->port_count + 1) * sizeof(*kept));
	if (!kept)
		return error_memory(err);
	for (size_t i = 0; i < service->port_count; i++)
		if (service->ports[i].protocol == protocol)
			kept[count++] = service->ports[i];
	if (count == 0)
		return has_no_such_port(service, protocol, err);
	service->ports = kept;
	service->port_count = count;
	return 0;
}

static int name_operand(const char *operand, struct pool *pool, struct service *out, struct error *err)
{
	const char *slash = strchr(operand, '/');
	const char *name = slash ? pool_format(pool, "%.*s", (int)(slash - operand), operand) : operand;
	struct service service;

	if (!name)
		return error_memory(err);
	if (catalog_service(name, command_line, pool, &service, err) < 0)
		return -1;
	if (slash && keep_protocol(&service, slash + 1, pool, err) < 0)
		return -1;
	*out = service;
	return 0;
}

int ports_from_operand(const char *operand, struct pool *pool, struct service *out, struct error *err)
{
	if (port_looks_like(operand))
		return number_operand(operand, pool, out, err);
	return name_operand(operand, pool, out, err);
}

int openings_add(struct openings *openings, const struct opening *opening, struct pool *pool,
		 struct error *err)
{
	struct opening *grown = pool_grow(pool, openings->list, openings->count, sizeof(*grown));

	if (!grown)
		return error_memory(err);
	openings->list = grown;
	openings->list[openings->count++] = *opening;
	return 0;
}

static int add_service(struct openings *openings, const struct service *service, const struct opening *model,
		       struct pool *pool, struct error *err)
{
	for (size_t i = 0; i < service->port_count; i++) {
		struct opening opening = *model;

		opening.service = service->name;
		opening.port = service->ports[i];
		if (openings_add(openings, &opening, pool, err) < 0)
			return -1;
	}
	return 0;
}

static void add_aside(const struct service *service, struct text *out)
{
	if (service->helpers)
		text_add(out,
			 "%sfirewalld gives %s a helper of connection tracking (%s), fwport opens its ports "
			 "alone",
			 out->length ? "\n" : "", service->name, service->helpers);
}

int openings_from_request(const struct request *request, int64_t now, struct pool *pool, struct openings *out,
			  struct text *aside, struct error *err)
{
	struct opening model = {.reason = request->reason, .created = now};
	struct openings openings = {0};
	enum direction direction = DIRECTION_IN;

	if (direction_from_request(request, &direction, err) < 0 ||
	    scope_from_request(request, direction, pool, &model.scope, err) < 0)
		return -1;
	for (size_t i = 0; i < request->operand_count; i++) {
		struct service service;

		if (ports_from_operand(request->operands[i], pool, &service, err) < 0 ||
		    add_service(&openings, &service, &model, pool, err) < 0)
			return -1;
		add_aside(&service, aside);
	}
	*out = openings;
	return 0;
}
