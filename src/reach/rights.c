/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Root becomes nobody, as far as the user namespace knows one; what stays is a process whose rights are given up all the same. Rules
 * of the firewall that match users see whoever asks, so that may be chosen, root among others.
 */
#include "rights.h"

#include "call_lists.h"
#include "sanitized.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define NOBODY "nobody"
enum { NOBODY_ID = 65534 };
static const rlim_t data_most = 1 << 30; /* bytes: many times what 400 examinations take */

static void take(const struct passwd *user, struct asker *out)
{
	out->uid = user->pw_uid;
	out->gid = user->pw_gid;
	snprintf(out->name, sizeof(out->name), "%s", user->pw_name);
}

static bool is_number(const char *text, uid_t *out)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || number >= UINT32_MAX)
		return false;
	*out = (uid_t)number;
	return true;
}

/* A number needs no user of that number. */
static int look_up(const char *as_user, struct asker *out, struct error *err)
{
	const struct passwd *user = getpwnam(as_user);
	uid_t uid;

	out->wished = true;
	if (!user && is_number(as_user, &uid)) {
		out->uid = uid;
		out->gid = NOBODY_ID;
		user = getpwuid(uid);
	} else if (!user) {
		return error_set(err, ERROR_USAGE, "--as-user \"%s\" is not a user of this host", as_user);
	}
	if (user)
		take(user, out);
	return 0;
}

static void choose_usual(struct asker *out)
{
	const struct passwd *user = geteuid() == 0 ? getpwnam(NOBODY) : getpwuid(getuid());

	out->uid = geteuid() == 0 ? NOBODY_ID : getuid();
	out->gid = geteuid() == 0 ? NOBODY_ID : getgid();
	if (user)
		take(user, out);
}

int asker_choose(const char *as_user, struct asker *out, struct error *err)
{
	*out = (struct asker){0};
	if (!as_user) {
		choose_usual(out);
		return 0;
	}
	if (look_up(as_user, out, err) < 0)
		return -1;
	if (geteuid() == 0 || out->uid == getuid())
		return 0;
	error_set(err, ERROR_PERMISSION, "to ask as %s takes root", as_user);
	return error_hint(err, "sudo fwport check --as-user %s", as_user);
}

static int become(const struct asker *asker)
{
	return setgroups(0, NULL) < 0 || setgid(asker->gid) < 0 || setuid(asker->uid) < 0 ? -1 : 0;
}

/* In a user namespace there may be no nobody. */
static int change_user(struct asker *asker, struct error *err)
{
	if (geteuid() != 0 || become(asker) == 0)
		return 0;
	if (asker->wished)
		return error_system(err, errno, "cannot become %s",
				    asker->name[0] ? asker->name : "that user");
	asker->uid = getuid();
	asker->gid = getgid();
	snprintf(asker->name, sizeof(asker->name), "%s", "root");
	return 0;
}

/* All but those, where they are there. */
static int keep_capabilities(const unsigned *kept, size_t count, struct error *err)
{
	bool has[CAP_LAST_CAP + 1] = {false};

	if (capng_get_caps_process() == 0)
		for (size_t i = 0; i < count; i++)
			has[i] = capng_have_capability(CAPNG_PERMITTED, kept[i]);
	capng_clear(CAPNG_SELECT_CAPS);
	for (size_t i = 0; i < count; i++)
		if (has[i])
			capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, kept[i]);
	if (capng_apply(CAPNG_SELECT_CAPS) < 0)
		return error_system(err, errno, "cannot give up the rights that are not needed");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return error_system(err, errno, "cannot give up the way to new rights");
	return 0;
}

/* No core file holds what strangers sent, or a key of ours; and memory ends somewhere. */
static void limit(void)
{
	const struct rlimit core = {0};
	struct rlimit data;

	setrlimit(RLIMIT_CORE, &core);
	if (SANITIZED || getrlimit(RLIMIT_DATA, &data) < 0 || data.rlim_cur <= data_most)
		return;
	data.rlim_cur = data.rlim_max = data_most;
	setrlimit(RLIMIT_DATA, &data);
}

/* Whoever changes the user loses the signal, so it is asked for behind that; the parent may be gone by then. */
static int end_with(pid_t parent, struct error *err)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return error_system(err, errno, "cannot tie two processes together");
	if (getppid() != parent)
		return error_set(err, ERROR_SYSTEM, "the process that started this one has ended");
	return 0;
}

int rights_of_child(pid_t parent, struct asker *asker, struct error *err)
{
	if (change_user(asker, err) < 0 || keep_capabilities(NULL, 0, err) < 0 || end_with(parent, err) < 0)
		return -1;
	limit();
	call_lists_of_child();
	return 0;
}

int rights_of_watchman(pid_t parent, struct error *err)
{
	if (keep_capabilities(NULL, 0, err) < 0 || end_with(parent, err) < 0)
		return -1;
	limit();
	call_lists_of_watchman();
	return 0;
}

/* The kernel asks for CAP_KILL as well where it ends a child of another user together with its parent. */
int rights_of_parent(pid_t child, bool has_files, struct error *err)
{
	static const unsigned kept[] = {CAP_KILL, CAP_DAC_OVERRIDE};

	if (keep_capabilities(kept, has_files ? 2 : 1, err) < 0)
		return -1;
	limit();
	call_lists_of_parent(child);
	return 0;
}
