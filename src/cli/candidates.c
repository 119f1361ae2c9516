/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists what may stand at the cursor: commands, options and their words from the registry, and what this host has of services,
 * profiles, openings, generations and interfaces.
 */
#include "candidates.h"
#include "phrase.h"

#include "fwport/catalog.h"
#include "fwport/generation.h"
#include "fwport/plain.h"
#include "fwport/store.h"

#include <inttypes.h>
#include <net/if.h>
#include <string.h>
#include <strings.h>

enum { CANDIDATES_LIMIT = 1000, GENERATIONS_DESCRIBED = 32 };

struct candidates {
	const struct cursor *cursor;
	struct pool pool;
	const char *words[CANDIDATES_LIMIT];
	size_t count;
	struct text *out;
};

static bool has_controls(const char *word)
{
	for (; *word; word++)
		if ((unsigned char)*word < ' ' || *word == 0x7f)
			return true;
	return false;
}

/* "in=drop" says all there is to say about "in=". */
static bool says_the_same(const char *given, const char *word)
{
	size_t length = strcspn(word, "=");

	return strncmp(given, word, length) == 0 && given[length] == word[length];
}

/* The operands that are there already are not told again; what is a value stands for itself. */
static bool is_given(const struct candidates *candidates, const char *word)
{
	const struct cursor *cursor = candidates->cursor;

	for (size_t i = 0; !cursor->option && i < cursor->operand_count; i++)
		if (says_the_same(cursor->operands[i], word))
			return true;
	for (size_t i = 0; i < candidates->count; i++)
		if (strcmp(candidates->words[i], word) == 0)
			return true;
	return false;
}

static void add(struct candidates *candidates, const char *word, const char *about)
{
	const char *kept;

	if (!*word || has_controls(word) || candidates->count == CANDIDATES_LIMIT ||
	    is_given(candidates, word))
		return;
	kept = pool_text(&candidates->pool, word);
	if (!kept)
		return;
	candidates->words[candidates->count++] = kept;
	text_add(candidates->out, "%s%s\t", candidates->cursor->before, word);
	plain_add(candidates->out, about);
	text_add(candidates->out, "\n");
}

static void add_files(struct candidates *candidates)
{
	text_add(candidates->out, "\tfiles\n");
}

static void add_words(struct candidates *candidates, const char *const *words)
{
	for (; words && *words; words++)
		add(candidates, *words, "");
}

static void add_commands(struct candidates *candidates)
{
	for (const struct command *const *at = commands; *at; at++)
		if (!(*at)->hidden)
			add(candidates, (*at)->name, (*at)->summary);
}

static void add_option_group(struct candidates *candidates, const struct option_def *option)
{
	for (; option->name; option++) {
		const char letter[] = {'-', option->letter, '\0'};
		const char *name = pool_format(&candidates->pool, "--%s", option->name);

		if (!name || cursor_has_option(candidates->cursor, option))
			continue;
		add(candidates, name, option->help);
		if (option->letter)
			add(candidates, letter, option->help);
	}
}

static void add_options(struct candidates *candidates)
{
	const struct command *command = candidates->cursor->command;
	const struct option_def *const *group = command ? command->options : NULL;

	for (; group && *group; group++)
		add_option_group(candidates, *group);
	add_option_group(candidates, global_options);
}

/* "443/": the protocols that it may have. */
static void add_protocols(struct candidates *candidates, const char *slash)
{
	static const char *const protocols[] = {"tcp", "udp", "sctp"};
	const char *word = candidates->cursor->word;

	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		const char *port =
			pool_format(&candidates->pool, "%.*s/%s", (int)(slash - word), word, protocols[i]);

		if (port)
			add(candidates, port, "");
	}
}

static void add_service(struct candidates *candidates, const struct service *service)
{
	CLEANUP(text_free) struct text about = {0};
	char port[PORT_TEXT];

	for (size_t i = 0; i < service->port_count; i++)
		text_add(&about, "%s%s", i ? ", " : "", port_text(service->ports[i], port));
	if (service->comment)
		text_add(&about, ", %s", service->comment);
	add(candidates, service->name, text_string(&about));
}

/* Before anything is typed, those that fwport came with are enough. Of all that a system knows only those go out that may fit. */
static void add_services(struct candidates *candidates)
{
	const char *word = candidates->cursor->word, *slash = strchr(word, '/');
	struct service_list services;
	struct error ignored;

	if (slash) {
		add_protocols(candidates, slash);
		return;
	}
	if (catalog_services(*word, &candidates->pool, &services, &ignored) < 0)
		return;
	for (size_t i = 0; i < services.count; i++)
		if (strncasecmp(services.list[i].name, word, strlen(word)) == 0)
			add_service(candidates, &services.list[i]);
}

