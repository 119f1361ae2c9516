/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A list of what is denied, not of what is allowed: the libraries, another libc and the programs that are started (systemd-run)
 * may call what they like, but for what makes the kept capabilities dangerous. CAP_SYS_ADMIN is there to ask which programs of
 * BPF there are: mounting, other namespaces and programs of one's own come with it. CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH are
 * there for /proc: other processes' memory and files by their handles come with them.
 */
#include "call_filter.h"

#include "fwport/privilege.h"

#include <errno.h>
#include <linux/bpf.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdlib.h>

static const int denied_calls[] = {
	/* mounts and namespaces */
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(pivot_root),
	SCMP_SYS(move_mount),
	SCMP_SYS(open_tree),
	SCMP_SYS(fsopen),
	SCMP_SYS(fsmount),
	SCMP_SYS(fspick),
	SCMP_SYS(setns),
	SCMP_SYS(unshare),
	/* other processes */
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(kcmp),
	/* files that no path leads to */
	SCMP_SYS(open_by_handle_at),
	/* what else root may do to the machine */
	SCMP_SYS(swapon),
	SCMP_SYS(swapoff),
	SCMP_SYS(quotactl),
	SCMP_SYS(sethostname),
	SCMP_SYS(setdomainname),
	SCMP_SYS(syslog),
	/* much of the kernel, for little that is needed */
	SCMP_SYS(perf_event_open),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(keyctl),
	SCMP_SYS(add_key),
};

/* BPF is asked, and told nothing. */
static const enum bpf_cmd denied_of_bpf[] = {
	BPF_MAP_CREATE,          BPF_PROG_LOAD,   BPF_OBJ_PIN,       BPF_OBJ_GET,
	BPF_PROG_ATTACH,         BPF_PROG_DETACH, BPF_PROG_TEST_RUN, BPF_MAP_GET_FD_BY_ID,
	BPF_RAW_TRACEPOINT_OPEN, BPF_BTF_LOAD,    BPF_LINK_CREATE,   BPF_LINK_UPDATE,
};

/* Twice what the library takes, and little enough that malloc keeps it at hand when it is given back. */
enum { FILTER_BYTES = 96 << 10 };

/* The library crashes, or never ends, when memory runs out in the midst of it. */
static bool memory_suffices(void)
{
	void *volatile reserve = malloc(FILTER_BYTES);
	const bool suffices = reserve != NULL;

	free(reserve);
	return suffices;
}

/* A call that an architecture has not need not be denied there, so what cannot be added is passed over. */
static void deny(scmp_filter_ctx filter)
{
	const uint32_t action = SCMP_ACT_ERRNO(EPERM);

	for (size_t i = 0; i < sizeof(denied_calls) / sizeof(denied_calls[0]); i++)
		seccomp_rule_add(filter, action, denied_calls[i], 0);
	for (size_t i = 0; i < sizeof(denied_of_bpf) / sizeof(denied_of_bpf[0]); i++) {
		/* The kernel takes the command for an int, whatever the upper half of the register holds. */
		const struct scmp_arg_cmp command = {.arg = 0,
						     .op = SCMP_CMP_MASKED_EQ,
						     .datum_a = UINT32_MAX,
						     .datum_b = denied_of_bpf[i]};

		seccomp_rule_add_array(filter, action, SCMP_SYS(bpf), 1, &command);
	}
}

static int error_in_filter(int sys, struct error *err)
{
	return error_system(err, sys, "system calls that are not needed cannot be denied");
}

int privilege_deny_calls(struct error *err)
{
	scmp_filter_ctx filter;
	int done;

	if (!CALL_FILTER_WANTED)
		return 0;
	filter = memory_suffices() ? seccomp_init(SCMP_ACT_ALLOW) : NULL;
	if (!filter)
		return error_in_filter(ENOMEM, err);
	/* Calls in the way of another architecture would pass by the list. */
	seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(EPERM));
	/* Nothing untrusted runs in here, for which old kernels would slow the process down. */
	seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1);
	deny(filter);
	done = seccomp_load(filter);
	seccomp_release(filter);
	return done < 0 ? error_in_filter(-done, err) : 0;
}
