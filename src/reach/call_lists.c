/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls that an architecture has not are passed over. */
#include "call_lists.h"

#include "sanitized.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stddef.h>
#include <unistd.h>

static const int denied_to_child[] = {
	/* programs, and other processes */
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(kill),
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(pidfd_open),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(pidfd_send_signal),
	SCMP_SYS(kcmp),
	/* files */
	SCMP_SYS(creat),
	SCMP_SYS(openat2),
	SCMP_SYS(open_by_handle_at),
	SCMP_SYS(truncate),
	SCMP_SYS(rename),
	SCMP_SYS(renameat),
	SCMP_SYS(renameat2),
	SCMP_SYS(link),
	SCMP_SYS(linkat),
	SCMP_SYS(symlink),
	SCMP_SYS(symlinkat),
	SCMP_SYS(unlink),
	SCMP_SYS(unlinkat),
	SCMP_SYS(mkdir),
	SCMP_SYS(mkdirat),
	SCMP_SYS(rmdir),
	SCMP_SYS(mknod),
	SCMP_SYS(mknodat),
	SCMP_SYS(chmod),
	SCMP_SYS(fchmod),
	SCMP_SYS(fchmodat),
	SCMP_SYS(chown),
	SCMP_SYS(lchown),
	SCMP_SYS(fchown),
	SCMP_SYS(fchownat),
	SCMP_SYS(setxattr),
	SCMP_SYS(lsetxattr),
	SCMP_SYS(fsetxattr),
	SCMP_SYS(removexattr),
	/* mounts and namespaces */
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(pivot_root),
	SCMP_SYS(chroot),
	SCMP_SYS(move_mount),
	SCMP_SYS(open_tree),
	SCMP_SYS(fsopen),
	SCMP_SYS(fsmount),
	SCMP_SYS(fspick),
	SCMP_SYS(setns),
	SCMP_SYS(unshare),
	/* the machine, and much of the kernel for little that is needed */
	SCMP_SYS(bpf),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(keyctl),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(kexec_load),
	SCMP_SYS(personality),
};

static const int allowed_to_watchman[] = {
	SCMP_SYS(poll), SCMP_SYS(ppoll),      SCMP_SYS(recvfrom),   SCMP_SYS(recv),       SCMP_SYS(sendto),
	SCMP_SYS(send), SCMP_SYS(setsockopt), SCMP_SYS(getsockopt), SCMP_SYS(socketcall),
};

static const int allowed_to_parent[] = {
	/* the child's end */
	SCMP_SYS(rt_sigtimedwait),
	SCMP_SYS(wait4),
	SCMP_SYS(waitid),
	SCMP_SYS(waitpid),
	/* the files that the child has written */
	SCMP_SYS(fsync),
	SCMP_SYS(fchmod),
	SCMP_SYS(rename),
	SCMP_SYS(renameat),
	SCMP_SYS(renameat2),
	SCMP_SYS(unlink),
	SCMP_SYS(unlinkat),
	SCMP_SYS(open),
	SCMP_SYS(openat),
};

/* A message, memory, and one's own end. */
static const int allowed_to_both[] = {
	SCMP_SYS(close),          SCMP_SYS(write),        SCMP_SYS(writev),
	SCMP_SYS(fstat),          SCMP_SYS(newfstatat),   SCMP_SYS(fstat64),
	SCMP_SYS(statx),          SCMP_SYS(lseek),        SCMP_SYS(brk),
	SCMP_SYS(mmap),           SCMP_SYS(mmap2),        SCMP_SYS(munmap),
	SCMP_SYS(mremap),         SCMP_SYS(mprotect),     SCMP_SYS(madvise),
	SCMP_SYS(futex),          SCMP_SYS(getrandom),    SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall),
	SCMP_SYS(getpid),         SCMP_SYS(gettid),       SCMP_SYS(clock_gettime),
	SCMP_SYS(exit),           SCMP_SYS(exit_group),
};

enum {
	WATCHMAN_COUNT = sizeof(allowed_to_watchman) / sizeof(allowed_to_watchman[0]),
	PARENT_COUNT = sizeof(allowed_to_parent) / sizeof(allowed_to_parent[0]),
	BOTH_COUNT = sizeof(allowed_to_both) / sizeof(allowed_to_both[0])
};

static const uint32_t not_allowed = SCMP_ACT_ERRNO(EPERM);

/* Opened for writing is whatever is opened for more than reading. */
static void deny_writing(scmp_filter_ctx filter, int call, unsigned argument)
{
	static const int ways[] = {O_WRONLY, O_RDWR};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		const struct scmp_arg_cmp flags = {.arg = argument,
						   .op = SCMP_CMP_MASKED_EQ,
						   .datum_a = O_ACCMODE,
						   .datum_b = (scmp_datum_t)ways[i]};

		seccomp_rule_add_array(filter, not_allowed, call, 1, &flags);
	}
}

static void deny_to_child(scmp_filter_ctx filter)
{
	for (size_t i = 0; i < sizeof(denied_to_child) / sizeof(denied_to_child[0]); i++)
		seccomp_rule_add(filter, not_allowed, denied_to_child[i], 0);
	deny_writing(filter, SCMP_SYS(open), 1);
	deny_writing(filter, SCMP_SYS(openat), 2);
}

static void allow_signals(scmp_filter_ctx filter, int call, pid_t process)
{
	const struct scmp_arg_cmp to = {
		.arg = 0, .op = SCMP_CMP_MASKED_EQ, .datum_a = UINT32_MAX, .datum_b = (uint32_t)process};

	seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &to);
}

static void allow(scmp_filter_ctx filter, const int *calls, size_t count)
{
	for (size_t i = 0; i < count; i++)
		seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
}

static void load(scmp_filter_ctx filter)
{
	seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, not_allowed);
	seccomp_load(filter);
	seccomp_release(filter);
}

void call_lists_of_child(void)
{
	scmp_filter_ctx filter = SANITIZED ? NULL : seccomp_init(SCMP_ACT_ALLOW);

	if (!filter)
		return;
	deny_to_child(filter);
	load(filter);
}

void call_lists_of_watchman(void)
{
	scmp_filter_ctx filter = SANITIZED ? NULL : seccomp_init(not_allowed);

	if (!filter)
		return;
	allow(filter, allowed_to_watchman, WATCHMAN_COUNT);
	allow(filter, allowed_to_both, BOTH_COUNT);
	load(filter);
}

void call_lists_of_parent(pid_t child)
{
	scmp_filter_ctx filter = SANITIZED ? NULL : seccomp_init(not_allowed);

	if (!filter)
		return;
	allow(filter, allowed_to_parent, PARENT_COUNT);
	allow(filter, allowed_to_both, BOTH_COUNT);
	allow_signals(filter, SCMP_SYS(kill), child);
	allow_signals(filter, SCMP_SYS(tgkill), getpid());
	load(filter);
}
