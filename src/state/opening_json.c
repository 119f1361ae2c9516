/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One opening as a line of JSON. Fields that have their default value are left out, so that people can read it.
 */
#include "opening_json.h"

#include "fwport/errand.h"

#include <string.h>

static const char *const families_words[] = {
	[FAMILY_BIT(FAMILY_IPV4)] = "ipv4",
	[FAMILY_BIT(FAMILY_IPV6)] = "ipv6",
	[FAMILIES_BOTH] = "both",
};

void json_add_value(struct text *out, const char *value)
{
	text_add_bytes(out, "\"", 1);
	for (size_t plain; *value; value += plain ? plain : 1) {
		plain = 0;
		while ((unsigned char)value[plain] >= 0x20 && value[plain] != '"' && value[plain] != '\\')
			plain++;
		if (plain)
			text_add_bytes(out, value, plain);
		else
			text_add(out, "\\u%04x", (unsigned char)*value);
	}
	text_add_bytes(out, "\"", 1);
}

void json_add_string(struct text *out, const char *field, const char *value)
{
	text_add_bytes(out, ",\"", 2);
	text_add_bytes(out, field, strlen(field));
	text_add_bytes(out, "\":", 2);
	json_add_value(out, value);
}

static void add_optional(struct text *out, const char *field, const char *value)
{
	if (value)
		json_add_string(out, field, value);
}

static void add_prefixes(struct text *out, const char *field, const struct prefix *list, size_t count)
{
	char text[ADDRESS_TEXT];

	if (!count)
		return;
	text_add(out, ",\"%s\":[", field);
	for (size_t i = 0; i < count; i++)
		text_add(out, "%s\"%s\"", i ? "," : "", prefix_text(&list[i], text));
	text_add(out, "]");
}

static void add_via(const struct opening *opening, struct text *out)
{
	json_add_string(out, "via", via_word(opening->via));
	add_optional(out, "zone", opening->zone);
	text_add(out, ",\"handed\":%u", opening->handed);
}

void opening_encode(const struct opening *opening, struct text *out)
{
	const struct scope *scope = &opening->scope;
	char port[PORT_TEXT];

	text_add(out, "{\"id\":%u,\"created\":%lld", opening->id, (long long)opening->created);
	add_optional(out, "service", opening->service);
	json_add_string(out, "port", port_text(opening->port, port));
	json_add_string(out, "direction", direction_word(scope->direction));
	json_add_string(out, "families", families_words[scope->families & FAMILIES_BOTH]);
	if (scope->families_named)
		text_add(out, ",\"named\":true");
	add_prefixes(out, "from", scope->from, scope->from_count);
	add_prefixes(out, "to", scope->to, scope->to_count);
	add_optional(out, "iface", scope->iface);
	add_optional(out, "profile", opening->profile);
	add_optional(out, "reason", opening->reason);
	if (opening->override)
		text_add(out, ",\"override\":true");
	if (opening->runtime)
		text_add(out, ",\"runtime\":true");
	if (opening->expires)
		text_add(out, ",\"expires\":%lld", (long long)opening->expires);
	if (opening->via != VIA_GUEST)
		add_via(opening, out);
	text_add_bytes(out, "}", 1);
}

static int string_check(const char *what, const char *string, const char *sound, struct error *err)
{
	return string && string != sound ? json_string_check(string, what, err) : 0;
}

int opening_check(const struct opening *opening, const struct opening *like, struct error *err)
{
	static const struct opening none;
	const struct opening *sound = like ? like : &none;

	if (string_check("reason", opening->reason, sound->reason, err) < 0 ||
	    string_check("interface name", opening->scope.iface, sound->scope.iface, err) < 0)
		return -1;
	return string_check("profile's name", opening->profile, sound->profile, err);
}

static int scope_decode(const struct reading *reading, const json_t *object, struct scope *scope,
			struct error *err)
{
	static const char *const directions[] = {[DIRECTION_IN] = "in", [DIRECTION_OUT] = "out"};
	unsigned direction;

	if (word_field(reading, object, "direction", directions, 2, &direction, err) < 0 ||
	    word_field(reading, object, "families", families_words, FAMILIES_BOTH + 1, &scope->families,
		       err) < 0 ||
	    prefixes_field(reading, object, "from", &scope->from, &scope->from_count, err) < 0 ||
	    prefixes_field(reading, object, "to", &scope->to, &scope->to_count, err) < 0 ||
	    string_field(reading, object, "iface", &scope->iface, err) < 0 ||
	    flag_field(reading, object, "named", &scope->families_named, err) < 0)
		return -1;
	scope->direction = (enum direction)direction;
	return 0;
}

static const char *const opening_fields[] = {
	"id",      "created", "service", "port",    "direction", "families", "named",
	"from",    "to",      "iface",   "profile", "reason",    "override", "runtime",
	"expires", "via",     "zone",    "handed",  NULL,
};

/* Without the field rules of ours let it through. */
static int via_decode(const struct reading *reading, const json_t *object, struct opening *opening,
		      struct error *err)
{
	const json_t *via = json_object_get(object, "via");
	json_int_t handed;

	if (!via)
		return 0;
	if (!json_is_string(via) || !via_find(json_string_value(via), &opening->via))
		return field_wrong(reading, "via", "a known word", err);
	if (string_field(reading, object, "zone", &opening->zone, err) < 0 ||
	    number_field(reading, object, "handed", HANDED_RUNTIME | HANDED_PERMANENT, &handed, err) < 0)
		return -1;
	opening->handed = (unsigned)handed;
	return 0;
}

int opening_decode(const struct reading *reading, json_t *object, struct opening *opening, struct error *err)
{
	struct place place = {.file = reading->path};
	json_int_t id, created, expires = 0;
	const char *port = NULL;

	if (fields_check(reading, object, opening_fields, err) < 0 ||
	    number_field(reading, object, "id", UINT32_MAX, &id, err) < 0 ||
	    number_field(reading, object, "created", INT64_MAX, &created, err) < 0 ||
	    string_field(reading, object, "service", &opening->service, err) < 0 ||
	    string_field(reading, object, "profile", &opening->profile, err) < 0 ||
	    string_field(reading, object, "reason", &opening->reason, err) < 0 ||
	    string_field(reading, object, "port", &port, err) < 0 ||
	    flag_field(reading, object, "override", &opening->override, err) < 0 ||
	    flag_field(reading, object, "runtime", &opening->runtime, err) < 0 ||
	    (json_object_get(object, "expires") &&
	     number_field(reading, object, "expires", INT64_MAX, &expires, err) < 0) ||
	    scope_decode(reading, object, &opening->scope, err) < 0 ||
	    via_decode(reading, object, opening, err) < 0)
		return -1;
	if (!port)
		return field_wrong(reading, "port", "there", err);
	if (id == 0)
		return field_wrong(reading, "id", "a number from 1 on", err);
	opening->id = (uint32_t)id;
	opening->created = created;
	opening->expires = expires;
	return port_parse(port, place, &opening->port, err);
}
