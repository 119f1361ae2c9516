/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host around the ruleset: links, addresses, routes, and who listens. What the kernel uses beside the rules to
 * decide where a packet goes. Read by kernel/, judged by eval/.
 */
#ifndef FWPORT_HOST_H
#define FWPORT_HOST_H

#include "fwport/address.h"
#include "fwport/port.h"

#include <stddef.h>
#include <sys/types.h>

struct link {
	uint32_t index;
	const char *name;
	uint16_t type; /* ARPHRD_* */
	uint32_t group;
	uint32_t master;  /* index of the bridge, bond or VRF it belongs to, 0 none */
	const char *kind; /* "veth", "bridge", NULL for hardware */
	bool up, loopback;
	bool xdp;             /* an XDP program meets what comes in */
	uint32_t xdp_program; /* its number, 0 not told */
	bool routes_loopback; /* what comes in for 127.0.0.0/8 is not refused: route_localnet, IPv4 only */
	unsigned forwards;    /* families of which it hands on what comes in and is not for this host */
	bool noarp;           /* nobody is looked for on it, neither by ARP nor by ICMPv6 */
};

struct host_address {
	uint32_t link;        /* index */
	struct prefix prefix; /* the network it is in */
	struct address address;
};

struct route {
	struct prefix to;
	uint32_t table;
	uint32_t link; /* index of the output interface, 0 none; with several, one route for each */
	uint32_t metric;
	uint8_t type; /* RTN_UNICAST, RTN_LOCAL, RTN_BLACKHOLE, ... */
	bool has_source;
	struct address source; /* preferred source */
};

/*
 * What handles packets beside the rules and may drop what they let pass: programs of an interface, of a control group or of
 * netfilter's hooks, filters of traffic control, virtual services of IPVS. They are found, not looked into.
 */
enum interceptor_kind {
	INTERCEPTOR_XDP,
	INTERCEPTOR_TC,  /* a filter of the ingress or clsact qdisc */
	INTERCEPTOR_TCX, /* a program that stands where tc's do */
	INTERCEPTOR_CGROUP,
	INTERCEPTOR_NETFILTER,
	INTERCEPTOR_HOOK, /* a function in netfilter's hooks that nobody here knows */
	INTERCEPTOR_IPVS,
};

struct interceptor {
	enum interceptor_kind kind;
	const char *name; /* "drop_all (id 12)", "u32 of preference 49152", "192.0.2.10:443/tcp" */
	const char *path; /* of a control group; NULL otherwise */
	bool elsewhere;   /* it may as well be in another network namespace */
	uint32_t link;    /* the interface it is on, 0 of none in particular */
	bool comes, goes; /* meets packets that come in, that leave; neither: only those that are forwarded */
	unsigned families;
	struct {
		bool marked; /* asked for by the mark of a packet, whatever its port and address */
		enum protocol protocol;
		uint16_t port; /* 0 any */
		struct address address;
	} service; /* IPVS */
};

/* A rule of policy routing that a host without any would not have. */
struct policy_rule {
	enum family family;
	uint32_t priority;
	uint8_t action; /* FR_ACT_* */
	uint32_t table;
	bool has_from, has_to, has_mark, has_more, inverted;
	struct prefix from, to;
	uint32_t mark, mask;
	const char *comes_by, *leaves_by; /* interfaces; NULL any */
};

/* What could not be looked for: {"programs of BPF", "Operation not permitted"}. */
struct unread {
	const char *what, *why;
};

struct listeners;

struct host {
	struct link *links;
	size_t link_count;
	struct host_address *addresses;
	size_t address_count;
	struct route *routes; /* all tables */
	size_t route_count;
	struct interceptor *interceptors;
	size_t interceptor_count;
	bool has_programs; /* the kernel holds some BPF program, or does not say */
	struct policy_rule *policy_rules;
	size_t policy_rule_count;
	struct unread *unread;
	size_t unread_count;
	bool tracks_midway; /* conntrack is known to pick up TCP connections that it did not see begin (tcp_loose) */
	bool ignores_midway;               /* and known not to */
	const struct listeners *listeners; /* of TCP and UDP; NULL: not read */
	int64_t now;                       /* seconds since 1970, UTC; 0 not known */
	int32_t minutes_west;              /* of Greenwich, where the kernel thinks it is */
	bool marks_replies; /* net.ipv4.tcp_fwmark_accept: a connection keeps the mark its SYN came with */
};

struct listener {
	enum family family;
	enum protocol protocol;
	struct address address; /* all zero: any address of the family */
	bool any;
	bool both_families; /* an IPv6 socket that also serves IPv4 (not v6only) */
	bool transparent;   /* IP_TRANSPARENT: may stand in for addresses that are not this host's */
	uint16_t port;
	uint32_t link; /* bound to this interface, 0 none */
	uint32_t inode;
	uid_t uid;
	pid_t pid;           /* 0 when it could not be found */
	const char *program; /* or NULL */
};

struct listeners {
	struct listener *list;
	size_t count;
};

/* What connection tracking knows of a connection. */
struct tracking {
	enum { TRACKING_UNKNOWN, TRACKING_NONE, TRACKING_ENTRY } known; /* none: it has no entry */
	bool begun_here; /* the packet that the entry was made from was this host's */
	bool answered;   /* packets of both sides were seen */
	uint32_t mark;
	/* Where the first packet went: NAT may have moved it. */
	struct address asked;
	uint16_t asked_port;
};

/* An established TCP connection of this host, local side first; or who sends datagrams to it, and gets answers. */
struct connection {
	struct address local, peer;
	uint16_t local_port, peer_port; /* peer 0: not known */
	bool datagrams;                 /* UDP */
	struct tracking tracking;
};
struct connections {
	struct connection *list;
	size_t count;
	/* "sshd (pid 812)", "the clients of tmux: server (pid 600)", "SSH_CONNECTION", "all connections to listening sshds", "none" */
	const char *evidence;
};

const struct link *host_link(const struct host *host, uint32_t index);
const struct link *host_link_named(const struct host *host, const char *name);
/* An address of this host, loopback included. */
bool host_is_local(const struct host *host, const struct address *address);
/* The most specific unicast route to an address (lowest metric among equals; main before default table), or NULL. */
const struct route *host_route(const struct host *host, const struct address *to);
/* Of two routes that lead to an address: whether the kernel may take either. */
bool route_is_as_good(const struct route *route, const struct route *best);
/* Rules of policy routing lead to its table, and those are not read. */
bool route_is_of_policy(const struct route *route);
bool host_has_default_route(const struct host *host, enum family family, uint32_t link);
/* The address a packet to `to` leaves from: the route's preferred source, else the first global address of its link. NULL: none. */
const struct address *host_source(const struct host *host, const struct route *route, enum family family);

#endif
