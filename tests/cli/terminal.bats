#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What people see: on a terminal lines fit, signs and colours stand beside words, why is a tree and the next command is told;
# in a pipe nothing of that.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

setup() {
	world_up
	export FWPORT_DATA_DIR=$world/data
	mkdir "$world/data"
	ln -s "$(realpath "$top_srcdir/profiles")" "$world/data/profiles"
	ln -s "$(realpath "$top_srcdir/profiles/services")" "$world/data/services"
	unset NO_COLOR
	ruleset_is <<-'END'
		table ip filter {
			chain INPUT {
				type filter hook input priority 0; policy drop
				ct state established accept
				tcp dport 22 ip saddr 10.0.0.0/8 accept comment "本社の管理者だけがここから入れる"
				tcp dport 80 limit rate 10/second accept
				reject with icmp host-prohibited comment "everything that nobody asked for goes away"
			}
		}
		table inet hosting {
			chain incoming {
				type filter hook input priority 10
				ct state established accept
				meta l4proto icmpv6 accept
				reject with icmpx admin-prohibited comment "the hosting company"
			}
		}
	END
}
teardown() { world_down; }

# on COLUMNS [VARIABLE=VALUE]... -- WORD...: fwport on a terminal so wide.
on() {
	local columns=$1 settings=(TERM=xterm LC_ALL=C.UTF-8)
	shift
	while [ "$1" != -- ]; do
		settings+=("$1")
		shift
	done
	shift
	run host timeout 60 env "${settings[@]}" python3 -IS "$here/terminal.py" "$columns" "$top_builddir/fwport" "$@"
	stderr='' told="fwport $* (on $columns columns)"
}

# No line is wider, but for commands that are to be copied.
assert_fits() {
	python3 -IS "$here/fits.py" "$1" <<<"$output" || { tell "wider than $1" && return 1; }
}

escape=$'\033'

@test "terminal: whatever is printed fits, on 40 columns and on 80" {
	local columns words
	fwport open https --reason "the web server of those who come from the other office"
	fwport open 8000-8010 --from 10.0.0.0/8,192.168.0.0/16,2001:db8::/32 --for 2h
	for columns in 40 80; do
		for words in "why in 22" "why in 22 -v" "why in 80" "open https" "status" "history" "history 1" \
			"help open" "services https" "profiles" "plan web" "policy in=drop" "opne" "open 443 --from anywhere-but-not-from-here" "close 9"; do
			# shellcheck disable=SC2086 # words
			on "$columns" -- $words
			[ "$status" -ne 139 ] && [ -n "$output" ]
			assert_fits "$columns"
		done
	done
}

@test "terminal: why is a tree, which names what decides, and with -v each chain" {
	on 80 -- why in 443 -4
	assert_status 1
	assert_says "443/tcp in IPv4 on eth0: ${escape}[31m✗" "BLOCKED${escape}[0m (ruleset" "├─ SYN: " \
		"│  ├─ input: ip filter INPUT (admin): " "rejected by${escape}[0m rule 4" \
		"│  │  └─ reject with icmp host-prohibited comment \"everything that nobody asked" \
		"│  └─ input: inet hosting incoming (admin): " "│     └─ reject with icmpx admin-prohibited" \
		"├─ SYN-ACK, ACK, answer: " "├─ fix: fwport open 443/tcp -4" "└─ fix, by the owner: nft insert rule"
	assert_says_not "priority"
	on 200 -- why in 443 -4 -v
	assert_says "├─ SYN-ACK: meets no base chain" "├─ ACK: " "input: ip filter INPUT (admin, priority filter): " \
		"accepted by${escape}[0m rule 1 (handle 2)" "└─ ct state established accept" "all that blocks:"
}

@test "terminal: what a check found fits, too" {
	on 60 -- check --timeout 3 --stage tcp 192.0.2.1:9
	assert_status 1
	assert_fits 60
	assert_says "firewall v4  ${escape}[3" "✗" "RESULT  "
	on 40 NO_COLOR=1 -- check --timeout 3 --stage tcp 192.0.2.1:9
	assert_fits 40
	assert_says_not "$escape"
}

@test "terminal: families that are told alike are told once" {
	on 80 -- why in 443
	assert_says "443/tcp in IPv4 on eth0: " "443/tcp in IPv6 on eth0: "
	on 80 -- open 443
	assert_says "443/tcp  in  IPv4  " "443/tcp  in  IPv6  "
	host nft flush table ip filter
	host nft delete table ip filter
	fwport restore
	on 80 -- why in 443
	assert_says "443/tcp in IPv4 and IPv6 on eth0: "
	assert_says_not "443/tcp in IPv6"
	on 80 -- open 443
	assert_says "443/tcp  in  both  "
	on 80 -- status
	assert_says "443/tcp  in         anyone  both    "
	fwport status
	assert_says "  IPv4    open   by rule" "  IPv6    open   by rule"
	fwport why in 443
	assert_says "443/tcp in IPv4 on eth0: OPEN" "443/tcp in IPv6 on eth0: OPEN"
}

