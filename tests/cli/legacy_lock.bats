#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The lock that all of iptables-legacy takes, and who changes tables while fwport does: with the lock one waits for the other, and
# without it nothing of theirs is lost all the same. strace stops fwport at the system call where it shall wait.

# shellcheck disable=SC2154,SC2034 # world.bash and run set what is not set here
load world

setup() {
	command -v iptables-legacy >/dev/null || skip "needs iptables-legacy"
	world_up
	serve 443
	ipt -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
	ipt -A INPUT -p tcp --dport 22 -j ACCEPT
	ipt -A INPUT -j REJECT
}
teardown() { world_down; }

ipt() { host iptables-legacy "$@"; }

reject_in_nft() {
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority 0
				ct state established,related accept
				reject
			}
		}
	END
}

hold_lock() {
	# shellcheck disable=SC2016 # for the inner shell
	host_background flock "$XTABLES_LOCKFILE" sh -c 'touch "$1"; until [ -e "$2" ]; do sleep 0.02; done' sh "$world/held" "$world/give"
	await "the lock" test -e "$world/held"
}

# The kernel shows who waits; fwport does not, but asks again and again.
somebody_waits() {
	host grep -q -- "-> FLOCK .*:$(stat -c %i "$XTABLES_LOCKFILE") " /proc/locks
}

fwport_asks() {
	# shellcheck disable=SC2016 # for the inner shell
	host sh -c 'ls -l "/proc/$(pgrep -x fwport)/fd" | grep -qF "$1"' sh "$XTABLES_LOCKFILE"
}

# fwport as far as the call of flock of that number, the first being for its own state and the second for the tables; with
# that lock it stands until go_on.
fwport_stops_at() { # NUMBER ARGS...
	command -v strace >/dev/null || skip "needs strace"
	# shellcheck disable=SC2016 # for the inner shell
	host_background sh -c 'ASAN_OPTIONS=detect_leaks=0 strace -qq -o "$0/trace" -e trace=flock,setsockopt -e "inject=flock:signal=SIGSTOP:when=$1" "$2" $3 >"$0/output" 2>&1; echo $? >"$0/status"' \
		"$world" "$1" "$top_builddir/fwport" "${*:2}"
	await "fwport to stop" grep -q "stopped by SIGSTOP" "$world/trace"
	stopped=$(host sh -c "grep -l '^State:.t' /proc/[0-9]*/status" | tr -dc 0-9)
}

# shellcheck disable=SC2034 # for assert_status
go_on() {
	host kill -CONT "$stopped"
	await "fwport" test -s "$world/status"
	status=$(cat "$world/status") output=$(cat "$world/output") stderr='' told="fwport that was stopped"
}

@test "lock: while somebody else keeps it nothing of nft is changed either, and the file is named" {
	local number
	reject_in_nft
	hold_lock
	number=$(ruleset_number)
	fwport open https -4
	assert_status 5
	assert_says "$XTABLES_LOCKFILE"
	assert_number "$number"
	touch "$world/give"
	fwport open https -4
	assert_status 0
	expect4 443=open
}

@test "lock: fwport waits for it, and goes on when it is free" {
	hold_lock
	host_background sh -c "$top_builddir/fwport open https -4; echo \$? >$world/status"
	await "fwport to ask for the lock" fwport_asks
	expect4 443=refused
	touch "$world/give"
	await "fwport" test -s "$world/status"
	[ "$(cat "$world/status")" = 0 ]
	expect4 443=open
}

@test "lock: iptables -w waits for fwport, and both changes stand" {
	fwport_stops_at 2 open https -4
	host_background iptables-legacy -w 30 -A INPUT -p tcp --dport 8080 -j ACCEPT
	await "iptables to wait" somebody_waits
	[[ "$(host iptables-legacy-save)" != *8080* ]]
	go_on
	assert_status 0
	await "iptables" host iptables-legacy -C INPUT -p tcp --dport 8080 -j ACCEPT
	expect4 443=open
}

@test "lock: a rule that somebody without the lock replaces meanwhile is not lost" {
	fwport_stops_at 2 open https -4
	host env XTABLES_LOCKFILE="$world/another.lock" iptables-legacy -R INPUT 2 -p tcp --dport 2222 -j ACCEPT
	go_on
	assert_status 0
	expect4 443=open
	ipt -C INPUT -p tcp --dport 2222 -j ACCEPT
	[ "$(ipt -S INPUT | grep -c -- '--dport 22 ')" = 0 ]
	fwport close https -4
	assert_status 0
	[ "$(ipt -S INPUT | wc -l)" = 4 ]
	ipt -C INPUT -p tcp --dport 2222 -j ACCEPT
}

@test "lock: one table of two that has changed meanwhile leaves the other as it is until it is planned anew" {
	host ip6tables-legacy -A INPUT -p tcp --dport 22 -j ACCEPT
	host ip6tables-legacy -A INPUT -j REJECT
	fwport_stops_at 2 open https
	host env XTABLES_LOCKFILE="$world/another.lock" ip6tables-legacy -I INPUT 2 -p tcp --dport 443 -j ACCEPT
	go_on
	assert_status 0
	expect46 443=open
	[ "$(grep -c 'IPT_SO_SET_REPLACE' "$world/trace")" = 1 ]
	host ip6tables-legacy -C INPUT -p tcp --dport 443 -j ACCEPT
}
