/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a service of firewalld: <service> with <port>, <include> and what else there may be. Everything that is no port is put down,
 * for a service is opened as a whole or not at all.
 */
#include "applications.h"

#include "fwport/text.h"
#include "fwport/utf8.h"

#include <expat.h>
#include <string.h>

enum { DEPTH_LIMIT = 2, TITLE_LIMIT = 200 /* bytes */ };

struct reader {
	XML_Parser parser;
	struct pool *pool;
	const char *path;
	struct firewalld_service out;
	unsigned depth;
	bool in_title, failed;
	struct text title, more, helpers;
	struct error *err;
};

static struct place place_of(const struct reader *reader)
{
	return (struct place){.file = reader->path,
			      .line = (unsigned)XML_GetCurrentLineNumber(reader->parser),
			      .column = (unsigned)XML_GetCurrentColumnNumber(reader->parser) + 1};
}

/* The error is set already. */
static void stop(struct reader *reader)
{
	reader->failed = true;
	XML_StopParser(reader->parser, XML_FALSE);
}

static const char *attribute(const char **attributes, const char *name)
{
	for (; attributes[0]; attributes += 2)
		if (strcmp(attributes[0], name) == 0)
			return attributes[1];
	return NULL;
}

static void missing(struct reader *reader, const char *element, const char *name)
{
	error_at(reader->err, place_of(reader), "<%s> has no %s", element, name);
	stop(reader);
}

static void joint_add(struct text *list)
{
	text_add(list, "%s", list->length ? ", " : "");
}

static void more_add(struct reader *reader, const char *kind, const char *value)
{
	joint_add(&reader->more);
	text_add(&reader->more, "%s ", kind);
	text_add_quoted(&reader->more, value);
}

static void port_add(struct reader *reader, struct port_spec port)
{
	struct service *service = &reader->out.service;
	struct port_spec *ports =
		pool_grow(reader->pool, service->ports, service->port_count, sizeof(*ports));

	if (!ports) {
		error_memory(reader->err);
		stop(reader);
		return;
	}
	service->ports = ports;
	ports[service->port_count++] = port;
}

static void numbered_port_read(struct reader *reader, const char *port, const char *protocol)
{
	const char *text = pool_format(reader->pool, "%s/%s", port, protocol);
	struct port_spec spec;

	if (!text) {
		error_memory(reader->err);
		stop(reader);
	} else if (port_parse(text, place_of(reader), &spec, reader->err) < 0) {
		stop(reader);
	} else {
		port_add(reader, spec);
	}
}

/* Without a port it is the whole protocol: <port protocol="esp" port=""/> of old files. */
static void port_read(struct reader *reader, const char **attributes)
{
	const char *port = attribute(attributes, "port"), *protocol = attribute(attributes, "protocol");

	if (!protocol)
		missing(reader, "port", "protocol");
	else if (!port || !*port)
		more_add(reader, "protocol", protocol);
	else if (strcmp(protocol, "dccp") == 0)
		more_add(reader, "dccp port", port);
	else
		numbered_port_read(reader, port, protocol);
}

static void include_read(struct reader *reader, const char **attributes)
{
	const char *name = attribute(attributes, "service");
	struct firewalld_service *out = &reader->out;
	const char **grown = pool_grow(reader->pool, out->includes, out->include_count, sizeof(const char *));

	if (!name) {
		missing(reader, "include", "service");
		return;
	}
	if (grown)
		out->includes = grown;
	if (!grown || !(grown[out->include_count] = pool_text(reader->pool, name))) {
		error_memory(reader->err);
		stop(reader);
		return;
	}
	out->include_count++;
}

/* An element that has one attribute, which says it all. */
static void one_read(struct reader *reader, const char **attributes, const char *element, const char *name)
{
	const char *value = attribute(attributes, name);

	if (value)
		more_add(reader, element, value);
	else
		missing(reader, element, name);
}

static void protocol_read(struct reader *reader, const char **attributes)
{
	one_read(reader, attributes, "protocol", "value");
}

/* A module of the kernel is one, too: nf_conntrack_ftp, as old files have it. */
static void helper_read(struct reader *reader, const char **attributes)
{
	const char *name = attribute(attributes, "name");

	if (!name) {
		missing(reader, "helper", "name");
		return;
	}
	joint_add(&reader->helpers);
	if (name_is_valid(name))
		text_add(&reader->helpers, "%s", name);
	else
		text_add_quoted(&reader->helpers, name);
}

static void source_port_read(struct reader *reader, const char **attributes)
{
	one_read(reader, attributes, "source-port", "port");
}

static void destination_read(struct reader *reader, const char **attributes)
{
	for (; attributes[0]; attributes += 2)
		more_add(reader, "destination", attributes[1]);
}

