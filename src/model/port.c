/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ports as text and back, and the arithmetic of port ranges.
 */
#include "fwport/port.h"

#include "fwport/pool.h"
#include "fwport/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORT_MAX = 65535 };

static const struct {
	const char *name;
	enum protocol protocol;
} protocols[] = {{"tcp", PROTOCOL_TCP}, {"udp", PROTOCOL_UDP}, {"sctp", PROTOCOL_SCTP}};

const char *protocol_name(enum protocol protocol)
{
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (protocols[i].protocol == protocol)
			return protocols[i].name;
	return "?";
}

static bool protocol_find(const char *name, enum protocol *out)
{
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (!strcmp(protocols[i].name, name)) {
			*out = protocols[i].protocol;
			return true;
		}
	return false;
}

/* `whole` is what the protocol is part of, or NULL. */
static int protocol_error(const char *name, const char *whole, struct place at, struct error *err)
{
	static const char *const usual[] = {"tcp", "udp"};
	/* Only words as long: http is as near to tcp. */
	const char *nearest = strlen(name) == strlen(usual[0]) ? text_nearest(name, usual, 2) : NULL;
	CLEANUP(text_free) struct text words = {0};

	text_add_quoted(&words, name);
	if (whole) {
		text_add(&words, " of ");
		text_add_quoted(&words, whole);
	}
	error_at(err, at, "protocol %s is not tcp, udp or sctp", text_string(&words));
	return nearest ? error_hint(err, "did you mean %s?", nearest) : -1;
}

int protocol_parse(const char *text, struct place at, enum protocol *out, struct error *err)
{
	return protocol_find(text, out) ? 0 : protocol_error(text, NULL, at, err);
}

/* Digits only: strtoul would take signs and blanks. */
static int number_parse(const char *digits, size_t length, const char *whole, struct place at, uint16_t *out,
			struct error *err)
{
	CLEANUP(text_free) struct text quoted = {0};
	unsigned long value = 0;

	for (size_t i = 0; i < length && value <= PORT_MAX; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			length = 0;
		else
			value = value * 10 + (unsigned long)(digits[i] - '0');
	}
	if (length && value >= 1 && value <= PORT_MAX) {
		*out = (uint16_t)value;
		return 0;
	}
	text_add_quoted(&quoted, whole);
	if (!length)
		return error_at(err, at, "port %s is not a number or a range of numbers",
				text_string(&quoted));
	return error_at(err, at, "port %s is out of range 1-65535", text_string(&quoted));
}

static int range_parse(const char *text, size_t length, struct place at, struct port_range *out,
		       struct error *err)
{
	CLEANUP(text_free) struct text quoted = {0};
	const char *dash = memchr(text, '-', length);
	size_t first = dash ? (size_t)(dash - text) : length;

	if (number_parse(text, first, text, at, &out->first, err) < 0)
		return -1;
	out->last = out->first;
	if (dash && number_parse(dash + 1, length - first - 1, text, at, &out->last, err) < 0)
		return -1;
	if (out->first <= out->last)
		return 0;
	text_add_quoted(&quoted, text);
	return error_at(err, at, "port range %s is reversed, write %u-%u", text_string(&quoted), out->last,
			out->first);
}

int port_parse(const char *text, struct place at, struct port_spec *out, struct error *err)
{
	struct port_spec port = {.protocol = PROTOCOL_TCP};
	const char *slash = strchr(text, '/');
	size_t length = slash ? (size_t)(slash - text) : strlen(text);

	if (slash && !protocol_find(slash + 1, &port.protocol))
		return protocol_error(slash + 1, text, at, err);
	if (range_parse(text, length, at, &port.ports, err) < 0)
		return -1;
	*out = port;
	return 0;
}

bool port_looks_like(const char *text)
{
	return *text >= '0' && *text <= '9' && strspn(text, "0123456789-") == strcspn(text, "/");
}

bool port_contains(struct port_range range, uint16_t port)
{
	return range.first <= port && port <= range.last;
}

const char *port_range_text(struct port_range range, char out[PORT_TEXT])
{
	if (range.first == range.last)
		snprintf(out, PORT_TEXT, "%u", range.first);
	else
		snprintf(out, PORT_TEXT, "%u-%u", range.first, range.last);
	return out;
}

const char *port_text(struct port_spec spec, char out[PORT_TEXT])
{
	size_t used = strlen(port_range_text(spec.ports, out));

	snprintf(out + used, PORT_TEXT - used, "/%s", protocol_name(spec.protocol));
	return out;
}

static int by_first(const void *a, const void *b)
{
	const struct port_range *x = a, *y = b;

	return (int)x->first - (int)y->first;
}

size_t port_ranges_merge(struct port_range *ranges, size_t count)
{
	size_t kept = 0;

	if (!count)
		return 0;
	qsort(ranges, count, sizeof(*ranges), by_first);
	for (size_t i = 1; i < count; i++) {
		if (ranges[i].first > ranges[kept].last + 1u)
			ranges[++kept] = ranges[i];
		else if (ranges[i].last > ranges[kept].last)
			ranges[kept].last = ranges[i].last;
	}
	return kept + 1;
}
