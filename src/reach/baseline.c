/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines are found by how they begin, so that of a long file only one is taken apart for each target. */
#include "config.h"

#include "baseline.h"
#include "stage_json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct line {
	const char *bytes;
	size_t length; /* without the newline */
};

static void free_text(char **text)
{
	free(*text);
}

/* `at` goes behind it; false: there is none left. */
static bool next_line(const char **at, struct line *out)
{
	out->bytes = *at;
	out->length = strcspn(*at, "\n");
	*at += out->length + (out->bytes[out->length] == '\n');
	return out->length > 0 || **at;
}

/* {"target":"example.com", */
static char *beginning(const char *target)
{
	CLEANUP(json_unref) json_t *object = json_pack("{so}", "target", json_text_or_null(target));
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;

	if (text)
		text[strlen(text) - 1] = ',';
	return text;
}

static bool find_line(const char *baseline, const char *start, struct line *out)
{
	const size_t length = strlen(start);

	while (next_line(&baseline, out))
		if (out->length > length && memcmp(out->bytes, start, length) == 0)
			return true;
	return false;
}

static const char *kept(const json_t *object, const char *key, struct pool *pool)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? pool_text(pool, text) : NULL;
}

int baseline_look(struct examination *examination, struct error *err)
{
	const char *baseline = examination->equipment->baseline;
	CLEANUP(free_text) char *start = NULL;
	CLEANUP(json_unref) json_t *object = NULL;
	struct line line;

	if (!baseline)
		return 0;
	start = beginning(examination->target.text);
	if (!start)
		return error_memory(err);
	if (!find_line(baseline, start, &line))
		return 0;
	object = json_loadb(line.bytes, line.length, 0, NULL);
	examination->before = (struct baseline_facts){.known = object != NULL,
						      .issuer = kept(object, "issuer", examination->pool),
						      .pin = kept(object, "pin", examination->pool)};
	return 0;
}

static int write_line(FILE *out, const char *target, const char *issuer, const char *pin, struct error *err)
{
	CLEANUP(json_unref)
	json_t *object = json_pack("{so, so, so}", "target", json_text_or_null(target), "issuer",
				   json_text_or_null(issuer), "pin", json_text_or_null(pin));

	if (!object)
		return error_memory(err);
	if (json_dumpf(object, out, JSON_COMPACT) < 0 || fputc('\n', out) == EOF)
		return error_system(err, errno, "cannot write the baseline");
	return 0;
}

/* One that was not reached now is remembered as it was. */
int baseline_write(const struct examination *examination, struct error *err)
{
	const struct chain_facts *chain = examination->best ? &examination->best->tls.chain : NULL;
	FILE *out = examination->equipment->new_baseline;
	const struct baseline_facts *before = &examination->before;

	if (!out)
		return 0;
	if (chain && chain->reached && chain->count)
		return write_line(out, examination->target.text, chain->list[0].issuer,
				  chain->list[0].key_pin, err);
	return before->known ? write_line(out, examination->target.text, before->issuer, before->pin, err)
			     : 0;
}

static bool is_listed(const struct target_list *targets, const struct line *line)
{
	CLEANUP(json_unref) json_t *object = json_loadb(line->bytes, line->length, 0, NULL);
	const char *target = json_string_value(json_object_get(object, "target"));

	for (size_t i = 0; target && i < targets->count; i++)
		if (strcmp(targets->list[i].text, target) == 0)
			return true;
	return !target;
}

int baseline_keep(const struct equipment *equipment, const struct target_list *targets, struct error *err)
{
	const char *at = equipment->baseline;
	struct line line;

	if (!equipment->new_baseline)
		return 0;
	while (next_line(&at, &line))
		if (line.length && !is_listed(targets, &line) &&
		    fprintf(equipment->new_baseline, "%.*s\n", (int)line.length, line.bytes) < 0)
			return error_system(err, errno, "cannot write the baseline");
	return 0;
}
