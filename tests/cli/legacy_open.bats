#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Opening and closing in tables of iptables-legacy: rules of ours are come by before what blocks, the tables stay iptables' own,
# and whoever changes them meanwhile loses nothing. What is particular to chains of ours is in legacy_home.bats.

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
saved() { host sh -c 'iptables-legacy-save; ip6tables-legacy-save' | grep -v '^#' | sed 's/ \[[0-9:]*\]$//'; }

reject_all() {
	local tool
	for tool in ipt ip6t; do
		$tool -A INPUT -i lo -j ACCEPT
		$tool -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		$tool -A INPUT -p tcp --dport 22 -j ACCEPT
		$tool -A INPUT -j LOG --log-prefix "blocked: "
		$tool -A INPUT -j REJECT
	done
}

@test "legacy: open stands before the log and the reject, in both families; close leaves nothing" {
	local before
	serve 443
	reject_all
	before=$(saved)
	expect46 443=refused
	fwport open https
	assert_status 0
	expect46 443=open
	[ "$(ipt -S INPUT 4)" = "-A INPUT -j FWPORT-IN" ]
	[ "$(ip6t -S INPUT 4)" = "-A INPUT -j FWPORT-IN" ]
	[[ "$(ipt -S FWPORT-IN 1)" == *"--dport 443"*"fwport:1"*"ACCEPT" ]]
	[[ "$(ip6t -S FWPORT-IN 1)" == *"--dport 443"*"fwport:1"*"ACCEPT" ]]
	[ -z "$(ruleset)" ]
	fwport open https
	assert_status 0
	assert_says "Nothing to change"
	fwport status
	assert_status 0
	fwport close https
	assert_status 0
	[ "$(saved)" = "$before" ]
	expect46 443=refused
}

@test "legacy: iptables finds, lists, saves and restores our rules, and a second open changes nothing" {
	serve 443
	reject_all
	fwport open https
	assert_status 0
	ipt -C INPUT -j FWPORT-IN
	ipt -C FWPORT-IN -p tcp -m tcp --dport 443 -m comment --comment fwport:1 -j ACCEPT
	host sh -c 'iptables-legacy-save | iptables-legacy-restore'
	fwport open https
	assert_status 0
	assert_says "Nothing to change"
	ipt -D FWPORT-IN -p tcp -m tcp --dport 443 -m comment --comment fwport:1 -j ACCEPT
	expect4 443=refused
	fwport open https
	assert_status 0
	expect46 443=open
}

@test "legacy: counters of others are kept" {
	serve 443 22
	reject_all
	expect4 22=open
	[ "$(ipt -nvxL INPUT 3 | awk '{print $1}')" -gt 0 ]
	fwport open https
	assert_status 0
	[ "$(ipt -nvxL INPUT 3 | awk '{print $1}')" -gt 0 ]
}

@test "legacy: a policy is never changed; the call goes to the end" {
	serve 443
	ipt -P INPUT DROP
	ipt -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
	fwport open https -4
	assert_status 0
	expect4 443=open
	[ "$(ipt -S INPUT | head -1)" = "-P INPUT DROP" ]
	[ "$(ipt -S INPUT | tail -1)" = "-A INPUT -j FWPORT-IN" ]
}

@test "legacy: many ports are groups of fifteen" {
	local before
	serve 1001 1039 8000
	reject_all
	before=$(saved)
	cat >"$FWPORT_CONFIG_DIR/services" <<-END
		odd = $(seq -s/tcp, 1001 2 1039)/tcp,8000-8010/tcp
	END
	fwport open odd
	assert_status 0
	expect46 1001=open 1039=open 8000=open
	[ "$(ipt -S FWPORT-IN | grep -c fwport:)" = 2 ]
	ipt -S FWPORT-IN | grep -q multiport
	fwport close odd
	assert_status 0
	[ "$(saved)" = "$before" ]
}

