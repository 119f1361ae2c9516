#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Who interrupts a change that is being made hears what became of it, and then sees the program end by the signal.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

# The command's output goes into a pipe that is full: it is held up when all is done, and nothing is told.
setup() {
	world_up
	ruleset_is <<-END
		table inet filter {
			chain input { type filter hook input priority filter; policy drop; }
		}
	END
	mkfifo "$world/pipe"
	exec 7<>"$world/pipe"
	head -c 65536 /dev/zero >&7
}
teardown() {
	exec 7>&-
	world_down
}

holds() { # SIGNAL NUMBER
	local mask
	mask=$(host awk '$1 == "SigBlk:" { print $2 }' "/proc/$(cat "$world/pid")/status")
	(((0x$mask >> ($1 - 1)) & 1))
}

# interrupted SIGNAL COMMAND...: $status and $output of a command that gets the signal before it can tell anything.
interrupted() {
	local signal=$1 line number
	shift
	number=$(kill -l "$signal")
	# shellcheck disable=SC2016 # for the inner shells
	host sh -c 'cd "$0"; trap : INT TERM HUP; sh -c "echo \$\$ >pid.new; mv pid.new pid; exec env --default-signal=HUP,INT,TERM \"\$@\"" sh "$@" 2>errors; echo $? >status.new; mv status.new status' \
		"$world" "$@" >&7 3>&- &
	await "the program" test -e "$world/pid"
	await "the change" holds "$number"
	host kill -s "$signal" "$(cat "$world/pid")"
	head -c 65536 <&7 >/dev/null
	await "the end of the program" test -e "$world/status"
	status=$(cat "$world/status") stderr=$(cat "$world/errors") output='' told="$*"
	echo "the end" >&7
	while read -r line && [ "$line" != "the end" ]; do output+=$line$'\n'; done <&7
}

@test "signals: SIGTERM during a change is heard when the change is made and told" {
	interrupted TERM "$top_builddir/fwport" open https
	assert_status $((128 + 15))
	assert_says "443/tcp" open "Recorded as generation 1"
	fwport status
	assert_status 0
	assert_says https
}

@test "signals: so is SIGINT" {
	interrupted INT "$top_builddir/fwport" open https
	assert_status $((128 + 2))
	assert_says "Recorded as generation 1"
}

@test "signals: SIGHUP takes nothing back" {
	interrupted HUP "$top_builddir/fwport" open https
	assert_status $((128 + 1))
	fwport history 1
	assert_status 0
}
