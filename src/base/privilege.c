/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capabilities, by libcap-ng. Its state is that of this thread, and there is one. Those of a container's root may be fewer than
 * those asked for: then what there is has to do, and what it does not do the kernel says in its place.
 */
#include "fwport/privilege.h"

#include <cap-ng.h>
#include <errno.h>
#include <linux/capability.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What is kept, and for what: always, or while a privilege is taken. */
static const struct {
	unsigned capability;
	unsigned privileges;
	bool always;
} kept[] = {
	{.capability = CAP_NET_ADMIN, .always = true},
	{.capability = CAP_NET_RAW, .always = true},
	{.capability = CAP_DAC_READ_SEARCH, .privileges = PRIVILEGE_FILES | PRIVILEGE_PROCESSES},
	{.capability = CAP_SYS_PTRACE, .privileges = PRIVILEGE_PROCESSES},
	{.capability = CAP_SYS_ADMIN, .privileges = PRIVILEGE_PROGRAMS},
};

enum { KEPT_COUNT = sizeof(kept) / sizeof(kept[0]) };

/* The library would read much more than that. */
static bool is_in_effect(unsigned capability)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};

	return syscall(SYS_capget, &header, data) == 0 &&
	       data[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability);
}

bool privilege_suffices(void)
{
	return is_in_effect(CAP_NET_ADMIN);
}

const char *privilege_missing(void)
{
	if (is_in_effect(CAP_NET_RAW))
		return is_in_effect(CAP_NET_ADMIN) ? NULL : "CAP_NET_ADMIN is missing";
	return is_in_effect(CAP_NET_ADMIN) ? "CAP_NET_RAW is missing"
					   : "CAP_NET_ADMIN and CAP_NET_RAW are missing";
}

/* Of those in the mask, a bit for each row. */
static int keep(unsigned rows)
{
	capng_clear(CAPNG_SELECT_CAPS);
	for (size_t i = 0; i < KEPT_COUNT; i++)
		if (rows & 1u << i)
			capng_update(CAPNG_ADD,
				     kept[i].always ? CAPNG_EFFECTIVE | CAPNG_PERMITTED : CAPNG_PERMITTED,
				     kept[i].capability);
	return capng_apply(CAPNG_SELECT_CAPS);
}

static unsigned rows_permitted(void)
{
	unsigned rows = 0;

	capng_get_caps_process();
	for (size_t i = 0; i < KEPT_COUNT; i++)
		if (capng_have_capability(CAPNG_PERMITTED, kept[i].capability))
			rows |= 1u << i;
	return rows;
}

/* The bounding set may stay: it gives a program rights when it starts, and PR_SET_NO_NEW_PRIVS does not let it. */
int privilege_drop(struct error *err)
{
	umask(S_IRWXG | S_IRWXO);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return error_system(err, errno, "cannot give up the way to new rights");
	/* Root has them all as a rule, and asking which takes longer than the rest of it. */
	if (keep((1u << KEPT_COUNT) - 1) < 0 && keep(rows_permitted()) < 0)
		return error_system(err, errno, "cannot give up the rights that are not needed");
	return 0;
}

/* Before anything is dropped it is all there, and nothing has to be taken. */
struct privilege_taken privilege_take(enum privilege privilege)
{
	struct privilege_taken taken = {0};

	for (size_t i = 0; i < KEPT_COUNT; i++) {
		if (!(kept[i].privileges & privilege) ||
		    capng_have_capability(CAPNG_EFFECTIVE, kept[i].capability) ||
		    !capng_have_capability(CAPNG_PERMITTED, kept[i].capability))
			continue;
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE, kept[i].capability);
		taken.capabilities |= 1u << i;
	}
	if (taken.capabilities)
		capng_apply(CAPNG_SELECT_CAPS);
	return taken;
}

/* Whoever looks at errno behind it asks about what was done meanwhile. */
void privilege_return(struct privilege_taken *taken)
{
	int sys = errno;

	for (size_t i = 0; i < KEPT_COUNT; i++)
		if (taken->capabilities & 1u << i)
			capng_update(CAPNG_DROP, CAPNG_EFFECTIVE, kept[i].capability);
	if (taken->capabilities)
		capng_apply(CAPNG_SELECT_CAPS);
	taken->capabilities = 0;
	errno = sys;
}
