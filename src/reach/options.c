/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line of fwport-check, as `fwport check` hands it on: --NAME=VALUE, then the targets. A test holds this table and
 * that of fwport's registry together, which has the help texts.
 */
#include "options.h"

#include "fwport/address.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum {
	TIMEOUT_DEFAULT = 15,
	TIMEOUT_MOST = 600,
	PARALLEL_DEFAULT = 64,
	PARALLEL_MOST = 400,
	RETRIES_MOST = 10
};
enum { DESCRIPTOR_MOST = 1 << 20, DAY = 86400 };

struct option_row {
	const char *name;
	enum { ROW_FLAG, ROW_TEXT, ROW_NUMBER, ROW_STAGE, ROW_FORM } kind;
	size_t at;             /* in struct options: bool, const char *, unsigned */
	unsigned least, most;  /* of a number */
	const char *otherwise; /* what the value is when it lacks; NULL: it may not */
	enum report_form form;
	const char *none; /* the word for an empty text */
};

#define FLAG(word, member)                                                             \
	{                                                                              \
		.name = word, .kind = ROW_FLAG, .at = offsetof(struct options, member) \
	}
#define TEXT(word, member)                                                             \
	{                                                                              \
		.name = word, .kind = ROW_TEXT, .at = offsetof(struct options, member) \
	}
#define NUMBER(word, member, from, to)                                                                     \
	{                                                                                                  \
		.name = word, .kind = ROW_NUMBER, .at = offsetof(struct options, member), .least = (from), \
		.most = (to)                                                                               \
	}

static const struct option_row rows[] = {
	FLAG("ipv4", ipv4),
	FLAG("ipv6", ipv6),
	NUMBER("timeout", timeout, 1, TIMEOUT_MOST),
	NUMBER("retries", retries, 0, RETRIES_MOST),
	NUMBER("parallel", parallel, 1, PARALLEL_MOST),
	{.name = "stage", .kind = ROW_STAGE},
	TEXT("file", file),
	TEXT("cafile", cafile),
	TEXT("cert", certificate),
	TEXT("key", key),
	TEXT("sni", sni),
	TEXT("pin", pin),
	TEXT("expect-issuer", expect_issuer),
	{.name = "proxy", .kind = ROW_TEXT, .at = offsetof(struct options, proxy), .none = "none"},
	TEXT("try-proxy", try_proxy),
	TEXT("as-user", as_user),
	TEXT("baseline", baseline),
	FLAG("audit", audit),
	FLAG("trace", trace),
	{.name = "watch",
	 .kind = ROW_NUMBER,
	 .at = offsetof(struct options, watch),
	 .least = 1,
	 .most = DAY,
	 .otherwise = "5"},
	{.name = "json", .kind = ROW_FORM, .form = REPORT_JSON},
	{.name = "nagios", .kind = ROW_FORM, .form = REPORT_NAGIOS},
	{.name = "prometheus", .kind = ROW_FORM, .form = REPORT_PROMETHEUS, .otherwise = "-"},
	FLAG("quiet", quiet),
	FLAG("verbose", verbose),
	FLAG("color", color),
	NUMBER("oracle", oracle, 0, DESCRIPTOR_MOST),
};

enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

static int set_number(const struct option_row *row, const char *value, unsigned *out, struct error *err)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(value, &end, 10);
	if (end == value || *end || errno || *value == '-' || number < row->least || number > row->most)
		return error_set(err, ERROR_USAGE, "--%s \"%s\" is not a number from %u to %u", row->name,
				 value, row->least, row->most);
	*out = (unsigned)number;
	return 0;
}

static int set_stage(const char *value, enum last_stage *out, struct error *err)
{
	static const char *const words[] = {
		[LAST_STAGE_HTTP] = "http", [LAST_STAGE_TLS] = "tls", [LAST_STAGE_TCP] = "tcp"};

	for (enum last_stage stage = LAST_STAGE_HTTP; stage <= LAST_STAGE_TCP; stage++)
		if (strcmp(value, words[stage]) == 0) {
			*out = stage;
			return 0;
		}
	return error_set(err, ERROR_USAGE, "--stage \"%s\" is not one of tcp, tls, http", value);
}

