/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the command line of fwport-check says. Strings are argv's. */
#ifndef FWPORT_REACH_OPTIONS_H
#define FWPORT_REACH_OPTIONS_H

#include "fwport/error.h"
#include "fwport/screen.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

enum last_stage { LAST_STAGE_HTTP, LAST_STAGE_TLS, LAST_STAGE_TCP };
enum report_form { REPORT_TABLE, REPORT_JSON, REPORT_NAGIOS, REPORT_PROMETHEUS };
#define ORACLE_NONE UINT_MAX

struct options {
	const char *const *targets;
	size_t target_count;
	const char *file; /* of targets, "-": standard input */
	unsigned timeout; /* milliseconds for one target, from when it begins */
	unsigned retries;
	unsigned parallel;
	bool ipv4, ipv6;
	enum last_stage last_stage;
	enum report_form form;
	const char *textfile; /* where --prometheus goes; NULL: standard output */
	const char *cafile, *certificate, *key;
	const char *sni;
	const char *pin;           /* sha256//BASE64 of the public key */
	const char *expect_issuer; /* a part of its name */
	const char *proxy;         /* URL; "" none, whatever the environment says */
	const char *try_proxy;
	const char *as_user;
	const char *baseline;
	bool audit, trace, quiet, verbose, color;
	struct screen screen; /* where a table goes to */
	unsigned watch;       /* seconds between two looks; 0: one look */
	unsigned oracle;      /* the socket that fwport answers questions on, or ORACLE_NONE */
};

/* The form that is asked for, also where the rest does not parse: mistakes are told in it, too. */
enum report_form options_form(int argc, char *const *argv);
int options_parse(int argc, char *const *argv, struct options *out, struct error *err);
unsigned options_families(const struct options *options); /* FAMILY_BIT()s */

#endif
