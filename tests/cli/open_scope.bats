#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The options that narrow an opening: what is asked for is opened and not a packet more.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

setup() {
	world_up
	closed_host
}
teardown() { world_down; }

# A host that lets in nothing but ssh, and out nothing but answers; by rules of nft, or of the engine that engines.sh names.
closed_host() {
	[ "$engine" != nft ] || ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop
				ct state established accept
				tcp dport 22 accept
			}
			chain output {
				type filter hook output priority filter; policy drop
				ct state established accept
			}
		}
	END
	[ "$engine" = nft ] || tables_are <<-END
		*filter
		:INPUT DROP [0:0]
		:FORWARD ACCEPT [0:0]
		:OUTPUT DROP [0:0]
		-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
		-A INPUT -p tcp --dport 22 -j ACCEPT
		-A OUTPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
		COMMIT
	END
	rules=$(ruleset)
}

# chain input|output: of IPv4, as it is named.
chain() {
	if [ "$engine" = nft ]; then
		echo "inet filter $1"
	else
		echo "ip filter ${1^^}"
	fi
}

# What stands only in a home: that of nf_tables, or of legacy tables.
home() {
	if [ "$engine" = iptables-legacy ] && [ "$backend" != nft ]; then
		echo "FWPORT-IN (legacy)"
	else
		echo "inet fwport"
	fi
}

flush_input() {
	if [ "$engine" = nft ]; then
		host nft flush chain inet filter input
	else
		host "$engine" -F INPUT
		host "ip6${engine#ip}" -F INPUT
	fi
}

# What becomes of the host's own calls to the client.
out() {
	host python3 -IS "$here/client.py" 192.0.2.1,2001:db8::1 "$@"
}

@test "scope: --from opens for the prefix alone" {
	serve 443
	fwport --json open https --from 192.0.2.64/26
	assert_status 0
	assert_field openings.length 1
	expect_from 192.0.2.66 "$HOST4" 443=open
	expect4 443=timeout
	expect6 443=timeout
	fwport why in 443 --from 192.0.2.66
	assert_status 0
	fwport why in 443 --from 192.0.2.1
	assert_status 1
	fwport status
	assert_status 0
	assert_says 192.0.2.64/26
	fwport close https --from 192.0.2.64/26
	assert_status 0
	assert_ruleset "$rules"
}

@test "scope: --from takes several prefixes of both families" {
	serve 443
	fwport open https --from 192.0.2.66,2001:db8::66/128
	assert_status 0
	expect_from 192.0.2.66 "$HOST4" 443=open
	expect_from 2001:db8::66 "$HOST6" 443=open
	expect46 443=timeout
}

@test "scope: --iface opens on that interface alone" {
	world_lan
	serve 443
	fwport open https --iface eth1
	assert_status 0
	expect4 443=timeout
	lan python3 -IS "$here/client.py" 198.51.100.1 443=open
	fwport why in 443 --iface eth0 -4
	assert_status 1
	fwport close https --iface eth1
	assert_status 0
	assert_ruleset "$rules"
}

@test "scope: -4 leaves IPv6 closed, and -6 IPv4" {
	serve 80 443
	fwport open https -4
	assert_status 0
	fwport open http -6
	assert_status 0
	expect4 443=open 80=timeout
	expect6 443=timeout 80=open
	fwport close https -4
	assert_status 0
	fwport close http -6
	assert_status 0
	assert_ruleset "$rules"
}

@test "scope: udp is not tcp" {
	serve 443 443/udp
	fwport open 443/udp
	assert_status 0
	expect46 443/udp=open 443=timeout
	fwport --json why in 443/udp
	assert_status 0
	assert_field families.ipv4.packets.datagram.verdict pass
	assert_field families.ipv4.packets.answer.verdict pass
	fwport why in 443
	assert_status 1
	fwport close 443/udp
	assert_status 0
	assert_ruleset "$rules"
	expect46 443/udp=timeout
}

@test "scope: a range opens its first and its last port and not their neighbours" {
	serve 7999-8003
	fwport --json open 8000-8002
	assert_status 0
	assert_field openings.0.ports 8000-8002
	expect46 7999=timeout 8000=open 8001=open 8002=open 8003=timeout
	fwport close 8000-8002
	assert_status 0
	assert_ruleset "$rules"
}

@test "scope: --out lets the host call out" {
	serve client 443 80
	out 443=timeout 80=timeout
	fwport --json why out 443
	assert_status 1
	assert_blocker ipv4 "$(chain output)" policy syn
	fwport open --out https
	assert_status 0
	out 443=open 80=timeout
	fwport why out https
	assert_status 0
	fwport why in https
	assert_status 1
	fwport close --out https
	assert_status 0
	assert_ruleset "$rules"
	out 443=timeout
}

@test "scope: --out --to lets it call that address alone" {
	serve client 443
	fwport open --out https --to 192.0.2.66
	assert_status 0
	host python3 -IS "$here/client.py" 192.0.2.66 443=open
	host python3 -IS "$here/client.py" 192.0.2.1 443=timeout
}

@test "scope: --out works where answers are filtered on their way in" {
	serve client 443
	flush_input
	out 443=timeout
	fwport open --out https
	assert_status 0
	out 443=open
}

@test "scope: of two openings that overlap, closing one keeps the other" {
	serve 8000-8009
	fwport open 8000-8005
	assert_status 0
	fwport open 8004-8009
	assert_status 0
	fwport close 8000-8005
	assert_status 0
	expect46 8000=timeout 8003=timeout 8004=open 8005=open 8009=open
	fwport close 8004-8009
	assert_status 0
	assert_ruleset "$rules"
}

@test "scope: closing the narrow one of two keeps the wide one, and the reverse" {
	serve 443
	fwport open https
	assert_status 0
	fwport open https --from 192.0.2.66
	assert_status 0
	fwport close https --from 192.0.2.66
	assert_status 0
	expect46 443=open
	fwport open https --from 192.0.2.66
	assert_status 0
	fwport close https
	assert_status 0
	expect46 443=timeout
	expect_from 192.0.2.66 "$HOST4" 443=open
	fwport close https --from 192.0.2.66
	assert_status 0
	assert_ruleset "$rules"
}

@test "scope: several services in one command, opened and closed" {
	serve 80 443 8443
	fwport --json open http https https-alt
	assert_status 0
	expect46 80=open 443=open 8443=open
	fwport close http https-alt
	assert_status 0
	expect46 80=timeout 443=open 8443=timeout
	fwport close https
	assert_status 0
	assert_ruleset "$rules"
}

@test "scope: where one of several is unknown, none is opened" {
	local number
	number=$(ruleset_number)
	fwport open https no-such-service
	assert_status 2
	assert_says no-such-service
	assert_number "$number"
}

@test "scope: --dry-run prints the steps, exits 1 and sends nothing" {
	local number
	number=$(ruleset_number)
	fwport open --dry-run https
	assert_status 1
	grep -q "^ *+ .*$(home)" <<<"$output"
	grep -q "^ *+ .*$(chain input)" <<<"$output"
	assert_number "$number"
	fwport status
	assert_says_not https
	fwport open https
	fwport open --dry-run https
	assert_status 0
	fwport close --dry-run https
	assert_status 1
	grep -q '^ *- ' <<<"$output"
	fwport why in https
	assert_status 0
}