static void title_read(struct reader *reader, const char **attributes)
{
	(void)attributes;
	reader->in_title = true;
}

static void prose_read(struct reader *reader, const char **attributes)
{
	(void)reader;
	(void)attributes;
}

static const struct {
	const char *name;
	void (*read)(struct reader *reader, const char **attributes);
} elements[] = {
	{"short", title_read},
	{"description", prose_read},
	{"port", port_read},
	{"protocol", protocol_read},
	{"source-port", source_port_read},
	{"module", helper_read},
	{"destination", destination_read},
	{"include", include_read},
	{"helper", helper_read},
};

static void element_read(struct reader *reader, const char *name, const char **attributes)
{
	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++)
		if (strcmp(elements[i].name, name) == 0) {
			elements[i].read(reader, attributes);
			return;
		}
	error_at(reader->err, place_of(reader), "<%.*s> is nothing that a service has", utf8_shown(name),
		 name);
	stop(reader);
}

static void element_starts(void *data, const XML_Char *name, const XML_Char **attributes)
{
	struct reader *reader = data;

	if (reader->failed)
		return;
	reader->depth++;
	if (reader->depth > DEPTH_LIMIT) {
		error_at(reader->err, place_of(reader), "<%.*s> inside another element of a service",
			 utf8_shown(name), name);
		stop(reader);
	} else if (reader->depth == DEPTH_LIMIT) {
		element_read(reader, name, attributes);
	} else if (strcmp(name, "service") == 0) {
		reader->out.service.line = place_of(reader).line;
	} else {
		error_at(reader->err, place_of(reader), "<%.*s> is not <service>", utf8_shown(name), name);
		stop(reader);
	}
}

static void element_ends(void *data, const XML_Char *name)
{
	struct reader *reader = data;

	(void)name;
	reader->depth--;
	reader->in_title = false;
}

static void words_come(void *data, const XML_Char *bytes, int length)
{
	struct reader *reader = data;

	if (reader->in_title && reader->title.length + (size_t)length <= TITLE_LIMIT)
		text_add_bytes(&reader->title, bytes, (size_t)length);
}

/* With it go all entities but those of XML itself, and what they could grow to. */
static void doctype_comes(void *data, const XML_Char *name, const XML_Char *system, const XML_Char *public,
			  int internal)
{
	struct reader *reader = data;

	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	error_at(reader->err, place_of(reader), "a DOCTYPE; a service has none, and it is not read");
	stop(reader);
}

static int finish(struct reader *reader)
{
	struct firewalld_service *out = &reader->out;
	const char *title = text_string(&reader->title);

	if (reader->title.failed || reader->more.failed || reader->helpers.failed)
		return error_memory(reader->err);
	if (*title && utf8_clean_length(title, reader->title.length) == reader->title.length &&
	    !(out->service.comment = pool_text(reader->pool, title)))
		return error_memory(reader->err);
	if (reader->more.length && !(out->more = pool_text(reader->pool, text_string(&reader->more))))
		return error_memory(reader->err);
	if (reader->helpers.length &&
	    !(out->service.helpers = pool_text(reader->pool, text_string(&reader->helpers))))
		return error_memory(reader->err);
	return 0;
}

static int parse(struct reader *reader, const char *bytes, size_t length)
{
	XML_Parser parser = reader->parser;

	XML_SetUserData(parser, reader);
	XML_SetElementHandler(parser, element_starts, element_ends);
	XML_SetCharacterDataHandler(parser, words_come);
	XML_SetStartDoctypeDeclHandler(parser, doctype_comes);
	if (XML_Parse(parser, bytes, (int)length, XML_TRUE) == XML_STATUS_OK)
		return finish(reader);
	if (reader->failed)
		return -1;
	if (XML_GetErrorCode(parser) == XML_ERROR_NO_MEMORY)
		return error_memory(reader->err);
	return error_at(reader->err, place_of(reader), "not XML: %s",
			XML_ErrorString(XML_GetErrorCode(parser)));
}

int firewalld_parse(const char *bytes, size_t length, const char *path, const char *name, struct pool *pool,
		    struct firewalld_service *out, struct error *err)
{
	struct reader reader = {.pool = pool, .path = pool_text(pool, path), .err = err};
	int status;

	reader.out.service = (struct service){.name = pool_text(pool, name), .origin = reader.path};
	reader.parser = XML_ParserCreate(NULL);
	if (!reader.path || !reader.out.service.name || !reader.parser) {
		XML_ParserFree(reader.parser);
		return error_memory(err);
	}
	status = parse(&reader, bytes, length);
	XML_ParserFree(reader.parser);
	text_free(&reader.title);
	text_free(&reader.more);
	text_free(&reader.helpers);
	if (status == 0)
		*out = reader.out;
	return status;
}
