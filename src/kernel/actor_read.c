/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who runs this process. Names come from /etc/passwd alone: a name service may ask the network, which a firewall's change must
 * not wait for, and the number is the fact.
 */
#include "fwport/files.h"
#include "fwport/host_read.h"
#include "fwport/quote.h"

#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	PROC_LIMIT = 4096,
	CLAIM_LIMIT = 256,    /* bytes that are kept of what the environment says */
	COMMAND_LIMIT = 4096, /* and about so many of the command line */
	MAJOR_CONSOLE = 4,
	MAJOR_PTS = 136,
	FIRST_SERIAL = 64, /* minor number */
};

static bool own_file_read(const char *path, struct text *out)
{
	struct error ignored;

	return file_read(path, PROC_LIMIT, out, &ignored) == 0;
}

/* A process that no login is above has -1. */
static void loginuid_read(struct actor *actor)
{
	CLEANUP(text_free) struct text text = {0};

	actor->has_loginuid = own_file_read("/proc/self/loginuid", &text) &&
			      sscanf(text_string(&text), "%" SCNu32, &actor->loginuid) == 1 &&
			      actor->loginuid != UINT32_MAX;
}

static int clean(struct pool *pool, const char *string, const char **out, struct error *err)
{
	CLEANUP(text_free) struct text whole = {0}, safe = {0};

	text_add(&whole, "%.*s", (int)CLAIM_LIMIT, string);
	quote_line(&safe, text_string(&whole));
	*out = pool_text(pool, text_string(&safe));
	return whole.failed || safe.failed || !*out ? error_memory(err) : 0;
}

static void file_drop(FILE **file)
{
	if (*file)
		fclose(*file);
}

static int login_name(struct actor *actor, struct pool *pool, struct error *err)
{
	CLEANUP(file_drop) FILE *passwd = actor->has_loginuid ? fopen("/etc/passwd", "re") : NULL;
	const struct passwd *entry;

	while (passwd && (entry = fgetpwent(passwd)))
		if (entry->pw_uid == actor->loginuid)
			return clean(pool, entry->pw_name, &actor->login, err);
	return 0;
}

/* The name has to be right for what people sit at; of other terminals the number will do. */
static char *terminal_name(unsigned number, struct pool *pool)
{
	/* As the kernel encodes them in stat: the minor's upper bits stand above the major. */
	unsigned major_number = number >> 8 & 0xff,
		 minor_number = (number & 0xff) | (number >> 12 & 0xfff00u);

	if (major_number == MAJOR_PTS)
		return pool_format(pool, "pts/%u", minor_number);
	if (major_number == MAJOR_CONSOLE && minor_number < FIRST_SERIAL)
		return pool_format(pool, "tty%u", minor_number);
	if (major_number == MAJOR_CONSOLE)
		return pool_format(pool, "ttyS%u", minor_number - FIRST_SERIAL);
	return pool_format(pool, "%u:%u", major_number, minor_number);
}

/* The controlling terminal, wherever the output goes: "812 (a name) S parent group session tty ..." */
static int terminal_read(struct actor *actor, struct pool *pool, struct error *err)
{
	CLEANUP(text_free) struct text text = {0};
	const char *behind;
	int number;

	if (!own_file_read("/proc/self/stat", &text))
		return 0;
	behind = strrchr(text_string(&text), ')');
	if (!behind || sscanf(behind + 1, " %*c %*d %*d %*d %d", &number) != 1 || number == 0)
		return 0;
	actor->tty = terminal_name((unsigned)number, pool);
	return actor->tty ? 0 : error_memory(err);
}

static int claims_read(struct actor *actor, struct pool *pool, struct error *err)
{
	CLEANUP(text_free) struct text address = {0};
	const char *user = getenv("SUDO_USER"), *connection = getenv("SSH_CONNECTION");

	if (user && *user && clean(pool, user, &actor->sudo_user, err) < 0)
		return -1;
	if (!connection)
		connection = getenv("SSH_CLIENT");
	if (!connection || !*connection)
		return 0;
	text_add(&address, "%.*s", (int)strcspn(connection, " "), connection);
	return clean(pool, text_string(&address), &actor->ssh_client, err);
}

static int command_line(const char *const *words, size_t count, struct pool *pool, const char **out,
			struct error *err)
{
	CLEANUP(text_free) struct text line = {0}, word = {0};

	text_add(&line, "fwport");
	for (size_t i = 0; i < count; i++) {
		text_clear(&word);
		quote_word(&word, words[i]);
		if (line.length + word.length > COMMAND_LIMIT) {
			text_add(&line, " ...");
			break;
		}
		text_add(&line, " %s", text_string(&word));
	}
	*out = pool_text(pool, text_string(&line));
	return line.failed || word.failed || !*out ? error_memory(err) : 0;
}

int actor_read(const char *const *words, size_t count, struct pool *pool, struct actor *out,
	       struct error *err)
{
	struct actor actor = {.uid = getuid(), .pid = getpid()};

	loginuid_read(&actor);
	if (login_name(&actor, pool, err) < 0 || terminal_read(&actor, pool, err) < 0 ||
	    claims_read(&actor, pool, err) < 0 || command_line(words, count, pool, &actor.command, err) < 0)
		return -1;
	*out = actor;
	return 0;
}
