/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builds the two namespaces. Addresses are not looked for (arp off) and not tested for duplicates, sources are not validated, and
 * the peer has no addresses at all.
 */
#define _GNU_SOURCE /* unshare, setns, sched_setaffinity */

#include "stage.h"

#include "fwport/host_read.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static const char peer_script[] = "set -e\n"
				  "echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6\n"
				  "for i in 0 1; do\n"
				  "	ip link add peer$i address 02:00:00:00:01:0$i type veth peer name "
				  "eth$i address 02:00:00:00:00:0$i netns \"$HOST\"\n"
				  "	ip link set peer$i up\n"
				  "done\n";

static const char host_script[] = "set -e\n"
				  "for conf in all default eth0 eth1; do\n"
				  "	echo 0 >/proc/sys/net/ipv4/conf/$conf/rp_filter\n"
				  "	echo 0 >/proc/sys/net/ipv6/conf/$conf/accept_dad\n"
				  "done\n"
				  "ip link set lo up\n"
				  "for i in 0 1; do ip link set eth$i arp off up; done\n"
				  "ip address add 192.0.2.10/24 dev eth0\n"
				  "ip address add 2001:db8::10/64 dev eth0 nodad\n"
				  "ip address add 198.51.100.10/24 dev eth1\n"
				  "ip address add 2001:db8:1::10/64 dev eth1 nodad\n"
				  "ip route add default via 192.0.2.1\n"
				  "ip route add ::/0 via 2001:db8::1\n";

static int stay_on(unsigned processor, struct error *err)
{
	cpu_set_t allowed, one;
	int number = 0;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) < 0)
		return error_system(err, errno, "cannot find the processors");
	for (unsigned left = processor % (unsigned)CPU_COUNT(&allowed);; number++)
		if (CPU_ISSET(number, &allowed) && left-- == 0)
			break;
	CPU_ZERO(&one);
	CPU_SET(number, &one);
	if (sched_setaffinity(0, sizeof(one), &one) < 0)
		return error_system(err, errno, "cannot stay on one processor");
	return 0;
}

static int namespace_new(struct error *err)
{
	int fd = unshare(CLONE_NEWNET) < 0 ? -1 : open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? error_system(err, errno, "cannot make a network namespace") : fd;
}

static int script_run(const char *script, struct error *err)
{
	return system(script) == 0 ? 0 : error_set(err, ERROR_SYSTEM, "cannot set up the namespaces");
}

static int peer_socket(unsigned link, struct error *err)
{
	const char name[] = {'p', 'e', 'e', 'r', (char)('0' + link), 0};
	const struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(name)};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		return error_system(err, errno, "cannot open a packet socket");
	return fd;
}

static int peer_build(struct stage *stage, int host, struct error *err)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)getpid(), host);
	if (setenv("HOST", path, 1) < 0 || script_run(peer_script, err) < 0)
		return -1;
	for (unsigned i = 0; i < STAGE_LINKS; i++) {
		stage->peers[i] = peer_socket(i, err);
		if (stage->peers[i] < 0)
			return -1;
	}
	return 0;
}

static int raw_socket(int domain, struct error *err)
{
	const int priority = STAGE_PRIORITY, on = 1;
	int fd = socket(domain, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &priority, sizeof(priority)) < 0 ||
	    (domain == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_HDRINCL, &on, sizeof(on)) < 0))
		return error_system(err, errno, "cannot open a raw socket");
	return fd;
}

static int host_build(struct stage *stage, struct error *err)
{
	stage->raw[FAMILY_IPV4] = raw_socket(AF_INET, err);
	stage->raw[FAMILY_IPV6] = raw_socket(AF_INET6, err);
	if (stage->raw[FAMILY_IPV4] < 0 || stage->raw[FAMILY_IPV6] < 0 || script_run(host_script, err) < 0)
		return -1;
	return host_read(&stage->pool, &stage->host, err);
}

int stage_build(struct stage *stage, unsigned processor, struct error *err)
{
	int host;

	*stage = (struct stage){0};
	if (stay_on(processor, err) < 0)
		return -1;
	host = namespace_new(err);
	if (host < 0 || namespace_new(err) < 0 || peer_build(stage, host, err) < 0)
		return -1;
	if (setns(host, CLONE_NEWNET) < 0)
		return error_system(err, errno, "cannot enter the host's namespace");
	return host_build(stage, err);
}
