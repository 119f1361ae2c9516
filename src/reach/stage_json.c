/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stages before TLS, as JSON: the resolver, the way there, the firewall, TCP. */
#include "stage_json.h"

#include "facts_words.h"

#include "fwport/quote.h"

#include <string.h>

void json_unref(json_t **value)
{
	json_decref(*value);
}

json_t *json_text_or_null(const char *string)
{
	CLEANUP(text_free) struct text safe = {0};
	json_t *value;

	if (!string)
		return json_null();
	value = json_string(string);
	if (value)
		return value;
	quote_line(&safe, string);
	return safe.failed ? NULL : json_string(text_string(&safe));
}

json_t *json_milliseconds(double ms)
{
	return ms < 0 ? json_null() : json_real((double)(long)(ms * 1000 + 0.5) / 1000);
}

static json_t *address(const struct address *value)
{
	char text[ADDRESS_TEXT];

	return json_string(address_text(value, text));
}

static json_t *address_if(bool known, const struct address *value)
{
	return known ? address(value) : json_null();
}

static json_t *integer_if(bool known, long long value)
{
	return known ? json_integer(value) : json_null();
}

json_t *json_errno(int sys)
{
	return sys ? json_string(strerror(sys)) : json_null();
}

static json_t *icmp(uint8_t type, uint8_t code, bool from_known, const struct address *from)
{
	return json_pack("{si, si, so}", "type", type, "code", code, "from", address_if(from_known, from));
}

json_t *json_icmp_error(const struct icmp_error *error)
{
	return error->known ? icmp(error->type, error->code, error->from_known, &error->from) : json_null();
}

json_t *json_append(json_t *list, json_t *item)
{
	if (json_array_append_new(list, item) == 0)
		return list;
	json_decref(list);
	return NULL;
}

json_t *json_addresses(const struct address_list *addresses)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < addresses->count; i++)
		list = json_append(list, address(&addresses->list[i]));
	return list;
}

static json_t *answer(const struct dns_answer *facts)
{
	if (!facts->asked)
		return json_null();
	return json_pack("{ss, so, so, so, so, sb, so, so}", "status", dns_word(facts->status), "rcode",
			 integer_if(facts->rcode >= 0, facts->rcode), "error", json_errno(facts->sys), "icmp",
			 json_icmp_error(&facts->icmp), "ms", json_milliseconds(facts->ms), "tcp",
			 facts->by_tcp, "addresses", json_addresses(&facts->addresses), "canonical",
			 json_text_or_null(facts->canonical));
}

static json_t *route(const struct route_facts *facts)
{
	if (!facts->reached)
		return json_null();
	return json_pack(
		"{ss, so, so, so, so, ss}", "status", route_word(facts->status), "device",
		json_text_or_null(facts->device), "gateway", address_if(facts->has_gateway, &facts->gateway),
		"source", address_if(facts->has_source, &facts->source), "mtu",
		integer_if(facts->mtu > 0, facts->mtu), "neighbour", neighbour_word(facts->neighbour));
}

static json_t *no_list_is_empty(json_t *list)
{
	return list ? json_incref(list) : json_array();
}

json_t *json_firewall_facts(const struct firewall_facts *facts)
{
	CLEANUP(json_unref) json_t *shapes = facts->shapes ? json_loads(facts->shapes, 0, NULL) : NULL;

	if (!facts->reached)
		return json_null();
	return json_pack("{ss, sO?, sb, sb, sb, so, so, sO?}", "verdict", firewall_word(facts->verdict),
			 "rule", json_object_get(shapes, "rule"), "blocks_answer", facts->blocks_answer,
			 "rejects", facts->rejects, "redirects", facts->redirect != NULL, "conditions",
			 no_list_is_empty(json_object_get(shapes, "conditions")), "unknown",
			 json_text_or_null(facts->unknown), "fix", json_object_get(shapes, "fix"));
}

static json_t *nameserver(const struct nameserver_facts *facts)
{
	return json_pack("{so, si, sb, sb, so, so, so, so}", "address", address(&facts->address), "port",
			 facts->port, "stub", facts->stub, "behind_stub", facts->behind, "route",
			 route(&facts->route), "firewall", json_firewall_facts(&facts->firewall), "a",
			 answer(&facts->answers[FAMILY_IPV4]), "aaaa", answer(&facts->answers[FAMILY_IPV6]));
}

static json_t *nameservers(const struct resolver_facts *facts)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < facts->server_count; i++)
		list = json_append(list, nameserver(&facts->servers[i]));
	return list;
}

