/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fwport check TARGET: hands everything to fwport-check, and answers what that wants to know of the firewall.
 */
#include "checker.h"
#include "commands.h"

#include <stddef.h>

static void add_option(struct checker_words *words, const struct request *request,
		       const struct option_def *option)
{
	const void *at = (const char *)request + option->at;
	const char *value = option->kind == OPTION_FLAG ? NULL : *(const char *const *)at;

	if (option->kind == OPTION_FLAG && *(const bool *)at)
		checker_words_add(words, "--%s", option->name);
	else if (value)
		checker_words_add(words, "--%s=%s", option->name, value);
}

/* It gives up its rights itself, in another way than fwport does, and so is started before. */
static int start(struct request *request, const struct output *output, struct error *err)
{
	CLEANUP(checker_words_free) struct checker_words words = {0};

	for (const struct option_def *const *group = command_check.options; *group; group++)
		for (const struct option_def *option = *group; option->name; option++)
			add_option(&words, request, option);
	checker_words_add_output(&words, output);
	checker_words_add(&words, "--");
	for (size_t i = 0; i < request->operand_count; i++)
		checker_words_add(&words, "%s", request->operands[i]);
	return checker_start(&words, &request->check.checker, err);
}

static int run(const struct request *request, const struct output *output, struct error *err)
{
	(void)output;
	return checker_attend(&request->check.checker, request->backend, err);
}

static const char *const stage_words[] = {"tcp", "tls", "http", NULL};

#define CHECK_AT(member) offsetof(struct request, check.member)

static const struct option_def check_options[] = {
	{
		.name = "timeout",
		.kind = OPTION_VALUE,
		.value = "SECONDS",
		.help = "for one target, from when it begins; 15 if not said",
		.at = CHECK_AT(timeout),
	},
	{
		.name = "retries",
		.kind = OPTION_VALUE,
		.value = "N",
		.help = "look again at a target that failed, at most so often",
		.at = CHECK_AT(retries),
	},
	{
		.name = "stage",
		.kind = OPTION_VALUE,
		.value = "tcp|tls|http",
		.help = "the last stage to go through; http if not said",
		.at = CHECK_AT(stage),
		.completes = COMPLETES_WORD,
		.words = stage_words,
	},
	{
		.name = "file",
		.kind = OPTION_VALUE,
		.value = "LIST",
		.help = "targets from a file, one a line; \"-\": from the standard input",
		.at = CHECK_AT(file),
		.completes = COMPLETES_FILE,
	},
	{
		.name = "parallel",
		.kind = OPTION_VALUE,
		.value = "N",
		.help = "targets that are looked at at the same time; 64 if not said",
		.at = CHECK_AT(parallel),
	},
	{0},
};

static const struct option_def trust_options[] = {
	{
		.name = "cafile",
		.kind = OPTION_VALUE,
		.value = "FILE",
		.help = "trust the issuers in this file (PEM), and no others",
		.at = CHECK_AT(cafile),
		.completes = COMPLETES_FILE,
	},
	{
		.name = "cert",
		.kind = OPTION_VALUE,
		.value = "FILE",
		.help = "a certificate of ours, for who asks for one (PEM)",
		.at = CHECK_AT(cert),
		.completes = COMPLETES_FILE,
	},
	{
		.name = "key",
		.kind = OPTION_VALUE,
		.value = "FILE",
		.help = "its key, where that is in a file of its own (PEM)",
		.at = CHECK_AT(key),
		.completes = COMPLETES_FILE,
	},
	{
		.name = "sni",
		.kind = OPTION_VALUE,
		.value = "NAME",
		.help = "ask for this name in the handshake, instead of the target's",
		.at = CHECK_AT(sni),
	},
	{
		.name = "pin",
		.kind = OPTION_VALUE,
		.value = "HASH",
		.help = "the target's key has to be this one: sha256//BASE64",
		.at = CHECK_AT(pin),
	},
	{
		.name = "expect-issuer",
		.kind = OPTION_VALUE,
		.value = "TEXT",
		.help = "the issuer of the certificate has to have this in its name",
		.at = CHECK_AT(expect_issuer),
	},
	{
		.name = "baseline",
		.kind = OPTION_VALUE,
		.value = "FILE",
		.help = "tell what has changed since the last time; the file keeps what there was",
		.at = CHECK_AT(baseline),
		.completes = COMPLETES_FILE,
	},
	{
		.name = "audit",
		.help = "look also for old versions, weak suites and known holes (more connections)",
		.at = CHECK_AT(audit),
	},
	{0},
};

static const struct option_def way_options[] = {
	{
		.name = "proxy",
		.kind = OPTION_VALUE,
		.value = "URL",
		.help = "go by this proxy; \"none\": by none, whatever https_proxy says",
		.at = CHECK_AT(proxy),
	},
	{
		.name = "try-proxy",
		.kind = OPTION_VALUE,
		.value = "URL",
		.help = "where the target cannot be reached, see whether this proxy leads there",
		.at = CHECK_AT(try_proxy),
	},
	{
		.name = "as-user",
		.kind = OPTION_VALUE,
		.value = "NAME",
		.help = "ask as this user: rules may treat users apart",
		.at = CHECK_AT(as_user),
	},
	{
		.name = "trace",
		.help = "follow the packets through the rules while they are sent (needs root)",
		.at = CHECK_AT(trace),
	},
	{0},
};

static const struct option_def report_options[] = {
	{
		.name = "nagios",
		.help = "one line for monitoring, with its exit status 0-3",
		.at = CHECK_AT(nagios),
	},
	{
		.name = "prometheus",
		.kind = OPTION_OPTIONAL,
		.value = "FILE",
		.otherwise = "-",
		.help = "metrics in Prometheus' text format; a file is replaced as a whole",
		.at = CHECK_AT(prometheus),
		.completes = COMPLETES_FILE,
	},
	{
		.name = "watch",
		.kind = OPTION_OPTIONAL,
		.value = "SECONDS",
		.otherwise = "5",
		.help = "look again and again, every 5 s if not said",
		.at = CHECK_AT(watch),
	},
	{0},
};

static const struct option_def *const options[] = {family_options, check_options,  trust_options,
						   way_options,    report_options, NULL};

static const struct example examples[] = {
	{"fwport check https://example.com/", "is it reachable from here, and if not, whose fault is it"},
	{"fwport check --stage tcp --file hosts.txt", "do all of these accept connections"},
	{"fwport check --as-user www-data api.example.com", "does the web server's user get out"},
	{0},
};

const struct command command_check = {
	.name = "check",
	.operands = "[URL|HOST[:PORT]]...",
	.operands_max = OPERAND_LIMIT,
	.completes = COMPLETES_NOTHING,
	.summary = "tell whether HTTPS gets out, and if not, whose fault it is",
	.description = "Goes the way of a connection, stage by stage: resolver, route, this host's own "
		       "firewall, TCP by both "
		       "families, proxy, TLS, certificate, HTTP. The first stage that fails is the verdict: "
		       "a party, a code, and "
		       "how sure that is. With root it watches the packets outside of the firewall, and sees "
		       "whether they leave "
		       "and whether an answer comes in.\n"
		       "\n"
		       "Exit status 0: all are reachable; 1: some are not; 11: that is not known.",
	.options = options,
	.examples = examples,
	.page = "fwport-check",
	.start = start,
	.run = run,
};
