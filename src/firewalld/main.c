/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fwport-firewalld: what fwport asks of firewalld, one question a run. Who starts it is fwport (src/backend/via_firewalld.c), and
 * what it may be told is in the table below. The answer is a line; so is an error, and the exit status says its kind.
 */
#include "entry.h"
#include "zone.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Root is known to the bus by its number: from here on no right is needed. */
static int give_up_rights(struct error *err)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || syscall(SYS_capset, &header, none) < 0)
		return error_system(err, errno, "cannot give up the rights that are not needed");
	return 0;
}

/* zone SOURCE|- INTERFACE... */
static int tell_zone(struct bus *bus, char **words, int count, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	const bool is_bound = strcmp(words[0], "-") != 0;
	struct prefix source;
	const char *zone;

	if (is_bound && prefix_parse(words[0], (struct place){0}, &source, err) < 0)
		return -1;
	if (zone_find(bus, is_bound ? &source : NULL, (const char *const *)words + 1, (size_t)count - 1,
		      &pool, &zone, err) < 0)
		return -1;
	puts(zone);
	return 0;
}

/* look ZONE ENTRY */
static int tell_levels(struct bus *bus, char **words, int count, struct error *err)
{
	struct entry entry;
	unsigned levels;

	(void)count;
	if (entry_parse(words[0], words[1], &entry, err) < 0 || entry_look(bus, &entry, &levels, err) < 0)
		return -1;
	printf("%u\n", levels);
	return 0;
}

static int levels_parse(const char *word, unsigned *out, struct error *err)
{
	*out = (unsigned)strtoul(word, NULL, 10);
	if (*out && *out <= (HANDED_RUNTIME | HANDED_PERMANENT))
		return 0;
	return error_set(err, ERROR_USAGE, "\"%s\" is not 1, 2 or 3", word);
}

/* add ZONE ENTRY LEVELS SECONDS */
static int add(struct bus *bus, char **words, int count, struct error *err)
{
	struct entry entry;
	unsigned levels;

	(void)count;
	if (entry_parse(words[0], words[1], &entry, err) < 0 || levels_parse(words[2], &levels, err) < 0)
		return -1;
	return entry_add(bus, &entry, levels, (int)strtol(words[3], NULL, 10), err);
}

/* remove ZONE ENTRY LEVELS */
static int take(struct bus *bus, char **words, int count, struct error *err)
{
	struct entry entry;
	unsigned levels;

	(void)count;
	if (entry_parse(words[0], words[1], &entry, err) < 0 || levels_parse(words[2], &levels, err) < 0)
		return -1;
	return entry_remove(bus, &entry, levels, err);
}

static const struct question {
	const char *name;
	int least, most; /* words behind the name */
	int (*run)(struct bus *bus, char **words, int count, struct error *err);
} questions[] = {
	{"zone", 1, 256, tell_zone},
	{"look", 2, 2, tell_levels},
	{"add", 4, 4, add},
	{"remove", 3, 3, take},
};

static const struct question *question_find(const char *name, int words)
{
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		if (strcmp(questions[i].name, name) == 0 && words >= questions[i].least &&
		    words <= questions[i].most)
			return &questions[i];
	return NULL;
}

static int answer(int argc, char **argv, struct error *err)
{
	CLEANUP(bus_close) struct bus bus = {0};
	const struct question *question = argc > 1 ? question_find(argv[1], argc - 2) : NULL;

	if (!question)
		return error_set(err, ERROR_USAGE,
				 "this is started by fwport: see fwport open --via firewalld");
	if (bus_open(&bus, err) < 0 || give_up_rights(err) < 0)
		return -1;
	return question->run(&bus, argv + 2, argc - 2, err);
}

int main(int argc, char **argv)
{
	struct error err;

	if (answer(argc, argv, &err) == 0)
		return 0;
	puts(err.text);
	return error_exit_status(err.kind);
}
