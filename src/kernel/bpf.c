/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions to the kernel's BPF by its system call. Knows identifiers, links and the places of programs; what a program does is
 * not asked.
 */
#include "bpf.h"

#include "fwport/files.h"
#include "fwport/privilege.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What headers older than Linux 6.4 lack: BPF_LINK_TYPE_NETFILTER, and its part of struct bpf_link_info. */
enum { LINK_OF_NETFILTER = 10 };

struct link_info {
	uint32_t type, id, program, padding;
	uint32_t family, hook;
	int32_t priority;
	uint32_t flags;
};

static int ask(int command, union bpf_attr *attributes)
{
	CLEANUP(privilege_return) struct privilege_taken more = privilege_take(PRIVILEGE_PROGRAMS);

	return (int)syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

int bpf_holds_programs(void)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	if (ask(BPF_PROG_GET_NEXT_ID, &attributes) == 0)
		return 1;
	return errno == ENOENT || errno == ENOSYS ? 0 : -1;
}

int bpf_attached(enum bpf_place place, uint32_t target, uint32_t ids[BPF_PROGRAMS_MOST])
{
	bool group = place == BPF_PLACE_CGROUP_IN || place == BPF_PLACE_CGROUP_OUT;
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	attributes.query.target_fd = target;
	attributes.query.attach_type = place;
	attributes.query.query_flags = group ? BPF_F_QUERY_EFFECTIVE : 0;
	attributes.query.prog_ids = (uintptr_t)ids;
	attributes.query.prog_cnt = BPF_PROGRAMS_MOST;
	if (ask(BPF_PROG_QUERY, &attributes) == 0)
		return (int)attributes.query.prog_cnt;
	/* Nothing is attached to it, or the kernel has no such place. */
	return errno == ENOENT || errno == EINVAL || errno == ENOSYS ? 0 : -1;
}

static int descriptor_of(int command, uint32_t id)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	attributes.prog_id = id; /* and link_id, the same bytes */
	return ask(command, &attributes);
}

/* A kernel that knows less fills less, and one that knows more keeps it for itself. */
static int info_of(int fd, void *info, uint32_t length)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	memset(info, 0, length);
	attributes.info.bpf_fd = (uint32_t)fd;
	attributes.info.info = (uintptr_t)info;
	attributes.info.info_len = length;
	return ask(BPF_OBJ_GET_INFO_BY_FD, &attributes);
}

const char *bpf_program_text(uint32_t id, struct pool *pool)
{
	CLEANUP(descriptor_close) int fd = descriptor_of(BPF_PROG_GET_FD_BY_ID, id);
	struct bpf_prog_info info;

	if (fd < 0 || info_of(fd, &info, sizeof(info)) < 0 || !info.name[0])
		return pool_format(pool, "id %u", id);
	return pool_format(pool, "%.*s (id %u)", (int)sizeof(info.name), info.name, id);
}

/* A link that went meanwhile is passed over. */
static bool hook_of_link(uint32_t id, struct bpf_hook *out)
{
	CLEANUP(descriptor_close) int fd = descriptor_of(BPF_LINK_GET_FD_BY_ID, id);
	struct link_info info;

	if (fd < 0 || info_of(fd, &info, sizeof(info)) < 0 || info.type != LINK_OF_NETFILTER)
		return false;
	*out = (struct bpf_hook){info.program, info.family, info.hook, info.priority};
	return true;
}

int bpf_next_hook(uint32_t *id, struct bpf_hook *out)
{
	union bpf_attr attributes;

	do {
		memset(&attributes, 0, sizeof(attributes));
		attributes.start_id = *id;
		if (ask(BPF_LINK_GET_NEXT_ID, &attributes) < 0)
			return errno == ENOENT || errno == EINVAL || errno == ENOSYS ? 0 : -1;
		*id = attributes.next_id;
	} while (!hook_of_link(*id, out));
	return 1;
}
