/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fwport profiles [NAME]: which profiles there are, and what one of them opens.
 */
#include "cells.h"
#include "commands.h"
#include "phrase.h"
#include "print.h"

#include "fwport/catalog.h"
#include "fwport/json.h"
#include "fwport/plain.h"
#include "fwport/quote.h"

static int print_list(const struct output *output, const struct profile *profiles, size_t count,
		      struct pool *pool, struct error *err)
{
	static const struct column columns[] = {{.heading = "PROFILE"},
						{.heading = "TITLE", .folds = true},
						{.heading = "FILE", .folds = true}};
	struct cells cells = {.pool = pool};

	if (count == 0) {
		plain_line(output->out, "There are no profiles.");
		return 0;
	}
	for (size_t i = 0; i < count; i++) {
		const struct profile *profile = &profiles[i];

		cells_add(&cells, profile->name);
		cells_add(&cells, profile->error ? profile->error : profile->title ? profile->title : "");
		cells_add(&cells, profile->path);
	}
	return cells_print(&cells, output, columns, 3, err);
}

/* The list is complete all the same; the status says that one of them cannot be used. */
static int list_status(const struct profile *profiles, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (profiles[i].error)
			return error_exit_status(ERROR_FILE);
	return 0;
}

static int list_profiles(const struct output *output, struct pool *pool, struct error *err)
{
	struct profile *profiles;
	size_t count;

	if (catalog_profiles(pool, &profiles, &count, err) < 0)
		return -1;
	if (output->json && json_profiles(output->out, profiles, count, err) < 0)
		return -1;
	if (!output->json && !output->quiet && print_list(output, profiles, count, pool, err) < 0)
		return -1;
	return list_status(profiles, count);
}

static int print_openings(const struct output *output, const struct openings *openings, struct pool *pool,
			  struct error *err)
{
	static const struct column columns[] = {{.heading = "SERVICE"},
						{.heading = "PORT"},
						{.heading = "DIRECTION"},
						{.heading = "WHO", .folds = true}};
	CLEANUP(text_free) struct text scope = {0};
	struct cells cells = {.pool = pool};
	char port[PORT_TEXT];

	for (size_t i = 0; i < openings->count; i++) {
		const struct opening *opening = &openings->list[i];

		cells_add(&cells, opening->service ? opening->service : "");
		cells_add(&cells, port_text(opening->port, port));
		cells_add(&cells, direction_word(opening->scope.direction));
		phrase_scope(&opening->scope, &scope);
		cells_take(&cells, &scope);
	}
	return cells_print(&cells, output, columns, 4, err);
}

static int show_profile(const char *name, const struct output *output, struct pool *pool, struct error *err)
{
	CLEANUP(text_free) struct text word = {0};
	struct profile profile;

	if (catalog_profile(name, pool, &profile, err) < 0)
		return -1;
	if (output->json)
		return json_profiles(output->out, &profile, 1, err);
	if (output->quiet)
		return 0;
	plain_line(output->out, "%s%s%s, %s", profile.name, profile.title ? ": " : "",
		   profile.title ? profile.title : "", profile.path);
	if (profile.description)
		plain_line(output->out, "%s", profile.description);
	if (print_openings(output, &profile.openings, pool, err) < 0)
		return -1;
	for (size_t i = 0; i < profile.check_count; i++)
		plain_line(output->out, "then checks %s: %s", profile.checks[i].name,
			   profile.checks[i].target);
	quote_word(&word, name);
	print_next(output, "fwport plan %s", text_string(&word));
	return 0;
}

static int run(const struct request *request, const struct output *output, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};

	if (request->operand_count == 0)
		return list_profiles(output, &pool, err);
	return show_profile(request->operands[0], output, &pool, err);
}

static const struct example examples[] = {
	{"fwport profiles", "lists the profiles"},
	{"fwport profiles web", "shows what the profile web opens"},
	{0},
};

const struct command command_profiles = {
	.name = "profiles",
	.operands = "[NAME]",
	.operands_max = 1,
	.completes = COMPLETES_PROFILE,
	.summary = "list profiles, or show what one opens",
	.description =
		"A profile is a file of lines like \"https = 443/tcp\". It is looked for as "
		"profiles/NAME.profile in /etc/fwport, then among those that came with fwport; the first "
		"wins entirely. A name with a slash is a path.\n"
		"\n"
		"Exit status 3: one of them does not parse.",
	.examples = examples,
	.run = run,
};
