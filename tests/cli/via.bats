#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Openings that a neighbour is asked for. firewalld is a script here, which goes wrong where it is told to; the real one, and ufw, are in
# tests/boot/asked.sh.
# shellcheck disable=SC2154 # world.bash sets what is not set here

load world
load confirming

setup() {
	world_up
	cp "$here/firewalld/fwport-firewalld" "$world/"
	: >"$world/kept.1" && : >"$world/kept.2"
	export FWPORT_LIBEXEC_DIR=$world
	ruleset_is <<-END
		table inet firewalld {
			chain public { }
			chain input {
				type filter hook input priority 10; policy drop
				ct state established accept
				tcp dport 22 accept
				jump public
			}
		}
	END
	closed=$(ruleset)
}

teardown() {
	world_down
}

fails() {
	echo "$1" >"$world/fails"
}

kept() { # NOW LOADED
	[ "$(cat "$world/kept.1")" = "$1" ] && [ "$(cat "$world/kept.2")" = "$2" ] || {
		grep . "$world"/kept.* "$world/log" >&2
		return 1
	}
}

@test "via: firewalld opens it, by both its rules, and that is proved" {
	serve 443
	fwport open https --via firewalld --dry-run
	assert_status 1
	assert_says "+ by firewalld: zone public, port 443/tcp, runtime and permanent"
	assert_ruleset "$closed"
	fwport open https --via firewalld
	assert_status 0
	assert_says "+ by firewalld: zone public, port 443/tcp, runtime and permanent" "by rule 1 of inet firewalld public" \
		"Saved as generation 1."
	kept 443/tcp 443/tcp
	expect46 443=open
	fwport open https --via firewalld
	assert_status 0
	assert_says "Nothing to change"
	fwport --json status
	assert_field openings.0.via firewalld
	fwport history 1
	assert_says "+ by firewalld: zone public, port 443/tcp, runtime and permanent"
}

@test "via: close takes it away by the same neighbour, and rollback brings it back" {
	fwport open https --via firewalld
	fwport close https
	assert_status 0
	assert_says "- by firewalld: zone public, port 443/tcp, runtime and permanent"
	kept "" ""
	assert_ruleset "$closed"
	fwport rollback
	assert_status 0
	kept 443/tcp 443/tcp
	fwport rollback 0
	assert_status 0
	kept "" ""
}

@test "via: what it had before is told, and not taken away" {
	echo 443/tcp >"$world/kept.2"
	fwport open https --via firewalld
	assert_says "+ by firewalld: zone public, port 443/tcp, runtime"
	kept 443/tcp 443/tcp
	fwport close https
	kept "" 443/tcp
	echo 443/tcp >"$world/kept.1"
	host nft add rule inet firewalld public tcp dport 443 accept
	fwport open https --via firewalld
	assert_status 0
	assert_says "https 443/tcp is open in firewalld already"
	fwport close https
	assert_status 0
	assert_says "can be reached all the same"
	kept 443/tcp 443/tcp
}

@test "via: until the next boot, or for a time, it is asked for its rules of now alone" {
	fwport open https --via firewalld --runtime
	assert_status 0
	kept 443/tcp ""
	fwport open https --via firewalld
	assert_status 0
	assert_says "+ by firewalld: zone public, port 443/tcp, permanent"
	kept 443/tcp 443/tcp
	fwport close https
	fwport open https --via firewalld --for 1h
	assert_status 0
	assert_says "runtime, for 1 h" "when firewalld ends it"
	grep -q "^add public 443/tcp 1 3600$" "$world/log"
	kept 443/tcp ""
}

@test "via: an opening of ours is handed over, and back" {
	fwport open https
	assert_status 0
	assert_says_not "by firewalld:"
	fwport open https --via firewalld
	assert_status 0
	assert_says "+ by firewalld:" "- rule in inet firewalld"
	kept 443/tcp 443/tcp
	[[ $(ruleset) != *fwport:* ]]
	fwport open https --via guest
	assert_status 0
	assert_says "- by firewalld:"
	kept "" ""
	[[ $(ruleset) == *fwport:* ]]
	fwport rollback
	assert_status 0
	kept 443/tcp 443/tcp
	[[ $(ruleset) != *fwport:* ]]
	fwport rollback
	assert_status 0
	kept "" ""
	[[ $(ruleset) == *fwport:* ]]
}

@test "via: what is handed over is open all the time" {
	local pid
	fwport open 2222
	fails "waits at add"
	host_background "$top_builddir/src/fwport" open 2222 --via firewalld
	await "the question" grep -q ^add "$world/log"
	expect4 2222=refused
	pid=$(host pgrep -x fwport)
	host kill -KILL "$pid"
	expect4 2222=refused
	: >"$world/goes on"
	fails nothing
	fwport open 8080
	assert_status 0
	expect4 2222=refused 8080=refused
	kept "" ""
	fails refuse
	fwport open 2222 --via firewalld
	assert_status 6
	kept "" ""
	fails nothing
	fwport open 2222 --via firewalld
	assert_status 0
	kept 2222/tcp 2222/tcp
	fwport close --all
	assert_ruleset "$closed"
}

