#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What handles packets beside the rules is found and named, and nothing is called open that it may drop.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

setup() { world_up; }
teardown() {
	world_down
	[ -z "$group" ] || await "an empty control group" rmdir "$group"
}

base() {
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority 0; policy drop
				ct state established accept
				tcp dport 443 accept
			}
		}
	END
}

# intercept PLACE WHERE pass|drop: see intercept.c.
intercept() {
	local ready=$world/intercepts.$1 pid
	host "$tools/intercept" "$ready" "$@" >"$world/intercept.log" 2>&1 3>&- &
	pid=$!
	until [ -e "$ready" ]; do
		kill -0 "$pid" 2>/dev/null || {
			wait "$pid" || [ $? = 77 ] || { cat "$world/intercept.log" >&2 && return 1; }
			skip "this kernel has no $1: $(cat "$world/intercept.log")"
		}
		sleep 0.02
	done
}

# says_unknown KIND NAME TEXT: the answer is unknown, and because of this.
says_unknown() {
	assert_status 11
	assert_field verdict unknown
	assert_field not_modelled.0.kind "$1"
	# shellcheck disable=SC2053 # a pattern
	[[ "$(field not_modelled.0.name)" == $2 ]] || { tell "not $2" && return 1; }
	assert_field not_modelled.0.text "$3"
	assert_field families.ipv4.unknown "$1 $(field not_modelled.0.name) $3"
}

@test "beside: a host without any of it has nothing to tell" {
	base
	fwport --json why in 443
	assert_status 0
	assert_field not_modelled.length 0
}

@test "beside: an XDP program that drops what the rules let pass" {
	base
	serve 443
	expect4 443=open
	intercept xdp eth0 drop
	expect4 443=timeout
	fwport --json why in 443
	says_unknown "XDP program" "drop_all (id *) on eth0" "meets what comes in before all rules, and may drop it"
	fwport why in 443
	assert_says "443/tcp in IPv4 on eth0: UNKNOWN" "XDP program drop_all (id "
}

@test "beside: nobody can tell a program that drops from one that does not" {
	base
	serve 443
	intercept xdp eth0 pass
	expect4 443=open
	fwport --json why in 443
	says_unknown "XDP program" "pass_all (id *) on eth0" "meets what comes in before all rules, and may drop it"
	fwport why in 8443
	assert_status 1
	fwport open 8443
	assert_status 11
	fwport open 8443 --accept-unknown
	assert_status 0
	serve 8443
	expect4 8443=open
}

@test "beside: a program on an interface that the packets do not use is not told" {
	base
	host ip link add eth7 type veth peer name eth8
	host ip addr add 203.0.113.1/24 dev eth7
	host ip link set eth7 up
	host ip link set eth8 up
	intercept xdp eth8 drop
	fwport --json why in 443 -4
	assert_status 0
	assert_field not_modelled.length 0
}

@test "beside: a program on a port of a bridge meets what the bridge brings" {
	base
	host ip link add br0 type bridge
	host ip link add eth7 type veth peer name eth8
	host ip link set eth7 master br0
	host ip addr add 203.0.113.1/24 dev br0
	for link in br0 eth7 eth8; do host ip link set "$link" up; done
	intercept xdp eth7 drop
	fwport --json why in 443 -4 --iface br0
	says_unknown "XDP program" "drop_all (id *) on eth7" "meets what comes in before all rules, and may drop it"
	fwport why in 443 -4 --iface eth0
	assert_status 0
}

@test "beside: tcx programs, on the way in and on the way out" {
	base
	serve 443
	intercept tcx-in eth0 pass
	expect4 443=open
	fwport --json why in 443
	says_unknown "tcx program" "pass_all (id *) on eth0" "meets what comes in before all rules, and may drop it"
	intercept tcx-out eth0 drop
	expect4 443=timeout
	fwport --json why in 443
	assert_status 11
	assert_field not_modelled.1.text "meets what leaves behind all rules, and may drop it"
}

@test "beside: a filter of tc that takes packets away" {
	command -v tc >/dev/null || skip "needs tc"
	base
	serve 443
	host tc qdisc add dev eth0 clsact
	fwport --json why in 443
	assert_status 0
	assert_field not_modelled.length 0
	host tc filter add dev eth0 ingress protocol ip prio 7 u32 match ip dport 443 0xffff action mirred egress redirect dev lo ||
		skip "this kernel has no u32 or mirred"
	expect4 443=timeout
	expect6 443=open
	fwport --json why in 443
	says_unknown "tc filter" "u32 of preference 7 on eth0" "meets what comes in before all rules, and may drop it"
	assert_field families.ipv6.verdict open
	assert_field not_modelled.length 1
}

# Only this hook: the kernel does not tell in which network namespace such a program is, and tests elsewhere would meet it.
@test "beside: a program in the hook for what is forwarded is told, and caps nothing" {
	base
	intercept netfilter 2 drop
	fwport --json why in 443
	assert_status 0
	assert_field not_modelled.0.kind "netfilter program"
}

# A group of our own; it goes when the test has ended.
new_group() {
	local root
	for root in /sys/fs/cgroup /sys/fs/cgroup/unified; do
		[ -e "$root/cgroup.controllers" ] || continue
		group=$root/fwport-test-$$
		mkdir "$group" 2>/dev/null && return
		group=
	done
	skip "needs control groups of version 2"
}

@test "beside: a program of the control group that the server is in" {
	base
	new_group
	serve 8443
	serve 443
	host pgrep -f "server.py.* 443$" | while read -r pid; do host sh -c 'echo "$1" >"$2"' sh "$pid" "$group/cgroup.procs"; done
	intercept cgroup-in "$group" drop
	host nft add rule inet filter input tcp dport 8443 accept
	fwport --json why in 8443
	assert_status 0
	fwport --json why in 443
	says_unknown "cgroup program" "drop_all (id *)" \
		"meets what sockets of the control group /${group##*/} receive, and may drop it"
}

@test "beside: rules of policy routing are told, and those that refuse are no way" {
	base
	serve 443
	host ip rule add from 10.0.0.0/8 lookup 100 priority 70
	fwport --json why in 443 -4
	assert_status 0
	assert_field not_modelled.length 0
	host ip rule add fwmark 0x1/0xff lookup 100 priority 80
	fwport --json why in 443 -4
	assert_status 0
	assert_field not_modelled.0.kind "routing rule"
	assert_field not_modelled.0.name "80: from all fwmark 0x1/0xff lookup 100"
	assert_field not_modelled.0.text "chooses a routing table of its own; that choice is not judged"
	host ip rule add to 192.0.2.66 prohibit priority 90
	fwport why in 443 -4
	assert_status 0
	fwport --json why in 443 -4 --from 192.0.2.66
	assert_status 11
	assert_field families.ipv4.unknown \
		"routing rule 90: from all to 192.0.2.66 prohibit may match, and then no packet goes that way"
	expect_from 192.0.2.66 "$HOST4" 443=timeout
}

@test "beside: chains of a bridge are told" {
	base
	ruleset_is <<<"table bridge b { chain f { type filter hook forward priority 0; policy drop; }; }"
	fwport --json why in 443
	assert_status 0
	assert_field not_modelled.0.kind "bridge chain"
	assert_field not_modelled.0.name "bridge b f"
}