static json_t *nss(const struct nss_facts *facts)
{
	if (!facts->asked)
		return json_null();
	return json_pack("{ss, so, so, so}", "status",
			 facts->late ? dns_word(DNS_NO_ANSWER) : nss_word(facts->status), "error",
			 json_errno(facts->sys), "ms", json_milliseconds(facts->ms), "addresses",
			 json_addresses(&facts->addresses));
}

json_t *json_resolver(const struct resolver_facts *facts)
{
	if (!facts->reached)
		return json_null();
	return json_pack("{sb, so, so, so, so, so, so, so}", "ok", facts->ok, "ms",
			 json_milliseconds(facts->ms), "config", json_text_or_null(facts->config), "servers",
			 nameservers(facts), "nss", nss(&facts->nss), "hosts", json_addresses(&facts->hosts),
			 "hosts_line", json_text_or_null(facts->hosts_line), "suffix",
			 json_text_or_null(facts->suffix));
}

json_t *json_proxy(const struct examination *examination)
{
	const struct proxy_facts *facts = &examination->proxy;

	if (!facts->url && !facts->bypassed && !facts->invalid && !facts->tried)
		return json_null();
	return json_pack("{so, so, so, so, so, so, so, so}", "url", json_text_or_null(facts->shown), "source",
			 json_text_or_null(facts->source), "bypassed_by", json_text_or_null(facts->bypassed),
			 "invalid", json_text_or_null(facts->invalid), "used",
			 json_boolean(examination->by_proxy), "code",
			 integer_if(facts->code > 0, facts->code), "error", json_text_or_null(facts->error),
			 "try_works", facts->tried ? json_boolean(facts->try_works) : json_null());
}

json_t *json_route(const struct endpoint *endpoint)
{
	return endpoint ? route(&endpoint->route) : json_null();
}

json_t *json_firewall(const struct endpoint *endpoint)
{
	return endpoint ? json_firewall_facts(&endpoint->firewall) : json_null();
}

static json_t *diverted(const struct sighting *facts)
{
	char shown[ADDRESS_TEXT];

	if (!facts->diverted)
		return json_null();
	return json_pack("{ss, si}", "address", address_text(&facts->diverted_to, shown), "port",
			 facts->diverted_port);
}

static json_t *sighting(const struct sighting *facts)
{
	if (!facts->watched)
		return json_null();
	return json_pack("{si, si, si, si, so, so, so, so, si, si, so}", "syn_out", facts->syn_out,
			 "syn_ack_in", facts->syn_ack_in, "rst_in", facts->rst_in, "icmp_in", facts->icmp_in,
			 "syn_ack_ttl", integer_if(facts->syn_ack_in > 0, facts->syn_ack_ttl), "rst_ttl",
			 integer_if(facts->rst_in > 0, facts->rst_ttl), "mss",
			 integer_if(facts->mss > 0, facts->mss), "icmp",
			 facts->icmp_in ? icmp(facts->icmp_type, facts->icmp_code, facts->icmp_from_known,
					       &facts->icmp_from)
					: json_null(),
			 "rst_out", facts->rst_out, "icmp_out", facts->icmp_out, "diverted", diverted(facts));
}

static json_t *endpoint_json(const struct endpoint *endpoint)
{
	const struct tcp_facts *tcp = &endpoint->tcp;

	return json_pack("{so, ss, si, so, so, so, so, so, so, so, so}", "address",
			 address(&endpoint->address), "family", family_word(endpoint->address.family), "port",
			 endpoint->port, "status",
			 tcp->reached ? json_string(tcp_word(tcp->status)) : json_null(), "ms",
			 json_milliseconds(tcp->reached ? tcp->ms : -1), "error", json_errno(tcp->sys),
			 "icmp", json_icmp_error(&tcp->icmp), "witness", sighting(&tcp->sighting),
			 "retransmits", integer_if(tcp->has_info, tcp->info.tcpi_total_retrans), "route",
			 route(&endpoint->route), "firewall", json_firewall_facts(&endpoint->firewall));
}

json_t *json_endpoints(const struct examination *examination)
{
	json_t *list;

	if (!examination->endpoint_count)
		return json_null();
	list = json_array();
	for (size_t i = 0; list && i < examination->endpoint_count; i++)
		list = json_append(list, endpoint_json(&examination->endpoints[i]));
	return list;
}

json_t *json_traced(const struct trace_facts *facts)
{
	json_t *list;

	if (!facts->reached)
		return json_null();
	list = json_array();
	for (size_t i = 0; list && i < facts->count; i++)
		list = json_append(list, json_text_or_null(facts->list[i].text));
	return json_pack("{so, so}", "refused", json_text_or_null(facts->refused), "rules", list);
}
