/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why TCP does not connect. The order is that of a packet: this host's route, its firewall, its cable, the routers, the target. The
 * witness stands outside the firewall, so what it saw leave was let out, and what it saw come in came.
 */
#include "judgement.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <string.h>

static const char *where(struct judgement *judgement, const struct endpoint *endpoint)
{
	return judgement_words(judgement, "%s%s port %u", judgement->whom ? judgement->whom : "",
			       judgement_address(judgement, &endpoint->address), endpoint->port);
}

static bool judge_route(struct judgement *judgement, const struct endpoint *endpoint)
{
	static const struct {
		enum party party;
		const char *code, *says, *next;
	} faults[] = {
		[ROUTE_NONE] = {PARTY_LOCAL_ROUTE, CODE_NO_ROUTE, "this host has no route to it", "ip route"},
		[ROUTE_UNREACHABLE] = {PARTY_LOCAL_ROUTE, CODE_ROUTE_UNREACHABLE,
				       "this host's routing table calls it unreachable", "ip route"},
		[ROUTE_PROHIBIT] = {PARTY_LOCAL_ROUTE, CODE_ROUTE_PROHIBIT,
				    "this host's routing table prohibits it", "ip route; ip rule"},
		[ROUTE_BLACKHOLE] = {PARTY_LOCAL_ROUTE, CODE_ROUTE_BLACKHOLE,
				     "this host's routing table throws it away (blackhole)",
				     "ip route; ip rule"},
		[ROUTE_LINK_DOWN] = {PARTY_LOCAL_NETWORK, CODE_LINK_DOWN,
				     "the interface that leads there is down", "ip link"},
		[ROUTE_NO_SOURCE] = {PARTY_LOCAL_NETWORK, CODE_NO_ADDRESS,
				     "this host has no address of that family", "ip address"},
	};
	const enum route_status status = endpoint->route.status;

	if (!endpoint->route.reached || status == ROUTE_OK)
		return false;
	judgement_fault(judgement,
			(struct charge){faults[status].party, faults[status].code, STAGE_ROUTE,
					CONFIDENCE_PROVED, faults[status].next},
			"%s: %s%s%s%s", where(judgement, endpoint), faults[status].says,
			endpoint->route.device ? ": " : "",
			endpoint->route.device ? endpoint->route.device : "",
			endpoint->route.no_carrier ? ", whose cable is out" : "");
	return true;
}

const char *firewall_code(const struct firewall_facts *firewall)
{
	return firewall->blocks_answer ? CODE_INPUT_DROP
	       : firewall->rejects     ? CODE_OUTPUT_REJECT
				       : CODE_OUTPUT_DROP;
}

/* What the rules say. */
static bool judge_rules(struct judgement *judgement, const struct endpoint *endpoint)
{
	const struct firewall_facts *firewall = &endpoint->firewall;

	if (!firewall->reached || firewall->verdict != FIREWALL_BLOCKED)
		return false;
	judgement_fault(judgement,
			(struct charge){PARTY_LOCAL_FIREWALL, firewall_code(firewall), STAGE_FIREWALL,
					CONFIDENCE_PROVED, firewall->fix},
			"%s: this host's own firewall %s: %s", where(judgement, endpoint),
			firewall->blocks_answer ? "drops the answer"
			: firewall->rejects     ? "rejects what is sent there"
						: "drops what is sent there",
			firewall->rule ? firewall->rule : "a rule that is not named");
	return true;
}

static bool is_from_this_host(const struct endpoint *endpoint)
{
	const struct icmp_error *icmp = &endpoint->tcp.icmp;

	return icmp->known && icmp->from_known && endpoint->route.has_source &&
	       address_equal(&icmp->from, &endpoint->route.source);
}

/* The rule that a packet was last seen at, where the evaluator did not know better. */
static bool judge_trace(struct judgement *judgement, const struct endpoint *endpoint)
{
	const struct trace_facts *trace = &judgement->examination->trace;

	for (size_t i = 0; i < trace->count; i++) {
		if (!trace->list[i].stops)
			continue;
		judgement_fault(judgement,
				(struct charge){PARTY_LOCAL_FIREWALL,
						endpoint->tcp.sighting.syn_ack_in ? CODE_INPUT_DROP
										  : CODE_OUTPUT_DROP,
						STAGE_FIREWALL, CONFIDENCE_PROVED,
						"fwport why out; nft list ruleset"},
				"%s: a packet was followed to where this host's firewall stops it: %s",
				where(judgement, endpoint), trace->list[i].text);
		return true;
	}
	return false;
}