@test "via: what does not open the port is taken back" {
	fails deaf
	fwport open https --via firewalld
	assert_status 6
	assert_says "the change was undone"
	kept "" ""
	assert_ruleset "$closed"
	fwport status
	assert_says "holds no port open"
}

@test "via: what is refused half way is taken back" {
	fails refuse
	fwport open https --via firewalld
	assert_status 6
	assert_says "nothing was changed: firewalld says INVALID_PORT"
	kept "" ""
	assert_ruleset "$closed"
}

@test "via: a neighbour that is not there is told, and nothing is done" {
	fails away
	fwport open https --via firewalld
	assert_status 4
	assert_says "firewalld does not run"
	assert_ruleset "$closed"
	[ ! -s "$world/state/journal" ]
	rm "$world/fwport-firewalld"
	fwport open https --via firewalld
	assert_status 4
	assert_says "cannot start" "it is built where libsystemd is"
}

@test "via: after a crash the next command takes back what was asked for" {
	fails crash
	fwport open https --via firewalld
	assert_status 137
	kept 443/tcp 443/tcp
	fails nothing
	fwport open 8080
	assert_status 0
	assert_says "what was left of it has been undone"
	kept "" ""
	fwport close 8080
	assert_ruleset "$closed"
}

@test "via: and so it does when a boot came between" {
	fails crash
	fwport open https --via firewalld
	assert_status 137
	fails nothing
	sed -i 's/"boot":"[^"]*"/"boot":"another"/' "$world/state/state.json" 2>/dev/null || true
	python3 - "$world/state/journal" <<-'END'
		import re, sys, zlib
		lines = []
		for line in open(sys.argv[1]):
		    text = re.sub('"boot":"[^"]*"', '"boot":"another"', line[9:-1])
		    lines.append("%08x %s\n" % (zlib.crc32(text.encode()), text))
		open(sys.argv[1], "w").writelines(lines)
	END
	fwport restore
	assert_status 0
	kept "" ""
}

@test "via: a boot brings our rules back without waiting for a neighbour, and that is asked afterwards" {
	fwport open 8080
	rules=$(ruleset)
	fails crash
	fwport open https --via firewalld
	assert_status 137
	reboot_host
	fails stuck
	fwport restore --boot
	assert_status 0
	assert_ruleset "$rules"
	host nft flush ruleset && ruleset_is <<<"$closed"
	fwport watch --once
	assert_status 0
	assert_ruleset "$rules"
	fwport close 8080 --offline
	assert_status 5
	fwport restore
	assert_status 5
	assert_says "an earlier change was interrupted and cannot be ended" "firewalld does not answer"
	fails nothing
	fwport restore
	assert_status 0
	kept "" ""
	assert_ruleset "$rules"
}

@test "via: a close that crashed is brought to its end" {
	fwport open https --via firewalld
	fails crash
	fwport close https
	assert_status 137
	fails nothing
	fwport restore
	assert_says "An earlier change had been interrupted"
	fwport --json status
	if [ "$(field openings)" = '[]' ]; then kept "" ""; else kept 443/tcp 443/tcp; fi
}

@test "via: before it is confirmed it is in the rules of now alone" {
	fwport open https --via firewalld --confirm=60
	assert_status 0
	assert_says "+ by firewalld: zone public, port 443/tcp, runtime"
	kept 443/tcp ""
	fwport confirm
	assert_status 0
	kept 443/tcp 443/tcp
	fwport close https --confirm=60
	kept "" 443/tcp
	fwport rollback
	assert_status 0
	kept 443/tcp 443/tcp
	fwport close https --confirm=60
	fwport confirm
	kept "" ""
}

@test "via: what cannot be confirmed is nothing that a boot would bring back" {
	fwport open https --via firewalld --confirm=60
	kept 443/tcp ""
	fails refuse
	fwport confirm
	assert_status 6
	kept 443/tcp ""
	fails nothing
	fwport confirm
	assert_status 0
	kept 443/tcp 443/tcp
}

@test "via: restore asks again for what went" {
	fwport open https --via firewalld
	: >"$world/kept.1"
	host nft flush chain inet firewalld public
	fwport status
	assert_status 1
	fwport restore
	assert_status 0
	assert_says "+ by firewalld: zone public, port 443/tcp, runtime"
	kept 443/tcp 443/tcp
	fwport restore
	assert_says "Nothing to change"
}

@test "via: what cannot be said in its words is refused" {
	local words
	for words in "--iface eth0" "--out" "--from 10.0.0.0/8,192.0.2.0/24"; do
		# shellcheck disable=SC2086 # words
		fwport open https --via firewalld $words
		assert_status 2
	done
	for words in "--runtime" "--for 1h"; do
		# shellcheck disable=SC2086 # words
		fwport open https --via ufw $words
		assert_status 2
		assert_says "ufw"
	done
	fwport open https --via ufw
	assert_status 4
	assert_says "ufw is not active: its chains are not in the ruleset"
	fwport open https --via shorewall
	assert_status 2
	assert_ruleset "$closed"
}

