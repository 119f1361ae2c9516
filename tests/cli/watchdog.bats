#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Commit-confirm, at the deadline: whatever became of the terminal, of fwport or of the watchdog, it is rolled back.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world
load confirming

setup() { world_up; }
teardown() { world_down; }

@test "watchdog: what nobody confirms is closed again, in both families" {
	closed_host
	serve 443
	fwport open https --confirm=10
	assert_status 0
	expect46 443=open
	await_rollback
	expect46 443=timeout
	assert_ruleset "$closed"
	await "the watchdog's end" no_watchdog
	fwport history
	assert_says "generation 1 was not confirmed in time"
}

@test "watchdog: legacy tables and nf_tables are rolled back at once" {
	host sh -c 'iptables-legacy -L && ip6tables-legacy -L' >/dev/null 2>&1 || skip "no legacy tables here"
	closed_host
	engine=iptables-legacy
	tables_are <<-END
		*filter
		:INPUT DROP [0:0]
		-A INPUT -m state --state ESTABLISHED -j ACCEPT
		-A INPUT -p tcp --dport 22 -j ACCEPT
		COMMIT
	END
	closed=$(ruleset)
	serve 443 8443
	fwport open https
	assert_status 0
	opened=$(ruleset)
	fwport apply web --confirm=10
	assert_status 0
	[ "$(ruleset)" != "$opened" ]
	await_rollback
	assert_ruleset "$opened"
	expect46 443=open
}

@test "watchdog: a terminal that hangs up changes nothing about it" {
	closed_host
	run host python3 -IS "$here/hangup.py" "second login" "'$top_builddir/fwport' open https --confirm=10"
	[ "$status" = 0 ]
	for signal in HUP INT PIPE; do
		signal_watchdog "$signal"
	done
	watchdogs
	[ "$(ruleset)" != "$closed" ]
	await_rollback
	assert_ruleset "$closed"
}

# What administrators know for the purpose: it asks on the terminal, and with that gone nobody takes anything back.
@test "watchdog: iptables-apply leaves its rules where a terminal hung up" {
	command -v iptables-apply >/dev/null || skip "needs iptables-apply"
	printf '*filter\n:INPUT DROP [0:0]\nCOMMIT\n' >"$world/rules"
	run host timeout 30 python3 -IS "$here/hangup.py" "establish NEW connections" \
		"timeout 8 iptables-apply -t 3 '$world/rules'"
	[ "$status" = 0 ] # it had asked, and the shell died with its terminal
	asks() { host pgrep -f "iptables-apply -t 3"; }
	await "the end of iptables-apply" eval '! asks' || await "the end of iptables-apply" eval '! asks'
	host iptables-save | grep -q '^:INPUT DROP'
}

@test "watchdog: when it is killed the next fwport does its work" {
	closed_host
	fwport open https --confirm=10
	signal_watchdog KILL
	await "the watchdog's end" no_watchdog
	overdue() { fwport --json status && [ "$(field pending.overdue)" = true ]; }
	await "the deadline" overdue || await "the deadline" overdue
	fwport status
	assert_says "Generation 1 was not confirmed in time"
	[ "$(ruleset)" != "$closed" ]
	fwport --json open 8443
	assert_status 0
	assert_field rolled_back 1
	fwport close 8443
	assert_status 0
	assert_ruleset "$closed"
}

@test "watchdog: a record that is lost in the window holds nothing up" {
	closed_host
	serve 443
	fwport open https --confirm=10
	rm "$world/state/state.json"
	await "the deadline" same_ruleset || await "the rollback" same_ruleset
	expect46 443=timeout
	await "the watchdog's end" no_watchdog
	fwport history
	assert_says "generation 1 was not confirmed in time"
	fwport --json status
	assert_field pending null
	assert_field openings '[]'
}

# killed_at CALL: fwport dies at its CALL-th fsync; the watchdog is not traced.
killed_at() {
	host strace -qq -o "$world/strace" -e trace=fsync -e inject=fsync:signal=KILL:when="$1" \
		"$top_builddir/src/fwport" open https --confirm=10
}

@test "watchdog: it stands before the rules do, and undoes the work of a fwport that was killed" {
	command -v strace >/dev/null || skip "needs strace"
	closed_host
	call=1
	until run killed_at $call && [ "$(ruleset)" != "$closed" ]; do
		[ "$status" = 137 ] || { tell "killed_at $call: exit $status: $output" && return 1; }
		call=$((call + 1))
	done
	[ "$status" = 137 ]
	run ! is_awaited
	await "the deadline" no_watchdog || await "the watchdogs" no_watchdog
	assert_ruleset "$closed"
	fwport --json status
	assert_field openings '[]'
}

@test "watchdog: it waits for a lock that somebody holds at the deadline" {
	closed_host
	fwport open https --confirm=10
	overdue() { fwport --json status && [ "$(field pending.overdue)" = true ]; }
	host_background flock "$world/state/lock" sh -c "until [ -e '$world/enough' ]; do sleep 0.05; done"
	await "the deadline" overdue || await "the deadline" overdue
	[ "$(ruleset)" != "$closed" ]
	: >"$world/enough"
	await_rollback
	assert_ruleset "$closed"
}

@test "watchdog: a full disk does not hold the rollback up, only its record" {
	closed_host
	host mount -t tmpfs -o size=256k tmpfs "$world/state"
	fwport open https --confirm=10
	assert_status 0
	host sh -c "cat /dev/zero >'$world/state/full' 2>&-" || true
	await "the deadline" same_ruleset || await "the rollback" same_ruleset
	is_awaited
	host rm "$world/state/full"
	await "the record" eval '! is_awaited'
	assert_ruleset "$closed"
}

@test "watchdog: a disk that has become read-only does not hold the rollback up, only its record" {
	closed_host
	fwport open https --confirm=10
	assert_status 0
	host sh -c "mount --bind '$world/state' '$world/state' && mount -o remount,ro,bind '$world/state'"
	fwport open 8443
	assert_status 5
	await "the deadline" same_ruleset || await "the rollback" same_ruleset
	is_awaited
	fwport open 8443
	assert_status 4
	assert_says "it is rolled back, but that cannot be recorded" "Read-only file system"
	assert_ruleset "$closed"
	host umount "$world/state"
	await "the record" eval '! is_awaited'
	assert_ruleset "$closed"
}

@test "watchdog: a disk on which the rollback can only be begun leaves it rolled back" {
	closed_host
	fwport open https
	opened=$(ruleset)
	host mount -t tmpfs -o size=256k tmpfs "$world/state"
	fwport open https
	fwport close https --confirm=10
	assert_status 0
	host sh -c "cat /dev/zero >'$world/state/full' 2>&-" || true
	# Begun as often as the journal's last block lets it.
	until fwport rollback && [[ $stderr == *"cannot write the journal"* ]]; do
		assert_status 4
	done
	closed=$opened
	await "the deadline" same_ruleset || await "the rollback" same_ruleset
	fwport rollback
	assert_status 4
	assert_ruleset "$opened"
	host rm "$world/state/full"
	await "the record" eval '! is_awaited'
	assert_ruleset "$opened"
}

same_ruleset() {
	[ "$(ruleset)" = "$closed" ]
}

@test "watchdog: what others put into the home meanwhile stays, and holds nothing up" {
	closed_host
	serve 443
	fwport open https --confirm=10
	assert_status 0
	host nft add rule inet fwport input tcp dport 9999 accept
	await_rollback
	expect46 443=timeout
	host nft list chain inet fwport input | grep -q 'tcp dport 9999 accept'
	host nft delete table inet fwport
	assert_ruleset "$closed"
}
