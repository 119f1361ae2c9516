/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ruleset is read for a question and kept for those that follow within a second, so that a thousand targets cost a few readings.
 */
#include "why_server.h"

#include "inquiry.h"

#include "fwport/json.h"
#include "fwport/packet_trace.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { INTAKE_BYTES = 16384, KEPT_SECONDS = 1, QUESTIONS_OF_A_READING = 256, TRACED_MOST = 8 };

struct question {
	enum protocol protocol;
	uint16_t port;
	uint32_t uid;
	struct prefix peer;
};

struct server {
	const char *backend;
	struct output output;
	struct pool pool;
	struct inquiry inquiry;
	struct question question; /* the last one, which the inquiry points into */
	bool is_read;
	unsigned asked;
	time_t read_at;
	struct packet_trace *trace; /* NULL: nothing is followed */
};

/* Questions that came together are answered together, and one that has not come whole waits for its end. */
struct intake {
	char bytes[INTAKE_BYTES];
	size_t length;
};

static time_t seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static int question_parse(const char *line, struct question *out, struct error *err)
{
	char protocol[8], address_word[ADDRESS_TEXT];
	struct address address;
	struct port_spec port;
	CLEANUP(text_free) struct text spec = {0};
	unsigned number, uid;

	if (sscanf(line, "out %7s %5u %63s %10u", protocol, &number, address_word, &uid) != 4)
		return error_set(err, ERROR_USAGE, "\"%s\" is not a question", line);
	text_add(&spec, "%u/%s", number, protocol);
	if (port_parse(text_string(&spec), (struct place){0}, &port, err) < 0 ||
	    address_parse(address_word, (struct place){0}, &address, err) < 0)
		return -1;
	*out = (struct question){port.protocol, port.ports.first, uid, prefix_of_address(&address)};
	return 0;
}

static int read_once(struct server *server, struct error *err)
{
	const bool fresh = server->is_read && server->asked < QUESTIONS_OF_A_READING &&
			   seconds_now() - server->read_at <= KEPT_SECONDS;

	if (fresh)
		return 0;
	pool_free(&server->pool);
	server->is_read = false;
	server->asked = 0;
	server->inquiry = (struct inquiry){.output = &server->output, .pool = &server->pool};
	server->inquiry.query.direction = DIRECTION_OUT;
	server->inquiry.query.families = FAMILIES_BOTH;
	if (inquiry_read(&server->inquiry, server->backend, err) < 0)
		return -1;
	server->is_read = true;
	server->read_at = seconds_now();
	return 0;
}

/* What is evaluated belongs to one peer, so that each question begins anew on what was read. */
static int answer(struct server *server, const char *line, struct error *err)
{
	struct inquiry *inquiry = &server->inquiry;
	struct question *question = &server->question;
	struct port_range range;
	struct port_class class = {.ranges = &range, .range_count = 1};

	if (question_parse(line, question, err) < 0 || read_once(server, err) < 0)
		return -1;
	server->asked++;
	range = (struct port_range){question->port, question->port};
	class.example = question->port;
	inquiry->query.families = FAMILY_BIT(question->peer.address.family);
	inquiry->query.peer = &question->peer;
	inquiry->query.uid = question->uid;
	if (!inquiry->unreadable && evaluation_begin(inquiry->ruleset, &inquiry->host, &inquiry->query,
						     &server->pool, &inquiry->evaluation, err) < 0)
		return -1;
	return inquiry_ask(inquiry, NULL, question->protocol, &class, true, err) < 0 ? -1 : 0;
}

/* "trace 443 192.0.2.7 2001:db8::7": follows what is sent by TCP to that port of them. */
static int begin_trace(struct server *server, char *line, struct error *err)
{
	struct address remotes[TRACED_MOST];
	const struct trace_events none = {0};
	char *rest, *word = strtok_r(line, " ", &rest); /* "trace" */
	size_t count = 0;
	unsigned long port;

	word = strtok_r(NULL, " ", &rest);
	port = word ? strtoul(word, NULL, 10) : 0;
	while ((word = strtok_r(NULL, " ", &rest))) {
		if (count == TRACED_MOST)
			return error_set(err, ERROR_USAGE, "no more than %d addresses can be traced",
					 TRACED_MOST);
		if (address_parse(word, (struct place){0}, &remotes[count++], err) < 0)
			return -1;
	}
	if (!port || port > UINT16_MAX || !count || server->trace)
		return error_set(err, ERROR_USAGE, "that cannot be traced");
	if (packet_trace_begin(PROTOCOL_TCP, remotes, count, (uint16_t)port, &server->trace, err) < 0)
		return -1;
	return json_trace(server->output.out, &none, err);
}

/* "traced": what was seen; the table is gone then. */
static int end_trace(struct server *server, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct trace_events events;

	if (!server->trace)
		return error_set(err, ERROR_USAGE, "nothing is traced");
	if (packet_trace_end(&server->trace, &pool, &events, err) < 0)
		return -1;
	return json_trace(server->output.out, &events, err);
}

static int answer_line(struct server *server, char *line, struct error *err)
{
	if (strncmp(line, "trace ", strlen("trace ")) == 0)
		return begin_trace(server, line, err);
	return strcmp(line, "traced") == 0 ? end_trace(server, err) : answer(server, line, err);
}

/* Answers what is whole, and keeps the rest. */
static void answer_lines(struct server *server, struct intake *intake)
{
	FILE *out = server->output.out;
	char *line = intake->bytes, *end;

	while ((end = memchr(line, '\n', intake->length))) {
		struct error err = {0};

		*end++ = '\0';
		intake->length -= (size_t)(end - line);
		if (answer_line(server, line, &err) < 0)
			json_error(out, "why", &err);
		line = end;
	}
	memmove(intake->bytes, line, intake->length);
}

/* False: nobody asks any more, or what comes is no question. */
static bool read_more(int socket, struct intake *intake)
{
	const size_t room = sizeof(intake->bytes) - intake->length;
	const ssize_t length = room ? read(socket, intake->bytes + intake->length, room) : 0;

	if (length > 0)
		intake->length += (size_t)length;
	return length > 0;
}

void why_serve(int socket, const char *backend)
{
	const int copy = dup(socket);
	FILE *out = fdopen(copy, "w");
	struct server server = {.backend = backend, .output = {.out = out, .json = true}};
	struct intake intake = {.length = 0};

	while (out && read_more(socket, &intake)) {
		answer_lines(&server, &intake);
		fflush(out);
	}
	if (out)
		fclose(out);
	else if (copy >= 0)
		close(copy);
	packet_trace_drop(&server.trace);
	pool_free(&server.pool);
}
