/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a stage saw, in a few words. */
#include "stage_rows.h"

#include "facts_words.h"

#include "fwport/text.h"

#include <string.h>

enum { DAY = 86400, SECOND_MS = 1000 };

static const char *kept(struct rows *rows, const struct text *text)
{
	const char *copy = text->failed ? NULL : pool_text(rows->pool, text_string(text));

	rows->failed = rows->failed || !copy;
	return copy;
}

static const char *time_text(struct rows *rows, double ms)
{
	CLEANUP(text_free) struct text text = {0};

	if (ms < 0)
		return "";
	if (ms >= SECOND_MS)
		text_add(&text, "%.1f s", ms / SECOND_MS);
	else
		text_add(&text, ms < 10 ? "%.1f ms" : "%.0f ms", ms);
	return kept(rows, &text);
}

/* ms below 0: no time is shown. */
static void add(struct rows *rows, const char *stage, const char *status, double ms, const struct text *what)
{
	for (size_t i = 0; i < ROW_CELLS; i++) {
		const size_t at = rows->count * ROW_CELLS + i;
		const char **cells = pool_grow(rows->pool, rows->cells, at, sizeof(*cells));

		if (!cells) {
			rows->failed = true;
			return;
		}
		rows->cells = cells;
		cells[at] = i == 0   ? stage
			    : i == 1 ? status
			    : i == 2 ? time_text(rows, ms)
				     : kept(rows, what);
	}
	rows->count++;
}

static void add_address(struct text *text, const struct address *address)
{
	char out[ADDRESS_TEXT];

	text_add(text, "%s", address_text(address, out));
}

/* --- resolver --- */

static void add_answers(struct text *text, const struct nameserver_facts *server)
{
	static const char *const types[] = {[FAMILY_IPV4] = "A", [FAMILY_IPV6] = "AAAA"};

	for (enum family family = FAMILY_IPV4; family <= FAMILY_IPV6; family++) {
		const struct dns_answer *answer = &server->answers[family];

		text_add(text, family == FAMILY_IPV4 ? ": " : ", ");
		if (answer->status == DNS_OK)
			text_add(text, "%zu %s", answer->addresses.count, types[family]);
		else
			text_add(text, "%s %s", types[family], dns_word(answer->status));
	}
}

static void resolver_rows(const struct examination *examination, struct rows *rows)
{
	const struct resolver_facts *facts = &examination->resolver;
	CLEANUP(text_free) struct text text = {0};

	if (!facts->reached)
		return;
	for (size_t i = 0; i < facts->server_count; i++) {
		text_add(&text, i ? "; " : "");
		add_address(&text, &facts->servers[i].address);
		add_answers(&text, &facts->servers[i]);
	}
	if (facts->hosts.count)
		text_add(&text, "%s%s", facts->server_count ? "; " : "",
			 facts->hosts_line ? facts->hosts_line : "/etc/hosts");
	add(rows, "resolver", facts->ok ? "ok" : "fail", facts->ms, &text);
}

/* --- the way there --- */

static const char *family_stage(struct rows *rows, const char *stage, enum family family)
{
	CLEANUP(text_free) struct text text = {0};

	text_add(&text, "%s %s", stage, family == FAMILY_IPV4 ? "v4" : "v6");
	return kept(rows, &text);
}

static void route_row(const struct endpoint *endpoint, struct rows *rows)
{
	const struct route_facts *facts = &endpoint->route;
	CLEANUP(text_free) struct text text = {0};

	if (!facts->reached)
		return;
	if (facts->has_gateway) {
		text_add(&text, "via ");
		add_address(&text, &facts->gateway);
		text_add(&text, " ");
	}
	if (facts->device)
		text_add(&text, "dev %s", facts->device);
	if (facts->neighbour == NEIGHBOUR_SILENT)
		text_add(&text, ", no answer from that neighbour");
	add(rows, family_stage(rows, "route", endpoint->address.family), route_word(facts->status), -1,
	    &text);
}

