#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The guard and connection tracking: what a connection is to rules depends on whether tracking has an entry for it.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

setup() { world_up; }
teardown() { world_down; }

# A connection of the client to the port that has sent one line, and will send another when told to.
connection_begins() {
	client python3 -IS "$here/lasting.py" "$HOST4" "$1" "$world" >"$world/lasting.log" 2>&1 3>&- &
	lasting=$!
	await "the connection" test -e "$world/connected"
}
connection_goes_on() {
	touch "$world/go"
	wait "$lasting"
}

# A NAT chain that sleeps until something tracks: of the mid-stream packets that it is asked about then, it lets none pass.
sleeping_nat() {
	ruleset_is <<-END
		table ip nat {
			chain prerouting { type nat hook prerouting priority dstnat; policy drop; tcp flags & (syn | ack) == syn accept; udp sport 53 accept; }
		}
		table inet filter {
			chain input { type filter hook input priority filter; policy drop; tcp dport { 22, 8080 } accept; }
		}
	END
	rules=$(ruleset)
}

@test "guard: tracking that comes on and cuts who is connected is refused, and the first one named" {
	sleeping_nat
	serve 8080
	connection_begins 8080
	fwport open 53/udp --out
	assert_status 7
	assert_says "1 of 1 established connections would stop passing" 192.0.2.1 "port 8080" prerouting
	assert_ruleset "$rules"
	connection_goes_on
}

@test "guard: with --force they are cut indeed" {
	sleeping_nat
	serve 8080
	connection_begins 8080
	fwport open 53/udp --out --force
	assert_status 0
	run ! connection_goes_on
}

@test "guard: tracking that comes on and cuts nobody is welcome" {
	ruleset_is <<-END
		table inet filter {
			chain input { type filter hook input priority filter; policy drop; tcp dport 8080 accept; }
		}
	END
	serve 8080
	connection_begins 8080
	fwport open 53/udp --out
	assert_status 0
	assert_says "Connection tracking was off on this host, and is on now."
	connection_goes_on
}

# in_session ADDRESS[@PORT] COMMAND LINE: what the client, connected by ssh, gets when he runs that in the host.
in_session() {
	echo "$2" >"$world/session"
	run --separate-stderr client python3 -IS "$here/session.py" "$1"
	told="session: $2"
}
ssh_listens() {
	host_background "$tools/sshd" sh "$world/session"
	await "sshd" eval 'host ss -Hltn sport = 22 | grep -q .'
}

@test "guard: a session that NAT brought to sshd's port hangs on the port that it asked for" {
	ssh_listens
	ruleset_is <<-END
		table inet nat {
			chain prerouting { type nat hook prerouting priority dstnat; tcp dport 2200 redirect to :22; }
		}
		table inet filter {
			chain input { type filter hook input priority filter; policy drop; }
		}
	END
	fwport open 2200
	assert_status 0
	opened=$(ruleset)
	for address in "$HOST4" "$HOST6"; do
		in_session "$address@2200" "'$top_builddir/fwport' close 2200"
		assert_status 7
		assert_says "connection from ${address%10}1 to port 22"
		assert_ruleset "$opened"
	done
}
