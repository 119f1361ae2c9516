#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Hosts of both engines, of a half of one, or of one that is not quite there: the verdict is what packets come to, a rule of ours
# stands in the engine that blocks, and what could not be read is named with the reason.

# shellcheck disable=SC2154 # world.bash and run set what is not set here
load world

setup() {
	command -v iptables-legacy >/dev/null || skip "needs iptables-legacy"
	world_up
	serve 443
}
teardown() { world_down; }

ipt() { host iptables-legacy "$@"; }
ip6t() { host ip6tables-legacy "$@"; }
saved() { host sh -c 'iptables-legacy-save; ip6tables-legacy-save' | grep -v '^#' | sed 's/ \[[0-9:]*\]$//'; }

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

# opened_and_closed_again ENGINE: by a rule in that engine, where others' rules of the other stay as they are; nothing is left.
opened_and_closed_again() {
	local legacy nft
	legacy=$(saved) nft=$(ruleset)
	fwport open https
	assert_status 0
	expect46 443=open
	[ "$1" = legacy ] || [ "$(saved)" = "$legacy" ]
	[ "$1" = nft ] || [[ "$(ruleset)" == "$nft"* ]]
	fwport close https
	assert_status 0
	[ "$(saved)" = "$legacy" ]
	assert_ruleset "$nft"
}

@test "mixed: a legacy drop behind an accept of nft is opened where it stands, and nft stays as it is" {
	accept_in_nft
	ipt -A INPUT -p tcp -m multiport --dports 80,443 -j LOG
	ipt -A INPUT -j DROP
	ip6t -A INPUT -j DROP
	fwport why in https
	assert_status 1
	assert_says "ip filter INPUT (legacy, priority filter): dropped by rule 2" "ip6 filter INPUT (legacy, priority filter): dropped by rule 1"
	expect46 443=timeout
	opened_and_closed_again legacy
}

@test "mixed: an nft drop behind an accept of legacy is opened where it stands, and legacy stays as it is" {
	ipt -P INPUT DROP
	ipt -A INPUT -p tcp --dport 443 -j ACCEPT
	ruleset_is <<<"table inet later { chain input { type filter hook input priority 10; meta l4proto tcp reject; }; }"
	fwport why in https
	assert_status 1
	assert_says "BLOCKED" "inet later input"
	expect46 443=refused
	opened_and_closed_again nft
}

@test "mixed: the journal has a record of each part as the kernel takes it" {
	accept_in_nft
	host nft flush chain inet filter input
	ipt -P INPUT DROP
	ip6t -P INPUT DROP
	fwport open https --accept-conditions
	assert_status 0
	diff - <(grep -o '"event":"[^"]*"\|"parts":.*\]' "$world/state/journal") <<-END
		"event":"begun"
		"parts":["nft","legacy-ipv4","legacy-ipv6"]
		"event":"committed"
		"parts":["nft"]
		"event":"committed"
		"parts":["legacy-ipv4"]
		"event":"committed"
		"parts":["legacy-ipv6"]
		"event":"verified"
		"event":"recorded"
	END
}

@test "mixed: ip6tables alone is opened in IPv6, and IPv4 gets no table" {
	ip6t -A INPUT -j REJECT
	expect4 443=open
	expect6 443=refused
	fwport why in https
	assert_status 1
	assert_says "https 443/tcp in IPv4 on eth0: OPEN" "https 443/tcp in IPv6 on eth0: BLOCKED" \
		"ip6 filter INPUT (legacy, priority filter): rejected by rule 1"
	opened_and_closed_again legacy
	[ -z "$(host cat /proc/net/ip_tables_names)" ]
}

@test "mixed: tables that are there and empty get nothing" {
	local before
	ipt -S >/dev/null
	ip6t -S >/dev/null
	ipt -t raw -S >/dev/null
	before=$(saved)
	fwport open https
	assert_status 0
	[ "$(saved)" = "$before" ]
	expect46 443=open
	fwport close https
	[ "$(saved)" = "$before" ]
}

