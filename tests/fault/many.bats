#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Many fwports at once: none of their openings is lost, none of them waits in vain, and the rules of others are as before.

# shellcheck disable=SC2154,SC2034 # world.bash and run set what is not set here
load ../cli/world

setup() {
	command -v iptables-legacy >/dev/null || skip "needs iptables-legacy"
	world_up
}
teardown() { world_down; }

closed_by_both() {
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop
				ct state established accept
				tcp dport 22 accept
			}
		}
	END
	host iptables-legacy -A INPUT -j REJECT
	host ip6tables-legacy -A INPUT -j REJECT
}

# Opens or closes one port each, all at once; what they said goes to $world/said.PORT.
all_at_once() { # open|close COUNT
	# shellcheck disable=SC2016 # for the inner shell
	host timeout 300 bash -c '
		program=$1 world=$2 command=$3
		shift 3
		for port; do
			{ "$program" "$command" "$port" >"$world/said.$port" 2>&1; echo $? >"$world/exit.$port"; } &
		done
		wait' bash "$top_builddir/fwport" "$world" "$1" $(seq 2001 $((2000 + $2))) 3>&-
}

# That all of them were content.
all_are_done() { # COUNT
	local port
	for port in $(seq 2001 $((2000 + $1))); do
		[ "$(cat "$world/exit.$port")" = 0 ] || { cat "$world/said.$port" && return 1; }
	done
}

recorded() {
	fwport --json status
	assert_status "$1"
	assert_field drift '[]'
	grep -o '"id": *[0-9]*' <<<"$output" | sort -u | wc -l
}

rules() {
	ruleset
	host sh -c 'iptables-legacy-save; ip6tables-legacy-save' | sed '/^#/d; s/ \[[0-9:]*\]$//'
}

many() { # COUNT
	local before
	closed_by_both
	before=$(rules)
	all_at_once open "$1"
	all_are_done "$1"
	[ "$(recorded 0)" = "$1" ]
	serve 2001 $((2000 + $1))
	expect46 2001=open $((2000 + $1))=open
	all_at_once close "$1"
	all_are_done "$1"
	[ "$(recorded 0)" = 0 ]
	[ "$(rules)" = "$before" ] || { diff <(echo "$before") <(rules) && return 1; }
}

@test "many: two fwports at once" {
	many 2
}

@test "many: ten fwports at once" {
	many 10
}

@test "many: a hundred fwports at once" {
	many 100
}
