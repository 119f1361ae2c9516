/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * To be preloaded: counts the calls a program makes of the C library, those that reach files, sockets and the kernel apart from those
 * that ask for memory, and strikes at some of them. What it did not cause it does not change.
 *
 *     FAULT_CALLS=NAME#N:HOW[,...]   the N-th call of this name, from 1, or of any for #N; HOW is
 *         kill    the program is killed before it
 *         killed  the program is killed behind it
 *         torn    half of what was to be written is, and the program is killed
 *         short   half of it is, and the program is told so
 *         ERRNO   the call fails with this number, and nothing was done
 *         lERRNO  it is done, and fails all the same: the answer is lost
 *     FAULT_MEMORY=N                 the N-th allocation fails
 *     FAULT_LOG=FILE                 gets "call NAME WHAT" for each call, "memory N" for the number of allocations, and
 *                                    "left WHAT" for each descriptor that the program did not close
 */
#define _GNU_SOURCE
#undef _FORTIFY_SOURCE /* whose macros would stand for some of the functions */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FAULTS_MOST = 4, LOG_DESCRIPTOR = 200, DESCRIPTORS = 256 };

enum how { PASS, KILL, KILLED, TORN, SHORT, FAIL, LOSE };

static const struct {
	const char *word;
	enum how how;
} words[] = {{"killed", KILLED}, {"kill", KILL}, {"torn", TORN}, {"short", SHORT}};

static struct fault {
	char name[16];
	unsigned long at, seen;
	enum how how;
	int sys;
} faults[FAULTS_MOST];

static unsigned long allocations, failing_allocation;
static bool ready, inherited[DESCRIPTORS];

/* ---- what is asked for ---- */

static struct fault fault_read(const char *text)
{
	const size_t length = strcspn(text, "#");
	char *end;
	struct fault fault = {0};

	memcpy(fault.name, text, length < sizeof(fault.name) ? length : 0);
	fault.at = strtoul(text + length + 1, &end, 10);
	text = end + 1;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strncmp(text, words[i].word, strlen(words[i].word))) {
			fault.how = words[i].how;
			return fault;
		}
	fault.how = *text == 'l' ? LOSE : FAIL;
	fault.sys = atoi(text + (*text == 'l'));
	return fault;
}

static void say(const char *kind, const char *what, const char *more)
{
	char line[512];
	int length = snprintf(line, sizeof(line), "%s %s %s\n", kind, what, more);
	static ssize_t (*next)(int, const void *, size_t);
	const int sys = errno;

	if (!next)
		next = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
	if (getenv("FAULT_LOG"))
		(void)!next(LOG_DESCRIPTOR, line,
			    (size_t)length < sizeof(line) ? (size_t)length : sizeof(line));
	errno = sys;
}

/* What a descriptor stands for; false when it is none. */
static bool target_of(int fd, char *target, size_t size)
{
	char link[32];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, target, size - 1);
	target[length < 0 ? 0 : length] = '\0';
	return length >= 0;
}

__attribute__((constructor)) static void begin(void)
{
	char target[256];
	const char *at = getenv("FAULT_CALLS"), *memory = getenv("FAULT_MEMORY"), *log = getenv("FAULT_LOG");

	for (int i = 0; at && *at && i < FAULTS_MOST; i++) {
		faults[i] = fault_read(at);
		at = strchr(at, ',');
		at = at ? at + 1 : NULL;
	}
	failing_allocation = memory ? strtoul(memory, NULL, 10) : 0;
	if (log) {
		int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		dup2(fd, LOG_DESCRIPTOR);
		close(fd);
	}
	for (int fd = 0; fd < DESCRIPTORS; fd++)
		inherited[fd] = target_of(fd, target, sizeof(target));
	ready = true;
}

