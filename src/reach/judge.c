/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From facts to a verdict. Knows no cases, only what each instrument says: the files beside this one judge a stage each, in the
 * order in which a connection meets them.
 */
#include "judgement.h"
#include "stages.h"

#include "fwport/pool.h"
#include "fwport/text.h"

#include <stdarg.h>
#include <stdio.h>

static const char *words(struct judgement *judgement, const char *format, va_list args)
{
	CLEANUP(text_free) struct text text = {0};
	const char *kept;
	char line[1024];

	vsnprintf(line, sizeof(line), format, args);
	kept = pool_text(judgement->examination->pool, line);
	judgement->failed = judgement->failed || !kept;
	return kept ? kept : "";
}

const char *judgement_words(struct judgement *judgement, const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = words(judgement, format, args);
	va_end(args);
	return text;
}

const char *judgement_address(struct judgement *judgement, const struct address *address)
{
	char text[ADDRESS_TEXT];

	return judgement_words(judgement, "%s", address_text(address, text));
}

static void add_warning(struct judgement *judgement, struct finding finding)
{
	struct findings *warnings = &judgement->examination->warnings;
	struct finding *list =
		pool_grow(judgement->examination->pool, warnings->list, warnings->count, sizeof(*list));

	if (!list) {
		judgement->failed = true;
		return;
	}
	warnings->list = list;
	list[warnings->count++] = finding;
}

static struct finding make(struct charge charge, const char *text)
{
	return (struct finding){charge.party,      charge.code, charge.stage,
				charge.confidence, text,        charge.next};
}

void judgement_fault(struct judgement *judgement, struct charge charge, const char *format, ...)
{
	struct finding finding;
	va_list args;

	va_start(args, format);
	finding = make(charge, words(judgement, format, args));
	va_end(args);
	if (judgement->is_blocked) {
		add_warning(judgement, finding);
		return;
	}
	judgement->is_blocked = true;
	judgement->examination->verdict = finding;
}

void judgement_warning(struct judgement *judgement, struct charge charge, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_warning(judgement, make(charge, words(judgement, format, args)));
	va_end(args);
}

static enum stage furthest(const struct endpoint *endpoint)
{
	return endpoint->http.reached  ? STAGE_HTTP
	       : endpoint->tls.reached ? STAGE_TLS
	       : endpoint->tcp.reached ? STAGE_TCP
				       : STAGE_ROUTE;
}

/* All that was asked for was reached. */
static bool is_whole(const struct examination *examination)
{
	static const enum stage last[] = {
		[LAST_STAGE_HTTP] = STAGE_HTTP, [LAST_STAGE_TLS] = STAGE_TLS, [LAST_STAGE_TCP] = STAGE_TCP};

	return examination->best &&
	       furthest(examination->best) >= last[examination->equipment->options->last_stage];
}

static void conclude(struct judgement *judgement)
{
	struct examination *examination = judgement->examination;
	const struct endpoint *best = examination->best;

	if (judgement->is_blocked)
		return;
	if (is_whole(examination))
		examination->verdict = (struct finding){
			PARTY_OK,
			CODE_OK,
			furthest(best),
			CONFIDENCE_PROVED,
			judgement_words(judgement, "%s answers on port %u",
					judgement_address(judgement, &best->address), best->port),
			NULL};
	else
		examination->verdict = (struct finding){PARTY_UNKNOWN,
							CODE_DEADLINE,
							best ? furthest(best) : STAGE_RESOLVER,
							CONFIDENCE_GUESS,
							"the time was up before anything was certain",
							"give it more: --timeout 60"};
}

int judge(struct examination *examination, struct error *err)
{
	struct judgement judgement = {.examination = examination};
	const struct endpoint *best = examination->best;

	judge_need(&judgement);
	judge_name(&judgement);
	if (best) {
		judge_way(&judgement, best);
		judge_proxy(&judgement);
		judge_tls(&judgement, best);
		judge_certificate(&judgement, best);
		judge_http(&judgement, best);
	}
	conclude(&judgement);
	judge_audit(&judgement);
	if (examination->verdict.party == PARTY_OK)
		judge_beside(&judgement);
	return judgement.failed ? error_memory(err) : 0;
}
