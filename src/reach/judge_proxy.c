/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a proxy makes of CONNECT, and whether there has to be one. */
#include "judgement.h"

enum {
	PROXY_AUTHENTICATION_REQUIRED = 407,
	BAD_GATEWAY = 502,
	SERVICE_UNAVAILABLE = 503,
	GATEWAY_TIMEOUT = 504
};

static const char *refusal_code(int code)
{
	if (code == PROXY_AUTHENTICATION_REQUIRED)
		return CODE_PROXY_CREDENTIALS;
	if (code == BAD_GATEWAY || code == SERVICE_UNAVAILABLE || code == GATEWAY_TIMEOUT)
		return CODE_PROXY_CANNOT_REACH;
	return CODE_PROXY_DENIES;
}

static const char *refusal_says(int code)
{
	if (code == PROXY_AUTHENTICATION_REQUIRED)
		return "wants a name and a password";
	if (code == BAD_GATEWAY || code == SERVICE_UNAVAILABLE || code == GATEWAY_TIMEOUT)
		return "cannot reach the target itself";
	return "does not lead there";
}

static void judge_refusal(struct judgement *judgement, const struct proxy_facts *proxy)
{
	const bool wants_name = proxy->code == PROXY_AUTHENTICATION_REQUIRED;

	judgement_fault(judgement,
			(struct charge){PARTY_PROXY, refusal_code(proxy->code), STAGE_PROXY,
					CONFIDENCE_PROVED,
					wants_name ? "--proxy http://NAME:PASSWORD@HOST:PORT" : NULL},
			"the proxy %s %s: it answers CONNECT with %d", proxy->shown,
			refusal_says(proxy->code), proxy->code);
}

/* Nobody gets out of here directly, not even with a question for a name, and one way out was named. */
void judge_need(struct judgement *judgement)
{
	const struct examination *examination = judgement->examination;
	const char *proxy = examination->proxy.tried;

	if (!proxy || !examination->proxy.try_works)
		return;
	judgement_fault(judgement,
			(struct charge){PARTY_PROXY, CODE_PROXY_NEEDED, STAGE_PROXY, CONFIDENCE_PROVED,
					judgement_words(judgement, "https_proxy=%s", proxy)},
			"the target answers by the proxy %s, and not directly", proxy);
}

void judge_proxy(struct judgement *judgement)
{
	const struct examination *examination = judgement->examination;
	const struct proxy_facts *proxy = &examination->proxy;

	if (!examination->by_proxy || !examination->best->tcp.reached ||
	    examination->best->tcp.status != TCP_OK)
		return;
	if (proxy->code >= 300)
		judge_refusal(judgement, proxy);
	else if (proxy->error)
		judgement_fault(judgement,
				(struct charge){PARTY_PROXY, CODE_PROXY_PROTOCOL, STAGE_PROXY,
						CONFIDENCE_PROVED, NULL},
				"%s does not answer as a proxy does: %s", proxy->shown, proxy->error);
	else if (examination->best->tls.status != TLS_OK && examination->opinion.direct_works == OPINION_YES)
		judgement_fault(judgement,
				(struct charge){PARTY_PROXY, CODE_PROXY_CANNOT_REACH, STAGE_PROXY,
						CONFIDENCE_PROVED, NULL},
				"the proxy %s says that it leads there, and no handshake passes it; without "
				"it the target answers",
				proxy->shown);
}
