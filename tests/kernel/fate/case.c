/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of lines: "# what was said", "message HEX" and "probe LINK in|out original|reply ROLE HEX". */
#include "case.h"
#include "wire.h"

#include "fwport/rule_text.h"

#include <errno.h>
#include <string.h>

enum { MESSAGES_BYTES = 256 << 10, LINE_BYTES = 64 << 10, ROLE_COUNT = PACKET_ADVERTISEMENT + 1 };

/* Writing */

static void comment(const char *text, FILE *out)
{
	bool start = true;

	for (; *text; text++) {
		if (start)
			fputs("# ", out);
		fputc(*text, out);
		start = *text == '\n';
	}
	if (!start)
		fputc('\n', out);
}

static void ruleset_comment(const struct ruleset *ruleset, FILE *out)
{
	CLEANUP(text_free) struct text text = {0};

	for (size_t i = 0; i < ruleset->table_count; i++)
		for (size_t j = 0; j < ruleset->tables[i]->chain_count; j++) {
			const struct chain *chain = ruleset->tables[i]->chains[j];

			chain_name(chain, &text);
			if (chain->base) {
				text_add(&text, ": ");
				base_chain_text(chain, &text);
			}
			for (size_t k = 0; k < chain->rule_count; k++) {
				text_add(&text,
					 "\n    handle %llu: ", (unsigned long long)chain->rules[k]->handle);
				rule_text(chain->rules[k], &text);
			}
			text_add(&text, "\n");
		}
	comment(text_string(&text), out);
}

static void probe_write(const struct probe *probe, FILE *out)
{
	const struct packet *packet = &probe->packet;

	fprintf(out, "probe %s %s %s %s ", packet->iface->name, packet->leaves ? "out" : "in",
		packet->original ? "original" : "reply", packet_role_word(packet->role));
	for (size_t i = 0; i < probe->length; i++)
		fprintf(out, "%02x", probe->bytes[i]);
	fputc('\n', out);
}

int case_write(const struct trial *trial, const struct ruleset *written, const struct probe *probes,
	       size_t count, const struct packet_answer *answers, FILE *out, struct error *err)
{
	CLEANUP(text_free) struct text text = {0};

	ruleset_comment(trial->read, out);
	for (size_t i = 0; i < count; i++) {
		probe_text(&probes[i], &text);
		text_add(&text, "\n");
		ways_text(&answers[i], trial->tracer.first[probes[i].number], &text);
	}
	comment(text_string(&text), out);
	if (wire_print(written, out, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		probe_write(&probes[i], out);
	return 0;
}

/* Reading */

struct reading {
	uint8_t messages[MESSAGES_BYTES];
	size_t length;
	struct probe probes[CONVERSATION_LIMIT];
	size_t count;
	const struct host *host;
	const char *path;
};

static bool hex_read(const char *text, uint8_t *out, size_t room, size_t *length)
{
	for (; *text && *text != '\n'; text += 2) {
		unsigned byte;

		if (*length == room || sscanf(text, "%2x", &byte) != 1)
			return false;
		out[(*length)++] = (uint8_t)byte;
	}
	return true;
}

static bool role_read(const char *word, enum packet_role *out)
{
	for (int role = 0; role < ROLE_COUNT; role++)
		if (strcmp(packet_role_word((enum packet_role)role), word) == 0) {
			*out = (enum packet_role)role;
			return true;
		}
	return false;
}

static bool probe_read(const char *line, struct reading *in)
{
	struct probe *probe = &in->probes[in->count];
	char link[16], way[16], direction[16], role[32];
	int at = 0;

	if (in->count == CONVERSATION_LIMIT ||
	    sscanf(line, "probe %15s %15s %15s %31s %n", link, way, direction, role, &at) != 4 || at == 0 ||
	    !hex_read(line + at, probe->bytes, sizeof(probe->bytes), &probe->length) ||
	    !role_read(role, &probe->packet.role))
		return false;
	probe->packet.iface = host_link_named(in->host, link);
	probe->packet.leaves = strcmp(way, "out") == 0;
	probe->packet.original = strcmp(direction, "original") == 0;
	in->count++;
	return probe->packet.iface && probe_parse(probe) && probe->number <= TRACER_PROBES;
}

static int line_read(const char *line, struct reading *in, struct error *err)
{
	if (line[0] == '#' || line[0] == '\n')
		return 0;
	if (strncmp(line, "message ", 8) == 0
		    ? !hex_read(line + 8, in->messages, sizeof(in->messages), &in->length)
		    : !probe_read(line, in))
		return error_set(err, ERROR_FILE, "%s has a line that is no message and no probe", in->path);
	return 0;
}

static int file_read(struct reading *in, struct error *err)
{
	static char line[LINE_BYTES];
	FILE *file = fopen(in->path, "re");
	int result = 0;

	if (!file)
		return error_system(err, errno, "cannot open %s", in->path);
	while (result == 0 && fgets(line, sizeof(line), file))
		result = line_read(line, in, err);
	fclose(file);
	return result;
}

int case_run(struct trial *trial, const char *path, bool *out, struct error *err)
{
	static struct reading in;
	CLEANUP(pool_free) struct pool pool = {0};
	struct packet_answer answers[CONVERSATION_LIMIT];
	enum agreement agreements[CONVERSATION_LIMIT];

	in = (struct reading){.host = &trial->stage.host, .path = path};
	if (file_read(&in, err) < 0 || trial_load_messages(trial, in.messages, in.length, &pool, err) < 0 ||
	    trial_run(trial, in.probes, in.count, &pool, answers, agreements, err) < 0)
		return -1;
	*out = in.count > 0;
	for (size_t i = 0; i < in.count; i++)
		*out = *out && (agreements[i] == AGREE_PASS || agreements[i] == AGREE_DROP);
	return trial_unload(trial, err);
}
