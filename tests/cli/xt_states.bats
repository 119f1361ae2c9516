#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Matches of x_tables that remember, in tables of iptables-nft: what why says, and what becomes of real packets.

# shellcheck disable=SC2154,SC2034 # world.bash and run set what is not set here
load world

setup() {
	world_up
	command -v iptables-nft-restore >/dev/null || skip "needs iptables-nft"
}
teardown() { world_down; }

tables_are() {
	host iptables-nft-restore
}

@test "below a hashlimit is what usually is" {
	tables_are <<-END
		*filter
		-A INPUT -p tcp --dport 443 -m hashlimit --hashlimit-above 20/minute --hashlimit-burst 20 --hashlimit-mode srcip --hashlimit-name web -j DROP
		COMMIT
	END
	serve 443
	fwport why in 443 -4
	assert_status 10
	assert_says "below 20/minute"
	expect4 443=open
}

@test "a connection's own packets are beyond a slow hashlimit" {
	tables_are <<-END
		*filter
		-A INPUT -p tcp --dport 443 -m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode srcip --hashlimit-name web -j ACCEPT
		-A INPUT -p tcp -j DROP
		COMMIT
	END
	serve 443
	fwport why in 443 -4 --json
	assert_status 1
	assert_field families.0.packets.2.verdict drop
	expect4 443=no-data
}

@test "a connection counts itself" {
	tables_are <<-END
		*filter
		-A INPUT -p tcp --dport 443 -m connlimit --connlimit-above 1 -j DROP
		-A INPUT -p tcp --dport 444 -m connlimit --connlimit-above 0 -j DROP
		-A INPUT -p tcp --dport 445 -m connlimit --connlimit-upto 0 -j ACCEPT
		-A INPUT -p tcp --dport 445 -j DROP
		COMMIT
	END
	serve 443 444 445
	fwport why in 443 -4
	assert_status 10
	assert_says "with at most 1 connection"
	fwport why in 444 -4
	assert_status 1
	fwport why in 445 -4
	assert_status 1
	expect4 443=open 444=timeout 445=timeout
}
