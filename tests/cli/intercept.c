/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Puts a program of BPF that passes or drops everything onto the way of packets, and holds it there until it is killed:
 *
 *     intercept READY xdp|tcx-in|tcx-out INTERFACE pass|drop
 *     intercept READY cgroup-in|cgroup-out DIRECTORY pass|drop
 *     intercept READY netfilter HOOK pass|drop          (IPv4; the number of the hook)
 *
 * Makes the file READY when it stands. Exits with 77 when the kernel has no such place, 1 for other failures.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The numbers of the kernel, some of which older headers lack. */
struct place {
	const char *name;
	uint32_t program, attach, pass, drop;
};

static const struct place places[] = {
	{"xdp", 6, 37, 2, 1},      {"tcx-in", 3, 46, 0, 2},    {"tcx-out", 3, 47, 0, 2},
	{"cgroup-in", 8, 0, 1, 0}, {"cgroup-out", 8, 1, 1, 0}, {"netfilter", 32, 45, 1, 0},
};

enum { NETFILTER_AT = 16 }; /* of BPF_LINK_CREATE: family, hook, priority, flags */

static int fail(const char *what)
{
	int missing = errno == EINVAL || errno == EOPNOTSUPP || errno == ENOSYS;

	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	return missing ? 77 : 1;
}

static int bpf(int command, union bpf_attr *attributes)
{
	return (int)syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

/* Returns `verdict`, whatever comes. */
static int load(const struct place *place, uint32_t verdict)
{
	const struct bpf_insn code[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = (int32_t)verdict},
		{.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	attributes.prog_type = place->program;
	attributes.expected_attach_type = place->attach;
	attributes.insns = (uintptr_t)code;
	attributes.insn_cnt = sizeof(code) / sizeof(code[0]);
	attributes.license = (uintptr_t) "GPL";
	strcpy(attributes.prog_name, verdict == place->drop ? "drop_all" : "pass_all");
	return bpf(BPF_PROG_LOAD, &attributes);
}

static int attach(const struct place *place, int program, const char *where)
{
	const uint32_t netfilter[] = {2, (uint32_t)strtoul(where, NULL, 10), 300, 0};
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	attributes.link_create.prog_fd = (uint32_t)program;
	attributes.link_create.attach_type = place->attach;
	if (strncmp(place->name, "cgroup", 6) == 0)
		attributes.link_create.target_fd = (uint32_t)open(where, O_RDONLY | O_DIRECTORY);
	else if (strcmp(place->name, "netfilter") == 0)
		memcpy((char *)&attributes + NETFILTER_AT, netfilter, sizeof(netfilter));
	else
		attributes.link_create.target_ifindex = if_nametoindex(where);
	return bpf(BPF_LINK_CREATE, &attributes);
}

static const struct place *place_named(const char *name)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (strcmp(places[i].name, name) == 0)
			return &places[i];
	return NULL;
}

int main(int count, char **words)
{
	const struct place *place = count == 5 ? place_named(words[2]) : NULL;
	int program;

	if (!place)
		return 2;
	program = load(place, strcmp(words[4], "drop") == 0 ? place->drop : place->pass);
	if (program < 0)
		return fail("the program");
	if (attach(place, program, words[3]) < 0)
		return fail("the place");
	close(open(words[1], O_WRONLY | O_CREAT, 0600));
	for (;;)
		pause();
}
