#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Rules of iptables-nft that look into ipsets: what why says, and what becomes of real packets.

# shellcheck disable=SC2154,SC2034 # world.bash and run set what is not set here
load world

setup() {
	world_up
	command -v iptables-nft-restore >/dev/null || skip "needs iptables-nft"
	ipset create probe hash:ip || skip "needs ipset in the kernel"
}
teardown() { world_down; }

ipset() {
	host python3 -IS "$here/ipset.py" "$@"
}

tables_are() {
	host iptables-nft-restore
}

@test "banned addresses and networks are exceptions" {
	ipset create banned hash:ip
	ipset add banned 192.0.2.66
	ipset create networks hash:net
	ipset add networks 203.0.113.0/24 10.0.0.0/8
	tables_are <<-END
		*filter
		-A INPUT -m set --match-set banned src -j DROP
		-A INPUT -m set --match-set networks src -j REJECT
		COMMIT
	END
	serve 443
	fwport why in 443 -4
	assert_status 0
	assert_says "1 address in set banned" "2 entries in set networks"
	fwport why in 443 --from 192.0.2.66 -4
	assert_status 1
	fwport why in 443 --from 192.0.2.1 -4
	assert_status 0
	fwport why in 443 --from 10.9.9.9 -4
	assert_status 1
	expect4 443=open
	expect_from 192.0.2.66 "$HOST4" 443=timeout
}

@test "ports of a set, alone and with addresses" {
	ipset create open bitmap:port
	ipset add open 443
	ipset create pairs hash:ip,port
	ipset add pairs 192.0.2.1,tcp:444 192.0.2.66,udp:445
	tables_are <<-END
		*filter
		-A INPUT -m set --match-set open dst -j ACCEPT
		-A INPUT -m set --match-set pairs src,dst -j ACCEPT
		-A INPUT -j DROP
		COMMIT
	END
	serve 443 444 445
	fwport why in 443 -4
	assert_status 0
	fwport why in 444 --from 192.0.2.1 -4
	assert_status 0
	fwport why in 444 --from 192.0.2.66 -4
	assert_status 1
	fwport why in 445 --from 192.0.2.66 -4
	assert_status 1
	expect4 443=open 444=open
	expect_from 192.0.2.66 "$HOST4" 444=timeout 445=timeout
}

@test "what the SYN adds to a set the ACK finds there" {
	ipset create seen hash:ip
	tables_are <<-END
		*filter
		-A INPUT -m set --match-set seen src -j DROP
		-A INPUT -p tcp --dport 443 -j SET --add-set seen src
		COMMIT
	END
	serve 443
	fwport why in 443 -4 --json
	assert_status 1
	assert_field families.0.packets.0.verdict pass
	assert_field families.0.packets.2.verdict drop
	expect4 443=no-data
}

@test "a set that is not understood is named, and nothing is claimed" {
	ipset create members list:set
	tables_are <<-END
		*filter
		-A INPUT -m set --match-set members src -j DROP
		COMMIT
	END
	fwport why in 443 -4
	assert_status 11
	assert_says "ipset members"
}

@test "a set of other dimensions has nothing that matches" {
	ipset create pairs hash:ip,port
	ipset add pairs 192.0.2.1,tcp:443
	tables_are <<-END
		*filter
		-A INPUT -m set --match-set pairs src -j DROP
		-A INPUT -p tcp --dport 444 -m set ! --match-set pairs src -j DROP
		COMMIT
	END
	serve 443 444
	fwport why in 443 -4
	assert_status 0
	fwport why in 444 -4
	assert_status 1
	expect4 443=open 444=timeout
}

@test "networks of IPv6" {
	ipset create networks hash:net inet6
	ipset add networks 2001:db8::42/127 2001:db8:1::/48
	host ip6tables-nft-restore <<-END
		*filter
		-A INPUT -p tcp -m set --match-set networks src -j DROP
		COMMIT
	END
	serve 443
	fwport why in 443 --from 2001:db8::43 -6
	assert_status 1
	fwport why in 443 --from 2001:db8::44 -6
	assert_status 0
	expect6 443=open
	ipset add networks 2001:db8::/127
	fwport why in 443 --from 2001:db8::1 -6
	assert_status 1
	expect6 443=timeout
}
