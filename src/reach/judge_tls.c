/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why TLS does not come about. What TCP_INFO counted says how far the ClientHello came, and a second try that differs in one thing
 * (smaller segments, another name, no name, not a word) says what was in its way.
 */
#include "facts_words.h"
#include "judgement.h"

#include <ctype.h>
#include <openssl/ssl.h>
#include <openssl/tls1.h>
#include <string.h>

/* By a proxy nobody can tell what the target does from what the proxy does in its place. */
static void blame(struct judgement *judgement, enum party party, const char *code, enum confidence confidence,
		  const char *text, const char *next)
{
	if (judgement->examination->by_proxy && confidence == CONFIDENCE_PROVED)
		confidence = CONFIDENCE_LIKELY;
	judgement_fault(judgement, (struct charge){party, code, STAGE_TLS, confidence, next}, "%s", text);
}

/* The instruments that tell the path from the target, for whatever way the handshake failed. */
static bool judge_path(struct judgement *judgement, const struct tls_facts *tls)
{
	const struct opinion_facts *opinion = &judgement->examination->opinion;

	if (opinion->small_segments_work == OPINION_YES) {
		blame(judgement, PARTY_PATH, CODE_MTU_BLACK_HOLE, CONFIDENCE_PROVED,
		      "large packets are lost on the way, and nobody says so: with small segments the "
		      "handshake passes",
		      "ip route change ... mtu lock 1280, or nft add rule ... tcp option maxseg size set rt "
		      "mtu");
		return true;
	}
	if (opinion->other_name_works == OPINION_YES && opinion->other_name_minted != OPINION_YES) {
		blame(judgement, PARTY_PATH, CODE_SNI_FILTER, CONFIDENCE_PROVED,
		      judgement_words(judgement,
				      "something in between looks at the name in the ClientHello: for \"%s\" "
				      "the handshake "
				      "ends, for another name at the same address it passes",
				      tls->sni ? tls->sni : "this"),
		      NULL);
		return true;
	}
	return false;
}

static void judge_timeout(struct judgement *judgement, const struct endpoint *endpoint)
{
	const struct tls_facts *tls = &endpoint->tls;
	const bool watched = endpoint->tcp.sighting.watched;

	if (judge_data_stopped_here(judgement, endpoint) || judge_path(judgement, tls))
		return;
	if (tls->bytes_acked <= 1)
		blame(judgement, PARTY_PATH, CODE_DATA_BLOCKED,
		      watched ? CONFIDENCE_LIKELY : CONFIDENCE_GUESS,
		      "the connection is made, and nothing that is sent over it is acknowledged",
		      watched ? NULL : "run it with sudo, to see whether the packets leave");
	else if (tls->out_of_order_only)
		blame(judgement, PARTY_PATH, CODE_MTU_BLACK_HOLE, CONFIDENCE_LIKELY,
		      "of the answer only later, smaller packets come: the large ones are lost on the way",
		      NULL);
	else if (tls->got_server_hello || tls->bytes_in)
		blame(judgement, PARTY_REMOTE_TLS, CODE_TLS_STALLED, CONFIDENCE_LIKELY,
		      "the target stops in the middle of the handshake", NULL);
	else
		blame(judgement, PARTY_REMOTE_TLS, CODE_TLS_SILENT, CONFIDENCE_PROVED,
		      "the target accepts the connection, acknowledges the ClientHello, and says nothing",
		      NULL);
}

/* A RST from elsewhere has come another way than the target's SYN-ACK. */
static bool is_injected(const struct sighting *seen)
{
	return seen->watched && seen->rst_in && seen->syn_ack_in && seen->rst_ttl && seen->syn_ack_ttl &&
	       seen->rst_ttl != seen->syn_ack_ttl;
}

static void blame_injection(struct judgement *judgement, const struct sighting *seen, const char *code)
{
	blame(judgement, PARTY_PATH, code, CONFIDENCE_PROVED,
	      judgement_words(judgement,
			      "the reset did not come from the target: its TTL is %u, that of the target's "
			      "SYN-ACK %u",
			      seen->rst_ttl, seen->syn_ack_ttl),
	      NULL);
}

