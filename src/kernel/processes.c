/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which process holds a socket, by the links in /proc/PID/fd. Processes come and go while they are read, and those of others
 * may not be looked into: both leave an owner unknown and are no error.
 */
#include "sockets.h"

#include "fwport/files.h"
#include "fwport/privilege.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { PROC_PATH = 64, STAT_BYTES = 512, FILE_LIMIT = 4096 };

static void directory_drop(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

/* The first line of a file of a process; "" when it is gone or may not be read. */
static void line_read(pid_t pid, const char *file, char *out, size_t size)
{
	CLEANUP(text_free) struct text text = {0};
	char path[PROC_PATH];
	struct error ignored;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	out[0] = '\0';
	if (file_read(path, FILE_LIMIT, &text, &ignored) == 0)
		snprintf(out, size, "%.*s", (int)strcspn(text_string(&text), "\n"), text_string(&text));
}

/*
 * "812 (a name) S 1 812 812 34816 ...": the name may hold anything, so the fields are counted from the last parenthesis. The last
 * two of these are the session and the terminal; an int holds all bits of its device number (new_encode_dev).
 */
static bool stat_read(pid_t pid, pid_t *parent, dev_t *terminal)
{
	char line[STAT_BYTES];
	const char *behind;
	int numbers[4];
	char state;

	line_read(pid, "stat", line, sizeof(line));
	behind = strrchr(line, ')');
	if (!behind || sscanf(behind + 1, " %c %d %d %d %d", &state, &numbers[0], &numbers[1], &numbers[2],
			      &numbers[3]) != 5)
		return false;
	*parent = numbers[0];
	*terminal = makedev((unsigned)numbers[3] >> 8 & 0xfff,
			    ((unsigned)numbers[3] & 0xff) | ((unsigned)numbers[3] >> 12 & 0xfff00));
	return true;
}

bool process_read(pid_t pid, char name[PROCESS_NAME], pid_t *parent)
{
	dev_t terminal;

	if (!stat_read(pid, parent, &terminal))
		return false;
	line_read(pid, "comm", name, PROCESS_NAME);
	return true;
}

bool process_terminal(pid_t pid, dev_t *out)
{
	pid_t parent;

	return stat_read(pid, &parent, out);
}

DIR *process_files(pid_t pid)
{
	char path[PROC_PATH];

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	return opendir(path);
}

typedef int inode_each(uint32_t inode, pid_t pid, void *context, struct error *err);

static bool inode_of_link(DIR *directory, const char *name, uint32_t *inode)
{
	char target[64];
	ssize_t length = readlinkat(dirfd(directory), name, target, sizeof(target) - 1);

	if (length <= 0)
		return false;
	target[length] = '\0';
	return sscanf(target, "socket:[%u]", inode) == 1;
}

static int process_each_socket(pid_t pid, inode_each *each, void *context, struct error *err)
{
	CLEANUP(directory_drop) DIR *directory = process_files(pid);
	const struct dirent *entry;
	uint32_t inode;

	while (directory && (entry = readdir(directory)))
		if (inode_of_link(directory, entry->d_name, &inode) && each(inode, pid, context, err) < 0)
			return -1;
	return 0;
}

struct owner_search {
	struct socket_owner *owners;
	size_t count, missing;
	struct pool *pool;
};

static int owner_order(const void *a, const void *b)
{
	const struct socket_owner *x = a, *y = b;

	return x->inode < y->inode ? -1 : x->inode > y->inode;
}

struct socket_owner *socket_owner(struct socket_owner *owners, size_t count, uint32_t inode)
{
	const struct socket_owner key = {.inode = inode};

	return count ? bsearch(&key, owners, count, sizeof(key), owner_order) : NULL;
}

/* Workers share the socket of their parent, which has the lower number as a rule and comes first. */
static int owner_note(uint32_t inode, pid_t pid, void *context, struct error *err)
{
	struct owner_search *search = context;
	struct socket_owner *owner = socket_owner(search->owners, search->count, inode);
	char name[PROCESS_NAME];

	if (!owner || owner->pid)
		return 0;
	line_read(pid, "comm", name, sizeof(name));
	owner->pid = pid;
	owner->program = name[0] ? pool_text(search->pool, name) : NULL;
	search->missing--;
	return owner->program || !name[0] ? 0 : error_memory(err);
}

int socket_owners_find(struct socket_owner *owners, size_t count, struct pool *pool, struct error *err)
{
	CLEANUP(privilege_return) struct privilege_taken more = privilege_take(PRIVILEGE_PROCESSES);
	struct owner_search search = {.owners = owners, .count = count, .missing = count, .pool = pool};
	CLEANUP(directory_drop) DIR *processes = count ? opendir("/proc") : NULL;
	const struct dirent *entry;

	if (count)
		qsort(owners, count, sizeof(*owners), owner_order);
	while (processes && search.missing && (entry = readdir(processes)))
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    process_each_socket((pid_t)strtol(entry->d_name, NULL, 10), owner_note, &search, err) < 0)
			return -1;
	return 0;
}

struct inode_list {
	uint32_t *list;
	size_t count;
	struct pool *pool;
};

static int inode_add(uint32_t inode, pid_t pid, void *context, struct error *err)
{
	struct inode_list *inodes = context;

	(void)pid;
	inodes->list = pool_grow(inodes->pool, inodes->list, inodes->count, sizeof(*inodes->list));
	if (!inodes->list)
		return error_memory(err);
	inodes->list[inodes->count++] = inode;
	return 0;
}

int process_sockets(pid_t pid, struct pool *pool, uint32_t **inodes, size_t *count, struct error *err)
{
	struct inode_list found = {.pool = pool};

	if (process_each_socket(pid, inode_add, &found, err) < 0)
		return -1;
	*inodes = found.list;
	*count = found.count;
	return 0;
}
