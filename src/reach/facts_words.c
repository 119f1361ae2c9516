/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One table an enum. */
#include "config.h"

#include "facts_words.h"

#include <netdb.h>
#include <openssl/ssl.h>

const char *dns_word(enum dns_status status)
{
	static const char *const words[] = {
		[DNS_OK] = "ok",
		[DNS_NXDOMAIN] = "nxdomain",
		[DNS_NODATA] = "nodata",
		[DNS_SERVFAIL] = "servfail",
		[DNS_REFUSED] = "refused",
		[DNS_OTHER_RCODE] = "other-rcode",
		[DNS_NO_ANSWER] = "no-answer",
		[DNS_UNREACHABLE] = "unreachable",
		[DNS_GARBAGE] = "garbage",
		[DNS_TCP_BLOCKED] = "tcp-blocked",
	};

	return words[status];
}

const char *nss_word(int status)
{
	switch (status) {
	case 0:
		return dns_word(DNS_OK);
	case EAI_NONAME:
		return "no-name";
	case EAI_NODATA:
	case EAI_ADDRFAMILY:
		return dns_word(DNS_NODATA);
	case EAI_AGAIN:
		return "try-again";
	case EAI_FAIL:
		return "failed";
	case EAI_SYSTEM:
	case EAI_MEMORY:
		return tcp_word(TCP_LOCAL);
	default:
		return "other";
	}
}

const char *route_word(enum route_status status)
{
	static const char *const words[] = {
		[ROUTE_OK] = "ok",
		[ROUTE_NONE] = "none",
		[ROUTE_UNREACHABLE] = "unreachable",
		[ROUTE_PROHIBIT] = "prohibit",
		[ROUTE_BLACKHOLE] = "blackhole",
		[ROUTE_LINK_DOWN] = "link-down",
		[ROUTE_NO_SOURCE] = "no-source",
	};

	return words[status];
}

const char *firewall_word(enum firewall_verdict verdict)
{
	static const char *const words[] = {
		[FIREWALL_OPEN] = "open",
		[FIREWALL_BLOCKED] = "blocked",
		[FIREWALL_DEPENDS] = "depends",
		[FIREWALL_UNKNOWN] = "unknown",
	};

	return words[verdict];
}

const char *tcp_word(enum tcp_status status)
{
	static const char *const words[] = {
		[TCP_OK] = "ok",
		[TCP_REFUSED] = "refused",
		[TCP_TIMED_OUT] = "timed-out",
		[TCP_UNREACHABLE] = "unreachable",
		[TCP_LOCAL] = "local-error",
	};

	return words[status];
}

const char *tls_word(enum tls_status status)
{
	static const char *const words[] = {
		[TLS_OK] = "ok",           [TLS_TIMED_OUT] = "timed-out", [TLS_CLOSED] = "closed",
		[TLS_RESET] = "reset",     [TLS_ALERTED] = "alert",       [TLS_VIOLATED] = "violation",
		[TLS_NOT_TLS] = "not-tls", [TLS_LOCAL] = "local-error",
	};

	return words[status];
}

/* OpenSSL 3.0 has no words for two that came with TLS 1.3. */
const char *alert_word(int description)
{
	switch (description) {
	case TLS13_AD_MISSING_EXTENSION:
		return "missing extension";
	case TLS13_AD_CERTIFICATE_REQUIRED:
		return "certificate required";
	default:
		return SSL_alert_desc_string_long(description);
	}
}

const char *http_word(enum http_status status)
{
	static const char *const words[] = {
		[HTTP_OK] = "ok",
		[HTTP_TIMED_OUT] = "timed-out",
		[HTTP_CLOSED] = "closed",
		[HTTP_RESET] = "reset",
		[HTTP_GARBAGE] = "garbage",
		[HTTP_ENDLESS_HEADERS] = "endless-headers",
		[HTTP_ENDLESS_BODY] = "endless-body",
		[HTTP_TOO_MANY_REDIRECTS] = "too-many-redirects",
		[HTTP_REDIRECT_FAILED] = "redirect-failed",
		[HTTP_LOCAL] = "local-error",
	};

	return words[status];
}

const char *quic_word(enum quic_status status)
{
	static const char *const words[] = {
		[QUIC_ANSWERS] = "answers",         [QUIC_SILENT] = "silent",     [QUIC_REFUSED] = "refused",
		[QUIC_UNREACHABLE] = "unreachable", [QUIC_LOCAL] = "local-error",
	};

	return words[status];
}

const char *neighbour_word(enum neighbour_status status)
{
	static const char *const words[] = {
		[NEIGHBOUR_NOT_NEEDED] = "not-needed", [NEIGHBOUR_UNKNOWN] = "unknown",
		[NEIGHBOUR_REACHABLE] = "reachable",   [NEIGHBOUR_SILENT] = "silent",
		[NEIGHBOUR_UNASKED] = "unasked",       [NEIGHBOUR_UNHEARD] = "unheard",
	};

	return words[status];
}

const char *audit_word(enum audit_answer answer)
{
	static const char *const words[] = {
		[AUDIT_UNKNOWN] = "unknown",
		[AUDIT_NO] = "no",
		[AUDIT_YES] = "yes",
	};

	return words[answer];
}
