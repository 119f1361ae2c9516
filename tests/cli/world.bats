#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The world itself: what the client says is what the kernel does. Every other scenario rests on this.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

setup() { world_up; }
teardown() { world_down; }

@test "world: without rules a served port is open and another refuses, in both families" {
	serve 443 53/udp
	expect46 443=open 53/udp=open 80=refused 54/udp=refused
	expect_from 192.0.2.66 "$HOST4" 443=open
	expect_from 2001:db8::66 "$HOST6" 443=open
}

@test "world: a dropped SYN is a timeout, a reject is told, a dropped ACK is no data" {
	serve 22 80 443 8443
	ruleset_is <<-END
		table inet t {
			chain input {
				type filter hook input priority filter
				tcp dport 22 drop
				tcp dport 80 reject with tcp reset
				tcp dport 8443 reject with icmpx admin-prohibited
				tcp dport 443 tcp flags & syn == 0 drop
			}
		}
	END
	expect4 22=timeout 80=refused 8443=unreachable 443=no-data
	expect6 22=timeout 80=refused 8443=unreachable 443=no-data
}

@test "world: an expectation that is wrong fails" {
	serve 443
	run -1 expect4 443=timeout
	run -1 expect4 80=open
}

@test "world: the lan is reached through the host" {
	world_lan
	serve lan 443
	expect 198.51.100.10 443=open 80=refused
}

@test "world: the ruleset's number moves with a transaction and not without one" {
	local before
	before=$(ruleset_number)
	[ "$(ruleset_number)" = "$before" ]
	ruleset_is <<<"table inet t { }"
	[ "$(ruleset_number)" -gt "$before" ]
}