@test "legacy: answers that are not let out get rules of their own, without connection tracking where there is none" {
	local before
	serve 443
	ipt -P INPUT DROP
	ipt -P OUTPUT DROP
	before=$(saved)
	fwport open https -4
	assert_status 0
	expect4 443=open
	ipt -S OUTPUT | grep -q -- "--sport 443"
	[[ "$(ipt -S)" != *conntrack* ]]
	fwport close https -4
	assert_status 0
	[ "$(saved)" = "$before" ]
}

@test "legacy: from a network, on an interface" {
	serve 443
	reject_all
	fwport open https --from 192.0.2.64/26 --iface eth0
	assert_status 0
	expect_from 192.0.2.66 "$HOST4" 443=open
	expect_from 192.0.2.1 "$HOST4" 443=refused
	[[ "$(ipt -S FWPORT-IN 1)" == "-A FWPORT-IN -s 192.0.2.64/26 -i eth0 -p tcp -m tcp --dport 443 "* ]]
	fwport close https --from 192.0.2.64/26 --iface eth0
	assert_status 0
	expect_from 192.0.2.66 "$HOST4" 443=refused
}

@test "legacy and nft that both block are both opened, and both left as they were" {
	local legacy nft
	serve 443
	reject_all
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority 0; policy drop;
				ct state established,related accept
			}
		}
	END
	legacy=$(saved)
	nft=$(ruleset)
	fwport open https
	assert_status 0
	expect46 443=open
	fwport close https
	assert_status 0
	[ "$(saved)" = "$legacy" ]
	assert_ruleset "$nft"
}

@test "legacy: who holds the lock is waited for, and told when it takes too long" {
	serve 443
	reject_all
	host_background flock "$XTABLES_LOCKFILE" sh -c 'touch "$1"; until [ -e "$2" ]; do sleep 0.02; done' sh "$world/held" "$world/give"
	await "the lock" test -e "$world/held"
	fwport open https
	assert_status 5
	assert_says "$XTABLES_LOCKFILE"
	expect4 443=refused
	touch "$world/give"
	fwport open https
	assert_status 0
	expect46 443=open
}

@test "legacy: iptables at the same time, both with the lock: nothing of either is lost" {
	serve 443
	reject_all
	# shellcheck disable=SC2016 # for the inner shell
	host_background sh -c 'i=0; while [ $i -lt 60 ]; do iptables-legacy -w 10 -R INPUT 3 -p tcp --dport $((2000 + i)) -j ACCEPT; i=$((i + 1)); done; touch "$1"' sh "$world/replaced"
	for _ in 1 2 3; do
		fwport open https -4
		[ "$status" -eq 0 ] || [ "$status" -eq 5 ]
		fwport close https -4
	done
	await "the replacements" test -e "$world/replaced"
	[[ "$(ipt -S INPUT 3)" == *"--dport 2059"* ]]
	fwport close https -4
	[ "$(ipt -S | grep -c fwport:)" = 0 ]
}

@test "legacy: an explicit deny of the port is somebody's intent" {
	ipt -A INPUT -p tcp --dport 443 -j DROP
	fwport open https -4
	assert_status 6
	assert_says "rule 1"
	fwport open https -4 --override
	assert_status 0
}

@test "legacy: why tells iptables-legacy's own command" {
	reject_all
	fwport why in https -4
	assert_status 1
	assert_says "iptables-legacy -I INPUT 4 -p tcp --dport 443 -j ACCEPT"
}

@test "legacy: calls deeper than nf_tables takes are followed, and the rule stands where they end" {
	local i before
	serve 443
	for i in {1..40}; do ipt -N "c$i"; done
	for i in {1..39}; do ipt -A "c$i" -j "c$((i + 1))"; done
	ipt -A c40 -p tcp --dport 443 -j LOG
	ipt -A c40 -j REJECT
	ipt -A INPUT -p tcp -j c1
	before=$(saved)
	fwport --json why in https -4
	assert_status 1
	assert_blocker ipv4 "ip filter c40" 2 syn
	fwport open https -4
	assert_status 0
	expect4 443=open
	[[ "$(ipt -S c40 1)" == *fwport:* ]]
	fwport close https -4
	assert_status 0
	[ "$(saved)" = "$before" ]
	expect4 443=refused
}
