#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The command line where it changes nothing: help, versions, typing errors, exit statuses, names. Needs no root.

# shellcheck disable=SC2154 # bats and the harness assign stderr, stderr_lines and top_builddir
bats_require_minimum_version 1.5.0

setup() {
	fwport=$top_builddir/fwport
	export FWPORT_CONFIG_DIR=$BATS_TEST_TMPDIR/config FWPORT_DATA_DIR=$BATS_TEST_TMPDIR/data
	export FWPORT_STATE_DIR=$BATS_TEST_TMPDIR/state FWPORT_RUN_DIR=$BATS_TEST_TMPDIR/run
	mkdir -p "$FWPORT_CONFIG_DIR/profiles" "$FWPORT_DATA_DIR/profiles"
	printf 'test-web=443/tcp, 443/udp\n' >"$FWPORT_CONFIG_DIR/services"
	printf 'test-web=8443\ntest-admin=9443\n' >"$FWPORT_DATA_DIR/services"
}

teardown() {
	[ ! -e "$FWPORT_STATE_DIR" ] && [ ! -e "$FWPORT_RUN_DIR" ]
}

# One JSON object per line, each with "schema": 1.
is_json() {
	python3 -c 'import json, sys
for line in sys.argv[1].splitlines():
    assert json.loads(line)["schema"] == 1, line' "$1"
}

# The value at KEY.KEY... of a JSON object.
field() {
	python3 -c 'import json, sys
value = json.loads(sys.argv[1])
for key in sys.argv[2].split("."):
    value = value[int(key) if key.isdigit() else key]
print(value)' "$1" "$2"
}

# The standard output of --help names each command once, at the start of a line.
command_names() {
	"$fwport" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

@test "usage: --help lists each command once, what it is for first" {
	[ "$(command_names | head -n 2 | tr '\n' ' ')" = "open close " ]
	[ "$(command_names | wc -l)" -gt 8 ]
	[ -z "$(command_names | sort | uniq -d)" ]
}

@test "usage: help COMMAND and COMMAND --help say the same" {
	for name in $(command_names); do
		[ "$("$fwport" help "$name")" = "$("$fwport" "$name" --help)" ]
		[[ "$("$fwport" help "$name")" = "fwport $name: "* ]]
	done
}

@test "usage: --help of a command needs no operands and no root" {
	run -0 "$fwport" open -h
	[ "${lines[1]}" = "Usage: fwport open [OPTION]... SERVICE|PORT[-PORT][/PROTO]..." ]
}

@test "usage: --version tells version and licence" {
	run -0 "$fwport" --version
	[[ "${lines[0]}" =~ ^fwport\ [0-9]+\.[0-9]+ ]]
	[[ "$output" = *"GNU GPL version 2 or later"* ]]
}

@test "usage: no command is an error that points to help" {
	run -2 --separate-stderr "$fwport"
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "fwport: what shall be done? a command is missing" ]
	[ "${stderr_lines[1]}" = "fwport: hint: fwport --help lists the commands" ]
}

@test "usage: a mistyped command names the nearest" {
	run -2 --separate-stderr "$fwport" opne https
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = 'fwport: unknown command "opne"' ]
	[ "${stderr_lines[1]}" = "fwport: hint: did you mean fwport open?" ]
	run -2 "$fwport" help opne
}

@test "usage: a mistyped option names the nearest" {
	run -2 --separate-stderr "$fwport" why in 443 --ifcae eth0
	[ "${stderr_lines[0]}" = "fwport: unknown option --ifcae" ]
	[ "${stderr_lines[1]}" = "fwport: hint: did you mean --iface?" ]
}

@test "usage: an option that the command does not take" {
	run -2 --separate-stderr "$fwport" services --from 10.0.0.1
	[ "${stderr_lines[0]}" = "fwport: fwport services does not take --from" ]
}

@test "usage: missing, superfluous and repeated values" {
	run -2 --separate-stderr "$fwport" why in 443 --from
	[ "${stderr_lines[0]}" = "fwport: --from needs a value: --from PREFIX,.." ]
	run -2 --separate-stderr "$fwport" services --quiet=1
	[ "${stderr_lines[0]}" = 'fwport: --quiet takes no value, "1" is too much' ]
	run -2 --separate-stderr "$fwport" why in 443 --iface a --iface b
	[ "${stderr_lines[0]}" = 'fwport: --iface is given twice, "a" and "b"' ]
}

