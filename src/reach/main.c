/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fwport-check: one target after the other. */
#include "examination.h"
#include "report.h"
#include "trust.h"

#include "fwport/plain.h"
#include "fwport/pool.h"

#include <curl/curl.h>
#include <unistd.h>

static int check(const struct equipment *equipment, const char *text, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct examination examination = {.equipment = equipment, .pool = &pool};

	if (target_parse(text, &pool, &examination.target, err) < 0 || examine(&examination, err) < 0)
		return -1;
	return report_json(stdout, &examination, err);
}

int main(int argc, char **argv)
{
	struct options options;
	struct equipment equipment = {.options = &options, .uid = getuid()};
	struct error err = {0};
	int status;

	curl_global_init(CURL_GLOBAL_ALL);
	status = options_parse(argc, argv, &options, &err);
	if (status == 0)
		status = trust_load(&options, &equipment.trust, &err);
	for (size_t i = 0; status == 0 && i < options.target_count; i++)
		status = check(&equipment, options.targets[i], &err);
	if (status == 0)
		return 0;
	plain_line(stderr, "fwport: %s", err.text);
	return error_exit_status(err.kind);
}
