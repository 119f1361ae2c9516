/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prometheus' text format: each metric stands together for all targets. A stage that was not reached has no sample; the certificate's
 * end is told also where it was refused.
 */
#include "report.h"

#include "fwport/quote.h"

#include <errno.h>

/* A label's value may hold anything but a bare quote, backslash or newline. */
static void add_label(struct text *text, const char *name, const char *value, bool first)
{
	CLEANUP(text_free) struct text safe = {0};

	quote_line(&safe, value);
	text_add(text, "%s%s=\"", first ? "{" : ",", name);
	for (const char *at = text_string(&safe); *at; at++)
		text_add(text, *at == '"' || *at == '\\' ? "\\%c" : "%c", *at);
	text_add(text, "\"");
	text->failed = text->failed || safe.failed;
}

static void add_target(struct text *text, const char *metric, const struct examination *examination)
{
	text_add(text, "%s", metric);
	add_label(text, "target", examination->target.text, true);
}

static void add_head(struct text *text, const char *metric, const char *help)
{
	text_add(text, "# HELP %s %s\n# TYPE %s gauge\n", metric, help, metric);
}

static void add_success(struct text *text, const struct examination *examination)
{
	add_target(text, "fwport_check_success", examination);
	text_add(text, "} %d\n", examination->verdict.party == PARTY_OK);
}

static void add_verdict(struct text *text, const struct examination *examination)
{
	add_target(text, "fwport_check_verdict_info", examination);
	add_label(text, "party", party_word(examination->verdict.party), false);
	add_label(text, "code", examination->verdict.code, false);
	text_add(text, "} 1\n");
}

/* Per family that has an address to try. */
static void add_families(struct text *text, const struct examination *examination)
{
	for (enum family family = FAMILY_IPV4; family <= FAMILY_IPV6; family++) {
		bool tried = false, works = false;

		for (size_t i = 0; i < examination->endpoint_count; i++) {
			const struct endpoint *endpoint = &examination->endpoints[i];

			if (endpoint->address.family != family || !endpoint->tcp.reached)
				continue;
			tried = true;
			works = works || endpoint_connects(endpoint);
		}
		if (!tried)
			continue;
		add_target(text, "fwport_check_family_success", examination);
		add_label(text, "family", family_word(family), false);
		text_add(text, "} %d\n", works);
	}
}

static void add_duration(struct text *text, const struct examination *examination, enum stage stage,
			 bool reached, double ms)
{
	if (!reached || ms < 0)
		return;
	add_target(text, "fwport_check_stage_seconds", examination);
	add_label(text, "stage", stage_word(stage), false);
	text_add(text, "} %.6f\n", ms / 1000);
}

static void add_durations(struct text *text, const struct examination *examination)
{
	const struct endpoint *best = examination->best;

	add_duration(text, examination, STAGE_RESOLVER, examination->resolver.reached,
		     examination->resolver.ms);
	if (!best)
		return;
	add_duration(text, examination, STAGE_TCP, best->tcp.reached, best->tcp.ms);
	add_duration(text, examination, STAGE_TLS, best->tls.reached, best->tls.ms);
	add_duration(text, examination, STAGE_HTTP, best->http.reached && best->http.status == HTTP_OK,
		     best->http.ms);
}

static void add_expiry(struct text *text, const struct examination *examination)
{
	const struct chain_facts *chain = examination->best ? &examination->best->tls.chain : NULL;

	if (!chain || !chain->reached || !chain->count)
		return;
	add_target(text, "fwport_check_certificate_not_after_timestamp_seconds", examination);
	text_add(text, "} %lld\n", (long long)chain->list[0].not_after);
}

static void add_warnings(struct text *text, const struct examination *examination)
{
	add_target(text, "fwport_check_warnings", examination);
	text_add(text, "} %zu\n", examination->warnings.count);
}

static const struct {
	const char *metric, *help;
	void (*add)(struct text *text, const struct examination *examination);
} metrics[] = {
	{"fwport_check_success", "Whether the target is reachable.", add_success},
	{"fwport_check_verdict_info", "Whose fault it is, and what it is called.", add_verdict},
	{"fwport_check_family_success", "Whether the target answers by this family.", add_families},
	{"fwport_check_stage_seconds", "How long a stage took that was reached.", add_durations},
	{"fwport_check_certificate_not_after_timestamp_seconds", "When the certificate ends.", add_expiry},
	{"fwport_check_warnings", "How many things are wrong all the same.", add_warnings},
};

int report_prometheus(FILE *out, const struct examination *const *examinations, size_t count,
		      struct error *err)
{
	CLEANUP(text_free) struct text text = {0};

	for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++) {
		add_head(&text, metrics[i].metric, metrics[i].help);
		for (size_t j = 0; j < count; j++)
			metrics[i].add(&text, examinations[j]);
	}
	if (text.failed)
		return error_memory(err);
	if (fputs(text_string(&text), out) == EOF)
		return error_system(err, errno, "cannot write the metrics");
	return 0;
}