static void blame_short_connection(struct judgement *judgement, bool reset)
{
	blame(judgement, PARTY_REMOTE_TCP, reset ? CODE_RESETS_AT_ONCE : CODE_CLOSES_AT_ONCE,
	      CONFIDENCE_PROVED, "the target accepts the connection and ends it before anything was said",
	      NULL);
}

/* It was over before a handshake could begin. By a proxy that is for whoever judges proxies to say. */
static void judge_short_connection(struct judgement *judgement, const struct tcp_facts *tcp)
{
	if (judgement->examination->by_proxy)
		return;
	if (tcp->reset_at_once && is_injected(&tcp->sighting))
		blame_injection(judgement, &tcp->sighting, CODE_RESET_INJECTED);
	else if (tcp->reset_at_once || tcp->closed_at_once)
		blame_short_connection(judgement, tcp->reset_at_once);
}

/* A reset that nobody saw come may be anybody's. */
static void blame_end(struct judgement *judgement, const struct endpoint *endpoint, bool reset)
{
	const bool unseen = reset && !endpoint->tcp.sighting.watched;

	blame(judgement, PARTY_REMOTE_TLS, reset ? CODE_TLS_RESET : CODE_TLS_CLOSED,
	      unseen ? CONFIDENCE_GUESS : CONFIDENCE_LIKELY,
	      judgement_words(judgement, "the target%s ends the connection %s",
			      unseen ? ", or something that answers in its name," : "",
			      endpoint->tls.got_server_hello ? "in the middle of the handshake"
							     : "when it gets the ClientHello"),
	      NULL);
}

static void judge_end(struct judgement *judgement, const struct endpoint *endpoint)
{
	const struct tls_facts *tls = &endpoint->tls;
	const bool reset = tls->status == TLS_RESET;
	const struct opinion_facts *opinion = &judgement->examination->opinion;

	if (judge_data_stopped_here(judgement, endpoint))
		return;
	if (reset && is_injected(&endpoint->tcp.sighting)) {
		blame_injection(judgement, &endpoint->tcp.sighting,
				opinion->other_name_works == OPINION_YES ? CODE_SNI_FILTER
									 : CODE_RESET_INJECTED);
		return;
	}
	if (judge_path(judgement, tls))
		return;
	if (!tls->bytes_in && opinion->ends_without_a_word > SILENT_END_NONE)
		blame_short_connection(judgement, opinion->ends_without_a_word == SILENT_END_RESET);
	else
		blame_end(judgement, endpoint, reset);
}

static const char *alert_code(const struct tls_facts *tls)
{
	switch (tls->alert_in) {
	case TLS1_AD_PROTOCOL_VERSION:
		return CODE_PROTOCOL_VERSION;
	case TLS1_AD_UNRECOGNIZED_NAME:
		return CODE_UNRECOGNIZED_NAME;
	case TLS13_AD_CERTIFICATE_REQUIRED:
		return CODE_CERTIFICATE_REQUIRED;
	case SSL3_AD_HANDSHAKE_FAILURE:
		return tls->certificate_asked ? CODE_CERTIFICATE_REQUIRED : CODE_HANDSHAKE_FAILURE;
	case SSL3_AD_BAD_CERTIFICATE:
	case SSL3_AD_NO_CERTIFICATE:
		return tls->certificate_asked ? CODE_CERTIFICATE_REQUIRED : CODE_TLS_ALERT;
	default:
		return CODE_TLS_ALERT;
	}
}

static void judge_alert(struct judgement *judgement, const struct tls_facts *tls)
{
	const char *code = alert_code(tls);
	const bool certificate = strcmp(code, CODE_CERTIFICATE_REQUIRED) == 0;

	blame(judgement, PARTY_REMOTE_TLS, code, CONFIDENCE_PROVED,
	      judgement_words(judgement, "the target ends the handshake with the alert \"%s\"%s",
			      alert_word(tls->alert_in),
			      certificate ? ": it wants a certificate of ours" : ""),
	      certificate ? "--cert FILE --key FILE" : NULL);
}