/* A refusal that no packet brought, or that this host sent to itself. */
static bool is_local_refusal(const struct endpoint *endpoint)
{
	const struct tcp_facts *tcp = &endpoint->tcp;
	const struct sighting *seen = &tcp->sighting;

	if (is_from_this_host(endpoint) ||
	    (tcp->status == TCP_LOCAL && (tcp->sys == EPERM || tcp->sys == EACCES)))
		return true;
	return seen->watched && tcp->status == TCP_REFUSED && !address_is_loopback(&endpoint->address) &&
	       (!seen->syn_out || (!seen->rst_in && !seen->icmp_in));
}

/* What the witness says, where the rules say nothing of it. */
static bool judge_witness(struct judgement *judgement, const struct endpoint *endpoint)
{
	const struct tcp_facts *tcp = &endpoint->tcp;
	const struct sighting *seen = &tcp->sighting;
	const bool told = endpoint->firewall.reached && endpoint->firewall.verdict == FIREWALL_OPEN;
	struct charge charge = {PARTY_LOCAL_FIREWALL, CODE_OUTPUT_DROP, STAGE_FIREWALL, CONFIDENCE_PROVED,
				"fwport why out; nft list ruleset"};
	const char *what = NULL;

	if (is_local_refusal(endpoint)) {
		charge.code = CODE_OUTPUT_REJECT;
		what = "is refused by this host itself: no packet left";
	} else if (seen->watched && tcp->status == TCP_TIMED_OUT && seen->syn_ack_in) {
		charge.code = CODE_INPUT_DROP;
		what = "answered (its SYN-ACK came in), and this host dropped the answer";
	} else if (seen->watched && tcp->status == TCP_TIMED_OUT && !seen->syn_out) {
		what = "was never sent anything: the SYN did not leave this host";
	}
	if (!what)
		return false;
	charge.confidence = told ? CONFIDENCE_LIKELY : CONFIDENCE_PROVED;
	judgement_fault(judgement, charge, "%s %s", where(judgement, endpoint), what);
	if (told)
		judgement_warning(judgement,
				  (struct charge){PARTY_LOCAL_FIREWALL, CODE_CONTRADICTION, STAGE_FIREWALL,
						  CONFIDENCE_PROVED, NULL},
				  "the rules would let this pass, and it did not: something that they do not "
				  "show is in the way (tc, BPF)");
	return true;
}

/* By the rules, or by what left in its place. */
static bool judge_redirect(struct judgement *judgement, const struct endpoint *endpoint)
{
	const struct firewall_facts *firewall = &endpoint->firewall;
	const struct sighting *seen = &endpoint->tcp.sighting;
	const struct charge charge = {PARTY_LOCAL_FIREWALL, CODE_LOCAL_REDIRECT, STAGE_FIREWALL,
				      CONFIDENCE_PROVED, NULL};

	if (firewall->reached && firewall->redirect)
		judgement_fault(judgement, charge, "%s: NAT of this host sends it to %s: %s",
				where(judgement, endpoint), firewall->redirect,
				firewall->rule ? firewall->rule : "");
	else if (seen->watched && seen->diverted)
		judgement_fault(judgement, charge, "%s: this host sends it to %s, port %u, instead",
				where(judgement, endpoint), judgement_address(judgement, &seen->diverted_to),
				seen->diverted_port);
	else
		return false;
	return true;
}

static bool judge_cable(struct judgement *judgement, const struct endpoint *endpoint)
{
	const struct route_facts *route = &endpoint->route;

	if (!route->reached || route->neighbour != NEIGHBOUR_SILENT)
		return false;
	judgement_fault(
		judgement,
		(struct charge){PARTY_LOCAL_NETWORK, CODE_NEXT_HOP_SILENT, STAGE_ROUTE, CONFIDENCE_PROVED,
				"ip neighbour"},
		"%s: %s, the %s, does not answer %s on %s", where(judgement, endpoint),
		judgement_address(judgement, route->has_gateway ? &route->gateway : &endpoint->address),
		route->has_gateway ? "next hop" : "target itself",
		endpoint->address.family == FAMILY_IPV4 ? "ARP" : "neighbour solicitation",
		route->device ? route->device : "its link");
	return true;
}

