/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual services of IPVS, which takes packets to them from the input hook and sends them to other machines. Read from the
 * list that it keeps in /proc; its own netlink family would load it where it is not.
 */
#include "interceptors.h"

#include "fwport/files.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { SERVICES_SIZE_LIMIT = 4 << 20, WORD = 64 };

#define SERVICES_PATH "/proc/thread-self/net/ip_vs"

/* "C000020A:01BB", an address in hexadecimal digits; "[2001:0db8:...]:01BB" */
static bool end_parse(const char *word, struct interceptor *service)
{
	char text[WORD];
	unsigned port, number;
	uint32_t bytes;

	if (sscanf(word, "[%45[0-9a-fA-F:]]:%4x", text, &port) == 2) {
		service->service.address.family = FAMILY_IPV6;
		service->service.port = (uint16_t)port;
		return inet_pton(AF_INET6, text, service->service.address.bytes) == 1;
	}
	if (sscanf(word, "%8x:%4x", &number, &port) != 2)
		return false;
	bytes = htonl(number);
	service->service.address.family = FAMILY_IPV4;
	memcpy(service->service.address.bytes, &bytes, sizeof(bytes));
	service->service.port = (uint16_t)port;
	return true;
}

/* "TCP  C000020A:01BB wlc", "FWM  00000001 rr"; other lines are of no service. */
static bool service_parse(const char *line, struct interceptor *out)
{
	static const struct {
		const char *word;
		enum protocol protocol;
	} protocols[] = {{"TCP", PROTOCOL_TCP}, {"UDP", PROTOCOL_UDP}, {"SCTP", PROTOCOL_SCTP}};
	char word[8], end[WORD];

	*out = (struct interceptor){.kind = INTERCEPTOR_IPVS, .comes = true, .families = FAMILIES_BOTH};
	if (sscanf(line, "%7s %63s", word, end) != 2)
		return false;
	if (strcmp(word, "FWM") == 0) {
		out->service.marked = true;
		return true;
	}
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		if (strcmp(word, protocols[i].word) != 0 || !end_parse(end, out))
			continue;
		out->service.protocol = protocols[i].protocol;
		out->families = FAMILY_BIT(out->service.address.family);
		return true;
	}
	return false;
}

static const char *service_text(const struct interceptor *service, const char *line, struct pool *pool)
{
	char address[ADDRESS_TEXT];
	unsigned mark = 0;

	if (service->service.marked) {
		(void)sscanf(line, "FWM %x", &mark);
		return pool_format(pool, "of mark %#x", mark);
	}
	return pool_format(pool, service->service.address.family == FAMILY_IPV6 ? "[%s]:%u/%s" : "%s:%u/%s",
			   address_text(&service->service.address, address), service->service.port,
			   protocol_name(service->service.protocol));
}

int virtual_services_parse(const char *lines, struct pool *pool, struct host *host, struct error *err)
{
	for (const char *line = lines; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		struct interceptor service;

		if (!service_parse(line, &service))
			continue;
		service.name = service_text(&service, line, pool);
		if (!service.name)
			return error_memory(err);
		if (interceptor_add(host, &service, pool, err) < 0)
			return -1;
	}
	return 0;
}

int virtual_services_read(struct pool *pool, struct host *host, struct error *err)
{
	CLEANUP(text_free) struct text read = {0};

	if (file_read(SERVICES_PATH, SERVICES_SIZE_LIMIT, &read, err) == 0)
		return virtual_services_parse(text_string(&read), pool, host, err);
	return err->sys == ENOENT ? 0 : unread_note(host, "virtual services of IPVS", err->sys, pool, err);
}