@test "usage: why needs a direction and ports it can understand" {
	run -2 --separate-stderr "$fwport" why 443 tcp
	[ "${stderr_lines[0]}" = 'fwport: "443" is not a direction: in or out' ]
	run -2 "$fwport" why in 0
	run -2 "$fwport" why in 70000
	run -2 "$fwport" why in 9-1
	run -2 "$fwport" why in 443/icmp
	run -2 "$fwport" why in test-web/sctp
	run -2 "$fwport" why in 443 --from 10.0.0.1/8
	run -2 "$fwport" why in 443 --from 10.0.0.1,10.0.0.2
	run -2 "$fwport" why in 443 -6 --from 10.0.0.1
}

@test "usage: an unknown service is a usage error with the nearest name" {
	run -2 --separate-stderr "$fwport" why in test-wbe
	[[ "${stderr_lines[0]}" = *test-wbe* ]]
	[[ "${stderr_lines[1]}" = "fwport: hint: "*test-web* ]]
}

# typo HINT WORD...: what is suggested instead.
typo() {
	local hint=$1
	shift
	run -2 --separate-stderr "$fwport" "$@"
	[ "${stderr_lines[1]}" = "fwport: hint: $hint" ]
}

@test "usage: the nearest word is suggested wherever one is mistyped" {
	typo "did you mean fwport why in?" why inn 443
	typo "did you mean fwport help open?" help opn
	typo "fwport --help lists the commands" help xyzzyx
	typo "did you mean tcp?" why in 443/tpc
	run -2 --separate-stderr "$fwport" why in 443/http
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "usage: control characters of the command line do not reach the screen" {
	run -2 --separate-stderr "$fwport" $'\033[2J\nfwport: all is well'
	[ "${stderr_lines[0]}" = 'fwport: unknown command "\x1b[2J\x0afwport: all is well"' ]
	[[ "$stderr" != *$'\033'* ]]
}

@test "usage: with --json errors are JSON on stdout, typing errors too" {
	run -2 --separate-stderr "$fwport" --json opne
	[ -z "$stderr" ]
	is_json "$output"
	[ "$(field "$output" error.kind)" = usage ]
	[ "$(field "$output" error.text)" = 'unknown command "opne"' ]
	[ "$(field "$output" error.hint)" = "did you mean fwport open?" ]
	run -2 --separate-stderr "$fwport" open --frm 443 --json
	[ "$(field "$output" error.hint)" = "did you mean --from?" ]
	run -2 --separate-stderr "$fwport" profiles nosuch --json
	[ "$(field "$output" error.kind)" = usage ]
}

@test "usage: --json behind -- is an operand" {
	run -1 --separate-stderr "$fwport" services -- --json
	[ -z "$output" ]
	[[ "$stderr" = *--json* ]]
}

@test "usage: help and version are JSON too" {
	is_json "$("$fwport" --version --json)"
	is_json "$("$fwport" help open --json)"
	[ "$(field "$("$fwport" help open --json)" text)" = "$("$fwport" help open)" ]
}

@test "usage: output that cannot be written is an error" {
	[ -e /dev/full ] || skip "no /dev/full"
	status=0
	"$fwport" --help >/dev/full 2>"$BATS_TEST_TMPDIR/err" || status=$?
	[ "$status" -eq 4 ]
	[ "$(cat "$BATS_TEST_TMPDIR/err")" = "fwport: cannot write the output: No space left on device" ]
}

@test "services: names, ports and origin" {
	run -0 "$fwport" services
	[[ "${lines[0]}" =~ ^SERVICE\ +PORTS\ +ORIGIN$ ]]
	[[ "$output" = *"test-admin  9443/tcp          $FWPORT_DATA_DIR/services:2"* ]]
	[[ "$output" = *"test-web    443/tcp, 443/udp  $FWPORT_CONFIG_DIR/services:1"* ]]
}

@test "services NAME: the winner first, then what it shadows" {
	run -0 "$fwport" services test-web
	[[ "${lines[1]}" = *"$FWPORT_CONFIG_DIR/services:1" ]]
	[[ "${lines[2]}" = *"$FWPORT_DATA_DIR/services:1 (shadowed by the first)" ]]
	[ "${#lines[@]}" -eq 3 ]
}

@test "services NAME: nobody knows it is 1, and says so" {
	run -1 --separate-stderr "$fwport" services test-wbe
	[ -z "$output" ]
	[[ "${stderr_lines[0]}" = "fwport: "*test-wbe* ]]
	run -1 --separate-stderr "$fwport" services test-wbe --json
	[ "$output" = '{"schema":1,"command":"services","services":[]}' ]
	[ -z "$stderr" ]
}

@test "services --quiet: only the exit status speaks" {
	run -0 "$fwport" services test-web -q
	[ -z "$output" ]
}

@test "profiles: one that does not parse is listed, and asked for it is 3" {
	printf 'https = 443/tcp from=10.0.0.0/8\n' >"$FWPORT_CONFIG_DIR/profiles/good.profile"
	printf 'https = 70000\n' >"$FWPORT_CONFIG_DIR/profiles/bad.profile"
	run -3 "$fwport" profiles
	[[ "${lines[1]}" = bad*70000* ]]
	[[ "${lines[2]}" = good*"$FWPORT_CONFIG_DIR/profiles/good.profile" ]]
	run -3 "$fwport" profiles --json
	[[ "$(field "$output" profiles.0.error)" = *bad.profile:1:9:* ]]
	[ "$(field "$output" profiles.0.description)" = None ]
	run -3 --separate-stderr "$fwport" profiles bad
	[[ "${stderr_lines[0]}" = "fwport: "*bad.profile:1:9:* ]]
	run -0 "$fwport" profiles good
	[[ "$output" = *"443/tcp  in         from 10.0.0.0/8"* ]]
	run -3 --separate-stderr "$fwport" profiles "$FWPORT_CONFIG_DIR/profiles/bad.profile" --json
	[ "$(field "$output" error.kind)" = file ]
}

@test "profiles: an unknown one is a usage error" {
	run -2 --separate-stderr "$fwport" profiles nosuch
	[[ "${stderr_lines[0]}" = *nosuch* ]]
}

@test "color: always colours, NO_COLOR and a pipe do not" {
	[[ "$("$fwport" services --color=always)" = *$'\033[1mSERVICE'* ]]
	[[ "$("$fwport" services)" != *$'\033'* ]]
	[[ "$(NO_COLOR=1 "$fwport" services)" != *$'\033'* ]]
}

# Runs the program without any right; a root that tests becomes nobody first.
as_nobody() {
	if [ "$(id -u)" -ne 0 ]; then
		"$@"
		return
	fi
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all "$@"
}

@test "without root: changing is refused with the line to type, and nothing is touched" {
	as_nobody test -x "$top_builddir/src/fwport" || skip "nobody cannot run the program here"
	run -4 --separate-stderr as_nobody "$fwport" open 443 --from 10.0.0.0/8
	[ "${stderr_lines[0]}" = "fwport: fwport open needs root (CAP_NET_ADMIN)" ]
	[ "${stderr_lines[1]}" = "fwport: hint: sudo fwport open 443 --from 10.0.0.0/8" ]
	run -4 --separate-stderr as_nobody "$fwport" open 443 --reason "two words"
	[ "${stderr_lines[1]}" = "fwport: hint: sudo fwport open 443 --reason 'two words'" ]
	run -4 --separate-stderr as_nobody "$fwport" open 443 --reason "$(printf '%400s' long)"
	[ "${stderr_lines[1]}" = "fwport: hint: run it with sudo" ]
	run -4 --separate-stderr as_nobody "$fwport" status --json
	[ "$(field "$output" error.kind)" = permission ]
}

@test "without root: why says unknown, and what it could not read" {
	as_nobody test -x "$top_builddir/src/fwport" || skip "nobody cannot run the program here"
	run -11 --separate-stderr as_nobody "$fwport" why in 443 -4
	[ "${lines[0]}" = "443/tcp in IPv4: UNKNOWN" ]
	[[ "${lines[1]}" = "  the ruleset cannot be read without root (CAP_NET_ADMIN): "* ]]
	[ "${stderr_lines[0]}" = "fwport: hint: run it with sudo" ]
	run -11 as_nobody "$fwport" why in 443 --json
	[ "$(field "$output" verdict)" = unknown ]
	[ "$(field "$output" families.0.packets)" = "[]" ]
	[ "$(field "$output" not_modelled.0.kind)" = unread ]
	[ "$(field "$output" not_modelled.0.name)" = "rules of nf_tables" ]
	[ "$(field "$output" not_modelled.0.text)" = "could not be read: Operation not permitted" ]
}

@test "usage: ports between commas are told to be words of their own" {
	run --separate-stderr "$fwport" why in 443,80
	[ "$status" -eq 2 ]
	[[ $stderr == *'hint: several are words of their own, with spaces between them' ]]
}