static void add_profiles(struct candidates *candidates)
{
	struct profile *profiles;
	struct error ignored;
	size_t count;

	if (strchr(candidates->cursor->word, '/')) {
		add_files(candidates);
		return;
	}
	if (catalog_profiles(&candidates->pool, &profiles, &count, &ignored) < 0)
		return;
	for (size_t i = 0; i < count; i++)
		add(candidates, profiles[i].name, profiles[i].title ? profiles[i].title : "");
}

static void add_openings(struct candidates *candidates)
{
	struct state state;
	struct error ignored;
	char port[PORT_TEXT];

	if (store_peek(&state, &candidates->pool, &ignored) < 0)
		return;
	for (size_t i = 0; i < state.openings.count; i++) {
		const struct opening *opening = &state.openings.list[i];
		CLEANUP(text_free) struct text about = {0};

		phrase_whole_opening(opening, &about);
		add(candidates, opening->service ? opening->service : port_text(opening->port, port),
		    text_string(&about));
	}
}

static void describe_generation(uint32_t id, struct text *about)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct generation generation;
	struct opening_change *changes;
	struct error ignored;
	size_t count;

	if (generation_read(id, &pool, &generation, &ignored) < 0 ||
	    generation_changes(&generation, &pool, &changes, &count, &ignored) < 0)
		return;
	text_add(about, "%s", generation.action);
	for (size_t i = 0; i < count && i < 3; i++) {
		text_add(about, "%s", i ? ", " : " ");
		phrase_opening(changes[i].opening, about);
	}
	if (count > 3)
		text_add(about, " and %zu more", count - 3);
}

/* The latest first. */
static void add_generations(struct candidates *candidates)
{
	struct error ignored;
	uint32_t *ids;
	size_t count;

	if (generation_list(&candidates->pool, &ids, &count, &ignored) < 0)
		return;
	for (size_t i = 0; i < count; i++) {
		CLEANUP(text_free) struct text about = {0};
		const uint32_t id = ids[count - 1 - i];
		char word[16];

		if (i < GENERATIONS_DESCRIBED)
			describe_generation(id, &about);
		snprintf(word, sizeof(word), "%" PRIu32, id);
		add(candidates, word, text_string(&about));
	}
}

static void add_interfaces(struct candidates *candidates)
{
	struct if_nameindex *all = if_nameindex();

	for (const struct if_nameindex *one = all; one && one->if_index; one++)
		add(candidates, one->if_name, "");
	if (all)
		if_freenameindex(all);
}

static void add_kind(struct candidates *candidates, enum completes kind, const char *const *words)
{
	switch (kind) {
	case COMPLETES_NOTHING:
		break;
	case COMPLETES_COMMAND:
		add_commands(candidates);
		break;
	case COMPLETES_SERVICE:
		add_services(candidates);
		break;
	case COMPLETES_PROFILE:
		add_profiles(candidates);
		break;
	case COMPLETES_OPENING:
		add_openings(candidates);
		break;
	case COMPLETES_GENERATION:
		add_generations(candidates);
		break;
	case COMPLETES_INTERFACE:
		add_interfaces(candidates);
		break;
	case COMPLETES_WORD:
		add_words(candidates, words);
		break;
	case COMPLETES_FILE:
		add_files(candidates);
		break;
	}
}

/* Where nothing is left to be named, or nobody knows the names, an empty word may become an option. */
static void add_operands(struct candidates *candidates)
{
	const struct cursor *cursor = candidates->cursor;
	const struct command *command = cursor->command;
	const bool complete = cursor->operand_count >= command->operands_max;

	if (!complete && command->words && cursor->operand_count == 0)
		add_words(candidates, command->words);
	else if (!complete && command->completes != COMPLETES_NOTHING)
		add_kind(candidates, command->completes, command->words);
	else if (!*cursor->word && !cursor->only_operands)
		add_options(candidates);
}

void candidates_for(const struct cursor *cursor, struct text *out)
{
	struct candidates candidates = {.cursor = cursor, .out = out};

	if (cursor->option)
		add_kind(&candidates, cursor->option->completes, cursor->option->words);
	else if (!cursor->only_operands && cursor->word[0] == '-')
		add_options(&candidates);
	else if (cursor->command)
		add_operands(&candidates);
	else if (!cursor->lost)
		add_commands(&candidates);
	pool_free(&candidates.pool);
}
