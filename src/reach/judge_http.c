/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a request is not answered, or not as it should be. */
#include "judgement.h"

static void blame(struct judgement *judgement, const char *code, const char *text)
{
	judgement_fault(judgement,
			(struct charge){PARTY_REMOTE_HTTP, code, STAGE_HTTP, CONFIDENCE_PROVED, NULL}, "%s",
			text);
}

static void judge_answer(struct judgement *judgement, const struct http_facts *http)
{
	if (http->loops)
		blame(judgement, CODE_REDIRECT_LOOP, "its redirects lead back to where they began");
	else if (http->leaves_https)
		blame(judgement, CODE_REDIRECTS_TO_HTTP,
		      "it redirects from https to http: what follows is not protected");
	else if (http->last_code >= 500)
		blame(judgement, CODE_SERVER_ERROR,
		      judgement_words(judgement, "the server answers with an error of its own: %d",
				      http->last_code));
}

static const char *body_or_head(const struct http_facts *http)
{
	return http->code > 0 ? "in the middle of its answer" : "before it has answered";
}

void judge_http(struct judgement *judgement, const struct endpoint *endpoint)
{
	const struct http_facts *http = &endpoint->http;
	const char *broken = http->code > 0 ? CODE_RESPONSE_BROKEN : CODE_NO_RESPONSE;

	if (!http->reached)
		return;
	switch (http->status) {
	case HTTP_OK:
		judge_answer(judgement, http);
		return;
	case HTTP_TIMED_OUT:
		blame(judgement, broken,
		      http->code > 0 ? "the answer stops in the middle" : "the request is not answered");
		return;
	case HTTP_CLOSED:
	case HTTP_RESET:
		blame(judgement, broken,
		      judgement_words(judgement, "the server ends the connection %s", body_or_head(http)));
		return;
	case HTTP_GARBAGE:
		blame(judgement, CODE_RESPONSE_BROKEN,
		      judgement_words(judgement, "what the server answers is no HTTP: %s",
				      http->error ? http->error : ""));
		return;
	case HTTP_ENDLESS_HEADERS:
		blame(judgement, CODE_ENDLESS_HEADERS, "the head of the answer does not end within 64 KiB");
		return;
	case HTTP_ENDLESS_BODY:
		blame(judgement, CODE_ENDLESS_BODY, "the body of the answer does not end");
		return;
	case HTTP_TOO_MANY_REDIRECTS:
		blame(judgement, CODE_REDIRECT_LOOP, "it redirects more than eight times");
		return;
	case HTTP_REDIRECT_FAILED:
		judgement_warning(judgement,
				  (struct charge){PARTY_REMOTE_HTTP, CODE_REDIRECT_FAILED, STAGE_HTTP,
						  CONFIDENCE_LIKELY, NULL},
				  "the place that it redirects to does not answer: %s",
				  http->error ? http->error : "");
		return;
	case HTTP_LOCAL:
		judgement_fault(judgement,
				(struct charge){PARTY_LOCAL_CONFIG, CODE_LOCAL_LIMIT, STAGE_HTTP,
						CONFIDENCE_PROVED, NULL},
				"this host cannot ask: %s", http->error ? http->error : "");
		return;
	}
}
