#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What goes wrong is said in a sentence and a status, and the ruleset is as before.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

setup() {
	world_up
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop
				ct state established accept
				tcp dport 22 accept
			}
		}
	END
	rules=$(ruleset)
	number=$(ruleset_number)
}
teardown() { world_down; }

# Nothing was sent and nothing is recorded.
nothing_done() {
	assert_number "$number"
	assert_ruleset "$rules"
}

# refused STATUS WORDS... -- ARGUMENTS: the status, the words in the sentence, and nothing done.
refused() {
	local wanted=$1 words=()
	shift
	while [ "$1" != -- ]; do words+=("$1") && shift; done
	shift
	fwport "$@"
	assert_status "$wanted"
	assert_says "${words[@]}"
	[ -z "$output" ] || { tell "an error belongs on the error channel alone" && return 1; }
	nothing_done
}

without_rights() {
	run --separate-stderr host setpriv --bounding-set=-all --inh-caps=-all "$top_builddir/fwport" "$@"
	told="without rights: fwport $*"
}

@test "errors: without the capability nothing is changed, and why does not guess" {
	without_rights open https
	assert_status 4
	without_rights apply /nowhere/x.profile
	[ "$status" != 0 ]
	without_rights why in https
	assert_status 11
	without_rights --json open https
	assert_status 4
	assert_field error.kind permission
	nothing_done
}

# Nobody finds his way to the test's directories; the private /run he may read.
as_nobody() {
	run --separate-stderr host setpriv --reuid=65534 --regid=65534 --clear-groups env FWPORT_CONFIG_DIR=/run/etc \
		FWPORT_STATE_DIR=/run/state FWPORT_RUN_DIR=/run/run "$top_builddir/fwport" "$@"
	told="as nobody: fwport $*"
}

@test "errors: as an ordinary user nothing is changed, and why does not guess" {
	host setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$top_builddir/src/fwport" ||
		skip "the build tree is closed to nobody"
	as_nobody open https
	assert_status 4
	assert_says root
	as_nobody why in https
	assert_status 11
	as_nobody services https
	assert_status 0
	nothing_done
}

@test "errors: a full state directory undoes the opening" {
	serve 443
	host mount -t tmpfs -o size=64k tmpfs "$world/state"
	host dd if=/dev/zero of="$world/state/filler" bs=4k count=100 2>/dev/null || true
	fwport open https
	assert_status 4
	assert_says state "No space left"
	assert_ruleset "$rules"
	expect46 443=timeout
	host rm "$world/state/filler"
	fwport open https
	assert_status 0
	expect46 443=open
}

@test "errors: a full state directory undoes the closing" {
	local opened
	serve 443
	host mount -t tmpfs -o size=64k tmpfs "$world/state"
	fwport open https
	assert_status 0
	opened=$(ruleset)
	host dd if=/dev/zero of="$world/state/filler" bs=4k count=100 2>/dev/null || true
	fwport close https
	assert_status 4
	assert_ruleset "$opened"
	expect46 443=open
	host rm "$world/state/filler"
	fwport close https
	assert_status 0
	assert_ruleset "$rules"
}

@test "errors: a state directory that cannot be written" {
	host mount -t tmpfs -o ro tmpfs "$world/state"
	fwport open https
	assert_status 4
	assert_says "$world/state"
	assert_ruleset "$rules"
}

@test "errors: a state directory that is a file" {
	rmdir "$world/state"
	: >"$world/state"
	fwport open https
	assert_status 4
	assert_says "$world/state"
	assert_ruleset "$rules"
}

@test "errors: a missing state directory is made" {
	rmdir "$world/state"
	fwport open https
	assert_status 0
	fwport status
	assert_status 0
	assert_says https
}

@test "errors: a damaged or newer state file is told and never overwritten" {
	local text
	for text in '{ "schema": 1, "generation"' '' '[]' '{"schema":99}' '{"schema":1,"generation":"x","openings":{}}' $'\x00\x01'; do
		printf '%s' "$text" >"$world/state/state.json"
		fwport open https
		[ "$status" = 3 ] || [ "$status" = 4 ] || { tell "exit status 3 or 4 expected for $text" && return 1; }
		assert_says state.json
		[ "$(cat "$world/state/state.json")" = "$text" ]
		nothing_done
		fwport status
		[ "$status" -ge 3 ]
		assert_says state.json
	done
}

@test "errors: an unknown service tells the nearest name" {
	refused 2 htps https -- open htps
	refused 2 htps https -- why in htps
	refused 2 htps https -- close htps
}

@test "errors: ports that are none" {
	refused 2 '"0"' 1-65535 -- open 0
	refused 2 '"70000"' 1-65535 -- open 70000
	refused 2 '"99999999999999999999"' -- open 99999999999999999999
	refused 2 9000 8000 -- open 9000-8000
	refused 2 foo tcp udp -- open 443/foo
	refused 2 "tcp, udp" -- open 443/
	refused 2 443 -- open 443-
	refused 2 tcp/udp -- open 443/tcp/udp
	refused 2 -- open ""
}

