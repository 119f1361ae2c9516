/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TLS and what comes on top of it, as JSON. */
#include "stage_json.h"

#include "facts_words.h"

#include <openssl/x509.h>
#include <time.h>

static json_t *alert(int description)
{
	return description < 0 ? json_null() : json_string(alert_word(description));
}

json_t *json_tls(const struct endpoint *endpoint)
{
	const struct tls_facts *facts = endpoint ? &endpoint->tls : NULL;

	if (!facts || !facts->reached)
		return json_null();
	return json_pack("{ss, so, so, so, so, so, so, so, so, sb, so}", "status", tls_word(facts->status),
			 "ms", json_milliseconds(facts->ms), "version", json_text_or_null(facts->version),
			 "cipher", json_text_or_null(facts->cipher), "alpn", json_text_or_null(facts->alpn),
			 "group", json_text_or_null(facts->group), "sni", json_text_or_null(facts->sni),
			 "alert_received", alert(facts->alert_in), "alert_sent", alert(facts->alert_out),
			 "certificate_asked", facts->certificate_asked, "error",
			 json_text_or_null(facts->library_error));
}

static json_t *date(int64_t seconds)
{
	const time_t when = (time_t)seconds;
	struct tm parts;
	char text[64];

	if (!gmtime_r(&when, &parts) || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts))
		return json_null();
	return json_string(text);
}

static json_t *certificate(const struct certificate_facts *facts)
{
	return json_pack("{so, so, so, so, so, so, si, so, so}", "subject", json_text_or_null(facts->subject),
			 "issuer", json_text_or_null(facts->issuer), "names", json_text_or_null(facts->names),
			 "not_before", date(facts->not_before), "not_after", date(facts->not_after), "key",
			 json_text_or_null(facts->key_type), "key_bits", (int)facts->key_bits, "signature",
			 json_text_or_null(facts->signature), "pin", json_text_or_null(facts->key_pin));
}

static json_t *certificates(const struct chain_facts *chain)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < chain->count; i++)
		list = json_append(list, certificate(&chain->list[i]));
	return list;
}

static json_t *errors(const struct chain_facts *chain)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < chain->error_count; i++)
		list = json_append(list, json_string(X509_verify_cert_error_string(chain->errors[i])));
	return list;
}

json_t *json_certificate(const struct endpoint *endpoint)
{
	const struct chain_facts *chain = endpoint ? &endpoint->tls.chain : NULL;

	if (!chain || !chain->reached)
		return json_null();
	return json_pack("{sb, sb, so, so, si, sb}", "trusted", chain->trusted, "name_fits", chain->name_fits,
			 "errors", errors(chain), "chain", certificates(chain), "scts", (int)chain->sct_count,
			 "staple", chain->has_staple);
}

static json_t *redirects(const struct http_facts *facts)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < facts->redirect_count; i++)
		list = json_append(list, json_pack("{si, so}", "code", facts->redirects[i].code, "location",
						   json_text_or_null(facts->redirects[i].location)));
	return list;
}

static json_t *code_or_null(int code)
{
	return code > 0 ? json_integer(code) : json_null();
}

json_t *json_http(const struct endpoint *endpoint)
{
	const struct http_facts *facts = endpoint ? &endpoint->http : NULL;

	if (!facts || !facts->reached)
		return json_null();
	return json_pack("{ss, so, so, so, so, so, so, so, so, so}", "status", http_word(facts->status), "ms",
			 json_milliseconds(facts->ms), "code", code_or_null(facts->code), "last_code",
			 code_or_null(facts->last_code), "version", json_text_or_null(facts->version),
			 "server", json_text_or_null(facts->server), "hsts", json_text_or_null(facts->hsts),
			 "alt_svc", json_text_or_null(facts->alt_svc), "redirects", redirects(facts), "error",
			 json_text_or_null(facts->error));
}

json_t *json_plain(const struct plain_facts *facts)
{
	if (!facts->reached)
		return json_null();
	return json_pack("{sb, so, so, so, sb}", "connected", facts->connected, "error",
			 json_errno(facts->sys), "code", code_or_null(facts->code), "location",
			 json_text_or_null(facts->location), "to_https", facts->to_https);
}

json_t *json_http3(const struct http3_facts *facts)
{
	if (!facts->reached)
		return json_null();
	return json_pack("{ss, so, so, so, so, so}", "status", quic_word(facts->status), "ms",
			 json_milliseconds(facts->ms), "error", json_errno(facts->sys), "icmp",
			 json_icmp_error(&facts->icmp), "versions", json_text_or_null(facts->versions),
			 "firewall", json_firewall_facts(&facts->firewall));
}

json_t *json_audit(const struct audit_facts *facts)
{
	json_t *list;

	if (!facts->reached)
		return json_null();
	list = json_array();
	for (size_t i = 0; list && i < facts->count; i++)
		list = json_append(list, json_pack("{ss, ss, so}", "code", facts->items[i].code, "answer",
						   audit_word(facts->items[i].answer), "text",
						   json_text_or_null(facts->items[i].text)));
	return list;
}
