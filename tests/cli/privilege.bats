#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What a running fwport may do: change the ruleset, and hardly anything else.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

setup() {
	world_up
	ruleset_is <<-END
		table inet filter {
			chain input { type filter hook input priority filter; policy drop; }
		}
	END
}
teardown() { world_down; }

# Capabilities by their numbers.
mask_of() {
	local number mask=0
	for number; do mask=$((mask | 1 << number)); done
	printf '%016x' $mask
}
dac_read_search=2 net_admin=12 net_raw=13 sys_ptrace=19 sys_admin=21

# An fwport that waits for the lock, until go_on: its status is left in $status_of.
waiting_fwport() {
	local pid
	# shellcheck disable=SC2016 # for the inner shell
	host_background flock "$world/state/lock" sh -c ': >"$1/held"; until [ -e "$1/go" ]; do sleep 0.02; done' sh "$world"
	await "the lock" test -e "$world/held"
	host_background "$top_builddir/fwport" "$@"
	await "an fwport at its lock" eval '
		for directory in /proc/[0-9]*; do
			[ "$(readlink $directory/ns/net)" = "$(readlink /proc/$world_pid/ns/net)" ] &&
				[ "$(cat $directory/comm)" = fwport ] && ls -l $directory/fd | grep -qF "$world/state/lock" && pid=${directory#/proc/}
		done; [ -n "$pid" ]'
	status_of=$(cat "/proc/$pid/status")
}

go_on() {
	: >"$world/go"
	await "the opening" eval 'host nft list ruleset | grep -q fwport'
}

has() {
	local line
	for line; do
		grep -qxE "$line" <<<"$status_of" || { printf '%s\n' "no $line in" "$status_of" >&2 && return 1; }
	done
}

@test "privilege: two capabilities are in effect, three more within reach, and no way to others" {
	waiting_fwport open https
	has "CapEff:	$(mask_of $net_admin $net_raw)" \
		"CapPrm:	$(mask_of $net_admin $net_raw $dac_read_search $sys_ptrace $sys_admin)" \
		"CapInh:	$(mask_of)" "CapAmb:	$(mask_of)" "NoNewPrivs:	1" "Umask:	0077"
	go_on
}

@test "privilege: a filter of system calls is set, but for sanitizers, which need what it denies" {
	local mode=2
	! grep -q __asan_init "$top_builddir/src/fwport" || mode=0
	waiting_fwport open https
	has "Seccomp:	$mode"
	go_on
}

@test "privilege: files in a directory that only somebody else may enter are read" {
	mkdir "$world/home"
	echo "https=443" >"$world/home/mine.profile"
	chmod 600 "$world/home/mine.profile"
	chown -R 65534:65534 "$world/home"
	chmod 700 "$world/home"
	run --separate-stderr host sh -c 'cd "$1" && "$2" apply ./mine.profile' sh "$world/home" "$top_builddir/fwport"
	assert_status 0
	FWPORT_CONFIG_DIR=$world/home fwport services https
	assert_status 0
}

@test "privilege: whoever listens is named, also another user's program" {
	serve 443
	host_background python3 -IS -c "if True:
		import os, socket
		os.setgroups([]), os.setgid(65534), os.setuid(65534)
		socket.create_server(('0.0.0.0', 8443)).accept()"
	await "the other server" eval 'host ss -Hltn sport = 8443 | grep -q .'
	fwport --json why in 8443 -4
	assert_field listeners.0.uid 65534
	[[ "$(field listeners.0.program)" = *python3* ]]
	fwport --json why in 443 -4
	[[ "$(field listeners.0.program)" = *python3* ]]
}

@test "privilege: fewer capabilities than root's are no error" {
	run --separate-stderr host setpriv --bounding-set=-all,+net_admin,+net_raw --inh-caps=-all "$top_builddir/fwport" open https
	told="with two capabilities"
	assert_status 0
	fwport why in https
	assert_status 0
}
