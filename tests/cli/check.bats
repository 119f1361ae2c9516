#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154,SC2034 # world.bash and run set what is not set here
# fwport check from fwport's side: the evaluator's word for each address, egress that is tried after a change, and profiles that
# name what has to be reachable.

load world

setup() {
	world_up
	serve client 443
}
teardown() { world_down; }

drops_https() {
	ruleset_is <<-END
		table inet filter {
			chain output {
				type filter hook output priority filter; policy accept;
				tcp dport 443 ct state new counter reject comment "no egress"
			}
		}
	END
}

@test "check: the rule that blocks is named, and what opens is said" {
	drops_https
	fwport check --stage tcp 192.0.2.1
	assert_status 1
	assert_says "RESULT  local-firewall/output-reject: 192.0.2.1 port 443" "no egress" "[proved]" "fwport open"
}

@test "check: a rule about users is judged for who asks" {
	ruleset_is <<-END
		table inet filter {
			chain output {
				type filter hook output priority filter; policy accept;
				meta skuid daemon drop
			}
		}
	END
	fwport --json check --stage tcp --timeout 4 --as-user daemon 192.0.2.1
	assert_status 1
	assert_field verdict.code output-drop
	assert_field asked_as.user daemon
	fwport --json check --stage tcp 192.0.2.1
	assert_status 0
	assert_field verdict.party ok
	assert_field asked_as.user nobody
	assert_field stages.firewall.verdict open
}

@test "check: without root the firewall is unknown, and no packet was seen" {
	host mkdir -m 755 /run/bin
	host cp "$top_builddir/src/fwport" "$top_builddir/src/fwport-check" /run/bin # the build tree may be closed to him
	run --separate-stderr host setpriv --reuid=65534 --regid=65534 --clear-groups env FWPORT_LIBEXEC_DIR=/run/bin \
		FWPORT_CONFIG_DIR=/run/etc FWPORT_STATE_DIR=/run/state FWPORT_RUN_DIR=/run/run \
		/run/bin/fwport --json check --stage tcp 192.0.2.1
	told="as nobody: fwport check"
	assert_status 0
	assert_field asked_as.witness false
	assert_field stages.firewall.verdict unknown
}

follows() {
	ruleset_is <<-END
		table inet fw {
			chain output {
				type filter hook output priority filter; policy accept;
				tcp dport 443 jump web
			}
			chain web {
				ip daddr 192.0.2.1 counter drop
			}
		}
	END
}

@test "check --trace: the packets are followed to the rule that stops them, and nothing stays" {
	follows
	fwport check --trace --stage tcp --timeout 4 192.0.2.1
	assert_status 1
	assert_says "inet fw output, handle" "jump web" "STOP" "inet fw web, handle"
	run host nft list tables
	[ "$output" = "table inet fw" ]
}

@test "check --trace: nothing stays when fwport is killed" {
	follows
	# shellcheck disable=SC2016 # for the shell in the host
	host sh -c 'echo $$ >/run/pid; exec "$0" check --trace --stage tcp --timeout 30 192.0.2.1' "$top_builddir/fwport" \
		>"$world/said" 2>&1 3>&- &
	await "the table of the trace" eval "host nft list tables | grep -q fwport-trace"
	host kill -KILL "$(host cat /run/pid)"
	await "its end" eval "! host nft list tables | grep -q fwport-trace"
}

@test "check --trace: one at a time, and the other is told so" {
	follows
	host "$top_builddir/fwport" check --trace --stage tcp --timeout 10 192.0.2.1 >"$world/said" 2>&1 3>&- &
	await "the table of the trace" eval "host nft list tables | grep -q fwport-trace"
	fwport check --trace --stage tcp --timeout 3 192.0.2.1
	assert_status 1
	assert_says "another trace is running" "local-firewall/output-drop"
	wait $! || true
}

@test "check --trace: for one target, and with rights" {
	fwport check --trace 192.0.2.1 192.0.2.66
	assert_status 2
	assert_says "--trace follows the packets to one target"
}