@test "via: a profile is applied by it" {
	printf 'https = 443\nalt = 8443\n' >"$world/mine.profile"
	fwport plan "$world/mine.profile" --via firewalld
	assert_status 1
	assert_says "+ by firewalld: zone public, port 443/tcp" "+ by firewalld: zone public, port 8443/tcp"
	fwport apply "$world/mine.profile" --via firewalld
	assert_status 0
	kept $'443/tcp\n8443/tcp' $'443/tcp\n8443/tcp'
	printf 'alt = 8443\n' >"$world/mine.profile"
	fwport apply "$world/mine.profile"
	assert_status 0
	kept 8443/tcp 8443/tcp
}

@test "via: what a neighbour would have to be asked for is not done offline" {
	fwport open https --via firewalld --offline
	assert_status 2
	assert_says "--via is about a running system, and --offline is not"
	fwport open https --via firewalld
	assert_status 0
	fwport close https --offline
	assert_status 6
	assert_says "firewalld would have to be asked"
	kept 443/tcp 443/tcp
	fwport --json status
	assert_field openings.0.via firewalld
}

@test "via: a rollback to what a boot would bring back asks for just that" {
	fwport open https --via firewalld
	fwport close https --runtime
	kept "" 443/tcp
	fwport close https
	kept "" ""
	fwport rollback 2
	assert_status 0
	assert_says "+ by firewalld: zone public, port 443/tcp, permanent"
	kept "" 443/tcp
	assert_ruleset "$closed"
}

@test "via: rules of ours are taken back also when the neighbour is stuck meanwhile" {
	fwport open https
	rules=$(ruleset)
	fails stuck
	fwport open https --via firewalld
	assert_status 5
	assert_says "firewalld does not answer; and then" "could not be taken back"
	assert_ruleset "$rules"
	fails nothing
	fwport restore
	assert_status 0
	assert_says "what was left of it has been undone"
	kept "" ""
	assert_ruleset "$rules"
}

@test "via: what nobody confirms is rolled back by our rules first, and by the neighbour when it can be asked" {
	fwport open 8080
	rules=$(ruleset)
	fwport open https --via firewalld
	fwport close --all --confirm=10
	assert_status 0
	[[ $(ruleset) != *fwport:* ]]
	fails stuck
	await "rules of ours" eval '[[ $(ruleset) == *fwport:* ]]'
	is_awaited
	fails nothing
	await_rollback
	kept 443/tcp 443/tcp
	fwport close https
	assert_ruleset "$rules"
}

@test "via: who is killed while a neighbour is at work leaves the lock to it" {
	local pid
	fails "waits at add"
	host_background "$top_builddir/src/fwport" open https --via firewalld
	await "the question" grep -q ^add "$world/log"
	pid=$(host pgrep -x fwport)
	host kill -KILL "$pid"
	await "its end" eval '! host pgrep -x fwport --runstates RSD'
	run ! host flock -n "$world/state/lock" true
	fails nothing
	: >"$world/goes on"
	fwport open 8080
	assert_status 0
	assert_says "what was left of it has been undone"
	kept "" ""
}

@test "via: without its neighbour a change is refused, and others are not" {
	fwport open https --via firewalld
	fwport open 2222
	fails away
	fwport close --all
	assert_status 4
	assert_says "firewalld does not run" "hint: --force closes it in the record all the same"
	expect4 2222=refused
	fwport restore
	assert_status 0
	fwport close 2222
	assert_status 0
	fwport open 2222
	assert_status 0
	fwport close --all --force
	assert_status 0
	assert_says "forced past this: nobody owns org.fedoraproject.FirewallD1" "what it has of this stays there"
	fwport status
	assert_says "holds no port open"
	kept 443/tcp 443/tcp
}

@test "via: after a crash, what a neighbour that is gone may have is recorded" {
	fails crash
	fwport open https --via firewalld
	assert_status 137
	fails away
	fwport open 8080
	assert_status 0
	assert_says "but for what a neighbour could not be asked to take back"
	fwport --json status
	assert_field openings.0.via firewalld
	fails nothing
	fwport close https
	assert_status 0
	kept "" ""
	fwport close 8080
	assert_ruleset "$closed"
}

@test "via: at the deadline our own rules come back without the neighbour" {
	fwport open https --via firewalld
	fwport open 2222
	fwport close --all --confirm=10
	assert_status 0
	fails away
	await_rollback
	expect4 2222=refused
	fwport history
	assert_says "not all could be asked of neighbours: nobody owns"
	fwport --json status
	assert_field openings.0.via firewalld
	fails nothing
	fwport restore
	assert_status 0
	kept 443/tcp 443/tcp
}

@test "via: a confirmation that crashed is confirmed again, or taken back whole" {
	fwport open https --via firewalld --confirm=600
	fails crash
	fwport confirm
	assert_status 137
	fails nothing
	kept 443/tcp 443/tcp
	fwport rollback
	assert_status 0
	kept "" ""
	fwport open https --via firewalld
	fwport close https --confirm=600
	fails crash
	fwport confirm
	assert_status 137
	fails nothing
	kept "" ""
	fwport rollback
	assert_status 0
	kept 443/tcp 443/tcp
}
