/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One JSON object a target, on one line. A stage that was not reached is null. json_pack passes a NULL on, so that memory that ran
 * out is seen once, at the end.
 */
#include "report.h"
#include "stage_json.h"

#include "fwport/text.h"

#include <errno.h>
#include <stdlib.h>

enum { PRECISION = 9 };

static json_t *verdict(const struct finding *finding)
{
	return json_pack("{ss, ss, ss, ss, so, so}", "party", party_word(finding->party), "code",
			 finding->code, "stage", stage_word(finding->stage), "confidence",
			 confidence_word(finding->confidence), "text", json_text_or_null(finding->text),
			 "next", json_text_or_null(finding->next));
}

static json_t *warnings(const struct findings *findings)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < findings->count; i++)
		list = json_append(list, verdict(&findings->list[i]));
	return list;
}

static json_t *stages(const struct examination *examination)
{
	const struct endpoint *best = examination->best;

	return json_pack("{so, so, so, so, so, so, so, so, so, so, so, so}", "resolver",
			 json_resolver(&examination->resolver), "proxy", json_proxy(examination), "route",
			 json_route(best), "firewall", json_firewall(best), "trace",
			 json_traced(&examination->trace), "tcp", json_endpoints(examination), "tls",
			 json_tls(best), "certificate", json_certificate(best), "http", json_http(best),
			 "port80", json_plain(&examination->plain), "http3", json_http3(&examination->http3),
			 "audit", json_audit(&examination->audit));
}

static json_t *asked_as(const struct equipment *equipment)
{
	return json_pack("{so, so, sb, sb}", "uid", json_integer(equipment->uid), "user",
			 json_text_or_null(equipment->user), "witness", equipment->witness != NULL,
			 "firewall", equipment->oracle != NULL);
}

static int print(FILE *out, json_t *root, struct error *err)
{
	CLEANUP(json_unref) json_t *owned = root;

	if (!root)
		return error_memory(err);
	if (json_dumpf(root, out, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(PRECISION)) < 0 ||
	    fputc('\n', out) == EOF)
		return error_system(err, errno, "cannot write the output");
	return 0;
}

int report_json(FILE *out, const struct examination *examination, struct error *err)
{
	return print(out,
		     json_pack("{si, ss, so, so, so, so, so, so, so}", "schema", 1, "command", "check",
			       "target", json_text_or_null(examination->target.text), "url",
			       json_text_or_null(examination->target.url), "ms",
			       json_milliseconds(examination->ms), "verdict", verdict(&examination->verdict),
			       "warnings", warnings(&examination->warnings), "stages", stages(examination),
			       "asked_as", asked_as(examination->equipment)),
		     err);
}
