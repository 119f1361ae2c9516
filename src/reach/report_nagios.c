/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line for Nagios and its kin, as the Monitoring Plugins guidelines have it: a word, a sentence, and behind a bar the figures of the
 * stages that were reached. Also the exit statuses, theirs and ours.
 */
#include "report.h"

#include "fwport/plain.h"

#include <string.h>

enum { NAGIOS_OK, NAGIOS_WARNING, NAGIOS_CRITICAL, NAGIOS_UNKNOWN };
enum { EXIT_OK = 0, EXIT_NO = 1, EXIT_UNKNOWN = 11, DAY = 86400 };

int examination_exit_status(const struct examination *examination)
{
	switch (examination->verdict.party) {
	case PARTY_OK:
		return EXIT_OK;
	case PARTY_UNKNOWN:
		return EXIT_UNKNOWN;
	default:
		return EXIT_NO;
	}
}

int examination_nagios_status(const struct examination *examination)
{
	switch (examination->verdict.party) {
	case PARTY_OK:
		return examination->warnings.count ? NAGIOS_WARNING : NAGIOS_OK;
	case PARTY_UNKNOWN:
		return NAGIOS_UNKNOWN;
	default:
		return NAGIOS_CRITICAL;
	}
}

static void add_seconds(struct text *text, const char *name, double ms)
{
	text_add(text, " %s=%.6fs", name, ms / 1000);
}

static void add_figures(struct text *text, const struct examination *examination)
{
	const struct endpoint *best = examination->best;
	const struct chain_facts *chain = best ? &best->tls.chain : NULL;

	add_seconds(text, "time", examination->ms);
	if (examination->resolver.reached && examination->resolver.ok)
		add_seconds(text, "resolver", examination->resolver.ms);
	if (best && best->tcp.reached && best->tcp.ms >= 0)
		add_seconds(text, "tcp", best->tcp.ms);
	if (best && best->tls.reached && best->tls.ms >= 0)
		add_seconds(text, "tls", best->tls.ms);
	if (best && best->http.reached && best->http.status == HTTP_OK)
		add_seconds(text, "http", best->http.ms);
	if (chain && chain->reached && chain->count)
		text_add(text, " days_left=%lld",
			 (long long)(chain->list[0].not_after - examination->now) / DAY);
}

/* A bar would begin the figures: a stranger's is no bar. */
static void add_sentence(struct text *text, const char *sentence)
{
	for (; *sentence; sentence++)
		text_add_bytes(text, *sentence == '|' ? "/" : sentence, 1);
}

int report_nagios(FILE *out, const struct examination *examination, struct error *err)
{
	static const char *const words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
	const int status = examination_nagios_status(examination);
	const struct finding *told =
		status == NAGIOS_WARNING ? &examination->warnings.list[0] : &examination->verdict;
	CLEANUP(text_free) struct text line = {0};

	text_add(&line, "HTTPS %s: ", words[status]);
	if (told->party != PARTY_OK)
		text_add(&line, "%s/%s: ", party_word(told->party), told->code);
	add_sentence(&line, told->text);
	text_add(&line, " |");
	add_figures(&line, examination);
	if (line.failed)
		return error_memory(err);
	plain_line(out, "%s", text_string(&line));
	return 0;
}

/* A monitor shows what stands on standard output, and takes 2, a wrong option to us, for a service that is down. */
int report_nagios_failure(FILE *out, const struct error *err)
{
	CLEANUP(text_free) struct text line = {0};

	add_sentence(&line, err->text);
	plain_line(out, "HTTPS UNKNOWN: %s", text_string(&line));
	return NAGIOS_UNKNOWN;
}