static void firewall_row(const struct endpoint *endpoint, struct rows *rows)
{
	static const char *const words[] = {[FIREWALL_OPEN] = "ok",
					    [FIREWALL_BLOCKED] = "BLOCK",
					    [FIREWALL_DEPENDS] = "depends",
					    [FIREWALL_UNKNOWN] = "unknown"};
	const struct firewall_facts *facts = &endpoint->firewall;
	const char *const what[] = {facts->rule, facts->condition, facts->unknown};
	CLEANUP(text_free) struct text text = {0};

	if (!facts->reached)
		return;
	for (size_t i = 0; i < sizeof(what) / sizeof(what[0]); i++)
		if (what[i])
			text_add(&text, "%s%s", text.length ? "; " : "", what[i]);
	add(rows, family_stage(rows, "firewall", endpoint->address.family), words[facts->verdict], -1, &text);
}

static void tcp_row(const struct endpoint *endpoint, struct rows *rows)
{
	const struct tcp_facts *facts = &endpoint->tcp;
	CLEANUP(text_free) struct text text = {0};

	if (!facts->reached)
		return;
	add_address(&text, &endpoint->address);
	text_add(&text, " port %u", endpoint->port);
	if (facts->status != TCP_OK)
		text_add(&text, ", %s", facts->sys ? strerror(facts->sys) : tcp_word(facts->status));
	if (facts->status != TCP_OK && facts->sighting.watched)
		text_add(&text, " (%u SYN left, %u SYN-ACK came)", facts->sighting.syn_out,
			 facts->sighting.syn_ack_in);
	add(rows, family_stage(rows, "tcp", endpoint->address.family),
	    facts->status == TCP_OK ? "ok" : "fail", facts->ms, &text);
}

/* The route and the firewall are told once a family, unless they differ. */
static bool is_told(const struct examination *examination, size_t index)
{
	const struct endpoint *endpoint = &examination->endpoints[index];

	for (size_t i = 0; i < index; i++)
		if (examination->endpoints[i].address.family == endpoint->address.family &&
		    examination->endpoints[i].route.status == endpoint->route.status &&
		    examination->endpoints[i].firewall.verdict == endpoint->firewall.verdict)
			return true;
	return false;
}

static void endpoint_rows(const struct examination *examination, struct rows *rows)
{
	for (size_t i = 0; i < examination->endpoint_count; i++)
		if (!is_told(examination, i)) {
			route_row(&examination->endpoints[i], rows);
			firewall_row(&examination->endpoints[i], rows);
		}
	for (size_t i = 0; i < examination->endpoint_count; i++)
		tcp_row(&examination->endpoints[i], rows);
}

static void trace_rows(const struct trace_facts *facts, struct rows *rows)
{
	CLEANUP(text_free) struct text text = {0};

	if (facts->refused) {
		text_add(&text, "%s", facts->refused);
		add(rows, "trace", "unknown", -1, &text);
	}
	for (size_t i = 0; i < facts->count; i++) {
		text_clear(&text);
		text_add(&text, "%s", facts->list[i].text);
		add(rows, "trace", facts->list[i].stops ? "STOP" : "", -1, &text);
	}
}

static void proxy_row(const struct examination *examination, struct rows *rows)
{
	const struct proxy_facts *facts = &examination->proxy;
	CLEANUP(text_free) struct text text = {0};

	if (!examination->by_proxy)
		return;
	text_add(&text, "%s (%s)", facts->shown, facts->source);
	if (facts->code > 0)
		text_add(&text, ", CONNECT: %d", facts->code);
	add(rows, "proxy", facts->error || facts->code >= 300 ? "fail" : "ok", -1, &text);
}

/* --- TLS and on --- */