static int set_form(const struct option_row *row, const char *value, struct options *out, struct error *err)
{
	if (out->form != REPORT_TABLE && out->form != row->form)
		return error_set(err, ERROR_USAGE,
				 "of --json, --nagios and --prometheus only one can be had");
	out->form = row->form;
	if (value && strcmp(value, "-") != 0)
		out->textfile = value;
	return 0;
}

static int set(const struct option_row *row, const char *value, struct options *out, struct error *err)
{
	void *at = (char *)out + row->at;

	if (!value && row->otherwise)
		value = row->otherwise;
	switch (row->kind) {
	case ROW_FLAG:
		*(bool *)at = true;
		return 0;
	case ROW_TEXT:
		*(const char **)at = row->none && strcmp(value, row->none) == 0 ? "" : value;
		return 0;
	case ROW_NUMBER:
		return set_number(row, value, at, err);
	case ROW_STAGE:
		return set_stage(value, &out->last_stage, err);
	case ROW_FORM:
		return set_form(row, value, out, err);
	}
	return 0;
}

static int option_takes(const struct option_row *row)
{
	if (row->otherwise)
		return optional_argument;
	return row->kind == ROW_FLAG || row->kind == ROW_FORM ? no_argument : required_argument;
}

static int check_together(const struct options *options, struct error *err)
{
	if (options->key && !options->certificate)
		return error_set(err, ERROR_USAGE, "--key needs the --cert that it belongs to");
	if (options->file && options->target_count)
		return error_set(err, ERROR_USAGE,
				 "targets come from --file or from the command line, not from both");
	if (!options->file && !options->target_count)
		return error_set(err, ERROR_USAGE,
				 "what shall be checked? a target is missing: URL, HOST or HOST:PORT");
	if (options->watch && options->form != REPORT_TABLE)
		return error_set(err, ERROR_USAGE,
				 "--watch is for a terminal, and has the form of a table alone");
	if (options->watch && options->baseline)
		return error_set(err, ERROR_USAGE,
				 "--watch does not end by itself, and so --baseline would never be written");
	if (options->trace && (options->file || options->target_count != 1))
		return error_set(err, ERROR_USAGE, "--trace follows the packets to one target");
	if (options->form == REPORT_NAGIOS && (options->file || options->target_count != 1))
		return error_set(err, ERROR_USAGE, "--nagios is for one target");
	return 0;
}

static bool is_option(const char *word, const char *name)
{
	const size_t length = strlen(name);

	return strncmp(word, "--", 2) == 0 && strncmp(word + 2, name, length) == 0 &&
	       (!word[2 + length] || word[2 + length] == '=');
}

/* Who asks for JSON reads that, whatever else is wrong. */
enum report_form options_form(int argc, char *const *argv)
{
	enum report_form form = REPORT_TABLE;

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		for (size_t row = 0; row < ROW_COUNT; row++)
			if (rows[row].kind == ROW_FORM && form != REPORT_JSON &&
			    is_option(argv[i], rows[row].name))
				form = rows[row].form;
	return form;
}

int options_parse(int argc, char *const *argv, struct options *out, struct error *err)
{
	struct options options = {
		.timeout = TIMEOUT_DEFAULT, .parallel = PARALLEL_DEFAULT, .oracle = ORACLE_NONE};
	struct option names[ROW_COUNT + 1] = {0};
	int found, row = 0;

	for (size_t i = 0; i < ROW_COUNT; i++)
		names[i] = (struct option){.name = rows[i].name, .has_arg = option_takes(&rows[i])};
	opterr = 0;
	optind = 1;
	while ((found = getopt_long(argc, argv, "+:", names, &row)) != -1) {
		if (found == ':')
			return error_set(err, ERROR_USAGE, "%s needs a value", argv[optind - 1]);
		if (found == '?')
			return error_set(err, ERROR_USAGE, "unknown option %s", argv[optind - 1]);
		if (set(&rows[row], optarg, &options, err) < 0)
			return -1;
	}
	options.targets = (const char *const *)argv + optind;
	options.target_count = (size_t)(argc - optind);
	options.timeout *= 1000;
	if (check_together(&options, err) < 0)
		return -1;
	*out = options;
	return 0;
}

unsigned options_families(const struct options *options)
{
	if (options->ipv4 == options->ipv6)
		return FAMILIES_BOTH;
	return FAMILY_BIT(options->ipv4 ? FAMILY_IPV4 : FAMILY_IPV6);
}
