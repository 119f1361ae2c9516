#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Commit-confirm, up to the deadline: what awaits confirmation, who may confirm it, and who has to.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world
load confirming

setup() { world_up && closed_host; }
teardown() { world_down; }

@test "confirm: a change that awaits confirmation is made and proved, and not saved" {
	serve 443
	fwport open https --confirm=90
	assert_status 0
	assert_says "Applied as generation 1, not saved" "second login" "fwport confirm" " s (at "
	expect46 443=open
	grep -q '"runtime":true' "$world/state/state.json"
}

@test "confirm: without a value it is a minute, and other values than 10 to 3600 are refused" {
	fwport --json open https --confirm
	assert_status 0
	assert_field pending.generation 1
	seconds=$(field pending.seconds_left)
	((seconds > 10 && seconds <= 60))
	for seconds in 9 3601 0 -10 1e2 99999999999999999999; do
		fwport open https "--confirm=$seconds"
		assert_status 2
		assert_says "\"$seconds\" is not a number of seconds from 10 to 3600"
	done
	fwport open https --confirm --no-confirm
	assert_status 2
}

@test "confirm: another terminal confirms, the watchdog goes, and the change is saved" {
	serve 443
	fwport open https --confirm=300
	assert_status 0
	fwport confirm
	assert_status 0
	assert_says "Generation 1 is confirmed."
	await "the watchdog's end" no_watchdog
	run -1 grep -e runtime -e pending "$world/state/state.json"
	tail -n 1 "$world/state/journal" | grep -q '"confirmed","generation":1'
	expect46 443=open
	fwport open 8443
	assert_status 0
}

@test "confirm: with nothing to confirm the exit status is 1" {
	fwport confirm
	assert_status 1
	assert_says "nothing awaits confirmation"
	fwport --json confirm
	assert_status 1
	assert_field outcome nothing
	fwport confirm --overdue
	assert_status 0
	[ -z "$output$stderr" ]
}

@test "confirm: status counts down" {
	fwport open https --confirm=90
	fwport status
	assert_says "Generation 1 awaits confirmation and is rolled back in " "fwport confirm keeps it"
	fwport --json status
	assert_field pending.generation 1
	assert_field pending.overdue false
	seconds=$(field pending.seconds_left)
	((seconds > 30 && seconds <= 90))
	fwport confirm
	fwport --json status
	assert_field pending null
}

@test "confirm: until then nothing else is changed, but it can be taken back" {
	fwport open https --confirm=90
	rules=$(ruleset)
	for change in "open 8443" "close https" "apply web" "rollback 0"; do
		# shellcheck disable=SC2086 # words of one command line
		fwport $change
		assert_status 5
		assert_says "generation 1 awaits confirmation for another" "fwport confirm keeps it, fwport rollback takes it back"
		assert_ruleset "$rules"
	done
	fwport --json close https --dry-run
	assert_status 1
	assert_field pending.generation 1
	fwport --json restore
	assert_field outcome nothing
	assert_field pending.generation 1
	fwport plan web
	assert_status 1
	fwport rollback
	assert_status 0
	assert_ruleset "$closed"
	await "the watchdog's end" no_watchdog
	fwport rollback
	assert_status 0
	assert_says "Nothing to change."
	assert_ruleset "$closed"
}

@test "confirm: an opening that awaits another end is not said to be closed" {
	fwport open https --for 1h
	fwport open https --for 2h --confirm=90
	assert_status 0
	fwport status
	assert_says "Generation 2 awaits confirmation"
	assert_says_not "Closed until"
	fwport close https --confirm=90
	assert_status 5
	fwport rollback
	fwport close https --confirm=90
	fwport status
	assert_says "Closed until the next boot: https 443/tcp in anyone."
}

@test "confirm: what was closed on approval is back after a rollback, and saved as it was" {
	serve 443
	fwport open https 8443
	fwport close https --confirm=90
	assert_status 0
	expect46 443=timeout
	fwport rollback
	assert_status 0
	expect46 443=open
	run -1 grep -e runtime -e pending "$world/state/state.json"
	fwport status
	assert_status 0
}

@test "confirm: a change that is undone leaves no watchdog" {
	ruleset_is <<<"insert rule inet filter input tcp dport 443 drop"
	fwport open https --confirm=90
	assert_status 6
	await "the watchdog's end" no_watchdog
	fwport confirm
	assert_status 1
}