@test "errors: prefixes that are none" {
	refused 2 10.0.0.0/33 -- open https --from 10.0.0.0/33
	refused 2 300.1.1.1 -- open https --from 300.1.1.1
	refused 2 2001:db8::/129 -- open https --from 2001:db8::/129
	refused 2 nowhere -- open https --from nowhere
	refused 2 -- open https --from 10.0.0.0/8,
	refused 2 -- open https --from ""
	refused 2 --from family -- open https -4 --from 2001:db8::1
}

@test "errors: commands and options that are mistyped tell the nearest word" {
	refused 2 opne open -- opne https
	refused 2 --form --from -- open https --form 10.0.0.0/8
	refused 2 -- open
	refused 2 -- why
	refused 2 sideways -- why sideways 443
	refused 2 --in --out -- open --in --out https
	refused 2 --backend nft -- open https --backend=pf
	refused 2 --from -- open https --from
}

@test "errors: with --json an error is one object on standard output" {
	fwport --json open htps
	assert_status 2
	[ "${#lines[@]}" = 1 ]
	assert_field schema 1
	assert_field error.kind usage
	[[ "$(field error.text)" == *htps* ]]
	[[ "$(field error.hint)" == *https* ]]
	fwport --json open 70000
	assert_status 2
	assert_field error.kind usage
	fwport --json --no-such-option
	assert_status 2
	assert_field error.kind usage
	: >"$world/state/state.json"
	fwport --json open https
	[ "$status" -ge 3 ]
	[ "${#lines[@]}" = 1 ]
	[ "$(field error.text | wc -l)" = 1 ]
	nothing_done
}

# closed STREAMS ARGUMENTS...
closed() {
	run --separate-stderr host sh -c "exec $1; exec \"\$0\" \"\$@\"" timeout 60 "$top_builddir/fwport" "${@:2}"
	told="fwport ${*:2} $1"
}

@test "errors: where the standard output is closed, no other file takes its place" {
	serve client 443
	closed '>&-' --json check --stage tcp 192.0.2.1
	assert_status 4
	[ "$stderr" = "fwport: cannot write what was found: Bad file descriptor" ]
	closed '>&-' --json opne
	assert_status 4
	[ "$stderr" = 'fwport: unknown command "opne"' ]
	nothing_done
	closed '>&-' --json open https
	assert_status 4
	[ "$stderr" = "fwport: the change was made, but not told: cannot write the output: Bad file descriptor" ]
	closed '<&- >&- 2>&-' close https
	fwport --json history
	assert_status 0
	[ "${#lines[@]}" = 2 ]
}

@test "errors: strangers' names cannot write to the terminal" {
	fwport open $'ht\e[31mtps'
	assert_status 2
	[[ "$stderr" != *$'\e'* ]]
	fwport apply $'we\nb'
	assert_status 2
	[ "$(grep -c '^fwport: ' <<<"$stderr")" -ge 1 ]
	[[ "$stderr" != *$'we\nb'* ]]
}

@test "errors: help and version need no rights and no kernel" {
	without_rights --help
	assert_status 0
	assert_says open close apply plan status why services profiles
	without_rights open --help
	assert_status 0
	assert_says --from --iface
	without_rights --version
	assert_status 0
	assert_says fwport
}

# limited LIMIT -- ARGUMENTS: fwport, with a limit as prlimit has it, which holds for nobody else (a shell that has no memory fails in
# words of its own); 99: it was not even loaded. The output goes through a pipe, which has no size.
limited() {
	# shellcheck disable=SC2016 # for the inner shell
	run --separate-stderr host bash -o pipefail -c '{ prlimit "$@" || { status=$?; [ $status -lt 126 ] || exit 99; exit $status; }; } 2>&1 | cat' \
		bash "$1" "$top_builddir/src/fwport" "${@:3}"
	told="fwport ${*:3} (prlimit $1)"
}

@test "errors: a limit on the size of files is told like a full disk" {
	limited --fsize=0 -- open https
	assert_status 4
	assert_says "nothing was changed: cannot write the journal" "File too large"
	nothing_done
}

@test "errors: too few descriptors are told, and nothing is half done" {
	local files refusals=0
	for ((files = 4; files < 30; files++)); do
		limited "--nofile=$files" -- open https
		[ "$status" != 99 ] || continue
		[ "$status" != 0 ] || break
		assert_says "fwport: "
		nothing_done
		refusals=$((refusals + 1))
	done
	[ "$status" = 0 ]
	[ "$refusals" -gt 0 ]
}

@test "errors: whatever little memory there is, it is told, and nothing is half done" {
	! ldd "$top_builddir/src/fwport" | grep -q asan || skip "sanitizers want memory without a limit"
	local kilobytes refusals=0
	for ((kilobytes = 3500; kilobytes < 40000; kilobytes += 24)); do
		limited "--as=$((kilobytes * 1024))" -- open https
		[ "$status" != 99 ] || continue
		[ "$status" != 0 ] || break
		assert_status 4
		assert_says "fwport: "
		nothing_done
		refusals=$((refusals + 1))
	done
	[ "$status" = 0 ]
	[ "$refusals" -gt 0 ]
}