static const char *printable_start(struct judgement *judgement, const struct tls_facts *tls)
{
	char start[33];
	size_t count = 0;

	while (count < tls->first_byte_count && count < sizeof(start) - 1 &&
	       isprint(tls->first_bytes[count])) {
		start[count] = (char)tls->first_bytes[count];
		count++;
	}
	start[count] = '\0';
	return judgement_words(judgement, "%s", start);
}

static void judge_not_tls(struct judgement *judgement, const struct tls_facts *tls)
{
	const char *start = printable_start(judgement, tls);

	if (strncmp(start, "HTTP/", 5) == 0)
		blame(judgement, PARTY_REMOTE_TLS, CODE_PLAIN_HTTP, CONFIDENCE_PROVED,
		      "the target speaks plain HTTP on this port",
		      "its server's configuration: listen ... ssl");
	else
		blame(judgement, PARTY_REMOTE_TLS, CODE_NOT_TLS, CONFIDENCE_PROVED,
		      judgement_words(judgement, "what answers speaks no TLS: it begins with \"%s\"", start),
		      NULL);
}

static bool is_too_old(const struct tls_facts *tls)
{
	const char *error = tls->library_error ? tls->library_error : "";

	return tls->alert_out == TLS1_AD_PROTOCOL_VERSION || strstr(error, "unsupported protocol") ||
	       strstr(error, "version too low");
}

static void judge_violation(struct judgement *judgement, const struct tls_facts *tls)
{
	if (is_too_old(tls))
		blame(judgement, PARTY_REMOTE_TLS, CODE_PROTOCOL_VERSION, CONFIDENCE_PROVED,
		      "the target speaks only versions of TLS that are too old to be safe", NULL);
	else
		blame(judgement, PARTY_REMOTE_TLS, CODE_TLS_VIOLATION, CONFIDENCE_PROVED,
		      judgement_words(judgement, "what the target sends is refused here: %s",
				      tls->library_error ? tls->library_error : "it breaks the protocol"),
		      NULL);
}

/* TLS 1.3 ends before the server has seen the client's certificate: its alert comes when something is asked. */
static bool judge_late_alert(struct judgement *judgement, const struct endpoint *endpoint)
{
	if (endpoint->tls.alert_in < 0 || !endpoint->http.reached || endpoint->http.status == HTTP_OK ||
	    endpoint->tls.alert_in == SSL3_AD_CLOSE_NOTIFY)
		return false;
	judge_alert(judgement, &endpoint->tls);
	return true;
}

void judge_tls(struct judgement *judgement, const struct endpoint *endpoint)
{
	const struct tls_facts *tls = &endpoint->tls;

	if (!tls->reached) {
		judge_short_connection(judgement, &endpoint->tcp);
		return;
	}
	switch (tls->status) {
	case TLS_OK:
		judge_late_alert(judgement, endpoint);
		return;
	case TLS_TIMED_OUT:
		judge_timeout(judgement, endpoint);
		return;
	case TLS_CLOSED:
	case TLS_RESET:
		judge_end(judgement, endpoint);
		return;
	case TLS_ALERTED:
		judge_alert(judgement, tls);
		return;
	case TLS_VIOLATED:
		judge_violation(judgement, tls);
		return;
	case TLS_NOT_TLS:
		judge_not_tls(judgement, tls);
		return;
	case TLS_LOCAL:
		judgement_fault(judgement,
				(struct charge){PARTY_LOCAL_CONFIG, CODE_LOCAL_LIMIT, STAGE_TLS,
						CONFIDENCE_PROVED, NULL},
				"this host cannot make the handshake: %s",
				tls->library_error ? tls->library_error : "");
		return;
	}
}
