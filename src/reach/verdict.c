/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of verdicts, as people, scripts and monitoring see them. */
#include "verdict.h"

const char *party_word(enum party party)
{
	static const char *const words[] = {
		[PARTY_OK] = "ok",
		[PARTY_LOCAL_CONFIG] = "local-config",
		[PARTY_LOCAL_ROUTE] = "local-route",
		[PARTY_LOCAL_NETWORK] = "local-network",
		[PARTY_LOCAL_FIREWALL] = "local-firewall",
		[PARTY_RESOLVER] = "resolver",
		[PARTY_PROXY] = "proxy",
		[PARTY_PATH] = "path",
		[PARTY_REMOTE_TCP] = "remote-tcp",
		[PARTY_REMOTE_TLS] = "remote-tls",
		[PARTY_REMOTE_CERT] = "remote-cert",
		[PARTY_INTERCEPTION] = "interception",
		[PARTY_CAPTIVE_PORTAL] = "captive-portal",
		[PARTY_REMOTE_HTTP] = "remote-http",
		[PARTY_UNKNOWN] = "unknown",
	};

	return words[party];
}

const char *stage_word(enum stage stage)
{
	static const char *const words[STAGE_COUNT] = {
		[STAGE_RESOLVER] = "resolver",
		[STAGE_ROUTE] = "route",
		[STAGE_FIREWALL] = "firewall",
		[STAGE_PROXY] = "proxy",
		[STAGE_TCP] = "tcp",
		[STAGE_TLS] = "tls",
		[STAGE_CERTIFICATE] = "certificate",
		[STAGE_HTTP] = "http",
		[STAGE_HTTP3] = "http3",
	};

	return words[stage];
}

const char *confidence_word(enum confidence confidence)
{
	static const char *const words[] = {
		[CONFIDENCE_GUESS] = "guess",
		[CONFIDENCE_LIKELY] = "likely",
		[CONFIDENCE_PROVED] = "proved",
	};

	return words[confidence];
}
