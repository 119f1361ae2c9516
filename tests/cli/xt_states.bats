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

@test "a source that comes too often is beyond what usually is" {
	tables_are <<-END
		*filter
		-A INPUT -p tcp --dport 443 --syn -m recent --set --name WEB
		-A INPUT -p tcp --dport 443 --syn -m recent --update --seconds 60 --hitcount 3 --name WEB -j DROP
		COMMIT
	END
	serve 443
	fwport why in 443 -4
	assert_status 10
	assert_says "when seen fewer than 3 times in 60 seconds"
	expect4 443=open
	expect4 443=open
	expect4 443=timeout
}

@test "what the SYN leaves in a list the ACK finds there" {
	tables_are <<-END
		*filter
		-A INPUT -p tcp --dport 443 -m recent --set --name SEEN
		-A INPUT -p tcp --dport 443 -m recent --rcheck --seconds 600 --hitcount 2 --name SEEN -j DROP
		-A INPUT -p tcp --dport 444 --syn -m recent --set --name OTHER -j ACCEPT
		-A INPUT -p tcp --dport 444 -m recent ! --rcheck --name OTHER -j DROP
		-A INPUT -p tcp --dport 445 --syn -m recent --set --name THIRD -j ACCEPT
		-A INPUT -p tcp --dport 445 -m recent --remove --name THIRD -j ACCEPT
		-A INPUT -p tcp --dport 445 -j DROP
		COMMIT
	END
	serve 443 444 445
	fwport --json why in 443 -4
	assert_status 1
	assert_field families.0.packets.0.verdict pass
	assert_field families.0.packets.2.verdict drop
	fwport why in 444 -4
	assert_status 0
	fwport why in 445 -4
	assert_status 1
	expect4 443=no-data 444=open 445=no-data
}

@test "lists are shared by tables, and read" {
	tables_are <<-END
		*mangle
		-A PREROUTING -p tcp --dport 443 -m recent --set --name KNOCKED
		COMMIT
		*filter
		-A INPUT -p tcp --dport 443 -m recent --rcheck --name KNOCKED -j ACCEPT
		-A INPUT -p tcp --dport 444 -m recent --rcheck --name KNOCKED -j ACCEPT
		-A INPUT -p tcp --dport 443:444 -j DROP
		COMMIT
	END
	serve 443 444
	fwport why in 444 -4
	assert_status 1
	assert_says "addresses in set KNOCKED (empty now)"
	expect4 444=timeout # before 443 knocks: a SYN that is sent again would pass then
	expect4 443=open
	fwport why in 443 -4
	assert_status 0
	fwport why in 444 -4
	assert_status 1
	assert_says "1 address in set KNOCKED"
	fwport why in 444 --from 192.0.2.1 -4
	assert_status 0
	fwport why in 444 --from 192.0.2.66 -4
	assert_status 1
	expect4 444=open
}

@test "a list masks for all rules as for the one that made it" {
	tables_are <<-END
		*filter
		-A INPUT -m recent --set --name NEAR --rdest --mask 255.255.255.0
		-A INPUT -p tcp --dport 443 -m recent --rcheck --name NEAR --rdest -j ACCEPT
		-A INPUT -p tcp --dport 444 -m recent --rcheck --name NEAR --rdest --mask 255.255.255.0 -j ACCEPT
		-A INPUT -p tcp --dport 443:444 -j DROP
		COMMIT
	END
	serve 443 444
	fwport why in 443 -4
	assert_status 11
	fwport why in 444 -4
	assert_status 0
	expect4 443=open 444=open
}