/* The field's words for ICMP errors, by what they blame. */
static const char *icmp_code(enum family family, uint8_t type, uint8_t code)
{
	if (family == FAMILY_IPV4 && type == ICMP_DEST_UNREACH)
		switch (code) {
		case ICMP_NET_UNREACH:
		case ICMP_NET_UNKNOWN:
			return CODE_NET_UNREACHABLE;
		case ICMP_PORT_UNREACH:
			return CODE_PORT_UNREACHABLE;
		case ICMP_NET_ANO:
		case ICMP_HOST_ANO:
		case ICMP_PKT_FILTERED:
			return CODE_ADMIN_PROHIBITED;
		default:
			return CODE_HOST_UNREACHABLE;
		}
	if (family == FAMILY_IPV6 && type == ICMP6_DST_UNREACH)
		switch (code) {
		case ICMP6_DST_UNREACH_NOROUTE:
			return CODE_NET_UNREACHABLE;
		case ICMP6_DST_UNREACH_NOPORT:
			return CODE_PORT_UNREACHABLE;
		case ICMP6_DST_UNREACH_ADDR:
			return CODE_HOST_UNREACHABLE;
		default:
			return CODE_ADMIN_PROHIBITED;
		}
	if (type == (family == FAMILY_IPV4 ? ICMP_TIME_EXCEEDED : ICMP6_TIME_EXCEEDED))
		return CODE_TTL_EXCEEDED;
	return CODE_HOST_UNREACHABLE;
}

static const char *icmp_says(const char *code)
{
	return strcmp(code, CODE_ADMIN_PROHIBITED) == 0   ? "that this is prohibited by its administrator"
	       : strcmp(code, CODE_PORT_UNREACHABLE) == 0 ? "that the port cannot be reached"
	       : strcmp(code, CODE_TTL_EXCEEDED) == 0     ? "that it went round in circles (TTL exceeded)"
	       : strcmp(code, CODE_NET_UNREACHABLE) == 0  ? "that it knows no way to that network"
							  : "that it cannot reach that host";
}

/* Somebody said so: a router, or the target itself. The witness may have seen what the socket was not told. */
static bool judge_icmp(struct judgement *judgement, const struct endpoint *endpoint)
{
	const struct sighting *seen = &endpoint->tcp.sighting;
	struct icmp_error icmp = endpoint->tcp.icmp;
	const char *code;
	bool own;

	if (!icmp.known && seen->watched && seen->icmp_in)
		icmp = (struct icmp_error){true, seen->icmp_type, seen->icmp_code, seen->icmp_from,
					   seen->icmp_from_known};
	if (!icmp.known)
		return false;
	code = icmp_code(endpoint->address.family, icmp.type, icmp.code);
	own = icmp.from_known && address_equal(&icmp.from, &endpoint->address);
	judgement_fault(judgement,
			(struct charge){own ? PARTY_REMOTE_TCP : PARTY_PATH, code, STAGE_TCP,
					CONFIDENCE_PROVED, NULL},
			"%s: %s %s says %s (ICMP type %u, code %u)", where(judgement, endpoint),
			own ? "the target" : "router",
			icmp.from_known ? judgement_address(judgement, &icmp.from) : "somewhere on the way",
			icmp_says(code), icmp.type, icmp.code);
	return true;
}

static void judge_refused(struct judgement *judgement, const struct endpoint *endpoint)
{
	const bool seen = endpoint->tcp.sighting.watched && endpoint->tcp.sighting.rst_in;

	judgement_fault(judgement,
			(struct charge){PARTY_REMOTE_TCP, CODE_CONNECTION_REFUSED, STAGE_TCP,
					seen ? CONFIDENCE_LIKELY : CONFIDENCE_GUESS,
					"is the server running there?"},
			"%s: refused by the target%s", where(judgement, endpoint),
			seen ? " (its RST came in)" : ", or by something that answers in its name");
}

static void judge_silence(struct judgement *judgement, const struct endpoint *endpoint)
{
	const struct sighting *seen = &endpoint->tcp.sighting;

	if (seen->watched)
		judgement_fault(
			judgement,
			(struct charge){PARTY_PATH, CODE_NO_ANSWER, STAGE_TCP, CONFIDENCE_PROVED, NULL},
			"%s: no answer; the SYN left%s%s %u time%s, and nothing came back",
			where(judgement, endpoint), endpoint->route.device ? " by " : "",
			endpoint->route.device ? endpoint->route.device : "", seen->syn_out,
			seen->syn_out == 1 ? "" : "s");
	else
		judgement_fault(judgement,
				(struct charge){PARTY_PATH, CODE_NO_ANSWER, STAGE_TCP, CONFIDENCE_GUESS,
						"run it with sudo, to see whether the packets leave"},
				"%s: no answer", where(judgement, endpoint));
}