static void tls_row(const struct endpoint *endpoint, struct rows *rows)
{
	const struct tls_facts *facts = &endpoint->tls;
	const char *const what[] = {facts->version, facts->cipher, facts->alpn};
	CLEANUP(text_free) struct text text = {0};

	if (!facts->reached)
		return;
	for (size_t i = 0; i < sizeof(what) / sizeof(what[0]); i++)
		if (what[i])
			text_add(&text, "%s%s", text.length ? ", " : "", what[i]);
	if (facts->alert_in >= 0 && facts->status != TLS_OK)
		text_add(&text, "%salert \"%s\" came", text.length ? ", " : "", alert_word(facts->alert_in));
	text_add(&text, "%sover IPv%c", text.length ? ", " : "",
		 endpoint->address.family == FAMILY_IPV4 ? '4' : '6');
	add(rows, "tls", facts->status == TLS_OK ? "ok" : tls_word(facts->status), facts->ms, &text);
}

static void certificate_row(const struct examination *examination, const struct endpoint *endpoint,
			    struct rows *rows)
{
	const struct chain_facts *chain = &endpoint->tls.chain;
	CLEANUP(text_free) struct text text = {0};

	if (!chain->reached || !chain->count)
		return;
	text_add(&text, "%s", chain->list[0].issuer ? chain->list[0].issuer : "no issuer");
	text_add(&text, ", %lld days, name %s%s",
		 (long long)(chain->list[0].not_after - examination->now) / DAY,
		 chain->name_fits ? "ok" : "WRONG", chain->trusted ? "" : ", NOT TRUSTED");
	add(rows, "certificate", chain->trusted && chain->name_fits && !chain->error_count ? "ok" : "fail",
	    -1, &text);
}

static void http_row(const struct examination *examination, const struct endpoint *endpoint,
		     struct rows *rows)
{
	const struct http_facts *facts = &endpoint->http;
	const struct plain_facts *plain = &examination->plain;
	CLEANUP(text_free) struct text text = {0};

	if (!facts->reached)
		return;
	if (facts->code > 0)
		text_add(&text, "%s %d", facts->version ? facts->version : "HTTP", facts->code);
	if (facts->redirect_count)
		text_add(&text, ", %zu redirect%s to %d", facts->redirect_count,
			 facts->redirect_count == 1 ? "" : "s", facts->last_code);
	text_add(&text, facts->hsts ? ", HSTS" : "");
	if (plain->reached && plain->connected)
		text_add(&text, "; http:// %s",
			 plain->to_https ? "redirects to https" : "does not redirect to https");
	add(rows, "http", http_word(facts->status), facts->ms, &text);
}

static void http3_row(const struct http3_facts *facts, struct rows *rows)
{
	CLEANUP(text_free) struct text text = {0};

	if (!facts->reached)
		return;
	text_add(&text, "%s", facts->versions ? facts->versions : facts->rule ? facts->rule : "");
	add(rows, "http3", facts->status == QUIC_ANSWERS ? "ok" : quic_word(facts->status), facts->ms, &text);
}

static void audit_rows(const struct audit_facts *facts, struct rows *rows)
{
	for (size_t i = 0; i < facts->count; i++) {
		CLEANUP(text_free) struct text text = {0};

		text_add(&text, "%s: %s", facts->items[i].code,
			 facts->items[i].text ? facts->items[i].text : "");
		add(rows, "audit", audit_word(facts->items[i].answer), -1, &text);
	}
}

int rows_of(const struct examination *examination, struct rows *rows, struct error *err)
{
	const struct endpoint *best = examination->best;

	resolver_rows(examination, rows);
	endpoint_rows(examination, rows);
	trace_rows(&examination->trace, rows);
	proxy_row(examination, rows);
	if (best) {
		tls_row(best, rows);
		certificate_row(examination, best, rows);
		http_row(examination, best, rows);
	}
	http3_row(&examination->http3, rows);
	audit_rows(&examination->audit, rows);
	return rows->failed ? error_memory(err) : 0;
}
