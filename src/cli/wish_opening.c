/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The members of an entry, and what they come to together.
 */
#include "wish_opening.h"

#include "scope.h"

/* As far as it is read. */
struct entry {
	struct opening model;
	struct service *services;
	size_t service_count;
	struct prefix *from, *to;
	unsigned families; /* 0: none named */
	bool absent;
};

static int add_service(const struct wish_reading *reading, const struct wish_value *at, const char *word,
		       struct entry *entry)
{
	struct service *grown =
		pool_grow(reading->pool, entry->services, entry->service_count, sizeof(*grown));

	if (!grown)
		return error_memory(reading->err);
	entry->services = grown;
	if (ports_from_operand(word, reading->pool, &grown[entry->service_count], reading->err) < 0)
		return wish_in(reading, at);
	entry->service_count++;
	return 0;
}

static int take_service(const struct wish_reading *reading, const struct wish_value *at, const char *word,
			void *into)
{
	if (port_looks_like(word))
		return wish_wrong(reading, at, "the name of a service; numbers belong to \"ports\"");
	return add_service(reading, at, word, into);
}

static int take_port(const struct wish_reading *reading, const struct wish_value *at, const char *word,
		     void *into)
{
	if (!port_looks_like(word))
		return wish_wrong(reading, at, "PORT[-PORT][/PROTO]; names belong to \"service\"");
	return add_service(reading, at, word, into);
}

static int add_prefix(const struct wish_reading *reading, const struct wish_value *at, const char *word,
		      struct prefix **list, size_t *count)
{
	struct prefix *grown = pool_grow(reading->pool, *list, *count, sizeof(*grown));

	if (!grown)
		return error_memory(reading->err);
	*list = grown;
	if (prefix_parse(word, (struct place){0}, &grown[*count], reading->err) < 0)
		return wish_in(reading, at);
	(*count)++;
	return 0;
}

static int take_from(const struct wish_reading *reading, const struct wish_value *at, const char *word,
		     void *into)
{
	struct entry *entry = into;

	return add_prefix(reading, at, word, &entry->from, &entry->model.scope.from_count);
}

static int take_to(const struct wish_reading *reading, const struct wish_value *at, const char *word,
		   void *into)
{
	struct entry *entry = into;

	return add_prefix(reading, at, word, &entry->to, &entry->model.scope.to_count);
}

static int read_service(const struct wish_reading *reading, const struct wish_value *value, void *into)
{
	return wish_words(reading, value, take_service, into);
}

static int read_ports(const struct wish_reading *reading, const struct wish_value *value, void *into)
{
	return wish_words(reading, value, take_port, into);
}

static int read_from(const struct wish_reading *reading, const struct wish_value *value, void *into)
{
	return wish_words(reading, value, take_from, into);
}

static int read_to(const struct wish_reading *reading, const struct wish_value *value, void *into)
{
	return wish_words(reading, value, take_to, into);
}

static int read_direction(const struct wish_reading *reading, const struct wish_value *value, void *into)
{
	static const char *const words[] = {[DIRECTION_IN] = "in", [DIRECTION_OUT] = "out", NULL};
	struct entry *entry = into;
	unsigned direction;

	if (wish_choice(reading, value, words, &direction) < 0)
		return -1;
	entry->model.scope.direction = (enum direction)direction;
	return 0;
}

static int read_iface(const struct wish_reading *reading, const struct wish_value *value, void *into)
{
	struct entry *entry = into;

	if (wish_text(reading, value, &entry->model.scope.iface) < 0)
		return -1;
	return iface_check(entry->model.scope.iface, reading->err) < 0 ? wish_in(reading, value) : 0;
}

static int read_family(const struct wish_reading *reading, const struct wish_value *value, void *into)
{
	static const char *const words[] = {"both", "ipv4", "ipv6", NULL};
	static const unsigned families[] = {0, FAMILY_BIT(FAMILY_IPV4), FAMILY_BIT(FAMILY_IPV6)};
	struct entry *entry = into;
	unsigned word;

	if (wish_choice(reading, value, words, &word) < 0)
		return -1;
	entry->families = families[word];
	return 0;
}

static int read_state(const struct wish_reading *reading, const struct wish_value *value, void *into)
{
	static const char *const words[] = {"present", "absent", NULL};
	struct entry *entry = into;
	unsigned word;

	if (wish_choice(reading, value, words, &word) < 0)
		return -1;
	entry->absent = word != 0;
	return 0;
}

static int read_reason(const struct wish_reading *reading, const struct wish_value *value, void *into)
{
	struct entry *entry = into;

	return wish_text(reading, value, &entry->model.reason);
}

static int read_override(const struct wish_reading *reading, const struct wish_value *value, void *into)
{
	struct entry *entry = into;

	return wish_flag(reading, value, &entry->model.override);
}

static const struct wish_member members[] = {
	{"service", read_service},
	{"ports", read_ports},
	{"direction", read_direction},
	{"from", read_from},
	{"to", read_to},
	{"iface", read_iface},
	{"family", read_family},
	{"state", read_state},
	{"reason", read_reason},
	{"override", read_override},
	{0},
};

static int expand(const struct wish_reading *reading, const struct entry *entry, struct openings *out)
{
	for (size_t i = 0; i < entry->service_count; i++) {
		const struct service *service = &entry->services[i];

		for (size_t j = 0; j < service->port_count; j++) {
			struct opening opening = entry->model;

			opening.service = service->name;
			opening.port = service->ports[j];
			if (openings_add(out, &opening, reading->pool, reading->err) < 0)
				return -1;
		}
	}
	return 0;
}

int wish_opening_read(const struct wish_reading *reading, const struct wish_value *value,
		      struct wish_opening *out)
{
	struct entry entry = {.model.created = reading->now};

	*out = (struct wish_opening){0};
	if (wish_members(reading, value, members, &entry) < 0)
		return -1;
	if (!entry.service_count)
		return wish_wrong(reading, value, "an opening: it names neither \"service\" nor \"ports\"");
	entry.model.scope.from = entry.from;
	entry.model.scope.to = entry.to;
	if (!scope_narrow(&entry.model.scope, entry.families))
		return wish_wrong(reading, value,
				  "an opening: there is no address family in which \"from\", \"to\" and "
				  "\"family\" all hold");
	out->absent = entry.absent;
	return expand(reading, &entry, &out->openings);
}
