/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The story of a check, stage by stage: find the address, look at the way there and at our own firewall, connect by both families,
 * shake hands, ask for the page, and where something failed ask once more in another way. Judged is at the end, when all facts
 * are there.
 */
#include "baseline.h"
#include "examination.h"
#include "stages.h"

#include <time.h>

/* TCP connects everywhere; every family gets a handshake, and the first that passes gets the request. */
static int talk(struct examination *examination, struct error *err)
{
	const enum last_stage last = examination->equipment->options->last_stage;
	int sockets[ENDPOINTS_MOST];
	bool tried[FAMILY_COUNT] = {false}, asked = last != LAST_STAGE_HTTP;
	int status = 0;

	connect_all(examination, sockets);
	for (size_t i = 0; i < examination->endpoint_count; i++) {
		struct endpoint *endpoint = &examination->endpoints[i];

		if (sockets[i] >= 0 && status == 0 && last != LAST_STAGE_TCP &&
		    !tried[endpoint->address.family]) {
			tried[endpoint->address.family] = true;
			status = transfer(examination, endpoint, &sockets[i], !asked, err);
			asked = asked || endpoint->http.reached;
		}
		connection_close(examination, endpoint, &sockets[i]);
	}
	return status;
}

/* Somebody said why, or our own rules do. */
static bool is_explained(const struct endpoint *endpoint)
{
	return endpoint->tcp.status != TCP_TIMED_OUT || endpoint->tcp.icmp.known ||
	       endpoint->tcp.sighting.icmp_in ||
	       (endpoint->firewall.reached && endpoint->firewall.verdict == FIREWALL_BLOCKED);
}

/* The address that went furthest tells the verdict; of those that no connection came to, one of which is known why; then the first. */
static unsigned distance(const struct endpoint *endpoint)
{
	if (!endpoint->tcp.reached)
		return 0;
	if (endpoint->tcp.status != TCP_OK)
		return is_explained(endpoint) ? 2 : 1;
	if (!endpoint->tls.reached || endpoint->tls.status != TLS_OK)
		return endpoint->tls.reached ? 4 : 3;
	if (!endpoint->http.reached || endpoint->http.status != HTTP_OK)
		return endpoint->http.reached ? 6 : 5;
	return 7;
}

static void choose_best(struct examination *examination)
{
	for (size_t i = 0; i < examination->endpoint_count; i++) {
		const struct endpoint *endpoint = &examination->endpoints[i];

		if (!examination->best || distance(endpoint) > distance(examination->best))
			examination->best = endpoint;
	}
}

static int find(struct examination *examination, struct error *err)
{
	if (proxy_choose(examination, err) < 0)
		return -1;
	if (examination->proxy.invalid)
		return 0;
	if (examination->by_proxy)
		return resolve(examination, examination->proxy.host, examination->proxy.port, err);
	return resolve(examination, examination->target.host, examination->target.port, err);
}

static int look(struct examination *examination, struct error *err)
{
	if (route_look(examination, err) < 0)
		return -1;
	route_watch_neighbours(examination);
	if (firewall_ask(examination, err) < 0 || trace_begin(examination, err) < 0 ||
	    talk(examination, err) < 0 || trace_end(examination, err) < 0)
		return -1;
	choose_best(examination);
	return route_look_again(examination, err);
}

static int look_beside(struct examination *examination, struct error *err)
{
	if (examination->equipment->options->last_stage != LAST_STAGE_HTTP)
		return 0;
	return plain_ask(examination, err) < 0 ? -1 : quic_ask(examination, err);
}

int examine(struct examination *examination, struct error *err)
{
	examination->began = clock_milliseconds();
	examination->now = time(NULL);
	examination->deadline = deadline_in(examination->equipment->options->timeout);
	if (find(examination, err) < 0)
		return -1;
	if (examination->endpoint_count && (look(examination, err) < 0 || look_beside(examination, err) < 0))
		return -1;
	opinions(examination);
	if (examination->equipment->options->audit && audit(examination, err) < 0)
		return -1;
	if (baseline_look(examination, err) < 0)
		return -1;
	examination->ms = clock_milliseconds() - examination->began;
	return judge(examination, err);
}