@test "mixed: status tells which engine each rule lives in, what it has counted, and where both have rules" {
	ipt -A INPUT -j DROP
	fwport open https -4
	assert_status 0
	expect4 443=open
	fwport status
	assert_status 0
	assert_says "by rule 1 of ip filter " " (legacy, "
	assert_says_not "warning: nf_tables"
	accept_in_nft
	fwport status
	assert_status 0
	assert_says "warning: nf_tables and iptables-legacy both have rules at input of IPv4, and a packet has to pass both"
	fwport --json status
	assert_field warnings.0 "nf_tables and iptables-legacy both have rules at input of IPv4, and a packet has to pass both"
	[ "$(field openings.0.packets)" -gt 0 ]
	fwport --json why in https -4
	assert_field families.ipv4.warnings.0 "nf_tables and iptables-legacy both have rules at input, and a packet has to pass both"
}

# Runs a command that finds none of the kernel's lists of legacy tables, as where the module is not there.
without_lists() {
	# shellcheck disable=SC2016 # for the inner shell
	host unshare --mount sh -c 'mkdir -p /run/empty && mount --bind /run/empty /proc/$$/task/$$/net && exec "$@"' sh "$@"
}

@test "mixed: where the module is not there are no tables, and nothing is unknown" {
	accept_in_nft
	run without_lists "$top_builddir/fwport" why in https
	[ "$status" = 0 ]
	[[ "$output" == *"OPEN"* && "$output" != *UNKNOWN* && "$output" != *legacy* ]]
	serve 8443
	expect46 443=open 8443=timeout
	run without_lists "$top_builddir/fwport" open 8443 --backend=iptables
	[ "$status" = 0 ]
	[[ "$output" == *"of inet filter input (inserted before the policy, drop)"* && "$output" != *legacy* ]]
	expect46 443=open 8443=open
	run without_lists "$top_builddir/fwport" close 8443
	[ "$status" = 0 ]
	expect46 443=open 8443=timeout
}

@test "mixed: lists that nobody may read make the answer unknown, and are named" {
	accept_in_nft
	# shellcheck disable=SC2016 # for the inner shell
	run host unshare --mount sh -c 'mkdir -p /run/net/ip_tables_names && mount --bind /run/net /proc/$$/task/$$/net && exec "$@"' \
		sh "$top_builddir/fwport" why in https
	[ "$status" = 11 ]
	[[ "$output" == *"could not read /proc/net/ip_tables_names"* ]]
	[[ "$output" == *"https 443/tcp in IPv6 on eth0: OPEN"* ]]
}

with_capabilities() { # LIST COMMAND...
	host setpriv --inh-caps="-all,$1" --bounding-set="-all,$1" "${@:2}"
}

@test "mixed: two capabilities are enough to open and to close, also where iptables-legacy blocks" {
	local before
	accept_in_nft
	ipt -A INPUT -j DROP
	before=$(saved)
	run with_capabilities +net_admin,+net_raw "$top_builddir/fwport" open https -4
	[ "$status" = 0 ]
	expect4 443=open
	run with_capabilities +net_admin,+net_raw "$top_builddir/fwport" close https -4
	[ "$status" = 0 ]
	[ "$(saved)" = "$before" ]
}

@test "mixed: the capability that is missing is named" {
	ipt -A INPUT -p tcp --dport 22 -j ACCEPT
	run with_capabilities +net_admin "$top_builddir/fwport" why in https -4
	[ "$status" = 11 ]
	[[ "$output" == *"the legacy table filter is registered and could not be read: CAP_NET_RAW is missing"* ]]
	run with_capabilities +net_admin "$top_builddir/fwport" open https -4
	[ "$status" = 11 ]
	[[ "$output" == *"CAP_NET_RAW is missing"* ]]
	run with_capabilities +net_raw "$top_builddir/fwport" open https -4
	[ "$status" = 4 ]
	[ "${lines[0]}" = "fwport: fwport open needs CAP_NET_ADMIN, which root does not have here" ]
	[[ "$(ipt -S INPUT)" != *443* ]]
}
