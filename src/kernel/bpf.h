/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which BPF programs are attached where, as far as the kernel tells. Reads only: nothing is loaded, attached or run.
 */
#ifndef FWPORT_KERNEL_BPF_H
#define FWPORT_KERNEL_BPF_H

#include "fwport/pool.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* enum bpf_attach_type, of which the oldest headers that fwport is built with know the first two. */
enum bpf_place {
	BPF_PLACE_CGROUP_IN = 0,
	BPF_PLACE_CGROUP_OUT = 1,
	BPF_PLACE_TCX_IN = 46,
	BPF_PLACE_TCX_OUT = 47
};

enum { BPF_PROGRAMS_MOST = 64 }; /* in one place, the kernel's own limit */

/* Whether the kernel holds any program at all: 1, 0, or -1 with errno when it does not say. */
int bpf_holds_programs(void);
/*
 * The programs attached to an interface (its index) or a control group (a descriptor; those that it inherits count). How
 * many, or -1 with errno.
 */
int bpf_attached(enum bpf_place place, uint32_t target, uint32_t ids[BPF_PROGRAMS_MOST]);
/* "drop_all (id 12)"; without the right to ask for its name "id 12". NULL when memory is gone. */
const char *bpf_program_text(uint32_t id, struct pool *pool);

/* A program attached to netfilter's hooks. The kernel lists those of all network namespaces and does not tell whose they are. */
struct bpf_hook {
	uint32_t program;
	uint32_t family; /* NFPROTO_* */
	uint32_t hook;   /* NF_INET_* */
	int32_t priority;
};
/* The next one behind the link *id, which starts with 0: 1, 0 at the end, or -1 with errno. */
int bpf_next_hook(uint32_t *id, struct bpf_hook *out);

#endif