@test "terminal: without UTF-8 the tree is typed and what the locale does not know is escaped" {
	on 200 LC_ALL=C -- why in 22 --from 10.1.2.3 -4 -v
	assert_status 1
	assert_says "|- SYN: " "|  |- input: ip filter INPUT" "\`- fix, by the owner: " "<== blocks" \
		'"\xe6\x9c\xac\xe7\xa4\xbe'
	assert_says_not "─"
	assert_says_not "✗"
	assert_says_not "本社"
	on 200 -- why in 22 --from 10.1.2.3 -4 -v
	assert_says "本社の管理者だけ"
}

@test "terminal: --color goes before NO_COLOR, that before TERM, and that before the terminal" {
	on 80 -- why in 443
	assert_says "${escape}["
	on 80 NO_COLOR= -- why in 443
	assert_says "${escape}["
	on 80 NO_COLOR=1 -- why in 443
	assert_says "✗"
	assert_says_not "$escape"
	on 80 TERM=dumb -- why in 443
	assert_says "|- SYN: reject" "<== blocks"
	assert_says_not "$escape"
	on 80 TERM= -- status
	assert_says_not "$escape"
	on 80 -- why in 443 --color never
	assert_says_not "$escape"
	on 80 NO_COLOR=1 TERM=dumb -- why in 443 --color always
	assert_says "${escape}[31mBLOCKED"
	fwport why in 443 --color always
	assert_says "${escape}[31mBLOCKED"
}

@test "terminal: in a pipe and a file there are plain whole lines, and nothing is told next" {
	export TERM=xterm LC_ALL=C.UTF-8
	fwport open https
	assert_status 0
	assert_says "Recorded as generation 1, will not come back after a reboot (fwport save --enable)."
	assert_says_not "next: "
	fwport why in 8443
	assert_status 1
	assert_says '    input        ip filter INPUT (admin, priority filter): rejected by rule 5 (handle 5): reject with icmp host-prohibited comment "everything that nobody asked for goes away"   <== blocks'
	assert_says_not "─"
	fwport status
	assert_says "STATE  BY" "open   by rule 4 of ip filter INPUT (inserted before reject, rule 5)"
	assert_says_not "✓"
	assert_says_not "$escape"
}

@test "terminal: what programs read is the same there" {
	fwport open https
	fwport --json why in 443
	local piped=$output
	on 40 -- --json why in 443
	[ "$output" = "$piped" ] || { tell "other JSON: $piped" && return 1; }
	fwport save --print nft
	piped=$output
	on 40 -- save --print nft
	[ "$output" = "$piped" ] || { tell "another file: $piped" && return 1; }
}

@test "terminal: the next useful command is told, where there is one" {
	on 80 -- open https --dry-run
	assert_status 1
	[ "${lines[-1]}" = "next: fwport open https" ]
	on 80 -- plan web --accept-conditions
	[ "${lines[-1]}" = "next: fwport apply web --accept-conditions" ]
	on 80 -- open https
	assert_status 0
	assert_says "will not come back after a reboot."
	[ "${lines[-1]}" = "next: fwport save --enable" ]
	on 80 -- open 8443 --confirm=600
	[ "${lines[-1]}" = "next: fwport confirm" ]
	on 80 -- confirm
	[ "${lines[-1]}" = "Generation 2 is confirmed." ]
	host nft insert rule inet hosting incoming tcp dport 8443 drop
	on 80 -- status
	assert_status 1
	[ "${lines[-1]}" = "next: fwport why in 8443/tcp" ]
	on 80 -- -q open 22
	[ -z "$output" ]
}

@test "terminal: what strangers wrote moves no cursor" {
	host nft insert rule inet hosting incoming tcp dport 443 drop comment "\"$(printf '\033[2J\033[31mgone')\""
	on 80 -- why in 443 -6
	assert_status 1
	assert_says '\x1b[2J\x1b[31mgone'
	assert_says_not "${escape}[2J"
	on 80 -- open 443 -6
	assert_says '\x1b[2J'
	assert_says_not "${escape}[2J"
}

@test "terminal: who waits for the lock is told for whom, until it is his turn" {
	fwport open 80
	host_background flock "$world/state/lock" sh -c ': >"$1/held"; until [ -e "$1/seen" ]; do sleep 0.05; done' sh "$world"
	await "the lock" test -e "$world/held"
	on 80 "TERMINAL_TELLS=$world/seen waiting for" -- open 443
	assert_status 0
	assert_says $'\r'"waiting for flock (pid " "), which changes something, 1 s  "
	# Wiped, before the answer.
	[[ $output == *$'\r'"$(printf '%79s' '')"$'\r'"443/tcp  in  IPv4"* ]]
}
