/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of "CRC32 JSON". Only the last one counts, so that the file is begun anew when it is long and nothing is open.
 */
#include "fwport/journal.h"

#include "fwport/files.h"
#include "json_fields.h"
#include "opening_json.h"
#include "state_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { JOURNAL_SIZE_LIMIT = 16 << 20, JOURNAL_LONG = 64 << 10, SUM_LENGTH = 8 };

static const char *const event_words[] = {
	[JOURNAL_BEGUN] = "begun",       [JOURNAL_COMMITTED] = "committed", [JOURNAL_VERIFIED] = "verified",
	[JOURNAL_RECORDED] = "recorded", [JOURNAL_UNDONE] = "undone",       [JOURNAL_CONFIRMED] = "confirmed",
};

static unsigned long sum_of(const char *bytes, size_t length)
{
	return crc32(crc32(0, NULL, 0), (const unsigned char *)bytes, (unsigned)length);
}

static void add_parts(struct text *out, unsigned parts)
{
	bool any = false;

	text_add(out, ",\"parts\":[");
	for (unsigned part = 0; part < PART_COUNT; part++)
		if (parts & PART_BIT(part)) {
			text_add(out, "%s\"%s\"", any ? "," : "", commit_part_words[part]);
			any = true;
		}
	text_add(out, "]");
}

static bool has_parts(enum journal_event event)
{
	return event == JOURNAL_BEGUN || event == JOURNAL_COMMITTED;
}

static void entry_encode(const struct journal_entry *entry, struct text *out)
{
	CLEANUP(text_free) struct text json = {0};

	text_add(&json, "{\"event\":\"%s\",\"generation\":%u,\"time\":%lld", event_words[entry->event],
		 entry->generation, (long long)entry->time);
	json_add_string(&json, "boot", entry->boot);
	if (has_parts(entry->event))
		add_parts(&json, entry->parts);
	text_add(&json, "}");
	text_add(out, "%08lx %s\n", sum_of(text_string(&json), json.length), text_string(&json));
	out->failed |= json.failed;
}

static const char *const entry_fields[] = {"event", "generation", "time", "boot", "parts", NULL};

static int parts_read(const struct reading *reading, const json_t *object, unsigned *out, struct error *err)
{
	const json_t *array = json_object_get(object, "parts");

	*out = PARTS_ALL;
	if (!array)
		return 0; /* by an earlier fwport, which did not say */
	if (!json_is_array(array))
		return field_wrong(reading, "parts", "a list of parts", err);
	*out = 0;
	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *word = json_string_value(json_array_get(array, i));
		unsigned part = 0;

		while (word && part < PART_COUNT && strcmp(word, commit_part_words[part]) != 0)
			part++;
		if (!word || part == PART_COUNT)
			return field_wrong(reading, "parts", "a list of parts", err);
		*out |= PART_BIT(part);
	}
	return 0;
}

static int entry_read(const struct reading *reading, json_t *object, struct journal_entry *out,
		      struct error *err)
{
	json_int_t generation, time;
	const char *boot = NULL;
	unsigned event;

	if (fields_check(reading, object, entry_fields, err) < 0 ||
	    word_field(reading, object, "event", event_words, JOURNAL_CONFIRMED + 1, &event, err) < 0 ||
	    number_field(reading, object, "generation", UINT32_MAX, &generation, err) < 0 ||
	    number_field(reading, object, "time", INT64_MAX, &time, err) < 0 ||
	    string_field(reading, object, "boot", &boot, err) < 0)
		return -1;
	if (!boot || strlen(boot) >= BOOT_ID_SIZE)
		return field_wrong(reading, "boot", "the id of a boot", err);
	*out = (struct journal_entry){
		.event = (enum journal_event)event, .generation = (uint32_t)generation, .time = time};
	memcpy(out->boot, boot, strlen(boot) + 1);
	return has_parts(out->event) ? parts_read(reading, object, &out->parts, err) : 0;
}

static int damaged(const char *path, unsigned line, struct error *err)
{
	return error_at(err, (struct place){path, line, 0}, "the journal is damaged: its checksum is wrong");
}

static int line_decode(const char *path, unsigned number, const char *line, size_t length,
		       struct journal_entry *out, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct reading reading = {.path = path, .pool = &pool};
	char *end;
	json_t *object;
	int result;

	if (length <= SUM_LENGTH + 1 ||
	    strtoul(line, &end, 16) != sum_of(line + SUM_LENGTH + 1, length - SUM_LENGTH - 1) ||
	    end != line + SUM_LENGTH || *end != ' ')
		return damaged(path, number, err);
	object = json_file_parse(line + SUM_LENGTH + 1, length - SUM_LENGTH - 1, path,
				 "the journal is damaged", err);
	if (!object)
		return -1;
	result = entry_read(&reading, object, out, err);
	json_decref(object);
	return result;
}

static void entry_take(const struct journal_entry *entry, struct journal_end *out)
{
	out->last = *entry;
	if (entry->event == JOURNAL_BEGUN) {
		out->planned = entry->parts;
		out->taken = 0;
	}
	if (entry->event == JOURNAL_COMMITTED)
		out->taken |= entry->parts;
}

static int lines_decode(const char *path, const char *bytes, struct journal_end *out, struct error *err)
{
	struct journal_entry entry;
	unsigned number = 1;

	for (const char *end; (end = strchr(bytes, '\n')); bytes = end + 1, number++) {
		if (line_decode(path, number, bytes, (size_t)(end - bytes), &entry, err) < 0)
			return -1;
		entry_take(&entry, out);
	}
	return 0;
}

int journal_read(struct journal_end *out, struct error *err)
{
	CLEANUP(text_free) struct text bytes = {0};
	char path[PATH_MAX];
	int done;

	*out = (struct journal_end){.last.event = JOURNAL_RECORDED};
	if (state_path("journal", path, err) < 0 || state_trust(path, err) < 0)
		return -1;
	if (file_read(path, JOURNAL_SIZE_LIMIT, &bytes, err) < 0)
		return err->sys == ENOENT ? 0 : -1;
	done = strlen(text_string(&bytes)) == bytes.length ? lines_decode(path, text_string(&bytes), out, err)
							   : damaged(path, 0, err);
	if (done == 0 || err->kind != ERROR_FILE)
		return done;
	return error_hint(err, "move it away: what is open is then led back to what is recorded");
}

int journal_append(const struct journal_entry *entry, struct error *err)
{
	CLEANUP(text_free) struct text line = {0};
	char path[PATH_MAX];
	/* Where something begins, all before it has ended. */
	size_t longest = entry->event == JOURNAL_BEGUN ? JOURNAL_LONG : SIZE_MAX;

	entry_encode(entry, &line);
	if (line.failed)
		return error_memory(err);
	if (state_path("journal", path, err) < 0 ||
	    file_append(path, line.bytes, line.length, longest, 0600, err) < 0)
		return error_in(err, "cannot write the journal");
	return 0;
}

bool journal_is_open(const struct journal_entry *entry)
{
	return entry->generation && entry->event <= JOURNAL_VERIFIED;
}
