#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Hosts with tables of iptables-legacy, alone or beside nf_tables: the answers are about both engines, and every one is checked
# with packets.

load world

setup() {
	command -v iptables-legacy >/dev/null || skip "needs iptables-legacy"
	world_up
	# shellcheck disable=SC2154 # world_up set it
	export XTABLES_LOCKFILE=$world/xtables.lock
}
teardown() { world_down; }

ipt() { host iptables-legacy "$@"; }
ip6t() { host ip6tables-legacy "$@"; }

accept_in_nft() {
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority 0; policy drop;
				ct state established,related accept
				tcp dport 443 accept
			}
		}
	END
}

@test "legacy: a drop behind an accept of nft is the blocker" {
	serve 443
	accept_in_nft
	ipt -A INPUT -p tcp -m multiport --dports 80,443 -j DROP
	fwport --json why in 443
	assert_status 1
	assert_field families.ipv4.verdict blocked
	assert_field families.ipv6.verdict open
	assert_blocker ipv4 "ip filter INPUT" 1 syn
	assert_field families.ipv4.blockers.0.engine legacy
	assert_field families.ipv4.blockers.0.handle null
	expect4 443=timeout
	expect6 443=open
}

@test "legacy: a drop of nft behind an accept of legacy is the blocker" {
	serve 443
	ipt -P INPUT DROP
	ipt -A INPUT -p tcp --dport 443 -j ACCEPT
	ruleset_is <<<"table ip later { chain input { type filter hook input priority 10; tcp dport 443 drop; }; }"
	fwport --json why in 443 -4
	assert_status 1
	assert_blocker ipv4 "ip later input" 1 syn
	assert_field families.ipv4.blockers.0.engine nft
	expect4 443=timeout
}

@test "legacy: of two engines that block both are named" {
	ipt -A INPUT -p tcp --dport 443 -j REJECT --reject-with tcp-reset
	ruleset_is <<<"table ip later { chain input { type filter hook input priority 10; policy drop; }; }"
	fwport --json why in 443 -4
	assert_status 1
	assert_field families.ipv4.blockers.0.engine legacy
	assert_field families.ipv4.blockers.1.engine nft
	expect4 443=refused
}

@test "legacy: rules of both engines at one hook are warned of" {
	ipt -A INPUT -p tcp --dport 22 -j ACCEPT
	fwport why in 443
	assert_says_not "warning: nf_tables and iptables-legacy"
	accept_in_nft
	fwport why in 443 -4
	assert_says "warning: nf_tables and iptables-legacy both have rules at input"
	fwport why in 443 -6
	assert_says_not "warning: nf_tables and iptables-legacy"
}

@test "legacy: ip6tables alone does not concern IPv4" {
	serve 443
	ip6t -A INPUT -p tcp --dport 443 -j REJECT
	fwport --json why in 443
	assert_field families.ipv4.verdict open
	assert_field families.ipv6.verdict blocked
	assert_blocker ipv6 "ip6 filter INPUT" 1 syn
	expect4 443=open
	expect6 443=refused
}

@test "legacy: tables that are there and empty let everything through" {
	serve 443
	ipt -t raw -S >/dev/null
	ipt -t mangle -S >/dev/null
	ipt -t nat -S >/dev/null
	ipt -S >/dev/null
	ip6t -S >/dev/null
	fwport --json why in 443
	assert_status 0
	assert_field verdict open
	expect46 443=open
}

@test "legacy: a policy, a chain of the user's and a goto" {
	serve 443 80 22
	ipt -P INPUT DROP
	ipt -N web
	ipt -N last
	ipt -A INPUT -p tcp -m multiport --dports 80,443 -g web
	ipt -A INPUT -j last
	ipt -A web -p tcp --dport 443 -j ACCEPT
	ipt -A last -p tcp --dport 80 -j ACCEPT
	ipt -A last -p tcp --dport 22 -j ACCEPT
	fwport --json why in 443 -4
	assert_field verdict open
	fwport --json why in 80 -4
	assert_blocker ipv4 "ip filter INPUT" policy
	fwport --json why in 22 -4
	assert_field verdict open
	expect4 443=open 80=timeout 22=open
}

@test "legacy: addresses and interfaces that are excepted" {
	serve 443 80
	ipt -A INPUT ! -s 192.0.2.66 -p tcp --dport 443 -j DROP
	ipt -A INPUT ! -i eth+ -j ACCEPT
	ipt -A INPUT -i eth0 -p tcp --dport 80 -j DROP
	fwport --json why in 443 -4 --from 192.0.2.66
	assert_field verdict open
	fwport --json why in 443 -4 --from 192.0.2.1
	assert_field verdict blocked
	fwport --json why in 80 -4
	assert_blocker ipv4 "ip filter INPUT" 3
	expect_from 192.0.2.66 "$HOST4" 443=open
	expect_from 192.0.2.1 "$HOST4" 443=timeout 80=timeout
}

@test "legacy: reading changes neither tables nor counters" {
	local before
	ipt -P INPUT DROP
	ipt -A INPUT -p tcp --dport 22 -j ACCEPT
	before=$(host iptables-legacy-save -c | grep -v '^#')
	fwport why in 443
	assert_status 1
	fwport status
	assert_status 0
	[ "$(host iptables-legacy-save -c | grep -v '^#')" = "$before" ]
	[ "$(host cat /proc/net/ip_tables_names)" = filter ]
	[ -z "$(host cat /proc/net/ip6_tables_names)" ]
	[ -z "$(ruleset)" ]
}

@test "legacy: a rule that nobody understands makes the answer unknown, and is named" {
	ipt -A INPUT -m u32 --u32 "0>>22&0x3C@12=0x1" -j DROP
	fwport --json why in 443 -4
	assert_status 11
	assert_field verdict unknown
	assert_says "u32"
}
