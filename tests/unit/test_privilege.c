/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Giving up rights, in processes that end afterwards. What root alone can show is shown when root runs this.
 */
#include "cmocka_all.h"

#include "../../src/base/call_filter.h"
#include "fwport/pool.h"
#include "fwport/privilege.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/kcmp.h>
#include <linux/sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The number of the first claim that is wrong, 0: none. */
typedef int claims(void);

static void assert_in_a_child(claims *check)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0)
		_exit(check());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static bool effective(unsigned capability)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};

	return syscall(SYS_capget, &header, data) == 0 &&
	       data[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability);
}

static bool drop(void)
{
	struct error err;

	return privilege_drop(&err) == 0 && privilege_deny_calls(&err) == 0;
}

int __real_seccomp_load(void *filter);
int __wrap_seccomp_load(void *filter);

static int refusal; /* of the kernel, which takes no filter */

int __wrap_seccomp_load(void *filter)
{
	return refusal ? refusal : __real_seccomp_load(filter);
}

static int a_refused_filter_is_told(void)
{
	struct error err = {0};

	refusal = -EINVAL;
	if (privilege_drop(&err) < 0)
		return 1;
	if (CALL_FILTER_WANTED && privilege_deny_calls(&err) == 0)
		return 2;
	return CALL_FILTER_WANTED && strcmp(err.text, "system calls that are not needed cannot be denied: "
						      "Invalid argument") != 0;
}

static void test_a_kernel_without_filters_is_told(void **state)
{
	(void)state;
	assert_in_a_child(a_refused_filter_is_told);
}

static int rights_are_gone(void)
{
	if (!drop())
		return 1;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return 2;
	if (umask(0) != 077)
		return 3;
	for (unsigned i = 0; i <= CAP_LAST_CAP; i++)
		if (i != CAP_NET_ADMIN && i != CAP_NET_RAW && effective(i))
			return 4;
	return drop() ? 0 : 5;
}

static void test_rights_are_given_up(void **state)
{
	(void)state;
	assert_in_a_child(rights_are_gone);
}

static int rights_are_taken_for_a_while(void)
{
	bool admin = effective(CAP_SYS_ADMIN), readers = effective(CAP_DAC_READ_SEARCH);

	if (!drop())
		return 1;
	{
		CLEANUP(privilege_return) struct privilege_taken outer = privilege_take(PRIVILEGE_PROCESSES);

		if (effective(CAP_DAC_READ_SEARCH) != readers || effective(CAP_SYS_ADMIN))
			return 2;
		{
			CLEANUP(privilege_return)
			struct privilege_taken inner = privilege_take(PRIVILEGE_FILES | PRIVILEGE_PROGRAMS);

			if (effective(CAP_SYS_ADMIN) != admin)
				return 3;
		}
		if (effective(CAP_DAC_READ_SEARCH) != readers || effective(CAP_SYS_ADMIN))
			return 4;
	}
	return effective(CAP_DAC_READ_SEARCH) || effective(CAP_SYS_PTRACE) ? 5 : 0;
}

static void test_some_are_taken_for_a_while(void **state)
{
	(void)state;
	assert_in_a_child(rights_are_taken_for_a_while);
}

/* A process that dropped nothing keeps what it has. */
static int nothing_is_lost(void)
{
	bool admin = effective(CAP_SYS_ADMIN);
	struct privilege_taken taken = privilege_take(PRIVILEGE_PROGRAMS);

	privilege_return(&taken);
	return effective(CAP_SYS_ADMIN) == admin ? 0 : 1;
}

static void test_before_dropping_nothing_is_taken_nor_lost(void **state)
{
	(void)state;
	assert_in_a_child(nothing_is_lost);
}

/* As in a watchdog that a change leaves behind. */
static int child_takes_rights(void)
{
	bool admin = effective(CAP_SYS_ADMIN);
	int status;

	if (!drop())
		return 1;
	if (fork() == 0) {
		privilege_take(PRIVILEGE_PROGRAMS);
		_exit(effective(CAP_SYS_ADMIN) == admin ? 0 : 1);
	}
	return wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 2;
}

static void test_a_child_takes_rights_as_well(void **state)
{
	(void)state;
	assert_in_a_child(child_takes_rights);
}

static long ask_bpf(long command)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	errno = 0;
	return syscall(SYS_bpf, command, &attributes, sizeof(attributes));
}

static bool may_compare_itself(void)
{
	return syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILES, 0, 0) == 0;
}

static int calls_are_denied(void)
{
	CLEANUP(privilege_return) struct privilege_taken more = {0};

	if (!may_compare_itself() || !drop())
		return 1;
	if (may_compare_itself() || errno != EPERM)
		return 2;
	if (syscall(SYS_unshare, CLONE_NEWUTS) == 0 || errno != EPERM)
		return 3;
	more = privilege_take(PRIVILEGE_PROGRAMS);
	if (!effective(CAP_SYS_ADMIN))
		return 0;
	if (syscall(SYS_unshare, CLONE_NEWUTS) == 0 || errno != EPERM)
		return 4;
	if (ask_bpf(BPF_MAP_CREATE) == 0 || errno != EPERM)
		return 5;
	if (ask_bpf((long)(1ULL << 32) | BPF_MAP_CREATE) == 0 || errno != EPERM)
		return 6;
	return ask_bpf(BPF_PROG_GET_NEXT_ID) < 0 && errno == EPERM ? 7 : 0;
}

static void test_calls_are_denied(void **state)
{
	(void)state;
	if (CALL_FILTER_WANTED)
		assert_in_a_child(calls_are_denied);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_kernel_without_filters_is_told),
		cmocka_unit_test(test_rights_are_given_up),
		cmocka_unit_test(test_some_are_taken_for_a_while),
		cmocka_unit_test(test_a_child_takes_rights_as_well),
		cmocka_unit_test(test_before_dropping_nothing_is_taken_nor_lost),
		cmocka_unit_test(test_calls_are_denied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