@test "confirm: a reboot in the window brings back what was saved, and nothing else" {
	fwport open https 8443
	fwport close https --confirm=90
	fwport confirm
	fwport open https --confirm=90
	assert_status 0
	reboot_host
	fwport --json status
	assert_field pending null
	assert_field openings.0.ports 8443
	[ "$(grep -o '"ports":"[^"]*"' <<<"$output" | sort -u)" = '"ports":"8443"' ]
	fwport confirm
	assert_status 1
	fwport open 22222
	assert_status 0
}

@test "confirm: what was closed on approval before a reboot is open after it" {
	fwport open https
	fwport close https --confirm=90
	reboot_host
	fwport --json status
	assert_field openings.0.ports 443
}

# session COMMAND LINE: what the client, connected by ssh, gets when he runs that in the host.
session() {
	echo "$*" >"$world/session"
	run --separate-stderr client python3 -IS "$here/session.py" "$HOST4"
	told="session: $*"
}

@test "confirm: who came by ssh has to confirm what closes something, and nothing else" {
	host_background "$tools/sshd" sh "$world/session"
	await "sshd" eval 'host ss -Hltn sport = 22 | grep -q .'
	session "'$top_builddir/fwport' open https 8443 8080"
	assert_status 0
	assert_says_not "fwport confirm"
	session "'$top_builddir/fwport' close 8080 --no-confirm"
	assert_status 0
	assert_says_not "fwport confirm"
	session "'$top_builddir/fwport' close https"
	assert_status 0
	assert_says "fwport confirm"
	[[ $output =~ "as before in "(60|5[0-9])" s" ]]
	session "'$top_builddir/fwport' confirm"
	assert_status 0
	fwport close 8443
	assert_status 0
	assert_says_not "fwport confirm"
	assert_ruleset "$closed"
}

@test "confirm: a record that is lost in the window is that of its generation, and still awaits confirmation" {
	serve 443 8443
	fwport open 8443
	fwport open https --confirm=90
	rm "$world/state/state.json"
	fwport status
	assert_says "Generation 2 awaits confirmation and is rolled back in "
	fwport open 9000
	assert_status 5
	assert_says "generation 2 awaits confirmation"
	is_awaited
	rm "$world/state/state.json"
	fwport confirm
	assert_status 0
	assert_says "Generation 2 is confirmed."
	rm "$world/state/state.json"
	fwport --json status
	assert_field pending null
	expect46 443=open 8443=open
	fwport open 9000
	assert_status 0
}

@test "confirm: a generation that is damaged does not keep what it opened from being confirmed" {
	serve 443
	fwport open 8443
	fwport open https --confirm=90
	echo damaged >"$world/state/generations/2.json"
	fwport confirm
	assert_status 0
	assert_says "Generation 2 is confirmed; the record of it is damaged, so all that is open now is saved."
	run -1 grep -e runtime -e pending "$world/state/state.json"
	expect46 443=open
	fwport status
	assert_status 0
}

@test "confirm: what a generation opened that is damaged can be taken back" {
	local opened
	serve 443
	fwport open 8443
	opened=$(ruleset)
	fwport open https --confirm=90
	echo damaged >"$world/state/generations/2.json"
	fwport rollback
	assert_status 0
	assert_says "The generation that is taken back is damaged"
	assert_ruleset "$opened"
	run -1 grep -e runtime -e pending "$world/state/state.json"
}

@test "confirm: history tells what became of each that had to be confirmed" {
	fwport open 8443 --confirm=90
	fwport confirm
	fwport open https --confirm=90
	fwport history
	assert_says "(awaits confirmation)"
	fwport rollback
	fwport history
	assert_says "(not confirmed, taken back)"
	assert_says_not "boot"
	fwport open 9000 --confirm=90
	reboot_host
	fwport history
	assert_says "+9000/tcp (not confirmed, dropped by a boot)"
	fwport history 4
	assert_says "(not confirmed, dropped by a boot)"
	fwport --json history 4
	assert_field unconfirmed dropped
	fwport --json history 1
	assert_field unconfirmed null
	fwport open 22222
	fwport history 4
	assert_says "(not confirmed, dropped by a boot)"
}
