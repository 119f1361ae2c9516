/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BPF programs on the way of packets: XDP and TCX of the interfaces, netfilter's hooks, control groups. A kernel that holds no
 * program is asked no further.
 */
#include "interceptors.h"

#include "bpf.h"

#include "fwport/files.h"
#include "fwport/host_read.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PROC_PATH = 64, GROUPS_SIZE_LIMIT = 64 << 10 };

static int program_add(struct host *host, struct interceptor program, uint32_t id, struct pool *pool,
		       struct error *err)
{
	program.name = bpf_program_text(id, pool);
	return program.name ? interceptor_add(host, &program, pool, err) : error_memory(err);
}

static int xdp_add(struct host *host, const struct link *link, struct pool *pool, struct error *err)
{
	const struct interceptor program = {
		.kind = INTERCEPTOR_XDP, .link = link->index, .comes = true, .families = FAMILIES_BOTH};

	return link->xdp ? program_add(host, program, link->xdp_program, pool, err) : 0;
}

/* Those of one end of an interface, or of one side of a control group; `program` is what they have in common. */
static int attached_add(struct host *host, struct interceptor program, enum bpf_place place, uint32_t target,
			struct pool *pool, struct error *err)
{
	uint32_t ids[BPF_PROGRAMS_MOST];
	int count = bpf_attached(place, target, ids);

	if (count < 0)
		return unread_note(host, "programs of BPF", errno, pool, err);
	for (int i = 0; i < count; i++)
		if (program_add(host, program, ids[i], pool, err) < 0)
			return -1;
	return 0;
}

static int tcx_add(struct host *host, const struct link *link, struct pool *pool, struct error *err)
{
	struct interceptor program = {
		.kind = INTERCEPTOR_TCX, .link = link->index, .comes = true, .families = FAMILIES_BOTH};

	if (attached_add(host, program, BPF_PLACE_TCX_IN, link->index, pool, err) < 0)
		return -1;
	program.comes = false;
	program.goes = true;
	return attached_add(host, program, BPF_PLACE_TCX_OUT, link->index, pool, err);
}

static int hook_add(struct host *host, const struct bpf_hook *hook, struct pool *pool, struct error *err)
{
	const struct interceptor program = {
		.kind = INTERCEPTOR_NETFILTER,
		.comes = hook->hook == NF_INET_PRE_ROUTING || hook->hook == NF_INET_LOCAL_IN,
		.goes = hook->hook == NF_INET_LOCAL_OUT || hook->hook == NF_INET_POST_ROUTING,
		.families = FAMILY_BIT(hook->family == NFPROTO_IPV6 ? FAMILY_IPV6 : FAMILY_IPV4),
		.elsewhere = true,
	};

	return program_add(host, program, hook->program, pool, err);
}

static int hooks_add(struct host *host, struct pool *pool, struct error *err)
{
	struct bpf_hook hook;
	uint32_t id = 0;
	int more;

	while ((more = bpf_next_hook(&id, &hook)) > 0)
		if (hook_add(host, &hook, pool, err) < 0)
			return -1;
	return more < 0 ? unread_note(host, "programs of BPF in netfilter's hooks", errno, pool, err) : 0;
}

/* Control groups */

/* Where the hierarchy is that has them, with systemd's ways of mounting it. */
static int root_open(void)
{
	static const char *const roots[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		CLEANUP(descriptor_close) int fd = open(roots[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		int root = fd;

		if (fd < 0 || faccessat(fd, "cgroup.controllers", F_OK, 0) < 0)
			continue;
		fd = -1;
		return root;
	}
	return -1;
}

static int group_add(struct host *host, int fd, const char *path, struct pool *pool, struct error *err)
{
	struct interceptor program = {
		.kind = INTERCEPTOR_CGROUP, .path = path, .comes = true, .families = FAMILIES_BOTH};

	if (attached_add(host, program, BPF_PLACE_CGROUP_IN, (uint32_t)fd, pool, err) < 0)
		return -1;
	program.comes = false;
	program.goes = true;
	return attached_add(host, program, BPF_PLACE_CGROUP_OUT, (uint32_t)fd, pool, err);
}

static int root_group_add(struct host *host, struct pool *pool, struct error *err)
{
	CLEANUP(descriptor_close) int root = root_open();

	return root < 0 ? 0 : group_add(host, root, "/", pool, err);
}

/* "0::/system.slice/nginx.service"; NULL when the process is gone or the hierarchy is not there. */
static const char *group_of(pid_t pid, struct pool *pool)
{
	CLEANUP(text_free) struct text read = {0};
	struct error ignored;
	char path[PROC_PATH];
	char *line, *end;

	snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)pid);
	if (file_read(path, GROUPS_SIZE_LIMIT, &read, &ignored) < 0 || !read.bytes)
		return NULL;
	line = strncmp(read.bytes, "0::", 3) == 0 ? read.bytes : strstr(read.bytes, "\n0::");
	line = line ? strchr(line, '/') : NULL;
	end = line ? strchr(line, '\n') : NULL;
	if (!end)
		return NULL;
	*end = '\0';
	return pool_text(pool, line);
}

/* What the root has was found already, and what two servers in one group have is found once. */
static bool is_known(const struct host *host, const char *path)
{
	if (strcmp(path, "/") == 0)
		return true;
	for (size_t i = 0; i < host->interceptor_count; i++)
		if (host->interceptors[i].path && strcmp(host->interceptors[i].path, path) == 0)
			return true;
	return false;
}

int listener_programs_read(pid_t pid, struct pool *pool, struct host *host, struct error *err)
{
	CLEANUP(descriptor_close) int root = -1, group = -1;
	const char *path;

	if (!host->has_programs)
		return 0;
	root = root_open();
	path = root < 0 ? NULL : group_of(pid, pool);
	if (!path || is_known(host, path))
		return 0;
	group = openat(root, path + 1, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return group < 0 ? 0 : group_add(host, group, path, pool, err);
}

int programs_read(bool hooks_known, struct pool *pool, struct host *host, struct error *err)
{
	int held = bpf_holds_programs();

	host->has_programs = held != 0;
	if (held < 0 && !hooks_known &&
	    unread_note(host, "programs of BPF in netfilter's hooks", errno, pool, err) < 0)
		return -1;
	for (size_t i = 0; host->has_programs && i < host->link_count; i++) {
		const struct link *link = &host->links[i];

		if (!link->up || link->loopback)
			continue;
		if (xdp_add(host, link, pool, err) < 0 || tcx_add(host, link, pool, err) < 0)
			return -1;
	}
	if (held > 0 && !hooks_known && hooks_add(host, pool, err) < 0)
		return -1;
	return host->has_programs ? root_group_add(host, pool, err) : 0;
}
