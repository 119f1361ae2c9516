/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fwport save and restore: what a boot shall bring back, and bringing it back.
 */
#include "change_command.h"
#include "commands.h"
#include "enable.h"

#include "fwport/json.h"
#include "fwport/listing.h"
#include "fwport/persistence.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

static int print(const struct request *request, const struct output *output, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	CLEANUP(text_free) struct text text = {0};
	struct ruleset *ruleset;
	const bool nft = !strcmp(request->print, "nft");

	if (rules_read(&pool, &ruleset, err) < 0 || (nft ? listing_nft(ruleset, &pool, &text, err)
							 : listing_iptables(ruleset, &pool, &text, err)) < 0)
		return -1;
	if (output->json)
		return json_text(output->out, "save", text_string(&text), err);
	fputs(text_string(&text), output->out);
	return 0;
}

static int run_save(const struct request *request, const struct output *output, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct change_request wanted = {.kind = CHANGE_SAVE, .now = time(NULL)};

	if (request->print && request->enable)
		return error_set(err, ERROR_USAGE, "--enable and --print exclude each other");
	if (request->print && !request->offline)
		return print(request, output, err);
	if (request->enable && persistence_by() && !request->offline)
		enable_following();
	else if (request->enable && !persistence_by() && enable_restoring(request->offline, err) < 0)
		return -1;
	return change_command("save", request, output, &wanted, &pool, err);
}

/* Nobody is there at boot to be locked out, or to read that all went well. */
static int run_restore(const struct request *request, const struct output *output, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct output told = *output;
	struct change_request wanted = {
		.kind = request->expired ? CHANGE_EXPIRE : CHANGE_RESTORE,
		.boot = request->boot,
		.force = request->boot,
		.accept.blocked = true,
		.now = time(NULL),
	};

	if (request->boot && request->expired)
		return error_set(err, ERROR_USAGE, "--boot and --expired exclude each other");
	told.quiet |= request->boot;
	return change_command("restore", request, &told, &wanted, &pool, err);
}

static const char *const print_words[] = {"nft", "iptables", NULL};

static const struct option_def enable_options[] = {
	{
		.name = "enable",
		.help = "have each boot restore what is saved, where none does yet",
		.at = offsetof(struct request, enable),
	},
	{
		.name = "print",
		.kind = OPTION_VALUE,
		.value = "nft|iptables",
		.help = "print our rules alone, for nft -f or iptables-restore; save nothing",
		.at = offsetof(struct request, print),
		.completes = COMPLETES_WORD,
		.words = print_words,
	},
	{0},
};

static const struct option_def boot_options[] = {
	{
		.name = "boot",
		.help = "for the boot unit: before there are addresses, so nothing is proved",
		.at = offsetof(struct request, boot),
	},
	{
		.name = "expired",
		.help = "instead, only remove what has ended; for the timer",
		.at = offsetof(struct request, expired),
	},
	{0},
};

static const struct option_def force_options[] = {
	{
		.name = "force",
		.help = "also remove what your own connection needs",
		.at = offsetof(struct request, force),
	},
	{0},
};

static const struct option_def *const save_options[] = {enable_options, offline_options, NULL};
static const struct option_def *const restore_options[] = {boot_options, dry_run_options, force_options,
							   NULL};

static const struct example save_examples[] = {
	{"fwport save", "saves what was opened with --runtime, too"},
	{"fwport save --print nft", "prints our rules as a file for nft -f, to be loaded by hand"},
	{0},
};

const struct command command_save = {
	.name = "save",
	.operands = "",
	.summary = "make the openings of now those that a boot brings back",
	.description =
		"Each change is saved with the change, so this is only for what was opened or closed "
		"with --runtime. The record alone is changed, no rule is touched. It says whether a "
		"boot will bring the openings back; --enable has the init system do that "
		"(fwport-restore.service and fwport-verify.service, or the OpenRC script fwport), also "
		"with --offline in the image of a system that does not run.",
	.options = save_options,
	.examples = save_examples,
	.needs = NEEDS_ROOT,
	.run = run_save,
};

static const struct example restore_examples[] = {
	{"fwport restore", "puts back what somebody flushed, and tells what is open"},
	{"fwport restore --dry-run", "shows what is missing, and what nobody recorded"},
	{0},
};

const struct command command_restore = {
	.name = "restore",
	.operands = "",
	.summary = "bring every saved opening back",
	.description = "Plans for all saved openings on the ruleset as it is: what somebody flushed is put "
		       "back, and a rule that no longer stands before what blocks is moved there. Rules that "
		       "bear our tag and belong to no opening, as neighbours save and restore them, are "
		       "removed. An opening that cannot be opened keeps none of the others from it. Where "
		       "the record is lost, the openings are read off the rules that are left.\n"
		       "\n"
		       "Exit status 1: one of them is not open.",
	.options = restore_options,
	.examples = restore_examples,
	.needs = NEEDS_ROOT,
	.run = run_restore,
};
