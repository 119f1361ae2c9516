/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Neighbours: other programs that keep rules on this host, told by signs in the ruleset alone. Files prove nothing, since they are
 * there on hosts where their program never ran. Services that load rules once leave no sign in the kernel: whether they are active is
 * for systemd to say (unit.h).
 */
#ifndef FWPORT_NEIGHBOUR_H
#define FWPORT_NEIGHBOUR_H

#include "fwport/error.h"
#include "fwport/ruleset.h"

enum neighbour_kind {
	NEIGHBOUR_UFW, /* turned on: turned off, it leaves its chains empty */
	NEIGHBOUR_FIREWALLD,
	NEIGHBOUR_DOCKER,
	NEIGHBOUR_PODMAN, /* netavark, or CNI before it */
	NEIGHBOUR_FAIL2BAN,
	NEIGHBOUR_LIBVIRT,
	NEIGHBOUR_KUBE_PROXY,
	NEIGHBOUR_KUBELET,
	NEIGHBOUR_CALICO,
	NEIGHBOUR_CILIUM,
	NEIGHBOUR_FLANNEL,
	/* Without a sign in the kernel: their service is active. */
	NEIGHBOUR_NFTABLES,
	NEIGHBOUR_NETFILTER_PERSISTENT,
	NEIGHBOUR_IPTABLES,
	NEIGHBOUR_IP6TABLES,
	NEIGHBOUR_KIND_COUNT
};
#define NEIGHBOUR_BIT(kind) (1u << (kind))

/* What becomes of a rule of ours. */
enum guest_fate {
	GUEST_STAYS,
	GUEST_GOES,
	GUEST_RETURNS,  /* it goes, and comes back at once where restoring at boot is turned on */
	GUEST_FOLLOWED, /* the same, while a unit of ours follows the neighbour's: it hears of reloads */
};

/* What its people do to it: "ufw reload". */
struct neighbour_event {
	const char *command;
	enum guest_fate fate;
};

/* Rules of ours in one chain that a neighbour has to do with. */
struct guest_stay {
	const struct chain *chain;
	size_t rule_count;
	const struct neighbour_event *events;
	size_t event_count;
};

struct neighbour {
	enum neighbour_kind kind;
	const char *evidence;        /* "chains ufw-* in ip filter and ip6 filter" */
	const struct table **tables; /* where its rules stand, in either engine; none of those of a service */
	size_t table_count;
	struct guest_stay *stays; /* of our rules in the chains that it has to do with */
	size_t stay_count;
	bool owns; /* a table of its own has the owner flag: it takes no rules of others */
};

struct neighbours {
	struct neighbour *list;
	size_t count;
};

/* In order of their kinds. `services`: which are active of those that leave no sign, as NEIGHBOUR_BIT. */
int neighbours_find(const struct ruleset *ruleset, unsigned services, struct pool *pool,
		    struct neighbours *out, struct error *err);
/* NULL: it is not here. */
const struct neighbour *neighbours_get(const struct neighbours *neighbours, enum neighbour_kind kind);
/* What our own units do about them. */
struct neighbour_care {
	bool restored;     /* restoring at boot is turned on */
	unsigned followed; /* whose service one of ours follows, as NEIGHBOUR_BIT */
};
/* Without them what would come back goes. Never GUEST_FOLLOWED. */
enum guest_fate guest_fate_with(const struct neighbour_care *care, enum neighbour_kind kind,
				enum guest_fate fate);
/* "ufw", "kube-proxy", ...; of a service the name of its unit. */
const char *neighbour_word(enum neighbour_kind kind);
/* Whether the chain is one of those that it makes, and fills again. */
bool neighbour_made(const struct neighbour *neighbour, const struct chain *chain);

#endif