/* The kernel refuses the destination itself: a broadcast address, a route that came or went meanwhile. */
static bool judge_refused_by_kernel(struct judgement *judgement, const struct endpoint *endpoint)
{
	const struct tcp_facts *tcp = &endpoint->tcp;

	if (!tcp->sighting.watched || tcp->sighting.syn_out || tcp->status != TCP_UNREACHABLE)
		return false;
	judgement_fault(judgement,
			(struct charge){PARTY_LOCAL_ROUTE, CODE_NO_ROUTE, STAGE_ROUTE, CONFIDENCE_PROVED,
					"ip route get"},
			"%s: this host sends nothing there: %s", where(judgement, endpoint),
			strerror(tcp->sys));
	return true;
}

static void judge_local_error(struct judgement *judgement, const struct endpoint *endpoint)
{
	judgement_fault(
		judgement,
		(struct charge){PARTY_LOCAL_CONFIG, CODE_LOCAL_LIMIT, STAGE_TCP, CONFIDENCE_PROVED, NULL},
		"%s: this host cannot make the connection: %s", where(judgement, endpoint),
		strerror(endpoint->tcp.sys));
}

/* Without a witness this host's own firewall may have done it. */
static enum confidence seen_confidence(const struct tcp_facts *tcp)
{
	return tcp->sighting.watched ? CONFIDENCE_LIKELY : CONFIDENCE_GUESS;
}

/* Where the proxy is, and the way to it, is for who runs the proxy to know. */
static bool judge_proxy_way(struct judgement *judgement, const struct endpoint *endpoint)
{
	const struct tcp_facts *tcp = &endpoint->tcp;

	if (!judgement->examination->by_proxy || tcp->status == TCP_OK || tcp->status == TCP_LOCAL)
		return false;
	judgement_fault(judgement,
			(struct charge){PARTY_PROXY, CODE_PROXY_UNREACHABLE, STAGE_PROXY,
					seen_confidence(tcp), "is the setting right, and the proxy running?"},
			"the proxy of %s, %s, %s", judgement->examination->proxy.source,
			where(judgement, endpoint),
			tcp->status == TCP_REFUSED     ? "refuses the connection"
			: tcp->status == TCP_TIMED_OUT ? "does not answer"
						       : "cannot be reached");
	return true;
}

static void judge_tcp(struct judgement *judgement, const struct endpoint *endpoint)
{
	if (judge_proxy_way(judgement, endpoint) || judge_icmp(judgement, endpoint) ||
	    judge_refused_by_kernel(judgement, endpoint))
		return;
	switch (endpoint->tcp.status) {
	case TCP_OK:
		return;
	case TCP_REFUSED:
		judge_refused(judgement, endpoint);
		return;
	case TCP_TIMED_OUT:
	case TCP_UNREACHABLE:
		judge_silence(judgement, endpoint);
		return;
	case TCP_LOCAL:
		judge_local_error(judgement, endpoint);
		return;
	}
}

void judge_way(struct judgement *judgement, const struct endpoint *endpoint)
{
	if (endpoint->tcp.reached && endpoint->tcp.status == TCP_OK)
		return;
	if (judge_route(judgement, endpoint) || judge_rules(judgement, endpoint) ||
	    judge_trace(judgement, endpoint) || !endpoint->tcp.reached ||
	    judge_redirect(judgement, endpoint) || judge_neighbour_stopped_here(judgement, endpoint) ||
	    judge_cable(judgement, endpoint) || judge_witness(judgement, endpoint))
		return;
	judge_tcp(judgement, endpoint);
}

bool judge_way_to_nameserver(struct judgement *judgement, const struct nameserver_facts *server,
			     const struct dns_answer *answer)
{
	const struct endpoint endpoint = {.address = server->address,
					  .port = server->port,
					  .route = server->route,
					  .tcp = {.icmp = answer->icmp}};
	const bool own = answer->icmp.from_known && address_equal(&answer->icmp.from, &server->address);
	bool told;

	judgement->whom = "nameserver ";
	told = judge_route(judgement, &endpoint) || judge_cable(judgement, &endpoint) ||
	       (!own && judge_icmp(judgement, &endpoint));
	judgement->whom = NULL;
	return told;
}
