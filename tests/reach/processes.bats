#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The three processes of a check: what they may do, whose they are, and how they end; and many targets at a time.

# shellcheck disable=SC2154,SC2034 # world.bash and run set what is not set here
load ../cli/world

setup() { world_up; }
teardown() { world_down; }

CLIENT4=192.0.2.1

check() {
	run --separate-stderr host timeout 60 "$top_builddir/src/fwport-check" "$@"
	told="fwport-check $*"
	keep_json "$@"
}

# A check that is at it, for as long as an answer may take: $parent, $child and $watchman are its processes.
waiting_check() {
	client nft 'table ip f { chain i { type filter hook input priority 0; tcp dport 443 drop; }; }'
	host "$top_builddir/src/fwport-check" --timeout=60 --retries=10 "$@" "$CLIENT4" >"$world/out" 2>"$world/err" 3>&- &
	waiter=$!
	await "a check with a child" eval 'processes_found'
}

processes_found() {
	local directory name above
	parent='' child='' watchman=''
	for directory in /proc/[0-9]*; do
		{ read -r name <"$directory/comm"; } 2>/dev/null && [ "$name" = fwport-check ] || continue
		[ "$(readlink "$directory/ns/net")" = "$(readlink "/proc/$world_pid/ns/net")" ] || continue
		grep -q '^Seccomp:.2' "$directory/status" || continue
		above=$(awk '/^PPid:/ { print $2 }' "$directory/status")
		if ! grep -qx fwport-check "/proc/$above/comm"; then
			parent=${directory#/proc/}
		elif [ -e "$directory/fd/0" ]; then
			child=${directory#/proc/}
		else
			watchman=${directory#/proc/}
		fi
	done
	[ -n "$parent" ] && [ -n "$child" ] && [ -n "$watchman" ]
}

gone() {
	[ ! -e "/proc/$1" ] || grep -q '^State:.Z' "/proc/$1/status"
}

# has PID LINE...: in what /proc tells of it.
has() {
	local pid=$1 line
	shift
	for line; do
		grep -qxE "$line" "/proc/$pid/status" || { cat "/proc/$pid/status" >&2 && echo "no $line" >&2 && return 1; }
	done
}

holds_packets() {
	find "/proc/$1/fd" -lname 'socket:*' -exec readlink {} + | grep -qFf <(awk 'NR > 1 { print "[" $9 "]" }' "/proc/$1/net/packet")
}

none=0000000000000000 kill=0000000000000020 kill_and_write=0000000000000022

@test "processes: the parent may end its child, and else none has a right, nor a way to one" {
	waiting_check
	has "$watchman" "CapEff:.$none" "CapPrm:.$none" "CapInh:.$none" "CapAmb:.$none" "NoNewPrivs:.1" "Seccomp:.2"
	has "$parent" "CapEff:.$kill" "CapPrm:.$kill" "CapInh:.$none" "CapAmb:.$none" "NoNewPrivs:.1" "Seccomp:.2"
	has "$child" "CapEff:.$none" "CapPrm:.$none" "CapInh:.$none" "CapAmb:.$none" "NoNewPrivs:.1" "Seccomp:.2" \
		"Uid:(.65534){4}" "Gid:(.65534){4}" "Groups:. *"
	grep -qE '^Max core file size +0 +0 ' "/proc/$child/limits"
	holds_packets "$watchman"
	run ! holds_packets "$child"
	run ! holds_packets "$parent"
}

@test "processes: who asks can be chosen, and root is root without rights" {
	waiting_check --as-user=root
	has "$child" "CapEff:.$none" "CapPrm:.$none" "Uid:(.0){4}" "Groups:. *"
}

@test "processes: the user is told, and one that is none is a mistake" {
	check --json --as-user=4711 --stage=tcp "$CLIENT4:1"
	assert_says '"asked_as":{"uid":4711,"user":null,"witness":true'
	check --as-user=nosuch "$CLIENT4"
	assert_status 2
	assert_says 'fwport: --as-user "nosuch" is not a user of this host'
	run --separate-stderr host setpriv --reuid 65534 --clear-groups "$top_builddir/src/fwport-check" --as-user=root "$CLIENT4"
	assert_status 4
	assert_says 'fwport: to ask as root takes root' 'sudo fwport check --as-user root'
}

@test "processes: a signal ends both, and leaves no file behind" {
	local status=0
	mkdir "$world/files"
	waiting_check --prometheus="$world/files/check.prom"
	[ "$(find "$world/files" -type f | wc -l)" -eq 1 ]
	has "$parent" "CapEff:.$kill_and_write" "CapPrm:.$kill_and_write"
	kill -TERM "$parent"
	wait "$waiter" || status=$?
	[ "$status" -eq 143 ]
	await "its end" gone "$child"
	await "the watchman's end" gone "$watchman"
	[ -z "$(ls "$world/files")" ]
}

@test "processes: the others do not outlive the parent" {
	waiting_check
	kill -KILL "$parent"
	await "its end" gone "$child"
	await "the watchman's end" gone "$watchman"
}

@test "processes: the parent tells how the child ended" {
	local status=0
	mkdir "$world/files"
	waiting_check --prometheus="$world/files/check.prom"
	kill -SEGV "$child"
	wait "$waiter" || status=$?
	[ "$status" -eq 4 ]
	grep -q 'fwport: the process that checks was ended by signal 11' "$world/err"
	[ -z "$(ls "$world/files")" ]
}

@test "processes: a textfile is there whole, for everybody to read, or stays as it was" {
	mkdir "$world/files"
	check --prometheus="$world/files/check.prom" --stage=tcp "$CLIENT4:1"
	assert_status 1
	[ "$(ls "$world/files")" = check.prom ]
	[ "$(stat -c %a:%u "$world/files/check.prom")" = 644:0 ]
	grep -q 'connection-refused' "$world/files/check.prom"
	cp "$world/files/check.prom" "$world/before"
	check --prometheus="$world/files/check.prom" not:a:target
	assert_status 2
	[ "$(ls "$world/files")" = check.prom ]
	cmp "$world/before" "$world/files/check.prom"
	check --prometheus=/nonexistent/check.prom "$CLIENT4"
	assert_status 4
	assert_says 'fwport: cannot write a file beside /nonexistent/check.prom: No such file or directory'
}

@test "processes: a file in somebody else's directory can be replaced" {
	mkdir "$world/files"
	chown 65534 "$world/files"
	chmod 755 "$world/files"
	check --prometheus="$world/files/check.prom" --stage=tcp "$CLIENT4:1"
	assert_status 1
	[ "$(ls "$world/files")" = check.prom ]
}

@test "many: one that is none is told before anything is asked" {
	printf '%s\n' "$CLIENT4:1" '# nothing' 'http://example.org/' >"$world/list"
	check --json --file="$world/list"
	assert_status 3
	assert_says "$world/list:3: \\\"http://example.org/\\\" is not a target: it is not https"
	[ "$(wc -l <<<"$output")" -eq 1 ]
}

@test "many: a list that only root may read" {
	echo "$CLIENT4:1" >"$world/list"
	chmod 600 "$world/list"
	check --json --stage=tcp --file="$world/list"
	assert_status 1
	assert_says '"code":"connection-refused"'
}

@test "many: JSON as they finish, a table in the order given" {
	serve client 444
	client nft 'table ip f { chain i { type filter hook input priority 0; tcp dport 443 drop; }; }'
	check --json --stage=tcp --timeout=3 "$CLIENT4:443" "$CLIENT4:444"
	assert_status 1
	[[ ${lines[0]} == *'"target":"192.0.2.1:444"'* ]]
	[[ ${lines[1]} == *'"target":"192.0.2.1:443"'* ]]
	check --stage=tcp --timeout=3 "$CLIENT4:443" "$CLIENT4:444"
	[[ $output == *192.0.2.1:443*192.0.2.1:444* ]]
}

@test "many: few open files make it slower, and not wrong" {
	serve client 443
	for _ in $(seq 20); do echo "$CLIENT4"; done >"$world/list"
	run --separate-stderr host prlimit --nofile=100:100 "$top_builddir/src/fwport-check" --json --file="$world/list" --stage=tcp
	assert_status 0
	assert_says 'fwport: no more than 2 targets at a time: this process can have only 100 open files'
	[ "$(grep -c '"party":"ok"' <<<"$output")" -eq 20 ]
}

@test "many: a second look forgives what the first one saw" {
	serve client 443
	ruleset_is <<<'table ip f { chain o { type filter hook output priority 0; tcp dport 443 limit rate over 1/hour burst 1 packets accept; tcp dport 443 reject; }; }'
	check --json --stage=tcp "$CLIENT4"
	assert_status 1
	ruleset_is <<<'flush ruleset; table ip f { chain o { type filter hook output priority 0; tcp dport 443 limit rate over 1/hour burst 1 packets accept; tcp dport 443 reject; }; }'
	check --json --stage=tcp --retries=1 "$CLIENT4"
	assert_status 0
	[ "$(wc -l <<<"$output")" -eq 1 ]
}

# looks_told COUNT FILE: so many looks at the target are in it.
looks_told() {
	[ "$(grep -c '^RESULT' "$2")" -ge "$1" ]
}

@test "watch: again and again until it is ended, each look with its time" {
	local status=0
	host "$top_builddir/src/fwport-check" --watch=1 --stage=tcp "$CLIENT4:1" >"$world/out" 2>"$world/err" 3>&- &
	await "two looks" looks_told 2 "$world/out"
	processes_found
	kill -TERM "$parent" # INT may be ignored by whoever runs the tests
	wait $! || status=$?
	[ "$status" -eq 143 ]
	run ! grep -vx Terminated "$world/err" # as the shell says of what it started
	grep -qE '^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} [-+][0-9]{4}$' "$world/out"
	run ! grep -q $'\033' "$world/out"
}

@test "watch: a terminal is cleared for each look" {
	command -v script >/dev/null || skip "needs script"
	host script -qefc "'$top_builddir/src/fwport-check' --watch=1 --stage=tcp $CLIENT4:1" "$world/out" >/dev/null 2>&1 3>&- </dev/null &
	await "two looks" looks_told 2 "$world/out"
	processes_found
	kill -INT "$parent"
	wait $! || true
	[ "$(grep -c $'\033\\[H\033\\[2J' "$world/out")" -ge 2 ]
}

@test "many: a terminal is told how far it is, where that takes long" {
	command -v script >/dev/null || skip "needs script"
	client nft 'table ip f { chain i { type filter hook input priority 0; tcp dport 443 drop; }; }'
	host script -qefc "'$top_builddir/src/fwport-check' --timeout=3 --stage=tcp $CLIENT4:1 $CLIENT4" "$world/out" >/dev/null 3>&- </dev/null || true
	grep -q '1 of 2 checked, 1 not ok' "$world/out"
	check --timeout=3 --stage=tcp "$CLIENT4:1" "$CLIENT4"
	[[ $stderr != *checked* ]]
	host script -qefc "'$top_builddir/src/fwport-check' --timeout=3 --stage=tcp $CLIENT4" "$world/out" >/dev/null 3>&- </dev/null || true
	grep -q 'checking, [1-3] s' "$world/out"
}

@test "processes: the child's end is seen, though whoever started them ignores such" {
	run --separate-stderr host timeout --kill-after=1 20 env --ignore-signal=CHLD "$top_builddir/src/fwport-check" --stage=tcp "$CLIENT4"
	told="fwport-check where SIGCHLD is ignored"
	assert_status 1
	assert_says "remote-tcp/connection-refused"
}