__attribute__((destructor)) static void finish(void)
{
	char target[256];

	ready = false;
	snprintf(target, sizeof(target), "%lu", allocations);
	say("memory", target, "");
	for (int fd = 0; fd < DESCRIPTORS; fd++)
		if (!inherited[fd] && target_of(fd, target, sizeof(target)))
			say("left", target, "");
}

/* ---- striking ---- */

static void die(void)
{
	kill(getpid(), SIGKILL);
}

static struct fault strike(const char *name, const char *what)
{
	if (!ready)
		return (struct fault){0};
	say("call", name, what);
	for (int i = 0; i < FAULTS_MOST; i++)
		if ((!*faults[i].name || !strcmp(faults[i].name, name)) && ++faults[i].seen == faults[i].at) {
			if (faults[i].how == KILL)
				die();
			if (faults[i].how == FAIL)
				errno = faults[i].sys;
			return faults[i];
		}
	return (struct fault){0};
}

/* Behind the call: true when it shall be as if it had failed. */
static bool strikes_behind(const struct fault *fault)
{
	if (fault->how == KILLED || fault->how == TORN)
		die();
	if (fault->how != LOSE)
		return false;
	errno = fault->sys;
	return true;
}

/* ISO C knows no conversion from what dlsym gives to a function; POSIX does. */
#define NEXT(name)                     \
	static __typeof__(&name) next; \
	if (!next)                     \
	*(void **)&next = dlsym(RTLD_NEXT, #name)

#define CALL(type, name, parameters, arguments, failed, what) \
	type name parameters                                  \
	{                                                     \
		NEXT(name);                                   \
		struct fault fault = strike(#name, what);     \
		type result = failed;                         \
                                                              \
		if (fault.how != FAIL) {                      \
			result = next arguments;              \
			if (strikes_behind(&fault))           \
				result = failed;              \
		}                                             \
		return result;                                \
	}

/* The tables of x_tables are read and written by socket options; others concern the socket. */
static const char *concerned(int level)
{
	return level == SOL_SOCKET || level == SOL_NETLINK ? "" : "tables";
}

/* A batch changes the ruleset, other messages read. */
static const char *sent(const struct nlmsghdr *message, const struct sockaddr *address)
{
	if (!address || address->sa_family != AF_NETLINK)
		return "";
	return message->nlmsg_type == NFNL_MSG_BATCH_BEGIN ? "batch" : "question";
}

CALL(int, fsync, (int fd), (fd), -1, "")
CALL(int, fchmod, (int fd, mode_t mode), (fd, mode), -1, "")
CALL(int, ftruncate, (int fd, off_t length), (fd, length), -1, "")
CALL(int, rename, (const char *from, const char *to), (from, to), -1, to)
CALL(int, unlink, (const char *path), (path), -1, path)
CALL(int, mkdir, (const char *path, mode_t mode), (path, mode), -1, path)
CALL(int, flock, (int fd, int operation), (fd, operation), -1, "")
CALL(int, stat, (const char *path, struct stat *status), (path, status), -1, path)
CALL(int, lstat, (const char *path, struct stat *status), (path, status), -1, path)
CALL(int, fstat, (int fd, struct stat *status), (fd, status), -1, "")
CALL(int, access, (const char *path, int mode), (path, mode), -1, path)
CALL(int, faccessat, (int fd, const char *path, int mode, int flags), (fd, path, mode, flags), -1, path)
CALL(ssize_t, read, (int fd, void *bytes, size_t length), (fd, bytes, length), -1, "")
CALL(ssize_t, pread, (int fd, void *bytes, size_t length, off_t at), (fd, bytes, length, at), -1, "")
CALL(ssize_t, readlinkat, (int fd, const char *path, char *bytes, size_t length), (fd, path, bytes, length),
     -1, path)
CALL(FILE *, fopen, (const char *path, const char *mode), (path, mode), NULL, path)
CALL(DIR *, opendir, (const char *path), (path), NULL, path)
CALL(struct dirent *, readdir, (DIR * directory), (directory), NULL, "")
CALL(int, socket, (int domain, int type, int protocol), (domain, type, protocol), -1, "")
CALL(int, bind, (int fd, const struct sockaddr *address, socklen_t length), (fd, address, length), -1, "")
CALL(int, poll, (struct pollfd * fds, nfds_t count, int timeout), (fds, count, timeout), -1, "")
CALL(int, setsockopt, (int fd, int level, int option, const void *value, socklen_t length),
     (fd, level, option, value, length), -1, concerned(level))
CALL(int, getsockopt, (int fd, int level, int option, void *value, socklen_t *length),
     (fd, level, option, value, length), -1, concerned(level))
CALL(ssize_t, recvmsg, (int fd, struct msghdr *message, int flags), (fd, message, flags), -1, "")
CALL(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags), -1, "")
CALL(ssize_t, sendto,
     (int fd, const void *bytes, size_t length, int flags, const struct sockaddr *address, socklen_t size),
     (fd, bytes, length, flags, address, size), -1, sent(bytes, address))

/* A descriptor is closed whatever close says. */
int close(int fd)
{
	NEXT(close);
	struct fault fault = strike("close", "");
	int result = next(fd);

	if (fault.how == FAIL) {
		errno = fault.sys;
		return -1;
	}
	return strikes_behind(&fault) ? -1 : result;
}

static size_t part(const struct fault *fault, size_t length)
{
	return fault->how == TORN || fault->how == SHORT ? length / 2 : length;
}

ssize_t write(int fd, const void *bytes, size_t length)
{
	NEXT(write);
	struct fault fault = strike("write", "");
	ssize_t result = fault.how == FAIL ? -1 : next(fd, bytes, part(&fault, length));

	return strikes_behind(&fault) ? -1 : result;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at)
{
	NEXT(pwrite);
	struct fault fault = strike("pwrite", "");
	ssize_t result = fault.how == FAIL ? -1 : next(fd, bytes, part(&fault, length), at);

	return strikes_behind(&fault) ? -1 : result;
}

static mode_t mode_of(int flags, va_list arguments)
{
	return flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
	NEXT(open);
	va_list arguments;
	struct fault fault = strike(flags & O_CREAT ? "create" : "open", path);
	int result;

	va_start(arguments, flags);
	result = fault.how == FAIL ? -1 : next(path, flags, mode_of(flags, arguments));
	va_end(arguments);
	return strikes_behind(&fault) ? -1 : result;
}

int openat(int directory, const char *path, int flags, ...)
{
	NEXT(openat);
	va_list arguments;
	struct fault fault = strike(flags & O_CREAT ? "create" : "open", path);
	int result;

	va_start(arguments, flags);
	result = fault.how == FAIL ? -1 : next(directory, path, flags, mode_of(flags, arguments));
	va_end(arguments);
	return strikes_behind(&fault) ? -1 : result;
}

/* ---- memory ---- */

/* libseccomp crashes, or never ends, when memory is short; it is asked for a filter only when there is enough, and before anything
 * else is done. */
static bool is_denied(const void *caller)
{
	Dl_info info = {0};

	if (!ready || (dladdr(caller, &info) && info.dli_fname && strstr(info.dli_fname, "/libseccomp")) ||
	    ++allocations != failing_allocation)
		return false;
	ready = false;
	say("denied", info.dli_sname ? info.dli_sname : "somebody", info.dli_fname ? info.dli_fname : "");
	ready = true;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	NEXT(malloc);
	return is_denied(__builtin_return_address(0)) ? NULL : next(size);
}

void *calloc(size_t count, size_t size)
{
	NEXT(calloc);
	return is_denied(__builtin_return_address(0)) ? NULL : next(count, size);
}

void *realloc(void *old, size_t size)
{
	NEXT(realloc);
	return is_denied(__builtin_return_address(0)) ? NULL : next(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	NEXT(aligned_alloc);
	return is_denied(__builtin_return_address(0)) ? NULL : next(alignment, size);
}
