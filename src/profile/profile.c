/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a profile from bytes in memory: its sections, its names, and openings out of its lines. Does not know where the
 * bytes come from, nor what a value looks like.
 */
#include "profile.h"

#include "ini.h"
#include "names.h"
#include "value.h"
#include "words.h"

#include "fwport/check_target.h"

#include <string.h>

enum section_id { SECTION_IN, SECTION_OUT, SECTION_PROFILE, SECTION_CHECK, SECTION_COUNT };

struct reader {
	struct sources *sources;
	struct profile profile;
	enum section_id section;
	bool stated; /* [in] or [out] is written out: then nothing in it means nothing open, and not a lost file */
	struct names seen[SECTION_COUNT]; /* a name of [in] may be used again in [out] */
};

static int opening_append(struct reader *reader, const struct opening *opening, struct error *err)
{
	struct openings *openings = &reader->profile.openings;
	struct opening *list =
		pool_grow(reader->sources->pool, openings->list, openings->count, sizeof(*list));

	if (!list)
		return error_memory(err);
	openings->list = list;
	list[openings->count++] = *opening;
	return 0;
}

static int openings_take(struct reader *reader, const struct ini_line *line, enum direction direction,
			 struct error *err)
{
	struct opening opening = {.service = line->name, .profile = reader->profile.name};
	struct value value;

	if (value_parse(line, direction, reader->sources, &value, err) < 0)
		return -1;
	opening.scope = value.scope;
	for (size_t i = 0; i < value.port_count; i++) {
		opening.port = value.ports[i];
		if (opening_append(reader, &opening, err) < 0)
			return -1;
	}
	return 0;
}

static int in_take(struct reader *reader, const struct ini_line *line, struct error *err)
{
	return openings_take(reader, line, DIRECTION_IN, err);
}

static int out_take(struct reader *reader, const struct ini_line *line, struct error *err)
{
	return openings_take(reader, line, DIRECTION_OUT, err);
}

static int about_take(struct reader *reader, const struct ini_line *line, struct error *err)
{
	static const char *const keys[] = {"title", "description"};
	const char **const values[] = {&reader->profile.title, &reader->profile.description};
	const size_t count = sizeof(keys) / sizeof(keys[0]);
	const struct word word = {.text = line->name, .at = line->at};

	for (size_t i = 0; i < count; i++)
		if (strcmp(keys[i], line->name) == 0) {
			*values[i] = line->value;
			return 0;
		}
	return word_unknown(&word, "a key of [profile]", keys, count, err);
}

static int check_take(struct reader *reader, const struct ini_line *line, struct error *err)
{
	const char *problem = check_target_problem(line->value);
	struct profile *profile = &reader->profile;
	struct profile_check *checks;

	if (problem)
		return error_at(err, line->value_at, "\"%s\" %s", line->value, problem);
	checks = pool_grow(reader->sources->pool, profile->checks, profile->check_count, sizeof(*checks));
	if (!checks)
		return error_memory(err);
	profile->checks = checks;
	checks[profile->check_count++] = (struct profile_check){line->name, line->value};
	return 0;
}

static const struct {
	const char *name;
	int (*take)(struct reader *reader, const struct ini_line *line, struct error *err);
} sections[SECTION_COUNT] = {
	[SECTION_IN] = {"in", in_take},
	[SECTION_OUT] = {"out", out_take},
	[SECTION_PROFILE] = {"profile", about_take},
	[SECTION_CHECK] = {"check", check_take},
};

static int section_enter(struct reader *reader, const struct ini_line *line, struct error *err)
{
	const struct word word = {.text = line->name, .at = line->at};
	const char *allowed[SECTION_COUNT];

	for (size_t i = 0; i < SECTION_COUNT; i++) {
		allowed[i] = sections[i].name;
		if (strcmp(sections[i].name, line->name) != 0)
			continue;
		reader->section = (enum section_id)i;
		reader->stated |= i == SECTION_IN || i == SECTION_OUT;
		return 0;
	}
	return word_unknown(&word, "a section", allowed, SECTION_COUNT, err);
}

static int entry_take(struct reader *reader, const struct ini_line *line, struct error *err)
{
	if (names_add_once(&reader->seen[reader->section], line->name, line->at, reader->sources->pool, err) <
	    0)
		return -1;
	return sections[reader->section].take(reader, line, err);
}

static int lines_read(struct reader *reader, struct ini *ini, struct error *err)
{
	struct ini_line line;

	do {
		if (ini_next(ini, &line, err) < 0)
			return -1;
		if (line.kind == INI_SECTION && section_enter(reader, &line, err) < 0)
			return -1;
		if (line.kind == INI_ENTRY && entry_take(reader, &line, err) < 0)
			return -1;
	} while (line.kind != INI_END);
	return 0;
}

/* The file's name without its directory and ".profile". */
static const char *name_of(const char *path, struct pool *pool)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	size_t length = strlen(base), suffix = strlen(PROFILE_SUFFIX);

	if (length > suffix && strcmp(base + length - suffix, PROFILE_SUFFIX) == 0)
		length -= suffix;
	return pool_format(pool, "%.*s", (int)length, base);
}

int profile_read(const char *bytes, size_t length, const char *path, struct sources *sources,
		 struct profile *out, struct error *err)
{
	struct reader reader = {.sources = sources, .section = SECTION_IN};
	struct ini ini;

	reader.profile.path = pool_text(sources->pool, path);
	reader.profile.name = name_of(path, sources->pool);
	if (!reader.profile.path || !reader.profile.name)
		return error_memory(err);
	if (ini_open(&ini, bytes, length, path, sources->pool, err) < 0 || lines_read(&reader, &ini, err) < 0)
		return -1;
	if (!reader.profile.openings.count && !reader.stated)
		return error_at(err, (struct place){.file = path},
				"no openings in it; a line such as https = 443 makes one");
	*out = reader.profile;
	return 0;
}

int profile_parse(const char *bytes, size_t length, const char *path, struct pool *pool, struct profile *out,
		  struct error *err)
{
	struct sources sources;

	sources_open(&sources, pool);
	return profile_read(bytes, length, path, &sources, out, err);
}