@test "open --check: what it was opened for is tried" {
	ruleset_is <<-END
		table inet filter {
			chain output { type filter hook output priority filter; policy drop; }
		}
	END
	fwport open https --out --check 192.0.2.1
	assert_says "443/tcp" "RESULT  "
	assert_says_not "local-firewall"
	fwport close https --out
	fwport open https --out --check 192.0.2.77
	assert_status 1
	assert_says "RESULT  "
	fwport status
	assert_says "443/tcp"
}

@test "open --check: refused before anything is done" {
	fwport open https --check example.com
	assert_status 2
	assert_says "only --out opens that way"
	fwport open https --out --check http://example.com/
	assert_status 2
	assert_says "is not https, and nothing else is checked"
	fwport open https --out --check $'192.0.2.1\n192.0.2.2'
	assert_status 2
	assert_says "is not one target: a URL, HOST or HOST:PORT"
	fwport status
	assert_says_not "443/tcp"
}

@test "apply: the sites of [check] are tried when the rules are there" {
	ruleset_is <<-END
		table inet filter {
			chain output { type filter hook output priority filter; policy drop; }
		}
	END
	printf '[out]\nhttps = 443\n[check]\nsite = https://192.0.2.1/\n' >"$world/api.profile"
	fwport plan "$world/api.profile"
	assert_says_not "RESULT"
	fwport apply "$world/api.profile"
	assert_says "RESULT  "
	fwport profiles "$world/api.profile"
	assert_says "then checks site: https://192.0.2.1/"
}

@test "check: options of fwport and of fwport-check are the same" {
	fwport help check
	assert_status 0
	local option
	for option in $(grep -oE -- '--[a-z0-9-]+' <<<"$output" | sort -u); do
		case $option in
		--help | --version | --backend | --color) continue ;;
		esac
		run "$top_builddir/src/fwport-check" "$option"
		assert_says_not "unknown option"
	done
}

@test "check: a program that is not there is told" {
	FWPORT_LIBEXEC_DIR=/nonexistent fwport check 192.0.2.1
	assert_status 4
	assert_says "cannot start /nonexistent/fwport-check"
}

@test "check: whoever starts it may ignore how its children end" {
	run --separate-stderr host timeout --kill-after=1 20 env --ignore-signal=CHLD FWPORT_LIBEXEC_DIR="$top_builddir/src" \
		"$top_builddir/src/fwport" check --stage tcp 192.0.2.1
	told="fwport check where SIGCHLD is ignored"
	assert_status 0
	assert_says "RESULT  ok"
}

@test "check --trace: of as many addresses as a question may name each is followed" {
	mkdir "$world/libexec"
	cat >"$world/libexec/fwport-check" <<-'END'
		#!/bin/bash
		oracle=${1#--oracle=}
		echo "trace 443" 2001:db8::{1..8} >&"$oracle"
		read -r -t 20 answer <&"$oracle"
		echo "$answer"
		nft list table inet fwport-trace | grep -c 'nftrace set 1'
	END
	chmod +x "$world/libexec/fwport-check"
	run --separate-stderr host timeout --kill-after=1 30 env FWPORT_LIBEXEC_DIR="$world/libexec" "$top_builddir/src/fwport" check any
	told="a question about eight addresses"
	assert_status 0
	assert_says '"command":"trace"' 16
}

@test "check: a mistake is told in the form that was asked for" {
	fwport --json check --timeout 0 192.0.2.1
	assert_status 2
	assert_field error.kind usage
	fwport check --nagios --timeout 0 192.0.2.1
	assert_status 3
	[ "$output" = 'HTTPS UNKNOWN: --timeout "0" is not a number from 1 to 600' ]
	fwport check --nagios --cafile /nonexistent 192.0.2.1
	assert_status 3
	[ "$output" = 'HTTPS UNKNOWN: cannot read the issuers in "/nonexistent": No such file or directory' ]
}
